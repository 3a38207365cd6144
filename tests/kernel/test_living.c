// SPDX-License-Identifier: Apache-2.0
/* Who answers for a process whose first thread has ended: of the kernel's own /proc, and of a made-up one. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/shares.h"
#include "fake_root.h"
#include "kernel/living.h"

#define STAT(flags) "(x) S 1 1 1 0 -1 " flags " 1 0 0 0 1 2 0 0 20 0 1 0 42 1000 10 0 0 0\n"
#define LIVING STAT("4194304")
#define ENDED STAT("4194308")

static int open_in(const struct fake_root *r, struct arena *a)
{
	auto_close int root = open(r->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct procfs p = { .root = root };
	struct procfs_stat stat;

	return living_task(&p, 7, &stat, a);
}

static void test_first_thread_answers_while_it_lives(void **state)
{
	auto_root struct fake_root r = fake_root();

	(void)state;
	assert_int_equal(open_in(&r, r.arena), -ESRCH);
	fake_file(&r, "7/stat", "7 " LIVING);
	fake_file(&r, "7/what", "process");
	fake_file(&r, "7/task/8/stat", "8 " LIVING);
	auto_close int task = open_in(&r, r.arena);
	struct str what;

	assert_true(task >= 0);
	assert_int_equal(procfs_file(task, "what", 64, r.arena, &what), 0);
	assert_str(what, "process");
}

static void test_another_answers_when_it_has_ended(void **state)
{
	auto_root struct fake_root r = fake_root();

	(void)state;
	fake_file(&r, "7/stat", "7 " ENDED);
	assert_int_equal(open_in(&r, r.arena), -ESRCH);
	fake_file(&r, "7/task/7/stat", "7 " ENDED);
	fake_file(&r, "7/task/8/stat", "8 " ENDED);
	assert_int_equal(open_in(&r, r.arena), -ESRCH);
	fake_file(&r, "7/task/9/stat", "9 " LIVING);
	fake_file(&r, "7/task/9/what", "thread");
	auto_close int task = open_in(&r, r.arena);
	struct str what;

	assert_true(task >= 0);
	assert_int_equal(procfs_file(task, "what", 64, r.arena, &what), 0);
	assert_str(what, "thread");
}

/* a container may have as many as its limit of processes allows */
static void test_many_that_ended_hide_none_that_lives(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(arena) a = arena_new(65536, 1 << 20);
	char name[32], text[4000];

	(void)state;
	snprintf(text, sizeof(text), "8 %s%03800d\n", ENDED, 0);
	fake_file(&r, "7/stat", "7 " ENDED);
	for (unsigned i = 1000; i < 5000; i++) {
		snprintf(name, sizeof(name), "7/task/%u/stat", i);
		fake_file(&r, name, text);
	}
	fake_file(&r, "7/task/9000/stat", "8 " LIVING);
	auto_close int task = open_in(&r, a);

	assert_true(task >= 0);
}

/* who makes it last long is asked about seldom, and who does not in any case */
static void test_who_keeps_us_busy_waits(void **state)
{
	auto_root struct fake_root r = fake_root();
	struct shares scans = { .each = 1, .all = 1 };
	auto_close int root = open(r.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct procfs p = { .root = root, .scans = &scans };
	struct procfs_stat stat;

	(void)state;
	fake_file(&r, "7/stat", "7 " ENDED);
	for (unsigned i = 1000; i < 1300; i++)
		fake_file(&r, arena_printf(r.arena, "7/task/%u/stat", i).ptr, "8 " ENDED);
	fake_file(&r, "8/stat", "8 " ENDED);
	fake_file(&r, "8/task/9/stat", "9 " LIVING);
	assert_int_equal(living_task(&p, 7, &stat, r.arena), -ESRCH);
	assert_int_equal(living_task(&p, 7, &stat, r.arena), -EAGAIN);
	for (unsigned i = 0; i < 2; i++) {
		auto_close int task = living_task(&p, 8, &stat, r.arena);

		assert_true(task >= 0);
	}
}

static void *go_on(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

/* a child whose first thread ends, and whose second waits */
static pid_t child_without_first_thread(void)
{
	pid_t pid = fork();
	pthread_t thread;

	if (pid)
		return pid;
	alarm(60);
	if (pthread_create(&thread, NULL, go_on, NULL) != 0)
		_exit(1);
	syscall(SYS_exit, 0);
	abort();
}

static bool is_exiting(const struct procfs *p, pid_t pid, struct arena *a)
{
	auto_close int task = procfs_task(p, pid);
	struct procfs_stat stat;

	assert_int_equal(procfs_stat(task, &stat, a), 0);
	return stat.is_exiting;
}

static void test_kernel_tells_of_the_thread_what_the_process_has(void **state)
{
	AUTO(arena) a = arena_new(65536, 1 << 24);
	pid_t pid = child_without_first_thread();
	struct procfs p;
	struct procfs_stat stat;
	struct procfs_status status;
	struct str exe, own;

	(void)state;
	assert_int_equal(procfs_init(&p, NULL), 0);
	while (!is_exiting(&p, pid, a))
		usleep(1000);
	auto_close int first = procfs_task(&p, pid);
	auto_close int self = procfs_task(&p, getpid());
	auto_close int task = living_task(&p, pid, &stat, a);

	assert_true(task >= 0);
	assert_int_equal(procfs_namespace(first, PROCFS_NS_MNT), 0);
	assert_int_equal(procfs_link(first, "exe", a, &exe), -ENOENT);
	assert_int_equal(procfs_namespace(task, PROCFS_NS_MNT),
			 procfs_namespace(self, PROCFS_NS_MNT));
	assert_int_equal(procfs_link(task, "exe", a, &exe), 0);
	assert_int_equal(procfs_link(self, "exe", a, &own), 0);
	assert_true(str_eq(exe, own));
	assert_int_equal(procfs_file(task, "cgroup", 65536, a, &exe), 0);
	assert_int_equal(procfs_file(self, "cgroup", 65536, a, &own), 0);
	assert_true(str_eq(exe, own));
	/* the process's number, and not the thread's */
	assert_int_equal(procfs_status(task, &status), 0);
	assert_int_equal(status.tgid, pid);
	assert_int_equal(status.vpid, pid);
	kill(pid, SIGKILL);
	/* a zombie as a whole */
	siginfo_t info;
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(living_thread(&p, pid, first), -ESRCH);
	waitpid(pid, NULL, 0);
	procfs_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_thread_answers_while_it_lives),
		cmocka_unit_test(test_another_answers_when_it_has_ended),
		cmocka_unit_test(test_many_that_ended_hide_none_that_lives),
		cmocka_unit_test(test_who_keeps_us_busy_waits),
		cmocka_unit_test(test_kernel_tells_of_the_thread_what_the_process_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
