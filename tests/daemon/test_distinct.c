// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "daemon/distinct.h"

#define MANY 200000

static void test_distinct_counts_each_event_once(void **state)
{
	struct distinct d;

	(void)state;
	assert_int_equal(distinct_init(&d, 1 << 20), 0);
	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < MANY; i++)
			distinct_add(&d, STR_ABSENT, i / 1000 * NS_PER_S + i * NS_PER_MS, i);
	assert_int_equal(d.count, MANY);
	distinct_release(&d);
}

static void test_distinct_all_of_node_time_and_serial_count(void **state)
{
	struct distinct d;

	(void)state;
	assert_int_equal(distinct_init(&d, 0), 0);
	assert_true(distinct_add(&d, STR_ABSENT, 0, 0));
	assert_false(distinct_add(&d, STR_ABSENT, 0, 0));
	assert_true(distinct_add(&d, STR("a"), 0, 0));
	assert_true(distinct_add(&d, STR("b"), 0, 0));
	assert_true(distinct_add(&d, STR_ABSENT, NS_PER_MS, 0));
	assert_true(distinct_add(&d, STR_ABSENT, 0, 1));
	assert_true(distinct_add(&d, STR_ABSENT, UINT64_MAX, UINT64_MAX));
	assert_int_equal(d.count, 6);
	distinct_release(&d);
}

static void test_distinct_full_forgets_but_goes_on(void **state)
{
	struct distinct d;

	(void)state;
	assert_int_equal(distinct_init(&d, 0), 0);
	for (uint64_t i = 0; i < MANY; i++)
		assert_true(distinct_add(&d, STR_ABSENT, i * NS_PER_S, i));
	assert_int_equal(d.cap, d.max);
	assert_false(distinct_add(&d, STR_ABSENT, (MANY - 1) * NS_PER_S, MANY - 1));
	distinct_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distinct_counts_each_event_once),
		cmocka_unit_test(test_distinct_all_of_node_time_and_serial_count),
		cmocka_unit_test(test_distinct_full_forgets_but_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
