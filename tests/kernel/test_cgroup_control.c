/* SPDX-License-Identifier: Apache-2.0 */
/* Where containers can be acted upon as a whole, by made-up tables of mounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_root.h"
#include "kernel/cgroup_control.h"

static bool is_possible(const char *mountinfo)
{
	auto_root struct fake_root r = fake_root();
	struct procfs proc;
	bool answer;

	fake_file(&r, "proc/self/mountinfo", mountinfo);
	assert_int_equal(procfs_init(&proc, fake_path(&r, "proc")), 0);
	answer = cgroup_control_is_possible(&proc);
	procfs_release(&proc);
	return answer;
}

static void test_possible_where_a_hierarchy_that_freezes_is_writable(void **state)
{
	(void)state;
	assert_true(is_possible("41 31 0:38 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"));
	assert_true(is_possible("36 31 0:33 / /c/devices ro - cgroup cgroup rw,devices\n"
				"37 31 0:34 / /c/freezer rw - cgroup cgroup rw,freezer\n"));
}

static void test_not_possible_where_none_is(void **state)
{
	(void)state;
	/* as in the sandbox of auditd's unit */
	assert_false(is_possible("41 31 0:38 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw\n"));
	assert_false(is_possible("41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 ro\n"));
	assert_false(is_possible("36 31 0:33 / /c/devices rw - cgroup cgroup rw,devices\n"));
	assert_false(is_possible(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_possible_where_a_hierarchy_that_freezes_is_writable),
		cmocka_unit_test(test_not_possible_where_none_is),
	};

	return cmocka_run_group_tests_name("cgroup_control", tests, NULL, NULL);
}
