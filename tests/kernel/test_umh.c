/* SPDX-License-Identifier: Apache-2.0 */
/* Which programs the kernel would start, by knobs that were made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_root.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "kernel/umh.h"

static void expect_program(const char *text, const char *program)
{
	struct str found = umh_program(str_of(text));

	if (!program)
		assert_false(found.ptr);
	else
		assert_true(str_eq(found, str_of(program)));
}

static void test_umh_program_is_what_stands_before_the_arguments(void **state)
{
	(void)state;
	expect_program("/sbin/modprobe\n", "/sbin/modprobe");
	expect_program("|/usr/share/apport/apport -p%p -s%s\n", "/usr/share/apport/apport");
	expect_program("| /bin/dump %P", "/bin/dump");
	expect_program("core\n", NULL);
	expect_program("|relative\n", NULL);
	expect_program("\n", NULL);
	expect_program("", NULL);
	expect_program("|", NULL);
}

static bool holds(const struct str *paths, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(paths[i], str_of(path)))
			return true;
	return false;
}

static void test_umh_paths_come_from_knobs_and_from_the_kernel(void **state)
{
	struct fake_root root = fake_root();
	struct arena *a = arena_new(4096, 65536);
	struct procfs proc;
	struct str *paths;
	size_t n;

	(void)state;
	fake_file(&root, "sys/kernel/modprobe", "/opt/modprobe\n");
	fake_file(&root, "sys/kernel/core_pattern", "|/opt/dump %p\n");
	assert_int_equal(procfs_init(&proc, root.path), 0);
	assert_int_equal(umh_paths(&proc, &paths, &n, a), 0);
	assert_true(holds(paths, n, "/opt/modprobe"));
	assert_true(holds(paths, n, "/opt/dump"));
	assert_true(holds(paths, n, "/sbin/request-key"));
	fake_file(&root, "sys/kernel/core_pattern", "core\n");
	assert_int_equal(umh_paths(&proc, &paths, &n, a), 0);
	assert_false(holds(paths, n, "/opt/dump"));
	procfs_release(&proc);
	arena_free(a);
	fake_root_release(&root);
}

static void test_umh_resolve_follows_links_but_none_of_proc(void **state)
{
	struct fake_root root = fake_root();
	int dir = open(root.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int machine = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct umh_file file;
	struct stat st;

	(void)state;
	fake_file(&root, "bin/kmod", "x");
	assert_int_equal(symlink("/bin/kmod", fake_path(&root, "bin/modprobe")), 0);
	assert_int_equal(stat(fake_path(&root, "bin/kmod"), &st), 0);
	assert_int_equal(umh_resolve(dir, STR("/bin/modprobe"), &file), 0);
	assert_true(file.inode == st.st_ino);
	assert_int_equal(umh_resolve(dir, STR("/bin/none"), &file), -ENOENT);
	assert_int_equal(umh_resolve(dir, STR("/bin"), &file), -EINVAL);
	assert_int_equal(umh_resolve(dir, STR_ABSENT, &file), -ENAMETOOLONG);
	/* what is below it is another process's to lay */
	assert_int_equal(umh_resolve(machine, STR("/proc/self/root/bin/sh"), &file), -ELOOP);
	close(dir);
	close(machine);
	fake_root_release(&root);
}

static struct str arguments(const char *text, size_t len)
{
	return (struct str){ text, len };
}
#define ARGUMENTS(text) arguments(text, sizeof(text))

static void
test_umh_script_is_its_interpreter_with_the_arguments_that_the_kernel_gives(void **state)
{
	struct fake_root root = fake_root();
	int dir = open(root.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct umh_file sh, other;

	(void)state;
	fake_file(&root, "bin/sh", "x");
	fake_file(&root, "bin/other", "x");
	fake_file(&root, "bin/dump", "#!/bin/sh\necho\n");
	fake_file(&root, "bin/checked", "#! /bin/sh  -e -u \necho\n");
	fake_file(&root, "bin/program", "x");
	assert_int_equal(umh_resolve(dir, STR("/bin/sh"), &sh), 0);
	assert_int_equal(umh_resolve(dir, STR("/bin/other"), &other), 0);
	assert_true(umh_is_script(dir, STR("/bin/dump"), &sh,
				  ARGUMENTS("/bin/sh\0/bin/dump\0"
					    "17")));
	assert_true(umh_is_script(dir, STR("/bin/dump"), &sh, ARGUMENTS("/bin/sh\0/bin/dump")));
	assert_true(umh_is_script(dir, STR("/bin/checked"), &sh,
				  ARGUMENTS("/bin/sh\0-e -u\0/bin/checked\0x")));
	/* the interpreter is told to do something else */
	assert_false(
		umh_is_script(dir, STR("/bin/dump"), &sh, ARGUMENTS("/bin/sh\0-c\0/bin/dump")));
	assert_false(umh_is_script(dir, STR("/bin/dump"), &sh,
				   ARGUMENTS("/bin/sh\0/tmp/payload\0/bin/dump")));
	assert_false(umh_is_script(dir, STR("/bin/dump"), &sh, ARGUMENTS("dash\0/bin/dump")));
	assert_false(
		umh_is_script(dir, STR("/bin/checked"), &sh, ARGUMENTS("/bin/sh\0/bin/checked")));
	assert_false(umh_is_script(dir, STR("/bin/dump"), &sh, STR_ABSENT));
	/* another program has its arguments, or the known file is no script */
	assert_false(umh_is_script(dir, STR("/bin/dump"), &other, ARGUMENTS("/bin/sh\0/bin/dump")));
	assert_false(
		umh_is_script(dir, STR("/bin/program"), &sh, ARGUMENTS("/bin/sh\0/bin/program")));
	assert_false(umh_is_script(dir, STR("/bin/none"), &sh, ARGUMENTS("/bin/sh\0/bin/none")));
	close(dir);
	fake_root_release(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_umh_program_is_what_stands_before_the_arguments),
		cmocka_unit_test(test_umh_paths_come_from_knobs_and_from_the_kernel),
		cmocka_unit_test(test_umh_resolve_follows_links_but_none_of_proc),
		cmocka_unit_test(
			test_umh_script_is_its_interpreter_with_the_arguments_that_the_kernel_gives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
