// SPDX-License-Identifier: Apache-2.0
/* Records that find no room: counted, and told where the gap is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/intake.h"
#include "event/notice_text.h"
#include "event/record.h"

#define RING 65536

struct taken {
	char order[8192]; /* 'r' for a record, 'L' for a gap */
	size_t n;
	uint64_t lost, told; /* by the number, by notices */
};

static void on_message(void *ctx, uint32_t type, struct str payload)
{
	struct taken *t = ctx;
	struct record record;
	struct notice notice;
	struct arena *arena = arena_new(4096, 65536);

	assert_non_null(arena);
	t->order[t->n++] = type == RECORD_NOTICE ? 'L' : 'r';
	if (type == RECORD_NOTICE) {
		assert_int_equal(record_parse_message(type, payload, &record), 0);
		assert_int_equal(notice_read(record.body, &notice, arena), 0);
		assert_int_equal(notice.kind, NOTICE_LOST);
		t->told += notice.count;
	}
	arena_free(arena);
}

static void on_lost(void *ctx, uint64_t n)
{
	struct taken *t = ctx;

	t->lost += n;
}

static void on_settle(void *ctx)
{
	(void)ctx;
}

static struct source_consumer taker(struct taken *t)
{
	return (struct source_consumer){
		.ctx = t,
		.message = on_message,
		.settle = on_settle,
		.lost = on_lost,
	};
}

static void drain(struct intake *i, struct taken *t)
{
	struct source_consumer to = taker(t);

	while (intake_drain(i, ring_end(i->ring), &to))
		;
	t->order[t->n] = '\0';
}

/* until nothing more finds room; returns how many did */
static size_t fill(struct intake *i)
{
	static const char record[1000] = "audit(1.000:1): x";
	struct source_consumer source = intake_consumer(i);
	size_t n = 0;

	while (!atomic_load(&i->full)) {
		source.message(source.ctx, 1300, str_mem(record, sizeof(record)));
		n++;
	}
	return n - 1;
}

static void test_intake_gap_is_told_where_it_is(void **state)
{
	struct source_consumer source;
	struct taken t = { 0 };
	struct intake i;
	size_t n;

	(void)state;
	assert_int_equal(intake_init(&i, RING), 0);
	source = intake_consumer(&i);
	n = fill(&i);
	for (int k = 0; k < 4; k++)
		source.message(source.ctx, 1300, str_mem((char[1000]){ 0 }, 1000));
	drain(&i, &t);
	assert_null(strchr(t.order, 'L')); /* it is behind these */
	assert_int_equal(t.n, n);
	assert_int_equal(t.lost, 5);
	source.message(source.ctx, 1300, STR("audit(1.000:2): x"));
	drain(&i, &t);
	assert_string_equal(t.order + n, "Lr");
	assert_int_equal(t.told, 5);
	intake_release(&i);
}

static void test_intake_what_the_source_lost_is_told_at_once(void **state)
{
	struct source_consumer source;
	struct taken t = { 0 };
	struct intake i;

	(void)state;
	assert_int_equal(intake_init(&i, RING), 0);
	source = intake_consumer(&i);
	source.message(source.ctx, 1300, STR("audit(1.000:1): x"));
	source.lost(source.ctx, 7);
	source.message(source.ctx, 1300, STR("audit(1.000:2): x"));
	drain(&i, &t);
	assert_string_equal(t.order, "rLr");
	assert_int_equal(t.told, 7);
	assert_int_equal(t.lost, 7);
	intake_release(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intake_gap_is_told_where_it_is),
		cmocka_unit_test(test_intake_what_the_source_lost_is_told_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
