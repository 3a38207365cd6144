/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output templates: what stands in an alert's text, and what is refused when the rules are loaded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "rule/template.h"
#include "toy_schema.h"

static const struct scene usual = {
	.name = { "bash", 4 },
	.type = { "open", 4 },
	.pid = 42,
	.ok = true,
	.args = { { "-c", 2 }, { "ls", 2 } },
	.n_args = 2,
};

static void assert_renders(const struct scene *s, const char *text, const char *expected)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	AUTO(diag) d = diag_new();
	auto_buf struct buf out = { 0 };
	struct template *t = template_compile(str_of(text), &toy_schema, NULL, a, d);

	assert_int_equal(diag_errors(d), 0);
	assert_non_null(t);
	template_render(t, s, a, &out);
	assert_string_equal(buf_z(&out), expected);
}

static void assert_refused(const char *text, const char *expected)
{
	struct place where = { .file = "t.ini", .line = 7, .column = 10 };
	AUTO(arena) a = arena_new(4096, 1 << 20);
	AUTO(diag) d = diag_new();
	auto_buf struct buf got = { 0 };

	assert_null(template_compile(str_of(text), &toy_schema, &where, a, d));
	assert_true(diag_errors(d) > 0);
	for (size_t i = 0; expected && i < diag_count(d); i++)
		buf_printf(&got, "%u:%u %s\n", diag_at(d, i)->line, diag_at(d, i)->column,
			   diag_at(d, i)->code);
	if (expected)
		assert_string_equal(buf_z(&got), expected);
}

static void test_template_text_and_fields_are_rendered(void **state)
{
	(void)state;
	assert_renders(&usual, "", "");
	assert_renders(&usual, "plain", "plain");
	assert_renders(&usual, "*plain *", "plain *");
	assert_renders(&usual, "%proc.name", "bash");
	assert_renders(&usual, "%proc.name%proc.pid", "bash42");
	assert_renders(&usual, "p=%proc.name, pid=%proc.pid.", "p=bash, pid=42.");
	assert_renders(&usual, "100%% %evt.ok", "100% true");
	assert_renders(&usual, "%%proc.name", "%proc.name");
	/* the longest known name, and no more of it */
	assert_renders(&usual, "%proc.name.long%proc.name.longer", "bashbasher");
	assert_renders(&usual, "%proc.name.lon", "bash.lon");
	assert_renders(&usual, "%proc.names", "bashs");
}

static void test_template_lists_and_ancestors_have_their_forms(void **state)
{
	struct scene s = usual;

	(void)state;
	assert_renders(&s, "%proc.args", "(-c,ls)");
	assert_renders(&s, "%proc.aname", "-c ls");
	assert_renders(&s, "%proc.aname[0]", "-c");
	s.n_args = 0;
	assert_renders(&s, "%proc.args", "()");
	assert_renders(&s, "%proc.aname", "<NA>");
}

static void test_template_selectors_reach_the_getter(void **state)
{
	(void)state;
	assert_renders(&usual, "%proc.env", "all");
	assert_renders(&usual, "%proc.env[HOME]", "HOME");
	assert_renders(&usual, "%proc.env[\"a b]\"]", "a b]");
	assert_renders(&usual, "%proc.env[a b]", "all[a b]");
	assert_renders(&usual, "%proc.env[]", "all[]");
	assert_renders(&usual, "%proc.name[x]", "bash[x]");
	assert_renders(&usual, "%evt.arg.flags.", "flags.");
}

static void test_template_calls_are_rendered_and_their_fields_listed(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct template *t;
	struct str key;

	(void)state;
	assert_renders(&usual, "x=%toupper(proc.name)y", "x=BASHy");
	assert_renders(&usual, "%join(\"+\", proc.args)|%6toupper(proc.name)|", "-c+ls|BASH  |");
	assert_renders(&usual, "%proc.name(x)", "bash(x)");
	t = template_compile(STR("%concat(proc.name, toupper(proc.env[A]))"), &toy_schema, NULL, a,
			     NULL);
	assert_non_null(t);
	assert_int_equal(template_fields(t), 2);
	template_field(t, 0, &key);
	assert_true(str_eq(key, STR("proc.name")));
	template_field(t, 1, &key);
	assert_true(str_eq(key, STR("proc.env[A]")));
	assert_refused("a %toupper(proc.nme)", "7:21 unknown-field\n");
	assert_refused("%toupper(fd.ip)", NULL);
	assert_refused("%toupper(proc.name", NULL);
	assert_refused("%toupper()", NULL);
}

static void test_template_absent_prints_na(void **state)
{
	struct scene s = { 0 };

	(void)state;
	assert_renders(&s, "[%proc.name]", "[<NA>]");
}

static void test_template_hostile_values_are_escaped_and_cut(void **state)
{
	static char big[9000];
	struct scene s = { .name = STR("a\nb\x1b[31m\xff\"\\") };
	AUTO(arena) a = arena_new(4096, 1 << 20);
	auto_buf struct buf out = { 0 };

	(void)state;
	assert_renders(&s, "%proc.name", "a\\nb\\u001b[31m\xef\xbf\xbd\"\\");
	/* a value is not a template */
	s.name = STR("%proc.pid");
	assert_renders(&s, "%proc.name", "%proc.pid");
	memset(big, 'x', sizeof(big));
	s.name = str_mem(big, sizeof(big));
	template_render(template_compile(STR("%proc.name"), &toy_schema, NULL, a, NULL), &s, a,
			&out);
	assert_true(out.len <= 4096 + sizeof("[...]"));
	assert_true(str_ends(buf_str(&out), STR("[...]")));
}

static void test_template_width_pads_and_cuts_characters(void **state)
{
	struct scene s = usual;

	(void)state;
	assert_renders(&s, "%6proc.name|", "bash  |");
	assert_renders(&s, "%3proc.name|", "bas|");
	assert_renders(&s, "%4proc.name|", "bash|");
	s.name = STR("\xc3\xa4\xc3\xb6\xc3\xbc");
	assert_renders(&s, "%2proc.name|", "\xc3\xa4\xc3\xb6|");
	assert_renders(&s, "%4proc.name|", "\xc3\xa4\xc3\xb6\xc3\xbc |");
}

static void test_template_faults_are_refused_in_place(void **state)
{
	(void)state;
	assert_refused("%", "7:10 bad-template\n");
	assert_refused("50 % of", "7:13 bad-template\n");
	assert_refused("a %5", "7:12 bad-template\n");
	assert_refused("%0proc.name", "7:11 bad-template\n");
	assert_refused("%99999999999999999999proc.name", "7:11 bad-template\n");
	assert_refused("%proc.nme", "7:11 unknown-field\n");
	assert_refused("x %foo.bar %proc.nme", "7:13 unknown-field\n7:22 unknown-field\n");
	assert_refused("%thread.cgroup", "7:11 missing-selector\n");
	assert_refused("%proc.env[bad]", "7:11 bad-selector\n");
	assert_refused("%fd.ip", "7:11 filter-only-field\n");
}

static void test_template_fields_are_listed_once_as_written(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct template *t = template_compile(
		STR("%proc.name %proc.env[A] %5proc.name %proc.env[\"A\"] %evt.arg.x %evt.summary"),
		&toy_schema, NULL, a, NULL);
	static const char *const keys[] = { "proc.name", "proc.env[A]", "proc.env[\"A\"]",
					    "evt.arg.x" };
	auto_buf struct buf out = { 0 };
	struct str key;

	(void)state;
	assert_int_equal(template_fields(t), ARRAY_LEN(keys));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		assert_non_null(template_field(t, i, &key)->def);
		assert_true(str_eq(key, str_of(keys[i])));
	}
	assert_true(template_wants_summary(t));
	template_render(t, &usual, a, &out);
	assert_true(str_ends(buf_str(&out), STR(" " SUMMARY_MARK)));
}

static void test_template_out_of_memory_is_an_error(void **state)
{
	AUTO(diag) d = diag_new();

	(void)state;
	for (size_t limit = 64; limit < 4096; limit += 64) {
		AUTO(arena) a = arena_new(64, limit);
		struct template *t =
			a ? template_compile(STR("%proc.name %proc.pid %proc.env[x] %evt.ok"),
					     &toy_schema, NULL, a, d)
			  : NULL;

		if (t)
			return;
	}
	fail_msg("never enough memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_template_text_and_fields_are_rendered),
		cmocka_unit_test(test_template_lists_and_ancestors_have_their_forms),
		cmocka_unit_test(test_template_selectors_reach_the_getter),
		cmocka_unit_test(test_template_calls_are_rendered_and_their_fields_listed),
		cmocka_unit_test(test_template_absent_prints_na),
		cmocka_unit_test(test_template_hostile_values_are_escaped_and_cut),
		cmocka_unit_test(test_template_width_pads_and_cuts_characters),
		cmocka_unit_test(test_template_faults_are_refused_in_place),
		cmocka_unit_test(test_template_fields_are_listed_once_as_written),
		cmocka_unit_test(test_template_out_of_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
