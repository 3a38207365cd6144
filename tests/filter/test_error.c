/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused: the code and the column of every kind of error. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

static const struct {
	const char *condition, *code;
	unsigned column;
} errors[] = {
	{ "", "empty", 1 },
	{ "   ", "empty", 1 },
	{ "a.str", "missing-operator", 6 },
	{ "a.str =", "missing-value", 8 },
	{ "a.str = (x)", "wrong-operand", 9 },
	{ "a.str in x)", "unexpected-token", 11 },
	{ "(a.str = x", "missing-paren", 11 },
	{ "a.str = x)", "unexpected-token", 10 },
	{ "a.str = \"x", "unclosed-string", 9 },
	{ "a.str = \"\\q\"", "bad-escape", 10 },
	{ "a.str in (a,)", "trailing-comma", 13 },
	{ "a.str in (a b)", "missing-paren", 13 },
	{ "a.str containsx", "missing-blank", 15 },
	{ "a.str = x andb", "unexpected-token", 11 },
	{ "a.int < x", "wrong-operand", 9 },
	{ "a.str[ = x", "bad-selector", 6 },
	{ "not", "unknown-macro", 1 },
	{ "a.str = x and", "unexpected-token", 14 },
	{ "a.sta = x", "unknown-field", 1 },
	{ "evt.type = opennat", "unknown-event", 12 },
	{ "evt.type in (open, mout)", "unknown-event", 20 },
	{ "a.int > 0x0", "bad-number", 9 },
	{ "a.int = x", "bad-number", 9 },
	{ "a.uint = -1", "bad-number", 10 },
	{ "a.port = 65536", "bad-number", 10 },
	{ "a.bool = yes", "bad-number", 10 },
	{ "a.addr = 10.1.2", "bad-number", 10 },
	{ "a.net = 10.0.0.0", "bad-number", 9 },
	{ "a.net = ::ffff:10.0.0.0/8", "bad-number", 9 },
	{ "a.net = ::ffff:10.0.0.0/129", "bad-number", 9 },
	{ "a.addr = '10.1.2.3\\x00x'", "bad-number", 10 },
	{ "a.port = 'ssh\\x00x'", "bad-number", 10 },
	{ "a.net = '10.0.0.0\\x00/8'", "bad-number", 9 },
	{ "a.int contains 5", "bad-operator", 7 },
	{ "a.list = x", "bad-operator", 8 },
	{ "a.str bcontains aa", "bad-operator", 7 },
	{ "a.bool < 1", "bad-operator", 8 },
	{ "a.str2[x] = y", "selector-forbidden", 1 },
	{ "a.need = x", "selector-missing", 1 },
	{ "a.str regex '('", "bad-regex", 13 },
	{ "a.str regex '\\d'", "bad-escape", 14 },
	{ "a.str regex 'a+?'", "bad-regex", 13 },
	{ "a.str regex '(?i)a'", "bad-regex", 13 },
	{ "a.str regex '[[:<:]]a'", "bad-regex", 13 },
	{ "a.str regex 'a[[:>:]]'", "bad-regex", 13 },
	{ "a.str = \"\\x00\"", "nul-in-string", 9 },
	{ "nosuch", "unknown-macro", 1 },
	{ "a.str in nolist", "unknown-list", 10 },
	{ "a.str = two", "list-as-scalar", 9 },
	{ "m1", "macro-cycle", 0 },
	{ "a.str = val(a.int)", "type-mismatch", 9 },
	{ "a.str = val(a.anc)", "wrong-operand", 9 },
	{ "a.port = val(a.end)", "wrong-operand", 10 },
	{ "a.anc = val(a.str)", "wrong-operand", 1 },
	{ "a.anc[1] != tolower(a.str)", "wrong-operand", 1 },
	{ "a.str regex val(a.str2)", "wrong-operand", 13 },
	{ "tolower(a.int) = x", "bad-argument", 9 },
	{ "len(a.int) = 1", "bad-argument", 5 },
	{ "join(\"-\", (a.int)) = x", "bad-argument", 12 },
	{ "tolower(a.anc[1]) = x", "bad-argument", 9 },
	{ "tolower(a.end) = x", "bad-argument", 9 },
	{ "tolower(a.list) = x", "bad-argument", 9 },
	{ "concat(a.str, \"\\x00\") = x", "nul-in-string", 15 },
	{ "a.str = val(a.list)", "type-mismatch", 9 },
	{ "getopt(a.list, \"a\")[ab] = x", "bad-selector", 1 },
	{ "a.str = val(tolower(a.str))", "wrong-operand", 13 },
	{ "two", "unknown-macro", 1 },
	{ "a.str in (x) or nosuch or a.str in nolist", "unknown-macro", 17 },
	{ "a.str startwith x", "missing-operator", 7 },
	{ "a.str EXISTS", "missing-operator", 7 },
	{ "concat(a.str) = x", "bad-argument", 1 },
	{ "a..b = x", "unexpected-token", 2 },
};

static void test_error_table_code_and_column(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		struct world w;
		const struct diag_entry *e;
		world_begin(&w);
		world_list(&w, "two", "a, b");
		if (strcmp(errors[i].code, "macro-cycle") == 0) {
			world_macro(&w, "m1", "m2");
			world_macro(&w, "m2", "not m1");
		}
		if (world_compile(&w, errors[i].condition))
			fail_msg("'%s' was accepted", errors[i].condition);
		assert_true(diag_count(w.d) > 0);
		e = diag_at(w.d, 0);
		if (!e->code || strcmp(e->code, errors[i].code) != 0 ||
		    (errors[i].column && e->column != errors[i].column))
			fail_msg("'%s': %s at %u (%s), expected %s at %u", errors[i].condition,
				 e->code ? e->code : "no code", e->column, e->message,
				 errors[i].code, errors[i].column);
		world_end(&w);
	}
}

/* one run tells all of them, and an element of a list where it is written */
static void test_errors_are_told_together_and_in_place(void **state)
{
	struct world w;
	auto_buf struct buf text = { 0 };
	(void)state;
	world_begin(&w);
	world_list(&w, "ports", "22, inner");
	world_list(&w, "inner", "80, many");
	assert_false(world_compile(&w, "a.sta = x or a.port in (ports) or a.bool = 1"));
	diag_render_text(w.d, &text);
	assert_int_equal(diag_errors(w.d), 3);
	assert_string_equal(diag_at(w.d, 0)->message,
			    "unknown field 'a.sta'; did you mean 'a.str'?");
	assert_string_equal(diag_at(w.d, 1)->text, "80, many");
	assert_int_equal(diag_at(w.d, 1)->column, 5);
	assert_int_equal(diag_at(w.d, 2)->severity, DIAG_NOTE);
	assert_int_equal(diag_at(w.d, 2)->column, 25);
	world_end(&w);
	world_begin(&w);
	assert_false(world_compile(&w, "a.str startwith x"));
	assert_string_equal(diag_at(w.d, 0)->message,
			    "unknown operator 'startwith'; did you mean 'startswith'?");
	world_end(&w);
}

/* a broken list or macro fails who uses it, and is told once */
static void test_cycles_print_their_chain_once(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	world_list(&w, "outer", "a, b");
	world_list(&w, "b", "c");
	world_list(&w, "c", "b");
	assert_int_equal(names_resolve(&w.names, w.d), -EINVAL);
	assert_int_equal(diag_errors(w.d), 1);
	assert_string_equal(diag_at(w.d, 0)->message, "it refers to itself: b -> c -> b");
	diag_clear(w.d);
	w.root = parse_condition(world_script(&w, "a.str in (outer)"), w.arena, w.d);
	assert_int_equal(resolve(w.root, &w.names, w.d), -EINVAL);
	assert_int_equal(diag_count(w.d), 0);
	world_end(&w);
}

/* language.md 3, row by row: which operator takes which type, alone and with a modifier */
static void test_error_operators_fit_types_as_the_table_says(void **state)
{
	static const struct {
		const char *field, *literal;
		const char *plain, *modified; /* operators that fit, blank around each */
	} types[] = {
#define WORDS " contains icontains startswith endswith glob iglob regex "
		{ "a.str", "1", " = == != < <= > >= in intersects pmatch exists" WORDS,
		  " = == !=" WORDS },
		{ "a.int", "1", " = == != < <= > >= in intersects exists ", " = == != " },
		{ "a.uint", "1", " = == != < <= > >= in intersects exists ", " = == != " },
		{ "a.port", "1", " = == != < <= > >= in intersects exists ", " = == != " },
		{ "a.bool", "true", " = == != in intersects exists ", " = == != " },
		{ "a.addr", "::1", " = == != in intersects exists ", " = == != " },
		{ "a.net", "::/0", " = == != in intersects exists ", " = == != " },
		{ "a.list", "x", " in intersects exists ", " " },
	};
	const struct op_def *op;

	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(types); t++) {
		for (size_t i = 0; (op = operator_at(i)); i++) {
			bool is_set = op->group == GROUP_SET, is_text = op->group == GROUP_TEXT;

			for (int modified = 0; modified <= is_text; modified++) {
				char text[128], word[32];
				struct world w;

				snprintf(word, sizeof(word), " %.*s ", STR_ARG(op->name));
				snprintf(text, sizeof(text), "%s%s%s%s%s%s", types[t].field, word,
					 modified ? "anyof " : "", is_set || modified ? "(" : "",
					 op->group == GROUP_UNARY     ? ""
					 : op->group == GROUP_NUMERIC ? "1"
								      : types[t].literal,
					 is_set || modified ? ")" : "");
				world_begin(&w);
				if (world_compile(&w, text) !=
				    (strstr(modified ? types[t].modified : types[t].plain, word) !=
				     NULL))
					fail_msg("%s: %s", text,
						 diag_count(w.d) ? diag_at(w.d, 0)->message
								 : "accepted");
				if (diag_count(w.d))
					assert_string_equal(diag_at(w.d, 0)->code, "bad-operator");
				world_end(&w);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_table_code_and_column),
		cmocka_unit_test(test_error_operators_fit_types_as_the_table_says),
		cmocka_unit_test(test_errors_are_told_together_and_in_place),
		cmocka_unit_test(test_cycles_print_their_chain_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
