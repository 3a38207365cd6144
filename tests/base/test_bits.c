// SPDX-License-Identifier: Apache-2.0
/* Names of set bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bits.h"

static const char *name(unsigned n)
{
	static const char *const names[] = { "one", "", "three" };

	return names[n];
}

static void check(unsigned bits, unsigned count, const char *expected)
{
	AUTO(arena) a = arena_new(64, 4096);
	struct str got = bits_names(bits, count, name, a);

	assert_true(str_eq(got, str_of(expected)));
}

static void test_bits_are_named_in_order(void **state)
{
	(void)state;
	check(1U | 4U, 3, "one three");
	check(4U, 3, "three");
	check(0, 3, "");
}

static void test_bits_past_the_count_have_no_name(void **state)
{
	(void)state;
	check(~0U, 1, "one");
	check(~0U, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bits_are_named_in_order),
		cmocka_unit_test(test_bits_past_the_count_have_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
