// SPDX-License-Identifier: Apache-2.0
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/lock.h"
#include "daemon/status.h"

struct fixture {
	char root[64], dir[80];
	struct diag *diag;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->root, "/tmp/watchcap-lock-XXXXXX");
	if (!mkdtemp(f->root))
		return -1;
	snprintf(f->dir, sizeof(f->dir), "%s/run", f->root);
	f->diag = diag_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "run/lock", "run/status", "run", "" };
	struct fixture *f = *state;
	char path[128];

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", f->root, names[i]);
		remove(path);
	}
	diag_free(f->diag);
	free(f);
	return 0;
}

static void test_lock_second_comer_is_told_the_holder(void **state)
{
	struct fixture *f = *state;
	char expected[64];
	int fd = lock_take(f->dir, "plugin", f->diag);

	assert_true(fd >= 0);
	assert_int_equal(lock_take(f->dir, "run", f->diag), -EBUSY);
	snprintf(expected, sizeof(expected), "watchcap plugin, pid %d", (int)getpid());
	assert_non_null(strstr(diag_at(f->diag, 0)->message, expected));
	close(fd);
}

static void test_lock_released_can_be_taken_again(void **state)
{
	struct fixture *f = *state;
	struct lock_holder holder;
	int fd = lock_take(f->dir, "plugin", f->diag);

	assert_int_equal(lock_inspect(f->dir, &holder), 0);
	assert_string_equal(holder.mode, "plugin");
	close(fd);
	assert_int_equal(lock_inspect(f->dir, &holder), -ESRCH);
	fd = lock_take(f->dir, "run", f->diag);
	assert_true(fd >= 0);
	assert_int_equal(lock_inspect(f->dir, &holder), 0);
	assert_string_equal(holder.mode, "run");
	assert_int_equal(holder.pid, getpid());
	close(fd);
}

static void test_lock_symlink_is_not_followed(void **state)
{
	struct fixture *f = *state;
	char path[128];

	close(lock_take(f->dir, "run", f->diag));
	snprintf(path, sizeof(path), "%s/lock", f->dir);
	unlink(path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(lock_take(f->dir, "run", f->diag), -ELOOP);
}

/* whoever could open it could hold it, and no sensor would start any more */
static void test_lock_is_private_also_where_it_was_not(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct stat st;

	close(lock_take(f->dir, "run", f->diag));
	snprintf(path, sizeof(path), "%s/lock", f->dir);
	assert_int_equal(chmod(path, 0644), 0);
	close(lock_take(f->dir, "run", f->diag));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_lock_in_directory_that_others_can_write_is_refused(void **state)
{
	struct fixture *f = *state;
	char link[80];

	close(lock_take(f->dir, "run", f->diag));
	assert_int_equal(chmod(f->dir, 0775), 0);
	assert_int_equal(lock_take(f->dir, "run", f->diag), -EPERM);
	assert_int_equal(chmod(f->dir, 0757), 0);
	assert_int_equal(lock_take(f->dir, "run", f->diag), -EPERM);
	assert_int_equal(chmod(f->dir, 0755), 0);
	snprintf(link, sizeof(link), "%s/link", f->root);
	assert_int_equal(symlink(f->dir, link), 0);
	assert_true(lock_take(link, "run", f->diag) < 0);
	assert_int_equal(diag_errors(f->diag), 3);
	unlink(link);
}

static void test_lock_inspected_all_the_time_can_still_be_taken(void **state)
{
	struct fixture *f = *state;
	struct lock_holder holder;
	pid_t child;
	int status;

	close(lock_take(f->dir, "run", f->diag));
	child = fork();
	if (child == 0) {
		alarm(20);
		for (;;)
			lock_inspect(f->dir, &holder);
	}
	for (int i = 0; i < 5000; i++) {
		int fd = lock_take(f->dir, "run", f->diag);

		assert_true(fd >= 0);
		close(fd);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void test_lock_impossible_directory_is_an_error(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(lock_take("/proc/nonexistent/run", "run", f->diag), -ENOENT);
	assert_int_equal(diag_errors(f->diag), 1);
}

static void test_status_is_read_only_from_the_living(void **state)
{
	struct fixture *f = *state;
	struct status s = { .mode = "run", .pid = 42, .engine.records = 7 };
	auto_buf struct buf json = { 0 }, text = { 0 };
	int fd = lock_take(f->dir, "run", f->diag);

	assert_int_equal(status_write(f->dir, &s), 0);
	assert_int_equal(status_read(f->dir, &json, f->diag), 0);
	assert_non_null(strstr(buf_z(&json), "\"records\":7,"));
	assert_int_equal(status_render_text(buf_str(&json), &text), 0);
	assert_non_null(strstr(buf_z(&text), "audit records read"));
	close(fd);
	assert_int_equal(status_read(f->dir, &json, f->diag), -ESRCH);
}

static void test_status_damaged_file_is_refused(void **state)
{
	static const char *const cases[] = { "", "{", "[]", "null", "{\"a\":1", "\xff\xfe" };
	auto_buf struct buf text = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(status_render_text(str_of(cases[i]), &text), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lock_second_comer_is_told_the_holder, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_lock_released_can_be_taken_again, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_lock_symlink_is_not_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock_is_private_also_where_it_was_not, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			test_lock_in_directory_that_others_can_write_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock_inspected_all_the_time_can_still_be_taken,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock_impossible_directory_is_an_error, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_status_is_read_only_from_the_living, setup,
						teardown),
		cmocka_unit_test(test_status_damaged_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
