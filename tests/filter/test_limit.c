/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile texts and values: depth, expansion, memory and matches have an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

static void test_nesting_is_bounded_not_the_stack(void **state)
{
	enum { DEEP = 100000 };
	char *text = malloc(DEEP + 16);
	struct world w;
	(void)state;
	world_begin(&w);
	memset(text, '(', DEEP);
	memcpy(text + DEEP, "a.str = x", 10);
	assert_false(world_compile(&w, text));
	assert_string_equal(diag_at(w.d, 0)->code, "nesting");
	world_end(&w);
	world_begin(&w);
	memset(text, '(', 200);
	memcpy(text + 200, "a.str = x", 10);
	memset(text + 209, ')', 200);
	text[409] = 0;
	assert_true(world_compile(&w, text));
	world_end(&w);
	free(text);
}

/* @macros macros, each used by the next within 198 parentheses with three connectives */
static bool compile_deep(struct world *w, unsigned macros)
{
	struct str name = STR_ABSENT;
	for (unsigned i = 0; i < macros; i++) {
		auto_buf struct buf text = { 0 };
		for (unsigned k = 0; k < 198; k++)
			buf_add(&text, STR("a.bool = false or a.bool = true and not ("));
		buf_add(&text, i ? name : STR("a.str exists"));
		for (unsigned k = 0; k < 198; k++)
			buf_char(&text, ')');
		name = arena_printf(w->arena, "m%u", i);
		world_macro(w, name.ptr, arena_str(w->arena, buf_str(&text)).ptr);
	}
	return world_compile(w, name.ptr);
}

static void test_deep_macros_are_bounded_not_the_stack(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	world_fill(&w);
	assert_true(compile_deep(&w, 3));
	assert_true(world_eval(&w));
	world_end(&w);
	world_begin(&w);
	assert_false(compile_deep(&w, 60));
	assert_string_equal(diag_at(w.d, 0)->code, "nesting");
	world_end(&w);
}

static void test_expansion_is_bounded(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	world_list(&w, "l0", "a, b");
	world_macro(&w, "m0", "a.bool = true or a.bool = false");
	for (unsigned i = 1; i < 40; i++) {
		struct arena *a = w.arena;
		world_list(&w, arena_printf(a, "l%u", i).ptr,
			   arena_printf(a, "l%u, l%u", i - 1, i - 1).ptr);
		world_macro(&w, arena_printf(a, "m%u", i).ptr,
			    arena_printf(a, "m%u and m%u", i - 1, i - 1).ptr);
	}
	assert_false(world_compile(&w, "m39"));
	assert_int_equal(diag_errors(w.d), 2);
	assert_string_equal(diag_at(w.d, 0)->code, "too-many");
	assert_string_equal(diag_at(w.d, 1)->code, "too-many");
	world_end(&w);
}

/* every phase gives up in order when the rule set's memory ends */
static void test_memory_that_ends_is_an_error(void **state)
{
	static const char condition[] = "m and a.str regex '(a|b)+' and a.str pmatch (/usr/*) and "
					"tolower(a.str) in (l) and a.list in ('x')";
	bool compiled = false;
	(void)state;
	for (size_t limit = 256; limit < 40000 && !compiled; limit += 97) {
		struct world w;
		world_begin(&w);
		arena_free(w.arena);
		w.arena = w.names.arena = arena_new(128, limit);
		assert_non_null(w.arena);
		w.script.text = str_of(condition);
		w.root = parse_condition(&w.script, w.arena, w.d);
		if (w.root &&
		    names_add_macro(&w.names, STR("m"), &w.root->span, w.root->children->next) ==
			    0 &&
		    names_add_list(&w.names, STR("l"), &w.root->span, NULL) == 0 &&
		    resolve(w.root, &w.names, w.d) == 0 &&
		    check(w.root, &fake_schema, w.arena, w.d) == 0)
			compiled = filter_compile(w.root, &fake_schema, w.arena);
		if (!compiled)
			assert_true(arena_exhausted(w.arena));
		world_end(&w);
	}
	assert_true(compiled);
}

static void test_regex_that_explodes_ends_at_a_limit(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	world_str(&w, F_STR,
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
	assert_true(world_compile(&w, "a.str regex '(a*)*(a*)*(a*)*[bc]'"));
	assert_false(world_eval(&w));
	assert_int_equal(w.stats.regex_limits, 1);
	world_end(&w);
}

static void test_regex_takes_long_values_and_broken_text(void **state)
{
	char value[4001];
	struct world w;
	(void)state;
	memset(value, 'a', sizeof(value) - 1);
	value[4000] = 0;
	world_begin(&w);
	world_str(&w, F_STR, value);
	world_str(&w, F_STR2, "x\xff\xc3y");
	assert_true(world_compile(&w, "a.str regex '(a|bc)*' and a.str2 regex 'x..y' and a.str2 "
				      "regex 'x\xef\xbf\xbd+y'"));
	assert_true(world_eval(&w));
	assert_int_equal(w.stats.regex_limits, 0);
	world_end(&w);
}

static void test_limit_glob_of_many_stars_ends(void **state)
{
	char value[4001];
	struct world w;

	(void)state;
	memset(value, 'a', sizeof(value) - 1);
	value[4000] = 0;
	world_begin(&w);
	world_str(&w, F_STR, value);
	assert_true(world_compile(&w, "a.str glob *a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
	assert_false(world_eval(&w));
	assert_true(world_compile(&w, "a.str iglob *A[a]*[!b]?*a*a*a*a*a*a*a*a*a*a[b]"));
	assert_false(world_eval(&w));
	world_end(&w);
}

/* a padded command line must not blind the tests behind the first few */
static void test_limit_every_test_has_room_for_a_long_value(void **state)
{
	enum { LONG = 1 << 20 };
	char *value = malloc(LONG + 1);
	auto_buf struct buf text = { 0 };
	struct world w;

	(void)state;
	assert_non_null(value);
	memset(value, 'a', LONG);
	value[LONG] = 0;
	world_begin(&w);
	world_str(&w, F_STR, value);
	for (unsigned i = 0; i < 20; i++)
		buf_printf(&text, "tolower(a.str) = x%u or a.str glob y%u or ", i, i);
	buf_add(&text, STR("tolower(a.str) endswith a"));
	assert_true(world_compile(&w, buf_z(&text)));
	assert_true(world_eval(&w));
	world_end(&w);
	free(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting_is_bounded_not_the_stack),
		cmocka_unit_test(test_deep_macros_are_bounded_not_the_stack),
		cmocka_unit_test(test_expansion_is_bounded),
		cmocka_unit_test(test_limit_glob_of_many_stars_ends),
		cmocka_unit_test(test_limit_every_test_has_room_for_a_long_value),
		cmocka_unit_test(test_memory_that_ends_is_an_error),
		cmocka_unit_test(test_regex_that_explodes_ends_at_a_limit),
		cmocka_unit_test(test_regex_takes_long_values_and_broken_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
