/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions from text to verdict: grammar, types, absent values, errors with their columns. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

static void scene_fill(struct world *w)
{
	world_str(w, F_STR, "/usr/bin/Cat");
	world_str(w, F_STR2, "cat");
	world_set(w, F_INT, (struct value){ .type = VALUE_INT, .i = -5 });
	world_set(w, F_UINT, (struct value){ .type = VALUE_UINT, .u = 10 });
	world_set(w, F_PORT, (struct value){ .type = VALUE_PORT, .u = 22 });
	world_set(w, F_BOOL, (struct value){ .type = VALUE_BOOL, .b = true });
	world_set(w, F_ADDR, (struct value){ .type = VALUE_ADDRESS, .a = { 4, 0, { 10, 1, 2, 3 } } });
	world_set(w, F_NET, (struct value){ .type = VALUE_NETWORK, .a = { 4, 0, { 10, 1, 2, 3 } } });
	world_str(w, F_LIST, "-l");
	world_str(w, F_LIST, "-a");
	world_str(w, F_ANC, "sh");
	world_str(w, F_ANC, "init");
	world_set(w, F_END, (struct value){ .type = VALUE_PORT, .u = 1024 });
	world_set(w, F_END, (struct value){ .type = VALUE_PORT, .u = 443 });
	world_set(w, F_NAMED, (struct value){ .type = VALUE_STRING, .named = true, .num = 16, .s = STR("PTRACE_ATTACH") });
}

/* every row: condition, its value on the scene above */
static const struct { const char *condition; bool holds; } verdicts[] = {
	{ "evt.type = openat", true }, { "evt.type == openat", true }, { "evt.type in (open, openat)", true },
	{ "evt.type != openat", false }, { "not evt.type=open", true }, { "not not evt.type=openat", true },
	{ "a.str exists", true }, { "a.str existsand a.int exists", true }, { "a.str = /usr/bin/Cat", true },
	{ "a.str contains bin", true }, { "a.str icontains CAT", true }, { "a.str contains cat", false },
	{ "a.str startswith /usr", true }, { "a.str endswith Cat", true }, { "a.str glob /usr/*", true },
	{ "a.str glob /usr", false }, { "a.str iglob */cat", true }, { "a.str regex /usr/bin/[A-Z]at", true },
	{ "a.str regex Cat", false }, { "a.str regex '.*[[:upper:]]at'", true }, { "a.str pmatch (/usr)", true },
	{ "a.str pmatch (/us)", false }, { "a.str pmatch (/usr/bin/Cat/x)", false }, { "a.str pmatch (/)", true },
	{ "a.str pmatch (/opt, /usr/*/C*)", true }, { "a.str in (x, \"/usr/bin/Cat\")", true }, { "a.str in ()", false },
	{ "a.str contains anyof (x, bin)", true }, { "a.str contains allof (usr, bin)", true },
	{ "a.str contains allof (usr, x)", false }, { "a.str contains oneof (usr, bin)", false },
	{ "a.str contains oneof (usr, x)", true }, { "a.str contains allof ()", false }, { "a.str = anyof", false },
	{ "a.str < 5", true }, { "a.str2 > 5", true },
	{ "a.int = -5", true }, { "a.int < 0", true }, { "a.int >= -5", true }, { "a.int in (1, -5)", true },
	{ "a.uint <= 10", true }, { "a.uint != 10", false }, { "a.uint = anyof (9, 10)", true },
	{ "a.port = ssh", true }, { "a.port = 22", true }, { "a.bool = true", true }, { "a.bool in (false)", false },
	{ "a.addr = 10.1.2.3", true }, { "a.addr = ::ffff:10.1.2.3", true }, { "a.addr != ::1", true },
	{ "a.net = 10.0.0.0/8", true }, { "a.net in (192.168.0.0/16, 10.1.2.0/24)", true }, { "a.net != 10.1.2.2/31", false },
	{ "a.net = 10.1.2.0/31", false }, { "a.list in (-l, -a, -x)", true }, { "a.list in (-l)", false },
	{ "a.list intersects (-a)", true }, { "a.anc = init", true }, { "a.anc != sh", true }, { "not a.anc = sh", false },
	{ "a.end = 443", true }, { "a.end != 443", false }, { "a.end != 80", true }, { "a.end < 1000", true },
	{ "a.named = PTRACE_ATTACH", true }, { "a.named = 16", true }, { "a.named != 16", false },
	{ "a.named in (4, 16)", true }, { "a.named != 17", true },
	{ "tolower(a.str) = /usr/bin/cat", true }, { "basename(tolower(a.str)) = val(a.str2)", true },
	{ "a.str2 = basename(a.str)", false }, { "toupper(a.str2) = CAT", true }, { "len(a.list) = 2", true },
	{ "len(a.str2) > 2", true }, { "b64(concat(\"Y2\", \"F0\")) = cat", true }, { "b64(\"a b\") exists", false },
	{ "join(\"|\", a.list) = \"-l|-a\"", true }, { "getopt(a.list, \"la:\") intersects (l)", true },
	{ "getopt(a.list, \"la\")[a] = a", true }, { "getopt((\"x\", \"-a\", \"1\"), \"a:\")[a] = 1", true },
	{ "getopt((\"x\", \"-a1\"), \"+a:\")[a] exists", false }, { "getopt((\"-ab\"), \"a::\")[a] = b", true },
	{ "getopt((\"-a\", \"b\"), \"a::\")[a] = a", true }, { "getopt((\"--\", \"-a\"), \"a\")[a] exists", false },
	{ "len(getopt((\"-a\", \"-b\", \"2\"), \"ab:\")) = 3", true }, { "len((\"a\", a.str2)) = 2", true },
	{ "a.str2 in val(a.list)", false }, { "a.list intersects getopt((\"-x\", \"-l\"), \"x:\")", true }, { "getopt(a.list, \"x\")[x] exists", false },
	{ "a.str2 = \"c\\x61t\"", true }, { "a.str2 = 'cat'", true }, { "(a.str2=cat)and(a.int<0)", true },
	{ "a.str2=dog or(a.int<0) and a.uint=10", true }, { "a.str2 = dog or a.int > 0", false },
	{ "not (a.str2 = dog or a.int > 0)", true }, { "(((a.str2 = cat)))", true },
};

static void test_condition_table_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		struct world w;
		auto_buf struct buf text = { 0 };
		world_begin(&w);
		scene_fill(&w);
		if (!world_compile(&w, verdicts[i].condition)) {
			diag_render_text(w.d, &text);
			fail_msg("%s: %s", verdicts[i].condition, buf_z(&text));
		}
		if (world_eval(&w) != verdicts[i].holds)
			fail_msg("%s is not %d", verdicts[i].condition, verdicts[i].holds);
		world_end(&w);
	}
}

/* every comparison on an absent field is false, whatever the operator; only not turns it around */
static void test_absent_field_makes_every_comparison_false(void **state)
{
	static const char *const conditions[] = {
		"a.str = x", "a.str != x", "a.str contains x", "a.str glob *", "a.str in (x)", "a.str intersects (x)",
		"a.str pmatch (/)", "a.str regex .*", "a.str exists", "a.int < 1", "a.int != 1", "a.list in ()",
		"a.str != anyof (x)", "a.str2 = val(a.str)", "tolower(a.str) != x", "len(a.str) >= 0",
		"concat(a.str2, a.str) exists",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
		struct world w;
		char negated[128];
		world_begin(&w);
		world_str(&w, F_STR2, "cat");
		assert_true(world_compile(&w, conditions[i]));
		if (world_eval(&w))
			fail_msg("%s holds without a value", conditions[i]);
		snprintf(negated, sizeof(negated), "not (%s)", conditions[i]);
		assert_true(world_compile(&w, negated));
		assert_true(world_eval(&w));
		world_end(&w);
	}
}

static void test_empty_list_is_a_value(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	w.scene.field[F_LIST].present = true;
	assert_true(world_compile(&w, "a.list exists and a.list in (x) and not a.list intersects (x)"));
	assert_true(world_eval(&w));
	world_end(&w);
}

static const struct { const char *condition, *code; unsigned column; } errors[] = {
	{ "", "empty", 1 }, { "   ", "empty", 1 }, { "a.str", "missing-operator", 6 }, { "a.str =", "missing-value", 8 },
	{ "a.str = (x)", "wrong-operand", 9 }, { "a.str in x)", "unexpected-token", 11 }, { "(a.str = x", "missing-paren", 11 },
	{ "a.str = x)", "unexpected-token", 10 }, { "a.str = \"x", "unclosed-string", 9 },
	{ "a.str = \"\\q\"", "bad-escape", 10 }, { "a.str in (a,)", "trailing-comma", 13 },
	{ "a.str in (a b)", "missing-paren", 13 }, { "a.str containsx", "missing-blank", 15 },
	{ "a.str = x andb", "unexpected-token", 11 }, { "a.int < x", "wrong-operand", 9 }, { "a.str[ = x", "bad-selector", 6 },
	{ "not", "unknown-macro", 1 }, { "a.str = x and", "unexpected-token", 11 }, { "a.sta = x", "unknown-field", 1 },
	{ "evt.type = opennat", "unknown-event", 12 }, { "evt.type in (open, mout)", "unknown-event", 20 },
	{ "a.int > 0x0", "bad-number", 9 }, { "a.int = x", "bad-number", 9 }, { "a.uint = -1", "bad-number", 10 }, { "a.port = 65536", "bad-number", 10 },
	{ "a.bool = yes", "bad-number", 10 }, { "a.addr = 10.1.2", "bad-number", 10 }, { "a.net = 10.0.0.0", "bad-number", 9 },
	{ "a.int contains 5", "bad-operator", 7 }, { "a.list = x", "bad-operator", 8 }, { "a.str bcontains aa", "bad-operator", 7 },
	{ "a.bool < 1", "bad-operator", 8 }, { "a.str2[x] = y", "selector-forbidden", 1 }, { "a.need = x", "selector-missing", 1 },
	{ "a.str regex '('", "bad-regex", 13 }, { "a.str regex '\\d'", "bad-escape", 14 }, { "a.str regex 'a+?'", "bad-regex", 13 },
	{ "a.str regex '(?i)a'", "bad-regex", 13 }, { "a.str = \"\\x00\"", "nul-in-string", 9 }, { "nosuch", "unknown-macro", 1 },
	{ "a.str in nolist", "unknown-list", 10 }, { "a.str = two", "list-as-scalar", 9 }, { "m1", "macro-cycle", 0 },
	{ "a.str = val(a.int)", "type-mismatch", 9 }, { "a.str = val(a.anc)", "wrong-operand", 9 },
	{ "a.port = val(a.end)", "wrong-operand", 10 }, { "a.str regex val(a.str2)", "wrong-operand", 13 },
	{ "tolower(a.int) = x", "bad-argument", 9 }, { "len(a.int) = 1", "bad-argument", 5 },
	{ "join(\"-\", (a.int)) = x", "bad-argument", 12 }, { "tolower(a.anc[1]) = x", "bad-argument", 9 },
	{ "tolower(a.end) = x", "bad-argument", 9 }, { "tolower(a.list) = x", "bad-argument", 9 },
	{ "concat(a.str, \"\\x00\") = x", "nul-in-string", 15 }, { "a.str = val(a.list)", "type-mismatch", 9 },
	{ "getopt(a.list, \"a\")[ab] = x", "bad-selector", 1 }, { "a.str = val(tolower(a.str))", "wrong-operand", 13 },
	{ "two", "unknown-macro", 1 }, { "a.str in (x) or nosuch or a.str in nolist", "unknown-macro", 17 },
	{ "a.str startwith x", "missing-operator", 7 }, { "a.str EXISTS", "missing-operator", 7 }, { "concat(a.str) = x", "bad-argument", 1 }, { "a..b = x", "unexpected-token", 2 },
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
			fail_msg("'%s': %s at %u (%s), expected %s at %u", errors[i].condition, e->code ? e->code : "no code",
				 e->column, e->message, errors[i].code, errors[i].column);
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
	assert_string_equal(diag_at(w.d, 0)->message, "unknown field 'a.sta'; did you mean 'a.str'?");
	assert_string_equal(diag_at(w.d, 1)->text, "80, many");
	assert_int_equal(diag_at(w.d, 1)->column, 5);
	assert_int_equal(diag_at(w.d, 2)->severity, DIAG_NOTE);
	assert_int_equal(diag_at(w.d, 2)->column, 25);
	world_end(&w);
	world_begin(&w);
	assert_false(world_compile(&w, "a.str startwith x"));
	assert_string_equal(diag_at(w.d, 0)->message, "unknown operator 'startwith'; did you mean 'startswith'?");
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

/* every phase gives up in order when the rule set's memory ends */
static void test_memory_that_ends_is_an_error(void **state)
{
	static const char condition[] =
		"m and a.str regex '(a|b)+' and a.str pmatch (/usr/*) and tolower(a.str) in (l) and a.list in ('x')";
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
		if (w.root && names_add_macro(&w.names, STR("m"), &w.root->span, w.root->children->next) == 0 &&
		    names_add_list(&w.names, STR("l"), &w.root->span, NULL) == 0 &&
		    resolve(w.root, &w.names, w.d) == 0 && check(w.root, &fake_schema, w.arena, w.d) == 0)
			compiled = filter_compile(w.root, &fake_schema, w.arena);
		if (!compiled)
			assert_true(arena_exhausted(w.arena));
		world_end(&w);
	}
	assert_true(compiled);
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
	assert_true(world_compile(&w, "a.str regex '(a|bc)*' and a.str2 regex 'x..y' and a.str2 regex 'x\xef\xbf\xbd+y'"));
	assert_true(world_eval(&w));
	assert_int_equal(w.stats.regex_limits, 0);
	world_end(&w);
}

static void test_lists_and_macros_stand_for_their_content(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	scene_fill(&w);
	world_list(&w, "shells", "sh, bash, more");
	world_list(&w, "more", "cat, \"shells\"");
	world_list(&w, "single", "cat");
	world_list(&w, "none", "");
	world_macro(&w, "is_shell", "a.str2 in (shells)");
	world_macro(&w, "both", "is_shell and is_shell or a.int > 0");
	assert_true(world_compile(&w, "both and a.str2 in shells and a.str2 = single and not a.str2 in (none)"));
	assert_true(world_eval(&w));
	assert_true(world_compile(&w, "a.str2 in (\"single\") or a.str = single"));
	assert_false(world_eval(&w));
	world_end(&w);
}

static void test_macro_is_evaluated_once_per_event(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	scene_fill(&w);
	world_macro(&w, "m", "a.str2 = dog");
	assert_true(world_compile(&w, "m or m or m or m"));
	assert_false(world_eval(&w));
	assert_int_equal(w.scene.reads, 1);
	world_end(&w);
}

static void test_short_circuit_stops_at_the_first_that_decides(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	scene_fill(&w);
	assert_true(world_compile(&w, "(a.int > 0 and a.str = x and a.str = y) or a.uint = 10 or a.str = z"));
	assert_true(world_eval(&w));
	assert_int_equal(w.scene.reads, 2);
	world_end(&w);
}

static void test_event_types_follow_from_and_or_not(void **state)
{
	static const struct { const char *condition; unsigned types; } rows[] = { /* bits: open openat execve mount container */
		{ "evt.type = open", 1 }, { "evt.type in (open, mount)", 9 }, { "evt.type != open", 30 },
		{ "not evt.type in (open, openat)", 28 }, { "evt.type = open or a.str = x", 31 },
		{ "evt.type = open and a.str = x", 1 }, { "not (evt.type = open and a.str = x)", 31 },
		{ "not (evt.type = open or a.str = x)", 30 }, { "evt.type = open and evt.type = mount", 0 },
		{ "evt.num >= 0", 31 }, { "evt.num = 0", 0 }, { "t and a.str = x", 4 }, { "not not t", 4 },
		{ "evt.type startswith op", 31 },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w;
		world_begin(&w);
		world_macro(&w, "t", "evt.type = execve");
		assert_true(world_compile(&w, rows[i].condition));
		for (unsigned t = 0; t < 5; t++)
			if (filter_wants(w.filter, t) != (rows[i].types >> t & 1))
				fail_msg("%s: type %u", rows[i].condition, t);
		world_end(&w);
	}
}

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
	scene_fill(&w);
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
		world_list(&w, arena_printf(a, "l%u", i).ptr, arena_printf(a, "l%u, l%u", i - 1, i - 1).ptr);
		world_macro(&w, arena_printf(a, "m%u", i).ptr, arena_printf(a, "m%u and m%u", i - 1, i - 1).ptr);
	}
	assert_false(world_compile(&w, "m39"));
	assert_int_equal(diag_errors(w.d), 2);
	assert_string_equal(diag_at(w.d, 0)->code, "too-many");
	assert_string_equal(diag_at(w.d, 1)->code, "too-many");
	world_end(&w);
}

static void test_regex_that_explodes_ends_at_a_limit(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	world_str(&w, F_STR, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
	assert_true(world_compile(&w, "a.str regex '(a*)*(a*)*(a*)*[bc]'"));
	assert_false(world_eval(&w));
	assert_int_equal(w.stats.regex_limits, 1);
	world_end(&w);
}

/* parse, print, parse is a fixed point: on every condition above, and on random trees */
static void print_twice(struct world *w, const char *condition)
{
	auto_buf struct buf first = { 0 }, second = { 0 };
	struct node *n = parse_condition(world_script(w, condition), w->arena, w->d);
	assert_non_null(n);
	node_print(n, &first);
	n = parse_condition(world_script(w, buf_z(&first)), w->arena, w->d);
	if (!n)
		fail_msg("%s printed as %s", condition, buf_z(&first));
	node_print(n, &second);
	assert_string_equal(buf_z(&first), buf_z(&second));
}

static void random_condition(struct buf *out, unsigned *seed, unsigned depth)
{
	static const char *const tests[] = {
		"a.str = \"x\\x09y\"", "m", "a.str in (a, 'b c')", "a.list intersects l", "tolower(a.str)[q] = x",
		"a.str = val(a.str2)", "a.int < -1.5e+3", "a.str contains anyof (x, y)", "a.str exists",
	};
	unsigned kind = depth ? (unsigned)rand_r(seed) % 4 : 0;
	if (kind == 0) {
		buf_add(out, str_of(tests[(unsigned)rand_r(seed) % ARRAY_LEN(tests)]));
	} else if (kind == 1) {
		buf_add(out, STR("not ("));
		random_condition(out, seed, depth - 1);
		buf_char(out, ')');
	} else {
		for (unsigned i = 0, n = 2 + (unsigned)rand_r(seed) % 3; i < n; i++) {
			if (i)
				buf_add(out, kind == 2 ? STR(" and ") : STR(" or "));
			buf_char(out, '(');
			random_condition(out, seed, depth - 1);
			buf_char(out, ')');
		}
	}
}

static void test_print_and_parse_is_a_fixed_point(void **state)
{
	unsigned seed = 3;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verdicts) + 300; i++) {
		struct world w;
		auto_buf struct buf text = { 0 };
		world_begin(&w);
		if (i < ARRAY_LEN(verdicts))
			buf_add(&text, str_of(verdicts[i].condition));
		else
			random_condition(&text, &seed, 4);
		print_twice(&w, buf_z(&text));
		world_end(&w);
	}
}

struct told {
	unsigned n;
	bool last;
};

static void count_told(void *ctx, const struct node *node, unsigned depth, bool result, struct str left)
{
	struct told *t = ctx;
	(void)node;
	(void)depth;
	(void)left;
	t->n++;
	t->last = result;
}

static void test_explain_agrees_with_eval(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		struct world w;
		struct told told = { 0 };
		struct filter_frame *frame;
		world_begin(&w);
		scene_fill(&w);
		assert_true(world_compile(&w, verdicts[i].condition));
		frame = filter_frame_new(1);
		filter_frame_begin(frame, &w.scene);
		assert_int_equal(filter_explain(w.root, frame, count_told, &told), verdicts[i].holds);
		assert_true(told.n > 0);
		assert_int_equal(told.last, verdicts[i].holds);
		filter_frame_free(frame);
		world_end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_condition_table_holds),
		cmocka_unit_test(test_absent_field_makes_every_comparison_false),
		cmocka_unit_test(test_empty_list_is_a_value),
		cmocka_unit_test(test_error_table_code_and_column),
		cmocka_unit_test(test_errors_are_told_together_and_in_place),
		cmocka_unit_test(test_cycles_print_their_chain_once),
		cmocka_unit_test(test_memory_that_ends_is_an_error),
		cmocka_unit_test(test_regex_takes_long_values_and_broken_text),
		cmocka_unit_test(test_lists_and_macros_stand_for_their_content),
		cmocka_unit_test(test_macro_is_evaluated_once_per_event),
		cmocka_unit_test(test_short_circuit_stops_at_the_first_that_decides),
		cmocka_unit_test(test_event_types_follow_from_and_or_not),
		cmocka_unit_test(test_nesting_is_bounded_not_the_stack),
		cmocka_unit_test(test_deep_macros_are_bounded_not_the_stack),
		cmocka_unit_test(test_expansion_is_bounded),
		cmocka_unit_test(test_regex_that_explodes_ends_at_a_limit),
		cmocka_unit_test(test_print_and_parse_is_a_fixed_point),
		cmocka_unit_test(test_explain_agrees_with_eval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
