/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of the real kernel: nobody who has a lease on a file holds up who watches it. Needs root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_root.h"
#include "kernel/fanotify.h"

struct fixture {
	struct fake_root root;
	const char *file;
	int group, leased;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->root = fake_root();
	fake_file(&f->root, "file", "x");
	f->file = fake_path(&f->root, "file");
	f->group = f->leased = -1;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	alarm(0);
	cleanup_close(&f->group);
	cleanup_close(&f->leased);
	fake_root_release(&f->root);
	free(f);
	return 0;
}

static void group(struct fixture *f, int made, unsigned what)
{
	auto_close int fd = open(f->file, O_PATH | O_CLOEXEC);

	f->group = made;
	if (made < 0) {
		print_message("fanotify needs root\n");
		skip();
	}
	assert_int_equal(fan_mark_object(made, what, fd), 0);
}

static bool is_asked(const struct fixture *f)
{
	struct pollfd p = { f->group, POLLIN, 0 };

	return poll(&p, 1, 10000) == 1;
}

/* what there is: nothing that could be opened */
static void assert_unopened(const struct fixture *f, int32_t who)
{
	struct fan_event e = { 0 };
	int n;

	assert_true(is_asked(f));
	n = fan_read(f->group, &e, 1);
	assert_in_range(n, 0, 1);
	/* before Linux 6.13 it is not told of */
	assert_true(n == 0 || (e.fd == -EAGAIN && e.tid == who));
}

static void test_who_opens_what_is_leased_is_refused_at_once(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	f->leased = fake_lease(f->file);
	group(f, fan_open_permission(), FAN_WHAT_OPEN);
	pid = fork();
	if (pid == 0) {
		alarm(10);
		_exit(open(f->file, O_WRONLY | O_CLOEXEC) < 0 && errno == EPERM ? 0 : 1);
	}
	assert_unopened(f, pid);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* it was written, and the lease taken, before anybody looked */
static void test_a_write_to_what_is_leased_is_told_at_once(void **state)
{
	struct fixture *f = *state;
	auto_close int fd = -1;

	group(f, fan_open_notify(), FAN_WHAT_WRITE);
	fd = open(f->file, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, "y", 1), 1);
	close(take_fd(&fd));
	f->leased = fake_lease(f->file);
	assert_unopened(f, getpid());
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_who_opens_what_is_leased_is_refused_at_once),
		T(test_a_write_to_what_is_leased_is_told_at_once),
	};

	return cmocka_run_group_tests_name("fanotify", tests, NULL, NULL);
}
