/* SPDX-License-Identifier: Apache-2.0 */
/* The file of what is ours: round trip, damage, absence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "feed/trail.h"

struct place_of {
	char folder[64], path[96];
	struct arena *arena;
};

static int make_place(void **state)
{
	struct place_of *p = calloc(1, sizeof(*p));

	snprintf(p->folder, sizeof(p->folder), "/tmp/watchcap-test-XXXXXX");
	if (!mkdtemp(p->folder))
		return -1;
	snprintf(p->path, sizeof(p->path), "%s/run/audit-rules", p->folder);
	p->arena = arena_new(4096, 1 << 20);
	*state = p;
	return 0;
}

static int remove_place(void **state)
{
	struct place_of *p = *state;
	char run[96];

	unlink(p->path);
	snprintf(run, sizeof(run), "%s/run", p->folder);
	rmdir(run);
	rmdir(p->folder);
	arena_free(p->arena);
	free(p);
	return 0;
}

static void write_text(const struct place_of *p, struct str text)
{
	struct str rule = STR("x");

	assert_int_equal(trail_write(p->path, &(struct trail){ .rules = &rule, .n = 1 }),
			 0); /* makes the folder */
	assert_int_equal(file_replace(p->path, text, 0600), 0);
}

static void test_trail_round_trip(void **state)
{
	const struct place_of *p = *state;
	struct str rules[] = { STR("-a always,exit -S 1 -F key=a"),
			       STR("-a always,exit -S 2 -F key=b") };
	const struct trail written = { rules, 2, true, { 0, 64, 15000 }, { 1, 8192, 0 } };
	struct trail t;
	struct stat st;

	assert_int_equal(trail_write(p->path, &written), 0);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(trail_read(p->path, p->arena, &t), 0);
	assert_int_equal(t.n, 2);
	assert_true(str_eq(t.rules[0], rules[0]));
	assert_true(str_eq(t.rules[1], rules[1]));
	assert_true(t.has_settings);
	assert_int_equal(t.before.enabled, 0);
	assert_int_equal(t.before.backlog_limit, 64);
	assert_int_equal(t.before.backlog_wait_time, 15000);
	assert_int_equal(t.set.enabled, 1);
	assert_int_equal(t.set.backlog_limit, 8192);
	assert_int_equal(t.set.backlog_wait_time, 0);
}

static void test_trail_empty_removes_the_file(void **state)
{
	const struct place_of *p = *state;
	struct trail t;

	write_text(p, STR("rule x\n"));
	assert_int_equal(trail_write(p->path, &(struct trail){ 0 }), 0);
	assert_int_equal(access(p->path, F_OK), -1);
	assert_int_equal(trail_write(p->path, &(struct trail){ 0 }), 0);
	assert_int_equal(trail_read(p->path, p->arena, &t), 0);
	assert_int_equal(t.n, 0);
	assert_false(t.has_settings);
}

static void test_trail_damaged_lines_passed_over(void **state)
{
	static const struct {
		struct str text;
		size_t n;
		bool settings;
	} rows[] = {
		{ STR(""), 0, false },
		{ STR("\n\n"), 0, false },
		{ STR("rule\nrule \nrules x\n-a always,exit\nrule y"), 1, false },
		{ STR("settings 1 2\n"), 0, false },
		{ STR("settings a 2 3\n"), 0, false },
		{ STR("settings 1 2 4294967296\n"), 0, false },
		{ STR("settings 1 2 3\nrule x\n"), 1, false },
		{ STR("settings 1 2 3 4 5 6\nrule x\n"), 1, true },
		{ STR("\0\0\0rule x\n"), 0, false },
	};
	const struct place_of *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct trail t;

		write_text(p, rows[i].text);
		assert_int_equal(trail_read(p->path, p->arena, &t), 0);
		assert_int_equal(t.n, rows[i].n);
		assert_int_equal(t.has_settings, rows[i].settings);
	}
}

static void test_trail_symlink_is_refused(void **state)
{
	const struct place_of *p = *state;
	struct trail t;

	write_text(p, STR("rule x\n"));
	unlink(p->path);
	assert_int_equal(symlink("/etc/hostname", p->path), 0);
	assert_int_equal(trail_read(p->path, p->arena, &t), -ELOOP);
}

static void test_trail_no_place_to_write_is_an_error(void **state)
{
	const struct place_of *p = *state;
	struct str rule = STR("x");
	char path[160];

	snprintf(path, sizeof(path), "%s/a/b/c", p->folder);
	assert_int_equal(trail_write(path, &(struct trail){ .rules = &rule, .n = 1 }), -ENOENT);
}

#define with_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_place(test_trail_round_trip),
		with_place(test_trail_empty_removes_the_file),
		with_place(test_trail_damaged_lines_passed_over),
		with_place(test_trail_symlink_is_refused),
		with_place(test_trail_no_place_to_write_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
