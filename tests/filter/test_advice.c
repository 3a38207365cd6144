/* SPDX-License-Identifier: Apache-2.0 */
/* Lints: each fires on what it is for, at its place, and on nothing that is written well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"
#include "filter/advice.h"
#include "filter/truth.h"

/* "column code ..." of all warnings */
static void told(const struct diag *d, struct buf *out)
{
	for (size_t i = 0; i < diag_count(d); i++) {
		const struct diag_entry *e = diag_at(d, i);
		if (e->severity == DIAG_WARNING)
			buf_printf(out, "%s%u %s", out->len ? ", " : "", e->column, e->code);
	}
}

static const struct {
	const char *condition, *lints;
} rows[] = {
	/* na-negated: absent would make it true */
	{ "not a.str = x", "5 na-negated" },
	{ "not a.str in (x, y)", "5 na-negated" },
	{ "a.int = 1 and not (a.int = 2 or a.str = x)", "20 na-negated, 33 na-negated" },
	{ "not tolower(a.str) = x", "13 na-negated" },
	{ "not a.str2 = val(a.str)", "5 na-negated" },
	{ "a.str exists and not a.str = x", "" },
	{ "a.int = 1 and a.str exists and (a.int = 2 or not a.str = x)", "" },
	{ "not (a.str exists and a.str = x)", "" },
	{ "not (not a.str exists or a.str = x)", "" },
	{ "not (not a.str = x)", "" },
	{ "a.str != x", "" },
	{ "not a.str exists", "" },
	{ "not evt.type = open", "" },
	{ "a.str[x] exists and not a.str[y] = x", "25 na-negated" },
	{ "a.str[x] exists and not a.str[x] = x", "" },
	{ "has_str and not a.str = x", "" },
	{ "not is_x", "5 na-negated" },
	{ "not is_not_x", "" },
	{ "a.str exists and not is_x", "" },
	/* na-compare */
	{ "a.str = '<NA>'", "9 na-compare" },
	{ "a.str in (x, 'N/A')", "14 na-compare" },
	{ "proc.name in ('<NA>')", "" },
	/* field-as-string */
	{ "a.str = a.str2", "9 field-as-string" },
	{ "a.str = 'a.str2'", "" },
	{ "a.str = a.unknown", "" },
	{ "a.str in (x, a.str2)", "14 field-as-string" },
	{ "a.str = 'tolower(a.str2)'", "9 field-as-string" },
	{ "a.str = val(a.str2)", "" },
	/* constants */
	{ "a.str contains ''", "1 always-true" },
	{ "a.str startswith \"\"", "1 always-true" },
	{ "a.str glob *", "1 always-true" },
	{ "a.str regex .*", "1 always-true" },
	{ "a.str regex .+", "" },
	{ "a.str pmatch (/usr, /)", "1 always-true" },
	{ "a.str contains anyof (x, '')", "1 always-true" },
	{ "a.str contains allof (x, '')", "" },
	{ "a.str in ()", "1 always-false" },
	{ "a.str in (empty)", "" },
	{ "a.str in empty", "" },
	{ "a.list in ()", "" },
	{ "a.list intersects ()", "1 always-false" },
	{ "a.uint >= 0", "1 always-true" },
	{ "a.uint < 0", "1 always-false" },
	{ "a.int >= 0", "" },
	{ "a.bool in (true, false)", "1 always-true" },
	{ "a.bool in (true)", "" },
	{ "evt.num >= 0 or evt.num = 0", "" },
	{ "evt.type exists", "1 always-true" },
	{ "a.str[*] = x", "1 always-true" },
	{ "a.old = <", "1 deprecated-field, 1 always-true" },
	{ "a.old = x", "1 deprecated-field, 1 always-false" },
	/* fields */
	{ "a.never = x", "1 never-available" },
	{ "a.str = val(a.never)", "9 never-available" },
	{ "concat(a.never, a.never) = x", "8 never-available, 17 never-available" },
	{ "evt.type = execve and a.need[x] = y", "" },
	{ "evt.type in (open, mount) and a.need[x] = y", "31 field-not-in-type" },
	/* names */
	{ "not proc.name = sh", "5 name-only-identity" },
	{ "proc.name != sh", "1 name-only-identity" },
	{ "not tolower(proc.name) in (sh, bash)", "5 name-only-identity" },
	{ "a.int = 1 and not proc.name = sh", "19 name-only-identity" },
	{ "not (proc.name = sh and a.str exists and a.str = /bin/sh)", "" },
	{ "not (proc.name = sh or a.int exists)", "6 name-only-identity" },
	{ "proc.name = sh", "" },
	{ "not is_sh", "5 name-only-identity" },
	/* one word each */
	{ "a.anc != x", "7 any-not-equal" },
	{ "a.anc[1] != x", "" },
	{ "a.anc exists and not a.anc = x", "" },
	{ "a.str = 'a\\ b'", "9 legacy-escape" },
	{ "a.str existsand a.int = 1", "7 glued-word" },
	{ "a.str inempty", "7 glued-word" },
	{ "a.str in(x)", "" },
	{ "tolower(a.str)[x] = y", "1 ignored-selector" },
	{ "getopt(a.list, 'a')[a] = y", "" },
};

static void give_names(struct world *w)
{
	world_list(w, "empty", "");
	world_macro(w, "has_str", "a.int = 1 and a.str exists");
	world_macro(w, "is_x", "a.str = x or a.str = y");
	world_macro(w, "is_not_x", "a.str exists and not a.str = x");
	world_macro(w, "is_sh", "proc.name = sh");
}

static void test_advice_table_code_and_column(void **state)
{
	unsigned wrong = 0;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf lints = { 0 };
		struct world w;
		world_begin(&w);
		give_names(&w);
		if (!world_compile(&w, rows[i].condition))
			fail_msg("%s: %s", rows[i].condition, diag_at(w.d, 0)->message);
		advise_condition(&(struct advice){ &fake_schema, w.d }, w.root, w.root);
		told(w.d, &lints);
		if (strcmp(buf_z(&lints), rows[i].lints) != 0) {
			print_error("%s: '%s', expected '%s'\n", rows[i].condition, buf_z(&lints),
				    rows[i].lints);
			wrong++;
		}
		world_end(&w);
	}
	assert_int_equal(wrong, 0);
}

/* a macro that is not negated is told of once, where it is written, however often it is used */
static void test_advice_macro_is_told_by_itself(void **state)
{
	auto_buf struct buf lints = { 0 };
	struct world w;
	(void)state;
	world_begin(&w);
	world_macro(&w, "m", "not a.str = x and a.str in ()");
	assert_true(world_compile(&w, "m and m or m"));
	advise_condition(&(struct advice){ &fake_schema, w.d }, w.root, w.root);
	assert_int_equal(diag_count(w.d), 0);
	advise_macro(&(struct advice){ &fake_schema, w.d }, map_get(&w.names.macros, STR("m")));
	told(w.d, &lints);
	assert_string_equal(buf_z(&lints), "19 always-false, 5 na-negated");
	world_end(&w);
}

static void test_advice_list_item_is_told_where_it_stands(void **state)
{
	auto_buf struct buf lints = { 0 };
	struct world w;
	(void)state;
	world_begin(&w);
	world_list(&w, "l", "x, a.str2, 'a\\ b', inner");
	world_list(&w, "inner", "a.str");
	assert_true(world_compile(&w, "a.str in (l)"));
	advise_condition(&(struct advice){ &fake_schema, w.d }, w.root, w.root);
	assert_int_equal(diag_count(w.d), 0);
	advise_list(&(struct advice){ &fake_schema, w.d }, map_get(&w.names.lists, STR("l")));
	told(w.d, &lints);
	assert_string_equal(buf_z(&lints), "4 field-as-string, 12 legacy-escape");
	world_end(&w);
}

/* exceptions are negated on purpose: absence is not told of them, names that spare are */
static void test_advice_exceptions_may_negate(void **state)
{
	auto_buf struct buf lints = { 0 };
	struct world w;
	(void)state;
	world_begin(&w);
	assert_true(world_compile(&w, "(a.int = 1) and not (a.str = x or proc.name = sh)"));
	advise_condition(&(struct advice){ &fake_schema, w.d }, w.root, w.root->children);
	told(w.d, &lints);
	assert_string_equal(buf_z(&lints), "35 name-only-identity");
	world_end(&w);
}

static void test_truth_of_conditions(void **state)
{
	static const struct {
		const char *condition;
		enum truth truth;
	} truths[] = {
		{ "a.str = x", TRUTH_VARIES },
		{ "a.never exists", TRUTH_FALSE },
		{ "not a.never = x", TRUTH_TRUE },
		{ "a.str = x and a.never = x", TRUTH_FALSE },
		{ "a.str = x or a.never = x", TRUTH_VARIES },
		{ "a.str = x or not a.never = x", TRUTH_TRUE },
		{ "a.never = x or a.never = y", TRUTH_FALSE },
		{ "evt.num >= 0", TRUTH_TRUE },
		{ "evt.num = 0", TRUTH_FALSE },
		{ "a.str glob *", TRUTH_VARIES },
		{ "a.old = <", TRUTH_TRUE },
		{ "a.old != <", TRUTH_FALSE },
		{ "a.old in (x, <)", TRUTH_TRUE },
		{ "n and a.str = x", TRUTH_FALSE },
		{ "evt.type exists and not n", TRUTH_TRUE },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(truths); i++) {
		struct world w;
		world_begin(&w);
		world_macro(&w, "n", "a.never = x");
		assert_true(world_compile(&w, truths[i].condition));
		if (node_truth(w.root) != truths[i].truth)
			fail_msg("%s is %d", truths[i].condition, node_truth(w.root));
		world_end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_advice_table_code_and_column),
		cmocka_unit_test(test_advice_macro_is_told_by_itself),
		cmocka_unit_test(test_advice_list_item_is_told_where_it_stands),
		cmocka_unit_test(test_advice_exceptions_may_negate),
		cmocka_unit_test(test_truth_of_conditions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
