// SPDX-License-Identifier: Apache-2.0
/* Kernel knobs below a root that plays the machine, and on this one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_root.h"
#include "kernel/knobs.h"

static const struct knob_reading *find(const struct knob_reading *list, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].def->path, path) == 0)
			return &list[i];
	return NULL;
}

static void test_knobs_there_are_read_and_others_are_not_there(void **state)
{
	auto_root struct fake_root root = fake_root();
	struct procfs p;
	struct knob_reading *list;
	const struct knob_reading *k;
	size_t n;

	(void)state;
	fake_bytes(&root, "proc/sys/kernel/core_pattern", STR("|/bin/x %p\n"));
	fake_bytes(&root, "proc/sys/kernel/kptr_restrict", STR("1"));
	fake_bytes(&root, "proc/sysrq-trigger", STR("never read"));
	fake_bytes(&root, "sys/kernel/uevent_helper", STR("\n"));
	assert_int_equal(procfs_init(&p, fake_path(&root, "proc")), 0);
	assert_int_equal(knobs_read(&p, root.path, &list, &n, root.arena), 0);
	/* these, and the handlers of binfmt_misc: none is a value too */
	assert_int_equal(n, 5);
	k = find(list, n, "/proc/sys/kernel/core_pattern");
	assert_str(k->value, "|/bin/x %p");
	assert_true(k->has_inode);
	assert_str(find(list, n, "/proc/sys/kernel/kptr_restrict")->value, "1");
	assert_str(find(list, n, "/sys/kernel/uevent_helper")->value, "");
	k = find(list, n, "/proc/sysrq-trigger");
	assert_null(k->value.ptr);
	assert_true(k->has_inode);
	assert_str(find(list, n, "/proc/sys/fs/binfmt_misc")->value, "");
	procfs_release(&p);
}

static void test_knob_that_is_no_plain_file_is_not_there(void **state)
{
	auto_root struct fake_root root = fake_root();
	struct procfs p;
	struct knob_reading *list;
	size_t n;

	(void)state;
	fake_bytes(&root, "proc/sys/kernel/other", STR("x"));
	assert_int_equal(symlink("other", fake_path(&root, "proc/sys/kernel/core_pattern")), 0);
	assert_int_equal(mkfifo(fake_path(&root, "proc/sys/kernel/modprobe"), 0600), 0);
	assert_int_equal(procfs_init(&p, fake_path(&root, "proc")), 0);
	assert_int_equal(knobs_read(&p, root.path, &list, &n, root.arena), 0);
	assert_int_equal(n, 1);
	procfs_release(&p);
}

static void test_value_that_is_leased_is_told_as_that(void **state)
{
	auto_root struct fake_root root = fake_root();
	auto_close int lease = -1;
	struct knob_reading *list;
	const struct knob_reading *k;
	struct procfs p;
	size_t n;

	(void)state;
	fake_bytes(&root, "proc/sys/kernel/core_pattern", STR("|/bin/x %p\n"));
	lease = fake_lease(fake_path(&root, "proc/sys/kernel/core_pattern"));
	assert_int_equal(procfs_init(&p, fake_path(&root, "proc")), 0);
	assert_int_equal(knobs_read(&p, root.path, &list, &n, root.arena), 0);
	alarm(0);
	k = find(list, n, "/proc/sys/kernel/core_pattern");
	assert_true(str_eq(k->value, FILE_WITHHELD));
	assert_true(k->has_inode);
	procfs_release(&p);
}

static void test_value_has_a_limit(void **state)
{
	auto_root struct fake_root root = fake_root();
	char huge[10000];
	struct procfs p;
	struct knob_reading *list;
	size_t n;

	(void)state;
	memset(huge, 'x', sizeof(huge));
	fake_bytes(&root, "proc/sys/kernel/core_pattern", str_mem(huge, sizeof(huge)));
	assert_int_equal(procfs_init(&p, fake_path(&root, "proc")), 0);
	assert_int_equal(knobs_read(&p, root.path, &list, &n, root.arena), 0);
	assert_int_equal(find(list, n, "/proc/sys/kernel/core_pattern")->value.len, 4096);
	procfs_release(&p);
}

static void test_paths_are_once_in_the_table_and_below_proc_or_sys(void **state)
{
	(void)state;
	for (size_t i = 0; knob_at(i); i++) {
		const char *path = knob_at(i)->path;

		assert_true(strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/sys/", 5) == 0);
		assert_true(*knob_at(i)->help);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(path, knob_at(k)->path);
	}
}

static void test_this_machine_has_its_own(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct procfs p;
	struct knob_reading *list;
	const struct knob_reading *k;
	size_t n;

	(void)state;
	assert_int_equal(procfs_init(&p, NULL), 0);
	assert_int_equal(knobs_read(&p, "", &list, &n, a), 0);
	k = find(list, n, "/proc/sys/kernel/core_pattern");
	assert_non_null(k);
	assert_true(k->value.ptr != NULL);
	procfs_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knobs_there_are_read_and_others_are_not_there),
		cmocka_unit_test(test_knob_that_is_no_plain_file_is_not_there),
		cmocka_unit_test(test_value_that_is_leased_is_told_as_that),
		cmocka_unit_test(test_value_has_a_limit),
		cmocka_unit_test(test_paths_are_once_in_the_table_and_below_proc_or_sys),
		cmocka_unit_test(test_this_machine_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
