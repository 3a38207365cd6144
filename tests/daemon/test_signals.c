// SPDX-License-Identifier: Apache-2.0
/* Signals as data: whatever was inherited, in whatever number. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/signals.h"

static void test_signals_blocked_and_ignored_ones_are_heard(void **state)
{
	sigset_t all;
	int fd;

	(void)state;
	sigfillset(&all);
	assert_int_equal(sigprocmask(SIG_BLOCK, &all, NULL), 0);
	fd = signals_open();
	assert_true(fd >= 0);
	assert_int_equal(signals_next(fd, 0), SIGNAL_NONE);
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &all), 0);
	assert_int_equal(sigismember(&all, SIGUSR1), 0);
	raise(SIGUSR1);
	raise(SIGPIPE);
	raise(SIGHUP);
	assert_int_equal(signals_next(fd, 0), SIGNAL_RELOAD);
	assert_int_equal(signals_next(fd, 0), SIGNAL_NONE);
	close(fd);
}

/* signalfd(2) gives the lowest number first, and a HUP may come as often as one is taken */
static void test_signals_stop_is_heard_through_a_storm_of_reloads(void **state)
{
	int fd = signals_open();

	(void)state;
	raise(SIGTERM);
	for (int i = 0; i < 100; i++)
		raise(SIGHUP);
	assert_int_equal(signals_next(fd, 0), SIGNAL_STOP);
	close(fd);
}

static void test_signals_stop_from_a_stranger_is_not_obeyed(void **state)
{
	int fd = signals_open();

	(void)state;
	raise(SIGTERM);
	assert_int_equal(signals_next(fd, getpid() + 1), SIGNAL_NONE);
	raise(SIGTERM);
	assert_int_equal(signals_next(fd, getpid()), SIGNAL_STOP);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_blocked_and_ignored_ones_are_heard),
		cmocka_unit_test(test_signals_stop_is_heard_through_a_storm_of_reloads),
		cmocka_unit_test(test_signals_stop_from_a_stranger_is_not_obeyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
