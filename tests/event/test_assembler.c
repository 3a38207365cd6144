/* SPDX-License-Identifier: Apache-2.0 */
/* Records of many events, mixed in every way: which events come out, when, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libaudit.h>

#include "base/buf.h"
#include "base/clock.h"
#include "event/assembler.h"

#define T0 (UINT64_C(1700000000) * NS_PER_S)

struct bench {
	struct assembler *a;
	struct buf out; /* "serial:bodies " for each event that came out */
};

static void on_event(void *ctx, const struct record *records, size_t n)
{
	struct bench *b = ctx;
	assert_true(n > 0);
	buf_add(&b->out, records->node);
	buf_printf(&b->out, "%llu:", (unsigned long long)records->serial);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(records[i].serial, records->serial);
		assert_true(str_eq(records[i].node, records->node));
		buf_add(&b->out, str_first(records[i].body, 8));
	}
	buf_char(&b->out, ' ');
}

/* the assembler keeps the address of @b */
static void start(struct bench *b, size_t open_max, size_t reorder, size_t records_max)
{
	*b = (struct bench){ 0 };
	b->a = assembler_new(&(struct assembler_options){ open_max, reorder, records_max },
			     on_event, b);
	assert_non_null(b->a);
}

static void finish(struct bench *b)
{
	assembler_free(b->a);
	buf_release(&b->out);
}

static void feed_at(struct bench *b, uint64_t time, uint64_t serial, uint32_t type,
		    const char *body)
{
	const struct record r = {
		.type = type, .time = time, .serial = serial, .body = str_of(body)
	};
	assert_int_equal(assembler_feed(b->a, &r), 0);
}

static void feed(struct bench *b, uint64_t serial, uint32_t type, const char *body)
{
	feed_at(b, T0, serial, type, body);
}

#define assert_out(b, expected) assert_string_equal(buf_z(&(b)->out), expected)

static void test_assembler_live_event_comes_out_at_its_eoe(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	feed(&b, 1, AUDIT_PATH, "p");
	feed(&b, 1, AUDIT_PROCTITLE, "t");
	assert_out(&b, "");
	feed(&b, 1, AUDIT_EOE, "");
	assert_out(&b, "1:spt ");
	assert_int_equal(assembler_stats(b.a)->timed_out, 0);
	finish(&b);
}

static void test_assembler_interleaved_records_find_their_events(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_SYSCALL, "a");
	feed(&b, 2, AUDIT_SYSCALL, "A");
	feed(&b, 1, AUDIT_PATH, "b");
	feed(&b, 2, AUDIT_PATH, "B");
	feed(&b, 2, AUDIT_EOE, "");
	feed(&b, 1, AUDIT_PATH, "c");
	feed(&b, 1, AUDIT_EOE, "");
	assert_out(&b, "2:AB 1:abc ");
	finish(&b);
}

static void test_assembler_same_serial_other_time_or_node_is_another_event(void **state)
{
	struct bench b;
	struct record r = {
		.type = AUDIT_SYSCALL, .time = T0, .serial = 1, .body = STR("n"), .node = STR("n")
	};
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_SYSCALL, "a");
	feed_at(&b, T0 + NS_PER_MS, 1, AUDIT_SYSCALL, "b");
	assembler_feed(b.a, &r);
	feed(&b, 1, AUDIT_EOE, "");
	feed_at(&b, T0 + NS_PER_MS, 1, AUDIT_EOE, "");
	assembler_flush(b.a);
	assert_out(&b, "1:a 1:b n1:n ");
	finish(&b);
}

static void test_assembler_user_space_records_are_events_at_once(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_USER_LOGIN, "u");
	feed(&b, 2, AUDIT_DAEMON_START, "d");
	feed(&b, 3, AUDIT_CRYPTO_LOGIN, "c");
	assert_out(&b, "1:u 2:d 3:c ");
	finish(&b);
}

static void test_assembler_log_without_eoe_ends_at_proctitle_in_order_of_serials(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 2, 0);
	for (uint64_t serial = 3; serial-- > 0;) {
		feed(&b, serial, AUDIT_SYSCALL, "s");
		feed(&b, serial, AUDIT_PROCTITLE, "t");
	}
	assert_out(&b, "0:st ");
	assembler_flush(b.a);
	assert_out(&b, "0:st 1:st 2:st ");
	assert_int_equal(assembler_stats(b.a)->timed_out, 0);
	finish(&b);
}

static void test_assembler_late_record_in_the_window_joins_its_event(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 4, 0);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	feed(&b, 1, AUDIT_PROCTITLE, "t");
	feed(&b, 2, AUDIT_SYSCALL, "S");
	feed(&b, 1, AUDIT_PATH, "p");
	assembler_flush(b.a);
	assert_out(&b, "1:stp 2:S ");
	assert_int_equal(assembler_stats(b.a)->late, 0);
	finish(&b);
}

static void test_assembler_late_record_past_the_window_is_counted(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	feed(&b, 1, AUDIT_EOE, "");
	feed(&b, 1, AUDIT_PATH, "p");
	assembler_flush(b.a);
	assert_out(&b, "1:s 1:p ");
	assert_int_equal(assembler_stats(b.a)->late, 1);
	finish(&b);
}

static void test_assembler_eoe_of_nothing_is_nothing(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_EOE, "");
	assembler_flush(b.a);
	assert_out(&b, "");
	assert_int_equal(assembler_stats(b.a)->events, 0);
	finish(&b);
}

static void test_assembler_eoe_in_a_log_overtakes_the_window(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 64, 0);
	feed(&b, 2, AUDIT_SYSCALL, "s");
	feed(&b, 2, AUDIT_PROCTITLE, "t");
	feed(&b, 2, RECORD_FACT, "f");
	feed(&b, 2, AUDIT_EOE, "");
	assert_out(&b, "2:stf ");
	finish(&b);
}

/*
 * a stamp is the time of a call's entry: this one waited ten minutes, and its records are torn by
 * another's
 */
static void test_assembler_blocked_call_stays_whole(void **state)
{
	struct bench b;
	(void)state;
	for (size_t reorder = 0; reorder < 5; reorder += 4) {
		start(&b, 0, reorder, 0);
		feed_at(&b, T0, 9, AUDIT_SYSCALL, "x");
		feed_at(&b, T0, 9, AUDIT_EOE, "");
		feed_at(&b, T0 - 600 * NS_PER_S, 10, AUDIT_SYSCALL, "s");
		feed_at(&b, T0 + NS_PER_MS, 11, AUDIT_SYSCALL, "o");
		feed_at(&b, T0 - 600 * NS_PER_S, 10, AUDIT_PATH, "p");
		feed_at(&b, T0 - 600 * NS_PER_S, 10, AUDIT_EOE, "");
		feed_at(&b, T0 + NS_PER_MS, 11, AUDIT_EOE, "");
		assert_out(&b, "9:x 10:sp 11:o ");
		assert_int_equal(assembler_stats(b.a)->timed_out, 0);
		finish(&b);
	}
}

static void test_assembler_endless_event_is_ended_after_two_seconds_of_stream(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	feed_at(&b, T0 + 2 * NS_PER_S, 2, AUDIT_SYSCALL, "S");
	assert_out(&b, "");
	feed_at(&b, T0 + 2 * NS_PER_S + NS_PER_MS, 3, AUDIT_SYSCALL, "T");
	assert_out(&b, "1:s ");
	assert_int_equal(assembler_stats(b.a)->timed_out, 1);
	finish(&b);
}

static void test_assembler_tick_ends_what_is_open(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	assembler_tick(b.a, T0);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	assembler_tick(b.a, T0 + 2 * NS_PER_S);
	assert_out(&b, "");
	assembler_tick(b.a, T0 + 2 * NS_PER_S + 1);
	assert_out(&b, "1:s ");
	finish(&b);
}

static void test_assembler_ticked_stream_is_not_hurried_by_stamps(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	assembler_tick(b.a, T0);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	feed_at(&b, T0 + 3600 * NS_PER_S, 2, AUDIT_SYSCALL, "S"); /* another machine's clock */
	assert_out(&b, "");
	finish(&b);
}

static void test_assembler_clock_set_back_does_not_keep_events(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	assembler_tick(b.a, T0 + 3600 * NS_PER_S);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	assembler_tick(b.a, T0);
	assert_out(&b, "");
	assembler_tick(b.a, T0 + 3 * NS_PER_S);
	assert_out(&b, "1:s ");
	finish(&b);
}

static void test_assembler_restarted_machine_is_not_sorted_before_the_old_one(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 8, 0);
	feed_at(&b, T0, 50000, AUDIT_SYSCALL, "o");
	feed_at(&b, T0, 50000, AUDIT_PROCTITLE, "t");
	feed_at(&b, T0 + 30 * NS_PER_S, 1, AUDIT_SYSCALL, "n");
	feed_at(&b, T0 + 30 * NS_PER_S, 1, AUDIT_PROCTITLE, "t");
	assembler_flush(b.a);
	assert_out(&b, "50000:ot 1:nt ");
	finish(&b);
}

static void test_assembler_full_table_ends_the_oldest(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 2, 0, 0);
	feed(&b, 1, AUDIT_SYSCALL, "a");
	feed(&b, 2, AUDIT_SYSCALL, "b");
	feed(&b, 3, AUDIT_SYSCALL, "c");
	assert_out(&b, "1:a ");
	feed(&b, 2, AUDIT_EOE, "");
	feed(&b, 3, AUDIT_EOE, "");
	assert_out(&b, "1:a 2:b 3:c ");
	assert_int_equal(assembler_stats(b.a)->timed_out, 1);
	finish(&b);
}

static void test_assembler_records_past_the_limit_are_dropped(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 3);
	for (int i = 0; i < 5; i++)
		feed(&b, 1, AUDIT_PATH, "p");
	feed(&b, 1, AUDIT_EOE, "");
	assert_out(&b, "1:ppp ");
	assert_int_equal(assembler_stats(b.a)->dropped, 2);
	finish(&b);
}

/*
 * a command line of two megabytes must not push out the paths that come behind it; it is nothing
 * special, so it is not told as a loss of records
 */
static void test_assembler_endless_arguments_leave_room_for_paths(void **state)
{
	static char part[7501];
	struct bench b;
	(void)state;
	memset(part, 'x', sizeof(part) - 1);
	start(&b, 0, 0, 0);
	feed(&b, 1, AUDIT_SYSCALL, "s");
	for (int i = 0; i < 600; i++)
		feed(&b, 1, AUDIT_EXECVE, part);
	feed(&b, 1, AUDIT_PATH, "p");
	feed(&b, 1, AUDIT_EOE, "");
	assert_true(str_ends(buf_str(&b.out), STR("xp ")));
	assert_true(b.out.len < 100000);
	assert_int_equal(assembler_stats(b.a)->dropped, 0);
	finish(&b);
}

static void test_assembler_memory_of_all_is_bounded(void **state)
{
	static char big[60001];
	struct bench b;
	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	start(&b, 512, 0, 0);
	for (uint64_t serial = 1; serial <= 500; serial++) {
		feed(&b, serial, AUDIT_SYSCALL, "s");
		for (int i = 0; i < 10; i++)
			feed(&b, serial, AUDIT_PATH, big);
		assert_int_equal(assembler_settle(b.a), 0);
	}
	assert_true(assembler_stats(b.a)->events > 450);
	finish(&b);
}

/*
 * blocks are freed after each settling: a view that was not taken along is found by
 * AddressSanitizer
 */
static void test_assembler_settled_events_outlive_their_block(void **state)
{
	struct bench b;
	struct buf expected = { 0 };
	(void)state;
	start(&b, 0, 0, 0);
	for (int i = 0; i < 100; i++) {
		char *block = malloc(32);
		struct record r = { .type = AUDIT_PATH,
				    .time = T0,
				    .serial = 5,
				    .node = { block, 4 },
				    .body = { block + 4, 8 },
				    .enriched = { block + 12, 4 } };
		memcpy(block, "nodeabcdefghENRI", 16);
		block[4] = (char)('a' + i % 26);
		assembler_feed(b.a, &r);
		if (i % 3 == 0)
			r.serial++, assembler_feed(b.a, &r);
		assert_int_equal(assembler_settle(b.a), 0);
		assert_int_equal(assembler_settle(b.a), 0); /* twice is once */
		memset(block, '!', 32);
		free(block);
	}
	assembler_flush(b.a);
	buf_add(&expected, STR("node5:"));
	for (int i = 0; i < 100; i++)
		buf_printf(&expected, "%cbcdefgh", 'a' + i % 26);
	buf_add(&expected, STR(" node6:"));
	for (int i = 0; i < 100; i += 3)
		buf_printf(&expected, "%cbcdefgh", 'a' + i % 26);
	buf_add(&expected, STR(" "));
	assert_out(&b, buf_z(&expected));
	buf_release(&expected);
	finish(&b);
}

static void test_assembler_flush_of_a_live_stream_counts_what_was_open(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 0, 0);
	feed(&b, 2, AUDIT_SYSCALL, "b");
	feed(&b, 1, AUDIT_SYSCALL, "a");
	assembler_flush(b.a);
	assembler_flush(b.a);
	assert_out(&b, "2:b 1:a ");
	assert_int_equal(assembler_stats(b.a)->timed_out, 2);
	finish(&b);
}

static void test_assembler_nodes_keep_their_own_order(void **state)
{
	struct bench b;
	(void)state;
	start(&b, 0, 16, 0);
	for (uint64_t i = 0; i < 4; i++) {
		static const uint64_t serials[] = { 2, 1, 4, 3 };
		struct record r = {
			.type = AUDIT_PROCTITLE, .time = T0, .serial = serials[i], .body = STR("t")
		};
		r.node = STR("x");
		assembler_feed(b.a, &r);
		r.node = STR("y");
		r.serial += 1000;
		assembler_feed(b.a, &r);
	}
	assembler_flush(b.a);
	assert_out(&b, "x1:t x2:t y1001:t y1002:t x3:t x4:t y1003:t y1004:t ");
	finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assembler_live_event_comes_out_at_its_eoe),
		cmocka_unit_test(test_assembler_interleaved_records_find_their_events),
		cmocka_unit_test(test_assembler_same_serial_other_time_or_node_is_another_event),
		cmocka_unit_test(test_assembler_user_space_records_are_events_at_once),
		cmocka_unit_test(
			test_assembler_log_without_eoe_ends_at_proctitle_in_order_of_serials),
		cmocka_unit_test(test_assembler_late_record_in_the_window_joins_its_event),
		cmocka_unit_test(test_assembler_late_record_past_the_window_is_counted),
		cmocka_unit_test(test_assembler_eoe_of_nothing_is_nothing),
		cmocka_unit_test(test_assembler_eoe_in_a_log_overtakes_the_window),
		cmocka_unit_test(test_assembler_blocked_call_stays_whole),
		cmocka_unit_test(test_assembler_endless_event_is_ended_after_two_seconds_of_stream),
		cmocka_unit_test(test_assembler_tick_ends_what_is_open),
		cmocka_unit_test(test_assembler_ticked_stream_is_not_hurried_by_stamps),
		cmocka_unit_test(test_assembler_clock_set_back_does_not_keep_events),
		cmocka_unit_test(test_assembler_restarted_machine_is_not_sorted_before_the_old_one),
		cmocka_unit_test(test_assembler_full_table_ends_the_oldest),
		cmocka_unit_test(test_assembler_records_past_the_limit_are_dropped),
		cmocka_unit_test(test_assembler_endless_arguments_leave_room_for_paths),
		cmocka_unit_test(test_assembler_memory_of_all_is_bounded),
		cmocka_unit_test(test_assembler_settled_events_outlive_their_block),
		cmocka_unit_test(test_assembler_flush_of_a_live_stream_counts_what_was_open),
		cmocka_unit_test(test_assembler_nodes_keep_their_own_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
