/* SPDX-License-Identifier: Apache-2.0 */
/* Which execs are looked at, and when watching them ends by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../kernel/fake_root.h"
#include <fcntl.h>

#include "base/clock.h"
#include "guard/exec_watch.h"
#include "guard/launches.h"

static void test_launches_only_a_task_without_memory_is_a_candidate(void **state)
{
	struct fake_root root = fake_root();
	struct procfs proc;
	bool is_blind;

	(void)state;
	fake_file(&root, "7/statm", "0 0 0 0 0 0 0\n");
	fake_file(&root, "8/statm", "1024 90 80 1 0 40 0\n");
	fake_file(&root, "9/statm", "");
	assert_int_equal(procfs_init(&proc, root.path), 0);
	assert_true(launches_has_candidate(&proc, 7, &is_blind));
	assert_false(is_blind);
	assert_false(launches_has_candidate(&proc, 8, &is_blind));
	assert_false(is_blind);
	/* gone: nobody waits */
	assert_false(launches_has_candidate(&proc, 10, &is_blind));
	assert_false(is_blind);
	/* on the real machine: we have memory, a kernel thread has none */
	procfs_release(&proc);
	assert_int_equal(procfs_init(&proc, NULL), 0);
	assert_false(launches_has_candidate(&proc, getpid(), &is_blind));
	procfs_release(&proc);
	fake_root_release(&root);
}

static void test_launches_files_are_known_by_device_and_inode(void **state)
{
	const struct launches l = { .known = { .n = 2, .files = { { 8, 1, 100 }, { 0, 40, 7 } } } };

	(void)state;
	assert_true(launches_know(&l, 8, 1, 100));
	assert_true(launches_know(&l, 0, 40, 7));
	assert_false(launches_know(&l, 8, 2, 100));
	assert_false(launches_know(&l, 0, 40, 100));
	/* a free row is nobody's */
	assert_false(launches_know(&l, 0, 0, 0));
}

static void test_launches_what_is_settled_holds_for_that_task_alone(void **state)
{
	struct launches l = { .next = 0 };

	(void)state;
	launches_settle(&l, 10, 500);
	assert_true(launches_are_settled(&l, 10, 500));
	assert_false(launches_are_settled(&l, 10, 501));
	assert_false(launches_are_settled(&l, 11, 500));
	for (int i = 0; i < LAUNCHES_SEEN; i++)
		launches_settle(&l, 20 + i, 1);
	assert_false(launches_are_settled(&l, 10, 500));
}

static void test_exec_watch_ends_when_one_in_a_hundred_is_slow(void **state)
{
	struct exec_watch w;

	(void)state;
	exec_watch_init(&w, 50);
	assert_false(exec_watch_is_armed(&w));
	/* a descriptor that is no group is closed instead */
	w.queue.group = open("/dev/null", O_RDONLY | O_CLOEXEC);
	w.is_armed = true;
	for (int i = 0; i < 5000; i++)
		assert_true(exec_watch_keeps_up(&w, i % 100 ? 1000 : 6 * NS_PER_MS));
	for (int i = 0; i < 10; i++)
		assert_true(exec_watch_keeps_up(&w, 6 * NS_PER_MS));
	assert_true(exec_watch_is_armed(&w));
	assert_false(exec_watch_keeps_up(&w, 6 * NS_PER_MS));
	assert_false(exec_watch_is_armed(&w));
	assert_int_equal(w.queue.group, -1);
	/* who waited when it ended does not end it again */
	for (int i = 0; i < 20; i++)
		assert_true(exec_watch_keeps_up(&w, 6 * NS_PER_MS));
}

static void test_exec_watch_that_ends_keeps_its_group(void **state)
{
	struct exec_watch w;
	int group = fan_open_permission();

	(void)state;
	if (group < 0) {
		print_message("fanotify needs root\n");
		skip();
	}
	exec_watch_init(&w, 50);
	w.queue.group = group;
	w.is_armed = true;
	exec_watch_disarm(&w);
	assert_false(exec_watch_is_armed(&w));
	assert_int_equal(w.queue.group, group);
	exec_watch_release(&w);
	assert_int_equal(w.queue.group, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_launches_only_a_task_without_memory_is_a_candidate),
		cmocka_unit_test(test_launches_files_are_known_by_device_and_inode),
		cmocka_unit_test(test_launches_what_is_settled_holds_for_that_task_alone),
		cmocka_unit_test(test_exec_watch_ends_when_one_in_a_hundred_is_slow),
		cmocka_unit_test(test_exec_watch_that_ends_keeps_its_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
