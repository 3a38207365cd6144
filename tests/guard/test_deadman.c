/* SPDX-License-Identifier: Apache-2.0 */
/* Children hold it: what becomes of them is told by wait(2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "guard/deadman.h"

#define DEADLINE 200 /* ms */
#define LIVED 7

/* the status of a child that holds it and then does that */
static int status_of(void (*live)(struct deadman *d))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct deadman d;

		alarm(20);
		if (deadman_hold(&d, DEADLINE) < 0)
			_exit(1);
		live(&d);
		_exit(LIVED);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void stop(struct deadman *d)
{
	(void)d;
	raise(SIGSTOP);
}

static void spin(struct deadman *d)
{
	(void)d;
	for (;;)
		;
}

static void touch(struct deadman *d)
{
	uint64_t end = clock_monotonic() + 3 * DEADLINE * NS_PER_MS;

	while (clock_monotonic() < end)
		deadman_touch(d, clock_monotonic());
}

static void release(struct deadman *d)
{
	deadman_release(d);
	usleep(2 * DEADLINE * 1000);
	deadman_touch(d, clock_monotonic());
}

static void test_deadman_stopped_process_is_killed(void **state)
{
	int status = status_of(stop);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_deadman_busy_process_that_does_not_touch_is_killed(void **state)
{
	int status = status_of(spin);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_deadman_process_that_touches_lives(void **state)
{
	int status = status_of(touch);

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == LIVED);
}

static void test_deadman_released_does_nothing(void **state)
{
	int status = status_of(release);

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == LIVED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deadman_stopped_process_is_killed),
		cmocka_unit_test(test_deadman_busy_process_that_does_not_touch_is_killed),
		cmocka_unit_test(test_deadman_process_that_touches_lives),
		cmocka_unit_test(test_deadman_released_does_nothing),
	};

	return cmocka_run_group_tests_name("deadman", tests, NULL, NULL);
}
