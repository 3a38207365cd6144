// SPDX-License-Identifier: Apache-2.0
/* Quantiles out of a histogram, and sums over guards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemon/guard_numbers.h"

static void test_quantiles_are_upper_ends_of_rows(void **state)
{
	struct guard_pulse p = { .asked = 100 };
	struct guardian_stats s = { 0 };

	(void)state;
	p.latencies[20] = 60; /* below 32 us */
	p.latencies[25] = 39;
	p.latencies[48] = 1;
	guard_numbers_add(&p, &s);
	guard_numbers_settle(&s);
	assert_int_equal(s.p50_us, 32);
	assert_int_equal(s.p99_us, 80);
	/* a second guard, slower */
	p.latencies[48] = 500;
	guard_numbers_add(&p, &s);
	guard_numbers_settle(&s);
	assert_int_equal(s.p50_us, 4096);
	assert_int_equal(s.asked, 200);
}

static void test_nobody_has_waited(void **state)
{
	struct guard_pulse p = { 0 };
	struct guardian_stats s = { 0 };

	(void)state;
	guard_numbers_add(&p, &s);
	guard_numbers_settle(&s);
	assert_int_equal(s.p50_us, 0);
	assert_int_equal(s.p99_us, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quantiles_are_upper_ends_of_rows),
		cmocka_unit_test(test_nobody_has_waited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
