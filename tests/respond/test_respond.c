/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "respond/respond.h"

/* a child that waits to be killed */
static pid_t child_new(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(30);
		for (;;)
			pause();
	}
	return pid;
}

/* the signal that ended the child; 0: it lived until now */
static int child_end(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, WNOHANG) == pid)
		return WTERMSIG(status);
	usleep(20000);
	if (waitpid(pid, &status, WNOHANG) == pid)
		return WTERMSIG(status);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return 0;
}

static struct alert *alert_of(unsigned actions, const struct target *t)
{
	struct alert *a = alert_new_internal(clock_realtime(), PRIORITY_CRITICAL, STR("r"),
					     STR("R"), STR("something happened"), STR("h"));

	assert_non_null(a);
	assert_int_equal(alert_aim(a, actions, t), 0);
	return a;
}

static struct target target_of(pid_t pid)
{
	return (struct target){
		.process = { .pid = pid, .pidfd = -1 },
		.seen = clock_realtime(),
		.container = STR("c0ffee"),
	};
}

static struct responder *responder(bool enforce, unsigned budget)
{
	struct responder *r =
		responder_new(&(struct respond_options){ .enforce = enforce, .budget = budget });

	assert_non_null(r);
	return r;
}

static void test_respond_kill_hits_the_process(void **state)
{
	AUTO(responder) r = responder(true, 10);
	pid_t pid = child_new();
	struct target t = target_of(pid);
	AUTO(alert) a = alert_of(ACTION_KILL, &t);

	(void)state;
	responder_act(r, a, 1);
	assert_int_equal(child_end(pid), SIGKILL);
	assert_int_equal(a->n_acts, 1);
	assert_string_equal(a->acts[0].name, "kill");
	assert_int_equal(a->acts[0].result, ACT_DONE);
	assert_true(str_eq(a->message, STR("[kill=done] something happened")));
	assert_int_equal(a->actions, 0);
}

static void test_respond_observe_says_what_it_would_have_done(void **state)
{
	AUTO(responder) r = responder(false, 10);
	pid_t pid = child_new();
	struct target t = target_of(pid);
	AUTO(alert) a = alert_of(ACTION_KILL, &t);

	(void)state;
	responder_act(r, a, 1);
	assert_int_equal(child_end(pid), 0);
	assert_int_equal(a->acts[0].result, ACT_NOT_ENABLED);
}

static void test_respond_spared_is_left_alone(void **state)
{
	AUTO(responder) r = responder(true, 10);
	pid_t pid = child_new();
	struct target t = target_of(pid);
	AUTO(alert) a = NULL;

	(void)state;
	t.spared = "it is not in a container";
	a = alert_of(ACTION_KILL | ACTION_FREEZE | ACTION_KILL_CONTAINER, &t);
	responder_act(r, a, 1);
	assert_int_equal(child_end(pid), 0);
	assert_int_equal(a->n_acts, 3);
	for (size_t i = 0; i < a->n_acts; i++)
		assert_int_equal(a->acts[i].result, ACT_NOT_POSSIBLE);
}

/* the pid was given to another process after the event */
static void test_respond_pid_reused_is_left_alone(void **state)
{
	AUTO(responder) r = responder(true, 10);
	pid_t pid = child_new();
	struct target t = target_of(pid);
	AUTO(alert) before = NULL;
	AUTO(alert) ticks = NULL;

	(void)state;
	t.seen -= NS_PER_S;
	before = alert_of(ACTION_KILL, &t);
	responder_act(r, before, 1);
	assert_int_equal(before->acts[0].result, ACT_FAILED);
	t = target_of(pid);
	t.process.start_ticks = 1;
	ticks = alert_of(ACTION_KILL, &t);
	responder_act(r, ticks, 1);
	assert_int_equal(ticks->acts[0].result, ACT_FAILED);
	assert_int_equal(child_end(pid), 0);
}

static void test_respond_process_gone_fails(void **state)
{
	AUTO(responder) r = responder(true, 10);
	pid_t pid = child_new();
	struct target t = target_of(pid);
	AUTO(alert) a = alert_of(ACTION_KILL, &t);

	(void)state;
	assert_int_equal(child_end(pid), 0);
	responder_act(r, a, 1);
	assert_int_equal(a->acts[0].result, ACT_FAILED);
}

static void test_respond_nonsense_pids_are_never_signalled(void **state)
{
	static const pid_t pids[] = { 0, -1, INT32_MIN, INT32_MAX };
	AUTO(responder) r = responder(true, 10);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		struct target t = target_of(pids[i]);
		AUTO(alert) a = alert_of(ACTION_KILL, &t);

		responder_act(r, a, 1);
		assert_int_not_equal(a->acts[0].result, ACT_DONE);
	}
}

static void test_respond_budget_is_of_a_minute(void **state)
{
	AUTO(responder) r = responder(true, 2);
	enum act_result want[] = { ACT_DONE, ACT_DONE, ACT_NOT_POSSIBLE, ACT_DONE };
	uint64_t now[] = { 61, 62, 120, 121 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		pid_t pid = child_new();
		struct target t = target_of(pid);
		AUTO(alert) a = alert_of(ACTION_KILL, &t);

		responder_act(r, a, now[i] * NS_PER_S);
		assert_int_equal(a->acts[0].result, want[i]);
		assert_int_equal(child_end(pid), want[i] == ACT_DONE ? SIGKILL : 0);
	}
}

/* a root directory of a hierarchy, a path that leads out, and none at all */
static void test_respond_cgroup_that_is_no_containers_is_refused(void **state)
{
	static const char *const cgroups[] = { "0::/\n1:freezer:/\n", "0::/../..\n", "garbage",
					       "" };
	AUTO(responder) r = responder(true, 10);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cgroups); i++) {
		struct target t = target_of(0);
		AUTO(alert) a = NULL;

		t.cgroups = str_of(cgroups[i]);
		a = alert_of(ACTION_KILL_CONTAINER | ACTION_FREEZE, &t);
		responder_act(r, a, 1);
		assert_int_not_equal(a->acts[0].result, ACT_DONE);
		assert_int_not_equal(a->acts[1].result, ACT_DONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_respond_kill_hits_the_process),
		cmocka_unit_test(test_respond_observe_says_what_it_would_have_done),
		cmocka_unit_test(test_respond_spared_is_left_alone),
		cmocka_unit_test(test_respond_pid_reused_is_left_alone),
		cmocka_unit_test(test_respond_process_gone_fails),
		cmocka_unit_test(test_respond_nonsense_pids_are_never_signalled),
		cmocka_unit_test(test_respond_budget_is_of_a_minute),
		cmocka_unit_test(test_respond_cgroup_that_is_no_containers_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
