// SPDX-License-Identifier: Apache-2.0
/* Who made us wait is left alone for a while, longer each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "kernel/silence.h"

#define FIRST (SILENCE_FIRST_MS * NS_PER_MS)

static void test_silence_lasts_twice_as_long_each_time(void **state)
{
	struct silence s = { 0 };

	(void)state;
	assert_false(silence_lasts(&s, 7, 0));
	silence_note(&s, 7, 0);
	assert_true(silence_lasts(&s, 7, FIRST - 1));
	assert_false(silence_lasts(&s, 8, FIRST - 1));
	assert_false(silence_lasts(&s, 7, FIRST));
	silence_note(&s, 7, FIRST);
	assert_true(silence_lasts(&s, 7, 3 * FIRST - 1));
	assert_false(silence_lasts(&s, 7, 3 * FIRST));
	for (unsigned i = 0; i < 100; i++)
		silence_note(&s, 7, 0);
	assert_false(silence_lasts(&s, 7, FIRST << SILENCE_DOUBLINGS));
}

static void test_oldest_row_goes(void **state)
{
	struct silence s = { 0 };

	(void)state;
	for (uint64_t who = 1; who <= SILENCE_MAX + 1; who++)
		silence_note(&s, who, 0);
	assert_false(silence_lasts(&s, 1, 1));
	assert_true(silence_lasts(&s, 2, 1));
	assert_true(silence_lasts(&s, SILENCE_MAX + 1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence_lasts_twice_as_long_each_time),
		cmocka_unit_test(test_oldest_row_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
