// SPDX-License-Identifier: Apache-2.0
/* Clocks against each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"

static void test_boot_and_time_since_then_are_now(void **state)
{
	struct timespec up;
	uint64_t boot = clock_boot(), then, now;

	(void)state;
	clock_gettime(CLOCK_BOOTTIME, &up);
	then = boot + (uint64_t)up.tv_sec * NS_PER_S + (uint64_t)up.tv_nsec;
	now = clock_realtime();
	/* it may be put aside here, too */
	assert_true(then <= now + NS_PER_S && now <= then + 60 * NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot_and_time_since_then_are_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
