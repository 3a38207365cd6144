/* SPDX-License-Identifier: Apache-2.0 */
/* Why a condition holds or not: every node, its verdict, its value, and how close the whole came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"
#include "filter/explain.h"

#define LINES 64

struct explained_world {
	struct world w;
	struct filter_frame *frame;
	struct explained lines[LINES];
	double closeness;
};

/* on the scene of world_fill(); a.str is /usr/bin/Cat, a.int is -5 */
static void explain_condition(struct explained_world *e, const char *condition)
{
	world_begin(&e->w);
	world_fill(&e->w);
	world_list(&e->w, "numbers", "1, -5");
	world_macro(&e->w, "is_cat", "a.str endswith Cat and a.int in (numbers)");
	world_macro(&e->w, "is_dog", "a.str endswith Dog");
	assert_true(world_compile(&e->w, condition));
	assert_in_range(explain_lines(e->w.root), 1, LINES);
	e->frame = filter_frame_new(e->w.names.shared_results);
	filter_frame_begin(e->frame, &e->w.scene);
	explain_tree(e->w.root, e->frame, e->lines, &e->closeness);
}

static void explain_end(struct explained_world *e)
{
	filter_frame_free(e->frame);
	world_end(&e->w);
}

/* "depth verdict": + true, - false, . not evaluated */
static void test_explain_marks_what_a_short_circuit_skips(void **state)
{
	static const struct {
		const char *condition, *lines;
	} rows[] = {
		{ "a.int = -5", "0+" },
		{ "a.int = 1 and a.str exists", "0- 1- 1." },
		{ "a.int = -5 and a.str exists", "0+ 1+ 1+" },
		{ "a.int = -5 or a.str exists", "0+ 1+ 1." },
		{ "not a.int = 1", "0+ 1-" },
		{ "is_cat", "0+ 1+ 2+ 2+" },
		{ "is_dog and is_cat", "0- 1- 2- 1. 2. 3. 3." },
		{ "a.int = 1 or not (is_cat or a.str = x)", "0- 1- 1- 2+ 3+ 4+ 5+ 5+ 3." },
		{ "a.int = 1 and (a.int = 2 or a.int = -5)", "0- 1- 1. 2. 2." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf got = { 0 };
		struct explained_world e;

		explain_condition(&e, rows[i].condition);
		for (size_t n = 0; n < explain_lines(e.w.root); n++)
			buf_printf(&got, "%s%u%c", n ? " " : "", e.lines[n].depth,
				   "-+."[e.lines[n].verdict]);
		assert_string_equal(buf_z(&got), rows[i].lines);
		explain_end(&e);
	}
}

static void test_closeness_is_the_share_that_fits(void **state)
{
	static const struct {
		const char *condition;
		double closeness;
	} rows[] = {
		{ "a.int = -5", 1 },
		{ "a.int = 1", 0 },
		{ "a.int = -5 and a.str = x", 0.5 },
		/* what a short circuit skips counts, too */
		{ "a.str = x and a.int = -5 and a.uint = 10 and a.port = 22", 0.75 },
		{ "a.int = 1 or (a.int = -5 and a.str = x)", 0.5 },
		{ "not (a.int = -5 and a.str = x)", 1 },
		{ "not (a.int = -5 or a.str = x)", 0.5 },
		{ "is_dog and is_cat", 0.5 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct explained_world e;

		explain_condition(&e, rows[i].condition);
		if (e.closeness != rows[i].closeness)
			fail_msg("%s: %g", rows[i].condition, e.closeness);
		explain_end(&e);
	}
}

static void value_of(struct explained_world *e, struct buf *out)
{
	explain_operand(&e->lines[0].node->left, e->frame, out);
}

static void test_values_are_typed_and_what_is_not_there_is_absent(void **state)
{
	static const struct {
		const char *condition, *value;
	} rows[] = {
		{ "a.str exists", "\"/usr/bin/Cat\"" },
		{ "a.int = 1", "-5" },
		{ "a.port = 22", "22" },
		{ "toupper(a.str) = x", "\"/USR/BIN/CAT\"" },
		{ "len(a.str) = 12", "12" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf got = { 0 };
		struct explained_world e;

		explain_condition(&e, rows[i].condition);
		value_of(&e, &got);
		assert_string_equal(buf_z(&got), rows[i].value);
		explain_end(&e);
	}
}

static void test_value_that_an_attacker_chose_is_quoted_and_cut(void **state)
{
	static char large[5000];
	static const struct {
		const char *bytes;
		const char *value;
	} rows[] = {
		{ "absent", "\"absent\"" },
		{ "", "\"\"" },
		{ "a\" or \\ \x1b[2J\n", "\"a\\\" or \\\\ \\u001b[2J\\n\"" },
		{ "\xff", "\"\xef\xbf\xbd\"" },
	};
	auto_buf struct buf cut = { 0 };
	struct explained_world e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf got = { 0 };

		explain_condition(&e, "a.str exists");
		e.w.scene.field[F_STR].n = 0;
		world_str(&e.w, F_STR, rows[i].bytes);
		value_of(&e, &got);
		assert_string_equal(buf_z(&got), rows[i].value);
		explain_end(&e);
	}
	memset(large, 'x', sizeof(large) - 1);
	explain_condition(&e, "a.str exists");
	e.w.scene.field[F_STR].n = 0;
	world_str(&e.w, F_STR, large);
	value_of(&e, &cut);
	assert_true(cut.len < 300);
	assert_true(str_ends(buf_str(&cut), STR("[...]\"")));
	explain_end(&e);
}

static void test_list_is_told_in_parentheses_also_when_it_is_empty(void **state)
{
	auto_buf struct buf got = { 0 };
	struct explained_world e;

	(void)state;
	explain_condition(&e, "a.list exists");
	e.w.scene.field[F_LIST].present = true;
	e.w.scene.field[F_LIST].n = 0;
	value_of(&e, &got);
	buf_char(&got, ' ');
	e.w.scene.field[F_LIST].present = false;
	value_of(&e, &got);
	buf_char(&got, ' ');
	world_str(&e.w, F_LIST, "one");
	value_of(&e, &got);
	assert_string_equal(buf_z(&got), "() absent (\"one\")");
	explain_end(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain_marks_what_a_short_circuit_skips),
		cmocka_unit_test(test_closeness_is_the_share_that_fits),
		cmocka_unit_test(test_values_are_typed_and_what_is_not_there_is_absent),
		cmocka_unit_test(test_value_that_an_attacker_chose_is_quoted_and_cut),
		cmocka_unit_test(test_list_is_told_in_parentheses_also_when_it_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
