// SPDX-License-Identifier: Apache-2.0
/* What the kernel and the clock say of gaps becomes notices, each once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/losses.h"
#include "daemon/roles.h"
#include "event/notice_text.h"

struct heard {
	struct notice notices[16];
	uint64_t serials[16];
	size_t n;
	struct arena *arena;
};

static void on_message(void *ctx, uint32_t type, struct str payload)
{
	struct heard *h = ctx;
	struct record record;

	assert_int_equal(type, RECORD_NOTICE);
	assert_int_equal(record_parse_message(type, payload, &record), 0);
	assert_int_equal(notice_read(record.body, &h->notices[h->n], h->arena), 0);
	h->serials[h->n++] = record.serial;
}

static void on_settle(void *ctx)
{
	(void)ctx;
}

static int setup(void **state)
{
	struct heard *h = calloc(1, sizeof(*h));

	h->arena = arena_new(4096, 65536);
	*state = h;
	return 0;
}

static int teardown(void **state)
{
	struct heard *h = *state;

	arena_free(h->arena);
	free(h);
	return 0;
}

static void view(struct heard *h, struct losses *l, uint64_t asked, uint32_t lost, uint32_t enabled)
{
	struct source_consumer to = { .ctx = h, .message = on_message, .settle = on_settle };

	losses_of_kernel(l, &to,
			 &(struct kernel_view){ .asked = asked, .lost = lost, .enabled = enabled },
			 asked + 100);
}

static void assert_heard(const struct heard *h, size_t i, enum notice_kind kind, uint64_t since,
			 uint64_t at, uint64_t count)
{
	assert_int_equal(h->notices[i].kind, kind);
	assert_int_equal(h->notices[i].since, since);
	assert_int_equal(h->notices[i].at, at);
	assert_int_equal(h->notices[i].count, count);
}

static void test_kernel_losses_lie_between_two_views(void **state)
{
	struct heard *h = *state;
	struct losses l = { 0 };

	view(h, &l, 0, 9, 1); /* never asked */
	view(h, &l, 1000, 5, 1);
	view(h, &l, 2000, 5, 1);
	assert_int_equal(h->n, 0);
	view(h, &l, 3000, 12, 1);
	view(h, &l, 3000, 12, 1);
	assert_int_equal(h->n, 1);
	assert_heard(h, 0, NOTICE_KERNEL_LOST, 2000, 3100, 7);
}

static void view_backlog(struct heard *h, struct losses *l, uint64_t asked, uint32_t waits,
			 uint32_t limit)
{
	struct source_consumer to = { .ctx = h, .message = on_message, .settle = on_settle };

	losses_of_kernel(
		l, &to,
		&(struct kernel_view){
			.asked = asked, .enabled = 1, .backlog = waits, .backlog_limit = limit },
		asked + 100);
}

static void test_a_backlog_is_told_once_it_is_nearly_full(void **state)
{
	struct heard *h = *state;
	struct losses l = { 0 };

	view_backlog(h, &l, 1000, 7999, 10000);
	view_backlog(h, &l, 2000, 4000000000u, 0); /* no limit */
	assert_int_equal(h->n, 0);
	view_backlog(h, &l, 3000, 8000, 10000);
	assert_int_equal(h->n, 1);
	assert_heard(h, 0, NOTICE_BACKLOG, 2000, 3100, 8000);
	/* it wavers: no news until half of it is free */
	view_backlog(h, &l, 4000, 5000, 10000);
	view_backlog(h, &l, 5000, 9000, 10000);
	assert_int_equal(h->n, 1);
	view_backlog(h, &l, 6000, 4999, 10000);
	view_backlog(h, &l, 7000, 4294967295u, 4294967295u);
	assert_int_equal(h->n, 2);
	assert_heard(h, 1, NOTICE_BACKLOG, 6000, 7100, 4294967295u);
	view_backlog(h, &l, 8000, 0, 1);
	view_backlog(h, &l, 9000, 1, 1);
	assert_int_equal(h->n, 3);
}

static void test_a_counter_that_was_set_back_counts_from_there(void **state)
{
	struct heard *h = *state;
	struct losses l = { 0 };

	view(h, &l, 1000, 500, 1);
	view(h, &l, 2000, 0, 1);
	assert_int_equal(h->n, 0);
	view(h, &l, 3000, 4, 1);
	assert_int_equal(h->n, 1);
	assert_heard(h, 0, NOTICE_KERNEL_LOST, 2000, 3100, 4);
	view(h, &l, 4000, 3, 1);
	assert_int_equal(h->n, 2);
	assert_heard(h, 1, NOTICE_KERNEL_LOST, 3000, 4100, 3);
	assert_int_not_equal(h->serials[0], h->serials[1]);
}

static void test_audit_that_is_off_is_told_at_both_ends(void **state)
{
	struct heard *h = *state;
	struct losses l = { 0 };

	view(h, &l, 1000, 0, 1);
	view(h, &l, 2000, 0, 0);
	view(h, &l, 3000, 0, 0);
	assert_int_equal(h->n, 1);
	assert_heard(h, 0, NOTICE_AUDIT_OFF, 1000, 2100, 0);
	view(h, &l, 4000, 0, 1);
	view(h, &l, 5000, 0, 2);
	assert_int_equal(h->n, 2);
	assert_heard(h, 1, NOTICE_AUDIT_ON, 1000, 4100, 0);
}

static void test_audit_that_was_off_from_the_start_is_told(void **state)
{
	struct heard *h = *state;
	struct losses l = { 0 };

	view(h, &l, 1000, 0, 0);
	assert_int_equal(h->n, 1);
	assert_heard(h, 0, NOTICE_AUDIT_OFF, 1000, 1100, 0);
}

static void test_standing_still_is_told_with_its_time(void **state)
{
	struct heard *h = *state;
	struct source_consumer to = { .ctx = h, .message = on_message, .settle = on_settle };
	struct losses l = { 0 };

	losses_of_time(&l, &to, 50 * STALL, 1000 * STALL);
	losses_of_time(&l, &to, 51 * STALL, 1001 * STALL);
	assert_int_equal(h->n, 0);
	losses_of_time(&l, &to, 54 * STALL, 1004 * STALL);
	assert_int_equal(h->n, 1);
	assert_heard(h, 0, NOTICE_STALL, 1001 * STALL, 1004 * STALL, 0);
	losses_of_time(&l, &to, 54 * STALL + 1, 1004 * STALL + 1);
	assert_int_equal(h->n, 1);
}

static void test_roles_are_told_when_they_change(void **state)
{
	struct heard *h = *state;
	struct source_consumer to = { .ctx = h, .message = on_message, .settle = on_settle };
	struct roles r = { 0 };

	roles_tell(&r, &to, ROLE_GUARD, 0, 10);
	assert_int_equal(h->n, 0);
	roles_tell(&r, &to, ROLE_GUARD, 70, 11);
	roles_tell(&r, &to, ROLE_GUARD, 70, 12);
	roles_tell(&r, &to, ROLE_SENSOR, 70, 13);
	roles_tell(&r, &to, ROLE_GUARD, 0, 14);
	assert_int_equal(h->n, 3);
	assert_int_equal(h->notices[0].kind, NOTICE_ROLE);
	assert_int_equal(h->notices[0].code, ROLE_GUARD);
	assert_int_equal(h->notices[0].pid, 70);
	assert_int_equal(h->notices[1].code, ROLE_SENSOR);
	assert_int_equal(h->notices[2].code, ROLE_GUARD);
	assert_int_equal(h->notices[2].pid, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_kernel_losses_lie_between_two_views),
		TEST(test_a_backlog_is_told_once_it_is_nearly_full),
		TEST(test_a_counter_that_was_set_back_counts_from_there),
		TEST(test_audit_that_is_off_is_told_at_both_ends),
		TEST(test_audit_that_was_off_from_the_start_is_told),
		TEST(test_standing_still_is_told_with_its_time),
		TEST(test_roles_are_told_when_they_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
