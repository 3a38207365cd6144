/* SPDX-License-Identifier: Apache-2.0 */
/* Rule files: who may own them, which names count, in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "rule/rulefile.h"

struct fixture {
	char dir[64];
	struct arena *arena;
	struct diag *d;
};

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .dir = "/tmp/wc-rulefile-XXXXXX",
			      .arena = arena_new(4096, (size_t)64 << 20),
			      .d = diag_new() };
	*state = &f;
	return mkdtemp(f.dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	diag_free(f->d);
	return nftw(f->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *put(struct fixture *f, const char *name, const char *text, mode_t mode)
{
	static char path[256];
	auto_close int fd = -1;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	return path;
}

static void test_trust_follows_owner_and_mode(void **state)
{
	static const struct trust alice = { .uid = 1000, .gid = 1000 };
	static const struct {
		unsigned uid, gid, mode;
		bool taken;
	} cases[] = {
		{ 0, 0, S_IFREG | 0644, true },	       { 1000, 1000, S_IFREG | 0600, true },
		{ 1001, 1000, S_IFREG | 0600, false }, { 1000, 1000, S_IFREG | 0664, true },
		{ 1000, 100, S_IFREG | 0664, false },  { 1000, 100, S_IFREG | 0644, true },
		{ 0, 0, S_IFREG | 0664, true },	       { 0, 1000, S_IFREG | 0664, false },
		{ 0, 0, S_IFREG | 0646, false },       { 0, 0, S_IFDIR | 0755, false },
		{ 0, 0, S_IFLNK | 0755, false },       { 0, 0, S_IFIFO | 0600, false },
		{ 0, 0, S_IFCHR | 0600, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct stat st = { .st_uid = cases[i].uid,
				   .st_gid = cases[i].gid,
				   .st_mode = cases[i].mode };

		assert_int_equal(trust_refusal(&alice, &st) == NULL, cases[i].taken);
	}
}

static void test_trust_under_sudo_is_the_users(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: SUDO_UID counts for root only\n");
		skip();
	}
	unsetenv("SUDO_UID");
	assert_int_equal(trust_of_caller().uid, 0);
	setenv("SUDO_UID", "1000", 1);
	setenv("SUDO_GID", "1001", 1);
	assert_int_equal(trust_of_caller().uid, 1000);
	assert_int_equal(trust_of_caller().gid, 1001);
	setenv("SUDO_UID", "4294967295", 1);
	assert_int_equal(trust_of_caller().uid, 0);
	setenv("SUDO_UID", "0x3e8", 1);
	assert_int_equal(trust_of_caller().uid, 0);
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
}

static void assert_open_refused(struct fixture *f, const char *path, const char *message)
{
	struct trust trust = trust_of_caller();

	diag_clear(f->d);
	assert_null(rulefile_open(path, &trust, f->arena, f->d));
	assert_int_equal(diag_errors(f->d), 1);
	assert_string_equal(diag_at(f->d, 0)->file, path);
	assert_string_equal(diag_at(f->d, 0)->message, message);
}

static void test_rulefile_lines_are_cut_from_the_file(void **state)
{
	struct fixture *f = *state;
	struct trust trust = trust_of_caller();
	const struct rulefile *file;

	file = rulefile_open(put(f, "10-a.ini", "one\r\n\ntwo", 0600), &trust, f->arena, f->d);
	assert_non_null(file);
	assert_int_equal(file->n_lines, 3);
	assert_true(str_eq(file->lines[0], STR("one")));
	assert_true(str_eq(file->lines[1], STR("")));
	assert_true(str_eq(file->lines[2], STR("two")));
	file = rulefile_open(put(f, "10-b.ini", "", 0600), &trust, f->arena, f->d);
	assert_non_null(file);
	assert_int_equal(file->n_lines, 0);
}

static void test_rulefile_strange_files_are_refused_at_once(void **state)
{
	struct fixture *f = *state;
	char link[256], fifo[256];

	assert_open_refused(f, put(f, "10-w.ini", "", 0602), "writable by everybody");
	snprintf(link, sizeof(link), "%s/10-l.ini", f->dir);
	assert_int_equal(symlink("10-w.ini", link), 0);
	assert_open_refused(f, link, "not a regular file");
	snprintf(fifo, sizeof(fifo), "%s/10-f.ini", f->dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_open_refused(f, fifo, "not a regular file");
	assert_open_refused(f, f->dir, "not a regular file");
	assert_open_refused(f, "/nonexistent/10-x.ini", "No such file or directory");
}

static void test_rulefile_huge_file_is_refused(void **state)
{
	struct fixture *f = *state;
	const char *path = put(f, "10-h.ini", "", 0600);

	assert_int_equal(truncate(path, (off_t)1 << 40), 0);
	assert_open_refused(f, path, "longer than 4 MiB");
}

static void test_rulefile_directory_gives_rule_names_in_byte_order(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {
		"20-b.ini",   "10-z.ini",  "10-Z.ini", "20-a.ini",	 "README",
		"1-a.ini",    "100-a.ini", "10-.ini",  "10-a.ini~",	 "10-a.ini.dpkg-dist",
		"10-a b.ini", ".10-a.ini", "20_a.ini", "99-a.b-c_d.ini",
	};
	static const char *const expected[] = { "10-Z.ini", "10-z.ini", "20-a.ini", "20-b.ini",
						"99-a.b-c_d.ini" };
	const char *dirs[] = { f->dir, "/nonexistent/file.ini" };
	const char **paths;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		put(f, names[i], "", 0600);
	assert_int_equal(rulefile_list(dirs, 2, RULEFILE_RULES, &paths, f->arena, f->d),
			 ARRAY_LEN(expected) + 1);
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_string_equal(paths[i] + strlen(f->dir) + 1, expected[i]);
	assert_string_equal(paths[ARRAY_LEN(expected)], "/nonexistent/file.ini");
	assert_int_equal(diag_errors(f->d), 0);
	assert_int_equal(diag_warnings(f->d), ARRAY_LEN(names) - ARRAY_LEN(expected));
	assert_string_equal(diag_at(f->d, 0)->code, "ignored-file");
}

static void test_rulefile_too_many_files_are_refused(void **state)
{
	struct fixture *f = *state;
	const char *dirs[257], **paths;

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		dirs[i] = "/nonexistent/10-a.ini";
	assert_int_equal(rulefile_list(dirs, 256, RULEFILE_RULES, &paths, f->arena, f->d), 256);
	assert_true(rulefile_list(dirs, 257, RULEFILE_RULES, &paths, f->arena, f->d) < 0);
	assert_string_equal(diag_at(f->d, 0)->code, "too-many-files");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trust_follows_owner_and_mode),
		cmocka_unit_test(test_trust_under_sudo_is_the_users),
		cmocka_unit_test_setup_teardown(test_rulefile_lines_are_cut_from_the_file, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_rulefile_strange_files_are_refused_at_once,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rulefile_huge_file_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_rulefile_directory_gives_rule_names_in_byte_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rulefile_too_many_files_are_refused, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
