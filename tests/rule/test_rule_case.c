/* SPDX-License-Identifier: Apache-2.0 */
/* Test files of rules: what is read, and where what is wrong is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "rule/rule_case.h"

struct fixture {
	char dir[64];
	struct arena *arena;
	struct diag *d;
	struct rule_case *cases;
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){ .dir = "/tmp/watchcap-cases.XXXXXX",
			       .arena = arena_new(4096, (size_t)64 << 20),
			       .d = diag_new() };
	assert_non_null(mkdtemp(f->dir));
}

static void write_file(const struct fixture *f, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int load(struct fixture *f)
{
	const char *paths[] = { f->dir };

	return rule_cases_load(paths, 1, &f->cases, f->arena, f->d);
}

static void end(struct fixture *f, const char *const *names, size_t n)
{
	char path[128];

	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	rmdir(f->dir);
	diag_free(f->d);
	arena_free(f->arena);
}
#define END(f, ...)                                                                                \
	end(f, (const char *const[]){ __VA_ARGS__ },                                               \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void test_case_says_logs_rules_and_alerts(void **state)
{
	const struct rule_case *c;
	const struct expectation *e;
	struct fixture f;
	char log[128];

	(void)state;
	begin(&f);
	write_file(&f, "10-a.test",
		   "; a comment\n"
		   "[case one]\n"
		   "desc = what it\n  shows\n"
		   "log = a.rec, sub/b.log, /abs.log\n"
		   "enable = r-1, The T*, tag:x\n"
		   "alerts =\n"
		   "    r-1, 2, fd.name = /etc/passwd, proc.aname[2] = \"a, \\\"b\\\" = c\" ; why\n"
		   "    # none of the other\n"
		   "    r-2, 1\n"
		   "[case two]\n"
		   "log = c.rec\n");
	assert_int_equal(load(&f), 0);
	c = f.cases;
	assert_true(str_eq(c->name, STR("one")));
	assert_true(str_eq(c->desc, STR("what it shows")));
	assert_int_equal(c->n_logs, 3);
	snprintf(log, sizeof(log), "%s/sub/b.log", f.dir);
	assert_string_equal(c->logs[1], log);
	assert_string_equal(c->logs[2], "/abs.log");
	assert_string_equal(c->enable[1], "The T*");
	assert_string_equal(c->enable[2], "tag:x");
	assert_null(c->enable[3]);
	e = c->expected;
	assert_true(str_eq(e->rule, STR("r-1")));
	assert_int_equal(e->count, 2);
	assert_int_equal(e->where.line, 8);
	assert_true(str_eq(e->assertions->field, STR("fd.name")));
	assert_true(str_eq(e->assertions->value, STR("/etc/passwd")));
	assert_true(str_eq(e->assertions->next->field, STR("proc.aname[2]")));
	assert_true(str_eq(e->assertions->next->value, STR("a, \"b\" = c")));
	assert_null(e->assertions->next->next);
	assert_true(str_eq(e->next->rule, STR("r-2")));
	assert_null(e->next->next);
	c = c->next;
	assert_true(str_eq(c->name, STR("two")));
	assert_null(c->enable);
	assert_null(c->expected);
	assert_null(c->next);
	END(&f, "10-a.test");
}

static void test_directory_gives_its_test_files_in_byte_order(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	write_file(&f, "20-b.test", "[case b]\nlog = x\n");
	write_file(&f, "10-a.test", "[case a]\nlog = x\n");
	write_file(&f, "10-a.ini", "no test\n");
	write_file(&f, "notes.test", "no test either\n");
	assert_int_equal(load(&f), 0);
	assert_int_equal(diag_count(f.d), 0);
	assert_true(str_eq(f.cases->name, STR("a")));
	assert_true(str_eq(f.cases->next->name, STR("b")));
	assert_null(f.cases->next->next);
	END(&f, "20-b.test", "10-a.test", "10-a.ini", "notes.test");
}

static void test_wrong_case_is_told_at_its_place(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ "[case x]\n", "1:7 missing-key" },
		{ "[case x]\nlog =\n", "2:6 bad-value" },
		{ "[case x]\nlog = a,\n", "2:9 bad-list" },
		{ "[case 1x]\nlog = a\n", "1:7 bad-name" },
		{ "[rule x]\nlog = a\n", "1:2 unknown-section" },
		{ "[case x]\nlog = a\nlogs = b\n", "3:1 unknown-key" },
		{ "[case x]\nlog = a\n[case x]\nlog = b\n", "3:7 duplicate-section" },
		{ "[case x]\nlog = a\nalerts = R\n", "3:10 bad-value" },
		{ "[case x]\nlog = a\nalerts = r\n", "3:11 bad-value" },
		{ "[case x]\nlog = a\nalerts = r, 0\n", "3:13 bad-value" },
		{ "[case x]\nlog = a\nalerts = r, many\n", "3:13 bad-value" },
		{ "[case x]\nlog = a\nalerts = r, 99999999999999999999\n", "3:13 bad-value" },
		{ "[case x]\nlog = a\nalerts = r, 1, name = x\n", "3:16 bad-list" },
		{ "[case x]\nlog = a\nalerts = r, 1, a.b\n", "3:19 bad-list" },
		{ "[case x]\nlog = a\nalerts = r, 1, a.b =\n", "3:21 bad-list" },
		{ "[case x]\nlog = a\nalerts = r, 1, a.b = c d\n", "3:24 bad-list" },
		{ "[case x]\nlog = a\nalerts = r, 1, a.b = 'c\n", "3:22 bad-list" },
		{ "[case x]\nlog = a\nalerts = r, 1, a.b = 'c\\q'\n", "3:24 bad-escape" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf got = { 0 };
		struct fixture f;

		begin(&f);
		write_file(&f, "10-a.test", rows[i].text);
		assert_int_equal(load(&f), -EINVAL);
		for (size_t n = 0; n < diag_count(f.d); n++) {
			const struct diag_entry *e = diag_at(f.d, n);

			if (e->severity == DIAG_ERROR)
				buf_printf(&got, "%s%u:%u %s", got.len ? ", " : "", e->line,
					   e->column, e->code);
		}
		if (!str_eq(buf_str(&got), str_of(rows[i].told)))
			fail_msg("%s: %s, expected %s", rows[i].text, buf_z(&got), rows[i].told);
		END(&f, "10-a.test");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case_says_logs_rules_and_alerts),
		cmocka_unit_test(test_directory_gives_its_test_files_in_byte_order),
		cmocka_unit_test(test_wrong_case_is_told_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
