/* SPDX-License-Identifier: Apache-2.0 */
/* Lines at the end of a file: torn by a full disk, by an earlier run, and hostile places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/linefile.h"

static char dir[] = "/tmp/watchcap-linefile.XXXXXX";
static char path[100];

static void limit_file_size(rlim_t most)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = most;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void assert_file(const char *expected)
{
	auto_buf struct buf text = { 0 };

	assert_true(file_read_at(AT_FDCWD, path, 10000, &text) >= 0);
	assert_string_equal(buf_z(&text), expected);
}

static void test_linefile_line_torn_by_a_full_disk_stays_alone(void **state)
{
	struct linefile f;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(linefile_open(&f, path), 0);
	limit_file_size(4);
	assert_int_equal(linefile_add(&f, STR("torn line\n")), -ENOSPC);
	assert_int_equal(linefile_add(&f, STR("nothing of this\n")), -EFBIG);
	limit_file_size(RLIM_INFINITY);
	assert_int_equal(linefile_add(&f, STR("one\n")), 0);
	assert_int_equal(linefile_add(&f, STR("two\n")), 0);
	linefile_close(&f);
	assert_file("torn\none\ntwo\n");
}

static void test_linefile_newline_that_was_all_that_went_in_mends_once(void **state)
{
	struct linefile f;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(linefile_open(&f, path), 0);
	limit_file_size(4);
	assert_int_equal(linefile_add(&f, STR("torn line\n")), -ENOSPC);
	limit_file_size(5);
	assert_int_equal(linefile_add(&f, STR("nothing of this\n")), -ENOSPC);
	limit_file_size(RLIM_INFINITY);
	assert_int_equal(linefile_add(&f, STR("one\n")), 0);
	linefile_close(&f);
	assert_file("torn\none\n");
}

static void test_linefile_line_torn_by_an_earlier_run_stays_alone(void **state)
{
	struct linefile f;
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_int_equal(file_write_all(fd, STR("whole\n{\"torn\":")), 0);
	assert_int_equal(linefile_open(&f, path), 0);
	assert_int_equal(linefile_add(&f, STR("one\n")), 0);
	linefile_close(&f);
	assert_int_equal(linefile_open(&f, path), 0);
	assert_int_equal(linefile_add(&f, STR("two\n")), 0);
	linefile_close(&f);
	assert_file("whole\n{\"torn\":\none\ntwo\n");
}

static void test_linefile_is_private_and_not_through_a_link(void **state)
{
	char victim[120];
	struct linefile f;
	struct stat st;

	(void)state;
	snprintf(victim, sizeof(victim), "%s/victim", dir);
	assert_int_equal(linefile_open(&f, victim), 0);
	linefile_close(&f);
	assert_int_equal(stat(victim, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(symlink(victim, path), 0);
	assert_int_equal(linefile_open(&f, path), -ELOOP);
	assert_int_equal(unlink(victim), 0);
	assert_int_equal(linefile_open(&f, path), -ELOOP);
	assert_int_equal(stat(victim, &st), -1);
}

static int file_remove(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static int dir_make(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/lines", dir);
	return 0;
}

static int dir_remove(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, file_remove)
	const struct CMUnitTest tests[] = {
		TEST(test_linefile_line_torn_by_a_full_disk_stays_alone),
		TEST(test_linefile_newline_that_was_all_that_went_in_mends_once),
		TEST(test_linefile_line_torn_by_an_earlier_run_stays_alone),
		TEST(test_linefile_is_private_and_not_through_a_link),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_remove);
}
