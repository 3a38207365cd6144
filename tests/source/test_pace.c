// SPDX-License-Identifier: Apache-2.0
/* Who is taken at once and who is made to gather. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "source/pace.h"

#define MS NS_PER_MS

static void test_pace_one_event_is_taken_at_once(void **state)
{
	struct pace p = { 0 };

	(void)state;
	for (uint64_t at = 0; at < 10; at++)
		pace_count(&p, 1, 100 * MS + at * MS / 10);
	pace_count(&p, 1, 111 * MS);
	assert_false(p.is_busy);
}

static void test_pace_a_storm_gathers_and_its_end_is_noticed(void **state)
{
	struct pace p = { 0 };
	uint64_t now = 100 * MS;

	(void)state;
	for (unsigned i = 0; i < 30; i++, now += MS)
		pace_count(&p, 8, now);
	assert_true(p.is_busy);
	/* what comes after a pause comes alone */
	pace_count(&p, 8, now + 50 * MS);
	assert_false(p.is_busy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pace_one_event_is_taken_at_once),
		cmocka_unit_test(test_pace_a_storm_gathers_and_its_end_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
