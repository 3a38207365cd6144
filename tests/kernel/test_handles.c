// SPDX-License-Identifier: Apache-2.0
/* Handles within and beyond the mounts of a task, of this process itself. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake_root.h"

#include "kernel/errand.h"
#include "kernel/handles.h"
#include "kernel/procfs.h"

struct fixture {
	struct errand *errand;
	struct arena *arena;
	int task;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->errand = errand_new(10000);
	f->arena = arena_new(65536, 1 << 22);
	f->task = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	*state = f;
	return f->task < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	errand_free(f->errand);
	arena_free(f->arena);
	close(f->task);
	free(f);
	return 0;
}

static struct handles look(const struct fixture *f)
{
	struct handles found;

	assert_int_equal(handles_look(f->task, -1, 0, f->errand, f->arena, &found), 0);
	return found;
}

static void test_own_handles_are_within(void **state)
{
	struct fixture *f = *state;
	auto_close int directory = open("/tmp", O_RDONLY | O_DIRECTORY);
	struct handles found = look(f);

	assert_true(directory >= 0);
	if (!found.is_known)
		skip(); /* these tests run in a chroot */
	assert_int_equal(found.outside, 0);
	assert_true(found.root_mount > 0);
}

static void test_anonymous_files_and_pipes_are_nowhere(void **state)
{
	struct fixture *f = *state;
	auto_close int file = memfd_create("x", 0);
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_true(file >= 0);
	assert_int_equal(look(f).outside, 0);
	close(ends[0]);
	close(ends[1]);
}

/* a detached copy of a mount is in nobody's list; by number, for glibc may be older */
static void test_descriptors_in_a_detached_mount_are_outside(void **state)
{
	struct fixture *f = *state;
	auto_close int directory =
		(int)syscall(SYS_open_tree, AT_FDCWD, "/proc", 1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);
	auto_close int listing = -1, file = -1;

	if (directory < 0 || !look(f).is_known) {
		print_message("no detached mounts here: %s\n", strerror(errno));
		skip();
	}
	listing = openat(directory, ".", O_RDONLY | O_DIRECTORY);
	assert_int_equal(look(f).outside, HANDLE_DIRECTORY);
	file = openat(directory, "version", O_RDONLY);
	assert_true(listing >= 0 && file >= 0);
	assert_int_equal(look(f).outside, HANDLE_DIRECTORY | HANDLE_FILE);
}

static uint32_t mount_of(const char *path)
{
	struct statx stx;

	assert_int_equal(statx(AT_FDCWD, path, 0, STATX_MNT_ID, &stx), 0);
	return (uint32_t)stx.stx_mnt_id;
}

/* a child that gives whoever reads @first that text, and the next one @second: by pipes, of which one takes the other's place */
static pid_t give_lists(const struct fake_root *r, const char *first, const char *second)
{
	const char *lists[] = { first, second };
	const char *at = fake_path(r, "task/mountinfo"), *next = fake_path(r, "task/next");
	pid_t child;

	assert_int_equal(mkfifo(at, 0600), 0);
	assert_int_equal(mkfifo(next, 0600), 0);
	child = fork();
	if (child)
		return child;
	alarm(60);
	for (unsigned i = 0; i < 2; i++) {
		int fd = open(at, O_WRONLY);

		if (i == 0 && rename(next, at) < 0)
			_exit(1);
		if (write(fd, lists[i], strlen(lists[i])) < 0)
			_exit(1);
		close(fd);
	}
	_exit(0);
}

static unsigned outside_by_lists(const struct fixture *f, const char *first, const char *second)
{
	auto_root struct fake_root r = fake_root();
	struct handles found;
	int status;

	fake_file(&r, "task/fd/.dir", "");
	fake_link(&r, "task/cwd", "/");
	fake_link(&r, "task/root", "/");
	fake_link(&r, "task/exe", "/");
	fake_link(&r, "task/fd/3", "/proc");
	pid_t child = give_lists(&r, first, second);
	auto_close int task = open(fake_path(&r, "task"), O_PATH | O_DIRECTORY);

	assert_int_equal(handles_look(task, -1, 0, f->errand, f->arena, &found), 0);
	assert_true(found.is_known);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return found.outside;
}

static void test_mount_that_came_meanwhile_is_within(void **state)
{
	struct fixture *f = *state;
	char before[128], after[256];

	if (mount_of("/proc") == mount_of("/"))
		skip(); /* there is no proc here */
	snprintf(before, sizeof(before), "%u 1 0:1 / / rw - ext4 x rw\n", mount_of("/"));
	snprintf(after, sizeof(after), "%s%u %u 0:2 / /proc rw - proc x rw\n", before,
		 mount_of("/proc"), mount_of("/"));
	assert_int_equal(outside_by_lists(f, before, before), HANDLE_DIRECTORY);
	assert_int_equal(outside_by_lists(f, before, after), 0);
	assert_int_equal(outside_by_lists(f, after, before), 0);
}

/* fdinfo of a file with many locks takes as long as its owner likes: so long as a pipe that nobody writes to */
static void test_nobody_waits_for_what_fdinfo_says(void **state)
{
	struct fixture *f = *state;
	auto_root struct fake_root r = fake_root();
	auto_close int directory =
		(int)syscall(SYS_open_tree, AT_FDCWD, "/proc", 1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);
	const char *own = arena_printf(r.arena, "/proc/%d/fd/%d", getpid(), directory).ptr;
	struct procfs p;
	auto_buf struct buf mounts = { 0 };

	if (directory < 0 || !look(f).is_known) {
		print_message("no detached mounts here: %s\n", strerror(errno));
		skip();
	}
	assert_true(file_read_at(AT_FDCWD, "/proc/self/mountinfo", 1 << 20, &mounts) > 0);
	fake_bytes(&r, "42/mountinfo", buf_str(&mounts));
	assert_int_equal(mkdir(fake_path(&r, "42/fd"), 0755), 0);
	assert_int_equal(symlink(own, fake_path(&r, "42/fd/7")), 0);
	assert_int_equal(symlink("/", fake_path(&r, "42/root")), 0);
	assert_int_equal(symlink("/", fake_path(&r, "42/cwd")), 0);
	assert_int_equal(symlink("/", fake_path(&r, "42/exe")), 0);
	assert_int_equal(mkdir(fake_path(&r, "42/fdinfo"), 0755), 0);
	assert_int_equal(mkfifo(fake_path(&r, "42/fdinfo/7"), 0600), 0);
	assert_int_equal(procfs_init(&p, r.path), 0);
	alarm(20);
	{
		auto_close int task = procfs_task(&p, 42);
		struct handles found;

		assert_int_equal(handles_look(task, -1, 0, f->errand, f->arena, &found), 0);
		assert_int_equal(found.outside, HANDLE_DIRECTORY);
		assert_int_equal(procfs_pidfd(task, 7, f->errand), -EINVAL);
	}
	alarm(0);
	procfs_release(&p);
}

/* as many lines as a container likes: what cannot be known is not taken for nothing */
static void test_list_of_mounts_that_is_too_long_is_an_error(void **state)
{
	struct fixture *f = *state;
	auto_root struct fake_root r = fake_root();
	auto_buf struct buf mounts = { 0 };
	struct procfs p;

	for (unsigned i = 0; i < 20000; i++)
		buf_printf(&mounts, "%u 1 0:%u / /%064u rw - tmpfs none rw\n", i, i, i);
	fake_bytes(&r, "42/mountinfo", buf_str(&mounts));
	assert_int_equal(procfs_init(&p, r.path), 0);
	{
		auto_close int task = procfs_task(&p, 42);
		struct handles found;

		assert_int_equal(handles_look(task, -1, 0, f->errand, f->arena, &found), -EFBIG);
	}
	procfs_release(&p);
}

static void test_task_that_is_gone_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct handles found;
	pid_t child = fork();
	char path[32];
	int task;

	if (child == 0)
		_exit(0);
	snprintf(path, sizeof(path), "/proc/%d", (int)child);
	task = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	waitpid(child, NULL, 0);
	assert_true(handles_look(task, -1, 0, f->errand, f->arena, &found) < 0);
	close(task);
}

static void test_kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(handles_name(0), "cwd");
	assert_string_equal(handles_name(HANDLE_KINDS - 1), "file");
	assert_string_equal(handles_name(HANDLE_KINDS), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_own_handles_are_within, setup, teardown),
		cmocka_unit_test_setup_teardown(test_anonymous_files_and_pipes_are_nowhere, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_descriptors_in_a_detached_mount_are_outside,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_mount_that_came_meanwhile_is_within, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_nobody_waits_for_what_fdinfo_says, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_list_of_mounts_that_is_too_long_is_an_error,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_task_that_is_gone_is_an_error, setup,
						teardown),
		cmocka_unit_test(test_kinds_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
