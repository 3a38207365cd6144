// SPDX-License-Identifier: Apache-2.0
/* Who wants too much takes nothing from the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/shares.h"

#define START (5 * NS_PER_S)

static unsigned take(struct shares *s, uint64_t who, unsigned times, uint64_t now)
{
	unsigned n = 0;

	while (times--)
		n += shares_take(s, who, now);
	return n;
}

static void test_a_storm_of_one_leaves_the_others_theirs(void **state)
{
	struct shares s = { .each = 10, .all = 50 };

	(void)state;
	assert_int_equal(take(&s, 7, 1000, START), 10);
	assert_int_equal(take(&s, 8, 5, START), 5);
	/* nobody's first process is a name of its own */
	assert_int_equal(take(&s, 0, 20, START), 10);
	assert_int_equal(take(&s, 7, 1, START + NS_PER_S - 1), 0);
	assert_int_equal(take(&s, 7, 20, START + NS_PER_S), 10);
}

static void test_all_together_are_bounded(void **state)
{
	struct shares s = { .each = 10, .all = 25 };

	(void)state;
	assert_int_equal(take(&s, 1, 10, START), 10);
	assert_int_equal(take(&s, 2, 10, START), 10);
	assert_int_equal(take(&s, 3, 10, START), 5);
	assert_int_equal(take(&s, 3, 10, START + NS_PER_S), 10);
}

static void test_what_costs_much_is_counted_afterwards(void **state)
{
	struct shares s = { .each = 100, .all = 150 };

	(void)state;
	assert_true(shares_are_left(&s, 7, START));
	shares_use(&s, 7, START, 120);
	assert_false(shares_are_left(&s, 7, START + 1));
	assert_true(shares_are_left(&s, 8, START + 1));
	shares_use(&s, 8, START + 1, 40);
	assert_false(shares_are_left(&s, 9, START + 2));
	assert_true(shares_are_left(&s, 7, START + NS_PER_S));
}

static void test_past_the_end_the_one_that_rested_longest_goes(void **state)
{
	struct shares s = { .each = 1, .all = 1000 };

	(void)state;
	for (uint64_t who = 1; who <= SHARES_MAX; who++)
		assert_true(shares_take(&s, who, START + who));
	assert_true(shares_take(&s, SHARES_MAX + 1, START + SHARES_MAX + 1));
	/* the first had the oldest row; the last still has its own */
	assert_false(shares_take(&s, SHARES_MAX, START + SHARES_MAX + 2));
	assert_true(shares_take(&s, 1, START + SHARES_MAX + 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_storm_of_one_leaves_the_others_theirs),
		cmocka_unit_test(test_all_together_are_bounded),
		cmocka_unit_test(test_what_costs_much_is_counted_afterwards),
		cmocka_unit_test(test_past_the_end_the_one_that_rested_longest_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
