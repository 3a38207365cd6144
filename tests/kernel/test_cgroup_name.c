/* SPDX-License-Identifier: Apache-2.0 */
/* Names by handle, of files in a directory of the test's own: any file system that has handles tells them. Needs root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>

#include "fake_root.h"
#include "kernel/cgroup_name.h"

static void test_knob_by_last_part_of_the_name(void **state)
{
	(void)state;
	assert_true(str_eq(cgroup_knob(STR("/sys/fs/cgroup/devices/a/devices.allow")),
			   STR("devices.allow")));
	assert_true(str_eq(cgroup_knob(STR("/devices.deny")), STR("devices.deny")));
	assert_true(str_eq(cgroup_knob(STR("/x/release_agent")), STR("release_agent")));
	assert_true(str_eq(cgroup_knob(STR("/x/notify_on_release")), STR("notify_on_release")));
	assert_null(cgroup_knob(STR("/devices.allow/cgroup.procs")).ptr);
	assert_null(cgroup_knob(STR("/x/devices.allow2")).ptr);
	assert_null(cgroup_knob(STR_ABSENT).ptr);
}

static void test_name_is_that_of_the_file_system(void **state)
{
	auto_root struct fake_root r = fake_root();
	char path[PATH_MAX];
	auto_close int root = -1, fd = -1, other = -1;

	(void)state;
	if (geteuid() != 0)
		skip();
	fake_file(&r, "top/a/devices.allow", "");
	fake_file(&r, "beside/devices.allow", "");
	fake_link(&r, "plain", fake_path(&r, "top/a/devices.allow"));
	root = open(fake_path(&r, "top"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = open(fake_path(&r, "plain"), O_RDONLY | O_CLOEXEC);
	other = open(fake_path(&r, "beside/devices.allow"), O_RDONLY | O_CLOEXEC);
	assert_true(root >= 0 && fd >= 0 && other >= 0);
	assert_int_equal(cgroup_name(root, fd, path), 0);
	assert_string_equal(path, "/a/devices.allow");
	assert_int_equal(cgroup_name(root, other, path), -EXDEV);
	assert_int_equal(cgroup_name(root, -1, path), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knob_by_last_part_of_the_name),
		cmocka_unit_test(test_name_is_that_of_the_file_system),
	};

	return cmocka_run_group_tests_name("cgroup_name", tests, NULL, NULL);
}
