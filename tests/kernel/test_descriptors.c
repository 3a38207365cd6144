// SPDX-License-Identifier: Apache-2.0
/* Descriptors of a real process: this one. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake_root.h"
#include "silent_mount.h"

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "kernel/descriptors.h"
#include "kernel/errand.h"
#include "kernel/procfs.h"

static struct errand *helper;

static int setup(void **state)
{
	(void)state;
	helper = errand_new(10000);
	return helper ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	errand_free(helper);
	return 0;
}

static struct str type_of(int task, int fd, struct arena *a)
{
	struct descriptor *list;
	size_t n;

	assert_int_equal(descriptors_list(helper, task, -1, &list, &n, a), 0);
	for (size_t i = 0; i < n; i++)
		if (list[i].fd == fd)
			return list[i].type;
	return STR_ABSENT;
}

static void test_descriptor_types_are_what_the_kernel_made(void **state)
{
	auto_root struct fake_root r = fake_root();
	struct procfs p;
	auto_close int task = -1, event = eventfd(0, EFD_CLOEXEC), memory = memfd_create("x y", 0),
		       dir = open("/", O_PATH | O_CLOEXEC), tcp = socket(AF_INET, SOCK_STREAM, 0);
	int pipes[2], unixes[2];

	(void)state;
	assert_int_equal(procfs_init(&p, NULL), 0);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, unixes), 0);
	fake_file(&r, "file", "x");
	{
		auto_close int file = open(fake_path(&r, "file"), O_RDONLY | O_CLOEXEC);

		task = procfs_task(&p, getpid());
		assert_true(task >= 0);
		assert_str(type_of(task, event, r.arena), "event");
		assert_str(type_of(task, memory, r.arena), "memfd");
		assert_str(type_of(task, dir, r.arena), "directory");
		assert_str(type_of(task, file, r.arena), "file");
		assert_str(type_of(task, pipes[0], r.arena), "pipe");
		assert_str(type_of(task, unixes[1], r.arena), "unix");
		if (tcp >= 0)
			assert_str(type_of(task, tcp, r.arena), "ipv4");
	}
	close(pipes[0]);
	close(pipes[1]);
	close(unixes[0]);
	close(unixes[1]);
	procfs_release(&p);
}

static void test_descriptor_type_by_its_link(void **state)
{
	(void)state;
	assert_str(descriptor_type(STR("anon_inode:[io_uring]")), "io_uring");
	assert_str(descriptor_type(STR("anon_inode:bpf-map")), "bpf");
	assert_str(descriptor_type(STR("anon_inode:inotify")), "inotify");
	assert_str(descriptor_type(STR("/memfd:a (deleted)")), "memfd");
	assert_str(descriptor_type(STR("net:[4026531840]")), "other");
	assert_null(descriptor_type(STR("/memfd:a/b")).ptr);
	assert_null(descriptor_type(STR("socket:[5]")).ptr);
	assert_null(descriptor_type(STR("/etc/passwd")).ptr);
}

static void test_descriptors_are_counted_and_the_first_three_named(void **state)
{
	auto_root struct fake_root r = fake_root();
	struct descriptor *list;
	struct procfs p;
	int64_t before;
	size_t n;

	(void)state;
	assert_int_equal(procfs_init(&p, NULL), 0);
	{
		auto_close int task = procfs_task(&p, getpid());

		before = descriptors_count(task);
		assert_true(before > 3);
		{
			auto_close int more = open("/", O_PATH | O_CLOEXEC);

			assert_true(more >= 0);
			assert_int_equal(descriptors_count(task), before + 1);
		}
		assert_int_equal(descriptors_list(helper, task, 2, &list, &n, r.arena), 0);
		assert_in_range(n, 0, 3);
		for (size_t i = 0; i < n; i++)
			assert_in_range(list[i].fd, 0, 2);
	}
	procfs_release(&p);
}

static void test_descriptors_of_who_is_gone_are_an_error(void **state)
{
	auto_root struct fake_root r = fake_root();
	struct descriptor *list;
	struct procfs p;
	auto_close int task = -1;
	size_t n;
	pid_t child;

	(void)state;
	assert_int_equal(procfs_init(&p, NULL), 0);
	child = fork();
	if (child == 0)
		pause();
	task = procfs_task(&p, child);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(descriptors_list(helper, task, 2, &list, &n, r.arena) < 0);
	assert_true(descriptors_list(helper, task, -1, &list, &n, r.arena) < 0);
	assert_true(descriptors_count(task) < 0);
	procfs_release(&p);
}

/* what was a socket when its link was read has become a file whose server keeps whoever asks for attributes */
static void test_descriptor_that_does_not_answer_holds_nobody(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(errand) hasty = errand_new(100);
	int fuse = silent_mount(fake_path(&r, "mount"));
	struct descriptor *list;
	size_t n;

	(void)state;
	if (fuse < 0) {
		print_message("no FUSE here: %s\n", strerror(errno));
		skip();
	}
	assert_int_equal(mkdir(fake_path(&r, "fd"), 0755), 0);
	assert_int_equal(symlink("socket:[1]", fake_path(&r, "fd/0")), 0);
	assert_int_equal(symlink("../mount/x", fake_path(&r, "fd/socket:[1]")), 0);
	alarm(20);
	{
		auto_close int task = open(r.path, O_PATH | O_DIRECTORY | O_CLOEXEC);

		assert_int_equal(descriptors_list(hasty, task, 2, &list, &n, r.arena), -ETIMEDOUT);
		assert_int_equal(descriptors_list(hasty, task, -1, &list, &n, r.arena), -ETIMEDOUT);
	}
	alarm(0);
	silent_umount(fake_path(&r, "mount"), fuse);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptor_types_are_what_the_kernel_made),
		cmocka_unit_test(test_descriptor_type_by_its_link),
		cmocka_unit_test(test_descriptors_are_counted_and_the_first_three_named),
		cmocka_unit_test(test_descriptors_of_who_is_gone_are_an_error),
		cmocka_unit_test(test_descriptor_that_does_not_answer_holds_nobody),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
