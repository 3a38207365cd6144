/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions from text to verdict: grammar, types, absent values, sharing, printing, explaining. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"
#include "filter/explain.h"

/* every row: condition, its value on the scene above */
static const struct {
	const char *condition;
	bool holds;
} verdicts[] = {
	{ "evt.type = openat", true },
	{ "evt.type == openat", true },
	{ "evt.type in (open, openat)", true },
	{ "evt.type != openat", false },
	{ "not evt.type=open", true },
	{ "not not evt.type=openat", true },
	{ "a.str exists", true },
	{ "a.str existsand a.int exists", true },
	{ "a.str = /usr/bin/Cat", true },
	{ "a.str contains bin", true },
	{ "a.str icontains CAT", true },
	{ "a.str contains cat", false },
	{ "a.str startswith /usr", true },
	{ "a.str endswith Cat", true },
	{ "a.str glob /usr/*", true },
	{ "a.str glob /usr", false },
	{ "a.str iglob */cat", true },
	{ "a.str regex /usr/bin/[A-Z]at", true },
	{ "a.str regex Cat", false },
	{ "a.str regex '.*[[:upper:]]at'", true },
	{ "a.str pmatch (/usr)", true },
	{ "a.str pmatch (/us)", false },
	{ "a.str pmatch (/usr/bin/Cat/x)", false },
	{ "a.str pmatch (/)", true },
	{ "a.str pmatch (/opt, /usr/*/C*)", true },
	{ "a.str in (x, \"/usr/bin/Cat\")", true },
	{ "a.str in ()", false },
	{ "a.str contains anyof (x, bin)", true },
	{ "a.str contains allof (usr, bin)", true },
	{ "a.str contains allof (usr, x)", false },
	{ "a.str contains oneof (usr, bin)", false },
	{ "a.str contains oneof (usr, x)", true },
	{ "a.str contains allof ()", false },
	{ "a.str = anyof", false },
	{ "a.str < 5", true },
	{ "a.str2 > 5", true },
	{ "a.int = -5", true },
	{ "a.int < 0", true },
	{ "a.int >= -5", true },
	{ "a.int in (1, -5)", true },
	{ "a.uint <= 10", true },
	{ "a.uint != 10", false },
	{ "a.uint = anyof (9, 10)", true },
	{ "a.port = ssh", true },
	{ "a.port = 22", true },
	{ "a.bool = true", true },
	{ "a.bool in (false)", false },
	{ "a.addr = 10.1.2.3", true },
	{ "a.addr = ::ffff:10.1.2.3", true },
	{ "a.addr != ::1", true },
	{ "a.net = 10.0.0.0/8", true },
	{ "a.net in (192.168.0.0/16, 10.1.2.0/24)", true },
	{ "a.net != 10.1.2.2/31", false },
	{ "a.net = ::ffff:10.0.0.0/104", true },
	{ "a.net = ::ffff:10.9.0.0/112", false },
	{ "a.net = 10.1.2.0/31", false },
	{ "a.list in (-l, -a, -x)", true },
	{ "a.list in (-l)", false },
	{ "a.list intersects (-a)", true },
	{ "a.anc = init", true },
	{ "a.anc != sh", true },
	{ "not a.anc = sh", false },
	{ "a.end = 443", true },
	{ "a.end != 443", false },
	{ "a.end != 80", true },
	{ "a.end < 1000", true },
	{ "a.end != anyof (443, 80)", true },
	{ "a.end != allof (443, 80)", false },
	{ "a.end != anyof (443, 1024)", false },
	{ "a.end = allof (443, 1024)", true },
	{ "a.end = oneof (443, 1024)", false },
	{ "a.anc = allof (sh, init)", true },
	{ "a.bool = anyof (false, true)", true },
	{ "a.addr != allof (::1, 10.0.0.1)", true },
	{ "a.str2 glob concat(\"c\", \"?\", \"t\")", true },
	{ "a.str2 glob concat(\"c\", \"x\")", false },
	{ "a.str iglob concat(\"*\", a.str2)", true },
	{ "a.named = PTRACE_ATTACH", true },
	{ "a.named = 16", true },
	{ "a.named != 16", false },
	{ "a.named in (4, 16)", true },
	{ "a.named != 17", true },
	{ "tolower(a.str) = /usr/bin/cat", true },
	{ "basename(tolower(a.str)) = val(a.str2)", true },
	{ "a.str2 = basename(a.str)", false },
	{ "toupper(a.str2) = CAT", true },
	{ "len(a.list) = 2", true },
	{ "len(a.str2) > 2", true },
	{ "b64(concat(\"Y2\", \"F0\")) = cat", true },
	{ "b64(\"a b\") exists", false },
	{ "join(\"|\", a.list) = \"-l|-a\"", true },
	{ "getopt(a.list, \"la:\") intersects (l)", true },
	{ "getopt(a.list, \"la\")[a] = a", true },
	{ "getopt((\"x\", \"-a\", \"1\"), \"a:\")[a] = 1", true },
	{ "getopt((\"x\", \"-a1\"), \"+a:\")[a] exists", false },
	{ "getopt((\"-ab\"), \"a::\")[a] = b", true },
	{ "getopt((\"-a\", \"b\"), \"a::\")[a] = a", true },
	{ "getopt((\"--\", \"-a\"), \"a\")[a] exists", false },
	{ "len(getopt((\"-a\", \"-b\", \"2\"), \"ab:\")) = 3", true },
	{ "len((\"a\", a.str2)) = 2", true },
	{ "a.str2 in val(a.list)", false },
	{ "a.list intersects getopt((\"-x\", \"-l\"), \"x:\")", true },
	{ "getopt(a.list, \"x\")[x] exists", false },
	{ "a.str2 = \"c\\x61t\"", true },
	{ "a.str2 = 'cat'", true },
	{ "(a.str2=cat)and(a.int<0)", true },
	{ "a.str2=dog or(a.int<0) and a.uint=10", true },
	{ "a.str2 = dog or a.int > 0", false },
	{ "not (a.str2 = dog or a.int > 0)", true },
	{ "(((a.str2 = cat)))", true },
};

static void test_condition_table_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		struct world w;
		auto_buf struct buf text = { 0 };
		world_begin(&w);
		world_fill(&w);
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
		"a.str = x",
		"a.str != x",
		"a.str contains x",
		"a.str glob *",
		"a.str in (x)",
		"a.str intersects (x)",
		"a.str pmatch (/)",
		"a.str regex .*",
		"a.str exists",
		"a.int < 1",
		"a.int != 1",
		"a.list in ()",
		"a.str != anyof (x)",
		"a.str2 = val(a.str)",
		"tolower(a.str) != x",
		"len(a.str) >= 0",
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
	assert_true(
		world_compile(&w, "a.list exists and a.list in (x) and not a.list intersects (x)"));
	assert_true(world_eval(&w));
	world_end(&w);
}

static void test_lists_and_macros_stand_for_their_content(void **state)
{
	struct world w;
	(void)state;
	world_begin(&w);
	world_fill(&w);
	world_list(&w, "shells", "sh, bash, more");
	world_list(&w, "more", "cat, \"shells\"");
	world_list(&w, "single", "cat");
	world_list(&w, "none", "");
	world_macro(&w, "is_shell", "a.str2 in (shells)");
	world_macro(&w, "both", "is_shell and is_shell or a.int > 0");
	assert_true(world_compile(
		&w, "both and a.str2 in shells and a.str2 = single and not a.str2 in (none)"));
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
	world_fill(&w);
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
	world_fill(&w);
	assert_true(world_compile(
		&w, "(a.int > 0 and a.str = x and a.str = y) or a.uint = 10 or a.str = z"));
	assert_true(world_eval(&w));
	assert_int_equal(w.scene.reads, 2);
	world_end(&w);
}

/* events tell the name of the call, rules may write another */
static void test_condition_alias_of_an_event_type_is_the_type(void **state)
{
	static const char *const conditions[] = {
		"evt.type = umount", "evt.type in (open, umount)", "evt.type in (calls)",
		"evt.type = one",    "not evt.type != umount",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
		struct world w;
		world_begin(&w);
		w.scene.field[F_TYPE].n = 0;
		world_str(&w, F_TYPE, "mount");
		world_list(&w, "calls", "open, umount");
		world_list(&w, "one", "umount");
		assert_true(world_compile(&w, conditions[i]));
		if (!world_eval(&w) || !filter_wants(w.filter, 3))
			fail_msg("%s", conditions[i]);
		world_end(&w);
	}
}

static void test_event_types_follow_from_and_or_not(void **state)
{
	static const struct {
		const char *condition;
		unsigned types;
	} rows[] = {
		/* bits: open openat execve mount container */
		{ "evt.type = open", 1 },
		{ "evt.type in (open, mount)", 9 },
		{ "evt.type != open", 30 },
		{ "not evt.type in (open, openat)", 28 },
		{ "evt.type = open or a.str = x", 31 },
		{ "evt.type = open and a.str = x", 1 },
		{ "not (evt.type = open and a.str = x)", 31 },
		{ "not (evt.type = open or a.str = x)", 30 },
		{ "evt.type = open and evt.type = mount", 0 },
		{ "evt.num >= 0", 31 },
		{ "evt.num = 0", 0 },
		{ "t and a.str = x", 4 },
		{ "not not t", 4 },
		{ "evt.type startswith op", 31 },
		{ "evt.type = umount", 8 },
		{ "a.call = open", 1 },
		{ "a.call != open", 30 },
		{ "not a.call = open", 30 },
		{ "not a.call != open", 31 },
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

/* what cannot be proved counts as a yes */
static void test_condition_is_false_where_what_is_given_denies_it(void **state)
{
	static const char a_read[] = "a.write=false";
	static const struct {
		const char *condition, *given;
		bool wants;
	} rows[] = {
		{ "a.write = true", a_read, false },
		{ "a.write = false", a_read, true },
		{ "a.write != true", a_read, true },
		{ "a.write != false", a_read, false },
		{ "not a.write = true", a_read, true },
		{ "not not a.write = true", a_read, false },
		{ "not a.write = false", a_read, false },
		{ "a.write exists", a_read, true },
		{ "a.bool = true", a_read, true },
		{ "a.str = x and a.write = true", a_read, false },
		{ "a.str = x or a.write = true", a_read, true },
		{ "w and a.str = x", a_read, false },
		{ "not (w or a.str = x)", a_read, true },
		{ "(w or evt.type = mount) and a.str = x", a_read, false },
		{ "(w or evt.type = open) and a.str = x", a_read, true },
		{ "a.write = true", "", true },
		/* one of several */
		{ "a.str = x", "a.write=true a.str=x|yy", true },
		{ "a.str = z", "a.write=true a.str=x|yy", false },
		{ "not a.str in (x, yy)", "a.str=x|yy", false },
		{ "not a.str in (x)", "a.str=x|yy", true },
		{ "a.str endswith y", "a.str=x|yy", true },
		{ "a.str endswith z", "a.str=x|yy", false },
		{ "a.str contains anyof (z, y)", "a.str=x|yy", true },
		{ "a.str glob z*", "a.str=x|yy", false },
		{ "a.str = val(a.str2)", "a.str=x|yy", true },
		{ "toupper(a.str) = Z", "a.str=x|yy", true },
		/* none, and one that nobody knows */
		{ "a.str != x", "a.str=", false },
		{ "a.str exists", "a.str=", false },
		{ "not a.str exists", "a.str=", true },
		{ "not a.str = x", "a.str=", true },
		{ "not a.str exists", "a.str=*", false },
		{ "a.str = x", "a.str=*", true },
		/* numbers */
		{ "a.int > 8", "a.int=3..9", true },
		{ "a.int > 9", "a.int=3..9", false },
		{ "a.int in (1, 10)", "a.int=3..9", false },
		{ "a.int in (1, 10)", "a.int=3..9|10", true },
		{ "not a.int >= 3", "a.int=3..9", false },
		{ "a.named = AF_NETLINK", "a.named=16:AF_NETLINK", true },
		{ "a.named = 16", "a.named=16:AF_NETLINK", true },
		{ "a.named != 16", "a.named=16:AF_NETLINK", false },
		{ "a.named in (AF_INET, 2)", "a.named=16:AF_NETLINK", false },
		/* of one selector */
		{ "a.need[x] = 1", "a.need[x]=2", false },
		{ "a.need[y] = 1", "a.need[x]=2", true },
		{ "a.str = 1", "a.str[x]=2", true },
		/* fields of several values are not judged */
		{ "a.list intersects (1)", "a.list=2", true },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct filter_frame *frame = filter_frame_new(0);
		struct event_set types;
		struct world w;
		world_begin(&w);
		assert_non_null(frame);
		world_macro(&w, "w", "evt.type = open and a.write = true");
		if (!world_compile(&w, rows[i].condition))
			fail_msg("%s", rows[i].condition);
		filter_types_given(w.filter, str_of(rows[i].given), frame, &types);
		if (event_set_has(&types, 0) != rows[i].wants)
			fail_msg("%s, given %s", rows[i].condition, rows[i].given);
		filter_frame_free(frame);
		world_end(&w);
	}
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
		"a.str = \"x\\x09y\"",	 "m",
		"a.str in (a, 'b c')",	 "a.list intersects l",
		"tolower(a.str)[q] = x", "a.str = val(a.str2)",
		"a.int < -1.5e+3",	 "a.str contains anyof (x, y)",
		"a.str exists",
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

static void test_explain_agrees_with_eval(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		struct explained lines[64];
		struct world w;
		struct filter_frame *frame;
		double closeness;

		world_begin(&w);
		world_fill(&w);
		assert_true(world_compile(&w, verdicts[i].condition));
		assert_in_range(explain_lines(w.root), 1, ARRAY_LEN(lines));
		frame = filter_frame_new(1);
		filter_frame_begin(frame, &w.scene);
		assert_int_equal(explain_tree(w.root, frame, lines, &closeness), verdicts[i].holds);
		assert_int_equal(lines[0].verdict,
				 verdicts[i].holds ? VERDICT_TRUE : VERDICT_FALSE);
		assert_int_equal(closeness == 1, verdicts[i].holds);
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
		cmocka_unit_test(test_lists_and_macros_stand_for_their_content),
		cmocka_unit_test(test_macro_is_evaluated_once_per_event),
		cmocka_unit_test(test_short_circuit_stops_at_the_first_that_decides),
		cmocka_unit_test(test_condition_alias_of_an_event_type_is_the_type),
		cmocka_unit_test(test_condition_is_false_where_what_is_given_denies_it),
		cmocka_unit_test(test_event_types_follow_from_and_or_not),
		cmocka_unit_test(test_print_and_parse_is_a_fixed_point),
		cmocka_unit_test(test_explain_agrees_with_eval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
