/* SPDX-License-Identifier: Apache-2.0 */
/* Who is held, for how long, and what is asked: a pair of sockets is the main process. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "guard/protocol.h"
#include "guard/strangers.h"

static int main_process = -1;

static int setup(void **state)
{
	int pair[2];

	(void)state;
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
	main_process = pair[0];
	assert_int_equal(dup3(pair[1], GUARD_QUESTION_FD, O_CLOEXEC), GUARD_QUESTION_FD);
	if (pair[1] != GUARD_QUESTION_FD)
		close(pair[1]);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(main_process);
	close(GUARD_QUESTION_FD);
	return 0;
}

static bool hold(struct strangers *s, int32_t pid, int fd, uint64_t until)
{
	return strangers_hold(s, &(struct stranger){ .asked.fd = fd, .pid = pid, .until = until });
}

/* 0: nobody */
static int32_t asked_about(void)
{
	struct guard_question question;
	ssize_t n = recv(main_process, &question, sizeof(question), MSG_DONTWAIT);

	return n == sizeof(question) ? question.pid : 0;
}

static void test_threads_of_one_are_asked_about_once(void **state)
{
	struct strangers s = { .n = 0 };
	struct stranger who;

	(void)state;
	assert_true(hold(&s, 7, 30, 100));
	assert_true(hold(&s, 8, 31, 100));
	assert_true(hold(&s, 7, 32, 100));
	assert_int_equal(asked_about(), 7);
	assert_int_equal(asked_about(), 8);
	assert_int_equal(asked_about(), 0);
	assert_true(strangers_of(&s, 7, &who));
	assert_true(strangers_of(&s, 7, &who));
	assert_false(strangers_of(&s, 7, &who));
	assert_true(strangers_of(&s, 8, &who));
	assert_int_equal(who.asked.fd, 31);
	/* answered, so the next time is another question */
	assert_true(hold(&s, 7, 33, 100));
	assert_int_equal(asked_about(), 7);
}

static void test_nobody_waits_longer_than_he_may(void **state)
{
	struct strangers s = { .n = 0 };
	struct stranger who;

	(void)state;
	assert_int_equal(strangers_timeout(&s, 0, 12), 12);
	assert_true(hold(&s, 7, 30, 20 * NS_PER_MS));
	assert_true(hold(&s, 8, 31, 5 * NS_PER_MS));
	assert_int_equal(strangers_timeout(&s, 0, 12), 5);
	assert_int_equal(strangers_timeout(&s, 1, 12), 5);
	assert_int_equal(strangers_timeout(&s, 6 * NS_PER_MS, 12), 0);
	assert_false(strangers_due(&s, 4 * NS_PER_MS, &who));
	assert_true(strangers_due(&s, 5 * NS_PER_MS, &who));
	assert_int_equal(who.pid, 8);
	assert_false(strangers_due(&s, 5 * NS_PER_MS, &who));
	assert_true(strangers_due(&s, 20 * NS_PER_MS, &who));
	assert_int_equal(s.n, 0);
}

static void test_who_cannot_be_asked_about_is_not_held(void **state)
{
	struct strangers s = { .n = 0 };

	(void)state;
	for (int i = 0; i < STRANGERS_MAX; i++)
		assert_true(hold(&s, 7, i, 100));
	assert_false(hold(&s, 7, STRANGERS_MAX, 100));
	s.n = 0;
	close(main_process);
	main_process = -1;
	assert_false(hold(&s, 7, 30, 100));
	assert_int_equal(s.n, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_threads_of_one_are_asked_about_once),
		CASE(test_nobody_waits_longer_than_he_may),
		CASE(test_who_cannot_be_asked_about_is_not_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
