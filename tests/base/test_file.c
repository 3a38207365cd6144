/* SPDX-License-Identifier: Apache-2.0 */
/* Small whole files: limits, hostile places, replacement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"

static char dir[] = "/tmp/watchcap-file.XXXXXX";
static int dir_fd = -1;

static void make(const char *name, struct str content)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, content), 0);
	close(fd);
}

static void test_file_read_appends_up_to_the_limit(void **state)
{
	auto_buf struct buf out = { 0 };

	(void)state;
	make("ten", STR("0123456789"));
	buf_add(&out, STR("before "));
	assert_int_equal(file_read_at(dir_fd, "ten", 10, &out), 10);
	assert_string_equal(buf_z(&out), "before 0123456789");
	assert_int_equal(file_read_at(dir_fd, "ten", 9, &out), -EFBIG);
	assert_int_equal(file_read_at(dir_fd, "none", 9, &out), -ENOENT);
	assert_string_equal(buf_z(&out), "before 0123456789");
}

static void test_file_read_into_full_buffer_leaves_it_as_it_was(void **state)
{
	auto_buf struct buf out = { .max = 5000 };
	static char big[9000];

	(void)state;
	memset(big, 'x', sizeof(big));
	make("big", str_mem(big, sizeof(big)));
	assert_int_equal(file_read_at(dir_fd, "big", SIZE_MAX, &out), -ENOMEM);
	assert_int_equal(out.len, 0);
}

/* whoever waits for a lease waits for 45 s */
static void test_file_that_is_leased_is_not_waited_for(void **state)
{
	auto_buf struct buf out = { 0 };
	auto_close int fd = -1;

	(void)state;
	make("leased", STR("x"));
	fd = openat(dir_fd, "leased", O_RDONLY | O_CLOEXEC);
	signal(SIGIO, SIG_IGN);
	alarm(10);
	assert_int_equal(fcntl(fd, F_SETLEASE, F_WRLCK), 0);
	assert_int_equal(file_read_record_at(dir_fd, "leased", 9, &out), -EAGAIN);
	assert_int_equal(file_read_plain_at(dir_fd, "leased", 9, &out), -EAGAIN);
	alarm(0);
}

static void test_file_endless_is_refused(void **state)
{
	auto_buf struct buf out = { 0 };

	(void)state;
	assert_int_equal(file_read_at(AT_FDCWD, "/dev/zero", 100000, &out), -EFBIG);
	assert_int_equal(out.len, 0);
}

static void test_file_plain_refuses_link_fifo_device_and_directory(void **state)
{
	auto_buf struct buf out = { 0 };

	(void)state;
	make("ten", STR("0123456789"));
	assert_int_equal(symlinkat("ten", dir_fd, "link"), 0);
	assert_int_equal(mkfifoat(dir_fd, "fifo", 0600), 0);
	alarm(20); /* an open that waits would end here */
	assert_int_equal(file_read_plain_at(dir_fd, "ten", 100, &out), 10);
	assert_int_equal(file_read_plain_at(dir_fd, "link", 100, &out), -ELOOP);
	assert_int_equal(file_read_plain_at(dir_fd, "fifo", 100, &out), -EINVAL);
	assert_int_equal(file_read_plain_at(AT_FDCWD, "/dev/null", 100, &out), -EINVAL);
	assert_int_equal(file_read_plain_at(dir_fd, ".", 100, &out), -EINVAL);
	alarm(0);
	assert_int_equal(out.len, 10);
}

static void test_file_replace_is_whole_and_not_through_links(void **state)
{
	auto_buf struct buf out = { 0 };
	char path[100];
	struct stat st;
	mode_t mask;

	(void)state;
	make("victim", STR("untouched"));
	snprintf(path, sizeof(path), "%s/status", dir);
	assert_int_equal(symlinkat("victim", dir_fd, "status"), 0);
	assert_int_equal(symlinkat("victim", dir_fd, "status.new"), 0);
	mask = umask(077);
	assert_int_equal(file_replace(path, STR("new"), 0640), 0);
	umask(mask);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(file_read_plain_at(dir_fd, "status", 100, &out), 3);
	assert_int_equal(file_read_plain_at(dir_fd, "victim", 100, &out), 9);
	assert_string_equal(buf_z(&out), "newuntouched");
	assert_int_equal(faccessat(dir_fd, "status.new", F_OK, 0), -1);
}

static void test_file_replace_without_directory_fails(void **state)
{
	(void)state;
	assert_int_equal(file_replace("/nonexistent/dir/x", STR("x"), 0600), -ENOENT);
}

static void test_file_write_to_full_disk_is_told(void **state)
{
	auto_close int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, STR("x")), -ENOSPC);
}

static size_t fill(int fd)
{
	static char block[1 << 16];
	size_t all = 0;
	ssize_t n;

	/* an alarm would end the test */
	alarm(20);
	while ((n = file_write_within(fd, str_mem(block, sizeof(block)), 10)) > 0)
		all += (size_t)n;
	alarm(0);
	assert_int_equal(n, 0);
	return all;
}

static void test_file_write_within_never_waits_for_a_pipe(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fill(ends[1]), 65536);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(file_write_within(ends[1], STR("x"), -1), -EPIPE);
	close(ends[1]);
}

/* a terminal is writable as long as there is room for one byte */
static void test_file_write_within_never_waits_for_a_terminal(void **state)
{
	auto_close int far = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	auto_close int near = -1;

	(void)state;
	if (far < 0 || grantpt(far) < 0 || unlockpt(far) < 0)
		skip();
	near = open(ptsname(far), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(near >= 0);
	assert_true(fill(near) > 0);
}

static int dir_make(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir_fd < 0;
}

static int dir_remove(void **state)
{
	static const char *const names[] = { "ten",    "big",	 "link",  "fifo",
					     "leased", "victim", "status" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlinkat(dir_fd, names[i], 0);
	close(dir_fd);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_read_appends_up_to_the_limit),
		cmocka_unit_test(test_file_read_into_full_buffer_leaves_it_as_it_was),
		cmocka_unit_test(test_file_that_is_leased_is_not_waited_for),
		cmocka_unit_test(test_file_endless_is_refused),
		cmocka_unit_test(test_file_plain_refuses_link_fifo_device_and_directory),
		cmocka_unit_test(test_file_replace_is_whole_and_not_through_links),
		cmocka_unit_test(test_file_replace_without_directory_fails),
		cmocka_unit_test(test_file_write_to_full_disk_is_told),
		cmocka_unit_test(test_file_write_within_never_waits_for_a_pipe),
		cmocka_unit_test(test_file_write_within_never_waits_for_a_terminal),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_remove);
}
