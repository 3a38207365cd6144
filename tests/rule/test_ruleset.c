/* SPDX-License-Identifier: Apache-2.0 */
/* Whole rule sets: what is refused and where, patches over files, exceptions, selection, index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "loading.h"

#define RULE(id, condition)                                                                        \
	"[rule " id "]\ntitle = Title of " id "\ndesc = d\ncondition = " condition                 \
	"\noutput = o\npriority = Notice\n"

static void test_ruleset_good_rule_has_what_was_written(void **state)
{
	auto_loading struct loading l = LOAD("; comment\n"
					     "[rule a-b]\n"
					     "title = A title\n"
					     "desc = one\n  two\n"
					     "condition = evt.type = open\n  and proc.name = x\n"
					     "output = name=%proc.name\n"
					     "priority = crItical\n"
					     "tags = z, a, z\n"
					     "action = kill, deny\n");
	const struct rule *r;

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	assert_int_equal(ruleset_count(l.set), 1);
	r = ruleset_at(l.set, 0);
	assert_true(str_eq(r->id, STR("a-b")));
	assert_true(str_eq(r->title, STR("A title")));
	assert_true(str_eq(r->desc, STR("one two")));
	assert_true(str_eq(r->condition_text, STR("evt.type = open and proc.name = x")));
	assert_true(str_eq(r->output_text, STR("name=%proc.name")));
	assert_int_equal(r->priority, PRIORITY_CRITICAL);
	assert_int_equal(r->actions, ACTION_ALERT | ACTION_KILL | ACTION_DENY);
	assert_int_equal(r->n_tags, 2);
	assert_true(str_eq(r->tags[0], STR("a")));
	assert_true(str_eq(r->tags[1], STR("z")));
	assert_true(r->enabled);
	assert_true(str_eq(r->file, STR("00.ini")));
	assert_int_equal(r->line, 2);
}

static void test_ruleset_errors_have_exact_places(void **state)
{
	static const struct {
		const char *text, *errors;
	} cases[] = {
		/* keys of rules */
		{ "[rule a]\n",
		  "00.ini:1:7 missing-key\n00.ini:1:7 missing-key\n00.ini:1:7 missing-key\n"
		  "00.ini:1:7 missing-key\n00.ini:1:7 missing-key\n" },
		{ "[list a]\n", "00.ini:1:7 missing-key\n" },
		{ "[macro a]\n", "00.ini:1:8 missing-key\n" },
		{ RULE("a", "evt.type = open") "tags = a b\n", "00.ini:7:8 bad-value\n" },
		{ RULE("a", "evt.type = open") "tags = a,\n", "00.ini:7:10 bad-list\n" },
		{ RULE("a", "evt.type = open") "tags = a,,b\n", "00.ini:7:10 bad-list\n" },
		{ RULE("a", "evt.type = open") "enabled = yes\n", "00.ini:7:11 bad-value\n" },
		{ RULE("a", "evt.type = open") "warn_evttypes = 1\n", "00.ini:7:17 bad-value\n" },
		/* a macro hides nothing, and neither does a disabled rule */
		{ "[macro m]\ncondition = container.id = x\n" RULE(
			  "a", "evt.type = open and m") "action = deny\nenabled = false\n",
		  "00.ini:3:7 deny-blind\n" },
		{ RULE("a", "evt.type = open") "action = alert, dney\n",
		  "00.ini:7:17 bad-value\n" },
		{ "[rule a]\ntitle =\ndesc = d\ncondition = evt.type = open\noutput = o\npriority "
		  "= High\n",
		  "00.ini:2:8 bad-value\n00.ini:6:12 bad-value\n" },
		{ RULE("a", "evt.type = open") "override = redefine\n", "00.ini:1:7 no-object\n" },
		{ RULE("a", "evt.type = open") "override = replace\n", "00.ini:7:12 bad-value\n" },
		{ RULE("a", "evt.type = open") "tags.append = x\n", "00.ini:7:1 mixed-keys\n" },
		{ RULE("a", "evt.type = open") RULE("a", "evt.type = open"),
		  "00.ini:7:7 duplicate-section\n" },
		{ RULE("a", "evt.type = open") "[rule b]\ntitle = Title of a\ndesc = d\n"
					       "condition = evt.type = open\noutput = o\npriority "
					       "= Notice\n",
		  "00.ini:8:9 duplicate-title\n" },
		/* conditions and outputs through continuation lines */
		{ RULE("a", "\n  evt.type = open\n    and foo.bar = 1"),
		  "00.ini:6:9 unknown-field\n" },
		{ RULE("a", "evt.type in (open,\n\topennat)"), "00.ini:5:2 unknown-event\n" },
		{ RULE("a", "nomacro"), "00.ini:4:13 unknown-macro\n" },
		{ "[rule a]\ntitle = t\ndesc = d\ncondition = evt.type = open\n"
		  "output = x\n   ; c\n   y %proc.nam\npriority = Notice\n",
		  "00.ini:7:7 unknown-field\n" },
		/* a fault in a macro is told where it stands, its uses are not */
		{ "[macro m]\ncondition = proc.name = \n" RULE("a", "m"), NULL },
		{ "[macro m]\ncondition = foo.bar = 1\n" RULE("a", "m") RULE("b", "m"),
		  "00.ini:2:13 unknown-field\n" },
		{ "[macro m]\ncondition = n\n[macro n]\ncondition = m\n",
		  "00.ini:4:13 macro-cycle\n" },
		{ "[list l]\nitems = l\n", "00.ini:2:9 list-cycle\n" },
		{ "[list l]\nitems = a,\n", NULL },
		{ "[list l]\nitems = \"a\n", NULL },
		{ "[list l]\nitems = a\n[macro l]\ncondition = evt.type = open\n",
		  "00.ini:3:8 name-taken\n" },
		/* patches and exceptions of nothing */
		{ "[rule a]\ntags.append = x\n", "00.ini:1:7 no-object\n" },
		{ "[rule a]\nenabled = false\n", "00.ini:1:7 no-object\n" },
		{ "[exception nn/e]\nfields = proc.name\n", "00.ini:1:12 no-object\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_loading struct loading l = LOAD(cases[i].text);

		if (l.set)
			fail_msg("taken: %s", cases[i].text);
		if (cases[i].errors)
			assert_codes(&l, DIAG_ERROR, cases[i].errors);
		else
			assert_int_equal(diag_errors(l.d), 1);
	}
}

static void test_ruleset_all_errors_of_all_files_are_told(void **state)
{
	auto_loading struct loading l = LOAD("[list a]\nitem = x\n" RULE("r", "foo.bar = 1"),
					     "\n[macro b]\ncondition = evt.type = opne\n");

	(void)state;
	assert_null(l.set);
	assert_codes(&l, DIAG_ERROR,
		     "00.ini:2:1 unknown-key\n00.ini:6:13 unknown-field\n"
		     "01.ini:3:24 unknown-event\n");
}

static void test_ruleset_disabled_rule_is_checked_too(void **state)
{
	auto_loading struct loading l = LOAD(RULE("a", "foo.bar = 1") "enabled = false\n");

	(void)state;
	assert_null(l.set);
	assert_codes(&l, DIAG_ERROR, "00.ini:4:13 unknown-field\n");
}

/* --- patches --- */

static void test_patch_appends_and_replaces(void **state)
{
	auto_loading struct loading l = LOAD(
		"[list names]\nitems = a, b\n[macro m]\ncondition = proc.name in (names)\n" RULE(
			"r", "evt.type = open and m") "tags = t1\n",
		"[list names]\nitems.append = c\n"
		"[macro m]\ncondition.append = and proc.pid = 1\n"
		"[rule r]\ntags.append = t0, t1\noutput.append = more\npriority.replace = Alert\n"
		"title.replace = New\n");
	struct scene s = { .type = STR("open"), .name = STR("c"), .pid = 1 };
	const struct rule *r;

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	assert_true(holds(l.set, "r", &s));
	s.pid = 2;
	assert_false(holds(l.set, "r", &s));
	r = rule_named(l.set, "r");
	assert_int_equal(r->n_tags, 2);
	assert_true(str_eq(r->tags[0], STR("t0")));
	assert_true(str_eq(r->output_text, STR("o more")));
	assert_true(str_eq(r->title, STR("New")));
	assert_int_equal(r->priority, PRIORITY_ALERT);
	assert_true(str_eq(r->file, STR("00.ini")));
}

static void test_patch_replaced_list_forgets_the_old_items(void **state)
{
	auto_loading struct loading l =
		LOAD("[list names]\nitems = a, b\n" RULE(
			     "r", "evt.type = open and proc.name in (names)"),
		     "[list names]\nitems.append = c\n", "[list names]\nitems.replace = d\n",
		     "[list names]\nitems.append = e\n");
	struct scene s = { .type = STR("open") };

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	for (const char *c = "abcde"; *c; c++) {
		s.name = str_mem(c, 1);
		assert_int_equal(holds(l.set, "r", &s), *c >= 'd');
	}
}

static void test_patch_fault_is_told_in_the_file_that_gave_it(void **state)
{
	auto_loading struct loading l =
		LOAD(RULE("r", "evt.type = open"),
		     "; c\n[rule r]\ncondition.append =\n   and proc.nme = x\n");

	(void)state;
	assert_codes(&l, DIAG_ERROR, "01.ini:4:8 unknown-field\n");
}

static void test_patch_enabled_alone_is_a_patch(void **state)
{
	auto_loading struct loading l =
		LOAD(RULE("r", "evt.type = open"), "[rule r]\nenabled = false\n");

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	assert_false(rule_named(l.set, "r")->enabled);
	assert_false(ruleset_wants(l.set, 1));
}

static void test_patch_second_definition_names_the_first(void **state)
{
	auto_loading struct loading l =
		LOAD(RULE("r", "evt.type = open"), RULE("r", "evt.type = openat"));

	(void)state;
	assert_codes(&l, DIAG_ERROR, "01.ini:1:7 already-defined\n");
	assert_codes(&l, DIAG_NOTE, "00.ini:1:7 -\n");
}

static void test_redefinition_keeps_position_and_drops_exceptions(void **state)
{
	auto_loading struct loading l = LOAD(
		RULE("r", "evt.type = open") "[exception r/e]\nfields = proc.name\nvalues = "
					     "a\n" RULE("s", "evt.type = open"),
		RULE("r", "evt.type = execve") "override = redefine\n"
					       "[exception r/f]\nfields = proc.name\nvalues = b\n");
	struct scene s = { .type = STR("execve"), .name = STR("a") };

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	assert_codes(&l, DIAG_NOTE, "00.ini:7:12 -\n");
	assert_true(str_eq(ruleset_at(l.set, 0)->id, STR("r")));
	assert_true(holds(l.set, "r", &s));
	s.name = STR("b");
	assert_false(holds(l.set, "r", &s));
}

/* --- exceptions --- */

static void test_exception_narrows_its_rule(void **state)
{
	auto_loading struct loading l = LOAD("[list shells]\nitems = sh, \"a b\"\n" RULE(
		"r",
		"evt.type = open or evt.type = execve") "[exception r/one]\nfields = "
							"proc.name\nvalues =\n  x\n  (y, z)\n  "
							"shells\n"
							"[exception r/two]\nfields = proc.name, "
							"proc.pid\ncomps = startswith, in\n"
							"values = q, (1, 2)\n   \"w w\", 3\n");
	static const struct {
		const char *name;
		uint64_t pid;
		bool fires;
	} cases[] = {
		{ "x", 9, false },    { "y", 9, false },     { "z", 9, false },
		{ "sh", 9, false },   { "a b", 9, false },   { "shells", 9, true },
		{ "v", 1, true },     { "quick", 1, false }, { "quick", 2, false },
		{ "quick", 3, true }, { "w w", 3, false },   { "w", 3, true },
	};
	struct scene s = { .type = STR("execve") };

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	/* an exception never applies because data is missing */
	assert_true(holds(l.set, "r", &s));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		s.name = str_of(cases[i].name);
		s.pid = cases[i].pid;
		assert_int_equal(holds(l.set, "r", &s), cases[i].fires);
	}
}

static void test_exception_keys_choose_those_in_force(void **state)
{
	static const char base[] =
		RULE("r", "evt.type = open") "[exception r/e]\nfields = proc.name\nvalues = a\n"
					     "[exception r/f]\nfields = proc.name\nvalues = b\n";
	auto_loading struct loading all = LOAD(base, "[exception r/e]\nvalues.append = c\n");
	auto_loading struct loading one = LOAD(base, "[rule r]\nexceptions.replace = f\n");
	auto_loading struct loading none = LOAD(base, "[rule r]\nexceptions.replace =\n");
	/* all and one more are all */
	auto_loading struct loading more = LOAD(base, "[rule r]\nexceptions.append = f\n");
	auto_loading struct loading both = LOAD(base, "[rule r]\nexceptions.replace = e\n",
						"[rule r]\nexceptions.append = f\n");
	auto_loading struct loading bad = LOAD(base, "[rule r]\nexceptions.replace = f, g\n");
	static const struct {
		const char *name;
		bool all, one, none, more;
	} cases[] = {
		{ "a", false, true, true, false },
		{ "b", false, false, true, false },
		{ "c", false, true, true, true },
	};
	struct scene s = { .type = STR("open") };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		s.name = str_of(cases[i].name);
		assert_int_equal(holds(all.set, "r", &s), cases[i].all);
		assert_int_equal(holds(one.set, "r", &s), cases[i].one);
		assert_int_equal(holds(none.set, "r", &s), cases[i].none);
		assert_int_equal(holds(more.set, "r", &s), cases[i].more);
		assert_int_equal(holds(both.set, "r", &s), cases[i].more);
	}
	assert_codes(&bad, DIAG_ERROR, "01.ini:2:25 unknown-exception\n");
}

static void test_exception_faults_are_told_at_the_cell(void **state)
{
	static const struct {
		const char *text, *errors;
	} cases[] = {
		{ "fields =\n", "00.ini:8:9 bad-list\n" },
		{ "fields = proc.name,\n", "00.ini:8:20 bad-list\n" },
		{ "fields = name\n", "00.ini:8:10 bad-list\n" },
		{ "fields = proc.name = x or proc.pid\n", "00.ini:8:20 bad-list\n" },
		{ "fields = proc.nme\nvalues = a\n b\n", "00.ini:8:10 unknown-field\n" },
		{ "fields = tolower(proc.name)\n", "00.ini:8:10 bad-list\n" },
		{ "fields = proc.name\ncomps = exists\n", "00.ini:9:9 unknown-operator\n" },
		{ "fields = proc.name\ncomps = = x or evt.type =\n",
		  "00.ini:9:9 unknown-operator\n" },
		{ "fields = proc.name\ncomps = in, in\n", "00.ini:9:13 bad-tuple\n" },
		{ "fields = proc.name, proc.pid\ncomps = in\n", "00.ini:9:11 bad-tuple\n" },
		{ "fields = proc.name\ncomps = in anyof\n", "00.ini:9:9 unknown-operator\n" },
		{ "fields = proc.name\nvalues = a b\n", "00.ini:9:12 bad-list\n" },
		{ "fields = proc.name\nvalues = a, b\n", "00.ini:9:13 bad-tuple\n" },
		{ "fields = proc.name\nvalues =\n  a)\n", "00.ini:10:4 bad-list\n" },
		{ "fields = proc.name\nvalues =\n  (a\n  b\n", "00.ini:10:5 bad-list\n" },
		{ "fields = proc.name\ncomps = =\nvalues = (a)\n", "00.ini:10:10 bad-tuple\n" },
		{ "fields = proc.name, proc.pid\nvalues = a\n", "00.ini:9:11 bad-tuple\n" },
		{ "fields = proc.name, proc.pid\nvalues = a, 1\n b, x\n",
		  "00.ini:10:5 bad-number\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_buf struct buf text = { 0 };

		buf_printf(&text, "%s[exception r/e]\n%s", RULE("r", "evt.type = open"),
			   cases[i].text);
		auto_loading struct loading l = LOAD(buf_z(&text));

		assert_null(l.set);
		assert_codes(&l, DIAG_ERROR, cases[i].errors);
	}
}

/* "a) or (b" must not become part of "(a) or (b) and not (...)" */
static void test_exception_does_not_mend_a_broken_condition(void **state)
{
	auto_loading struct loading l = LOAD(
		RULE("r", "evt.type = open) or (evt.type = execve") "[exception r/e]\nfields = "
								    "proc.name\nvalues = a\n");

	(void)state;
	assert_null(l.set);
	assert_int_equal(diag_errors(l.d), 1);
	assert_int_equal(diag_at(l.d, 0)->line, 4);
}

static void test_exception_replaced_fields_need_replaced_values(void **state)
{
	static const char base[] =
		RULE("r", "evt.type = open") "[exception r/e]\nfields = proc.name\nvalues = a\n";
	auto_loading struct loading bad =
		LOAD(base, "[exception r/e]\nfields.replace = proc.pid\n");
	auto_loading struct loading good = LOAD(base, "[exception r/e]\nfields.replace = proc.pid\n"
						      "values.replace = 7\n");
	struct scene s = { .type = STR("open"), .name = STR("a"), .pid = 7 };

	(void)state;
	assert_codes(&bad, DIAG_ERROR, "01.ini:2:1 missing-key\n");
	assert_false(holds(good.set, "r", &s));
	s.pid = 8;
	assert_true(holds(good.set, "r", &s));
}

static void test_exception_with_most_tuples_is_taken_one_more_is_refused(void **state)
{
	auto_buf struct buf text = { 0 };
	struct scene s = { .type = STR("open"), .pid = 4094 };

	(void)state;
	buf_printf(&text, "%s[exception r/e]\nfields = proc.pid, evt.type\nvalues =\n",
		   RULE("r", "evt.type = open"));
	for (unsigned i = 0; i < 4096; i++)
		buf_printf(&text, " %u,%s\n", i, i % 2 ? "openat" : "open");
	auto_loading struct loading full = LOAD(buf_z(&text));

	assert_codes(&full, DIAG_ERROR, "");
	assert_false(holds(full.set, "r", &s));
	s.pid++;
	assert_true(holds(full.set, "r", &s));
	buf_printf(&text, " 1,open\n");
	auto_loading struct loading over = LOAD(buf_z(&text));

	assert_codes(&over, DIAG_ERROR, "00.ini:4106:2 too-many\n");
}

/* --- lints --- */

static void test_lints_stand_where_they_belong_and_refuse_nothing(void **state)
{
	static const struct {
		const char *first, *second, *lints;
	} cases[] = {
		{ RULE("a", "evt.type = open"), "", "" },
		{ "[list l]\nitems = a\n[macro m]\ncondition = evt.type = open\n", "",
		  "00.ini:1:7 unused-list\n00.ini:3:8 unused-macro\n" },
		{ "[list l]\nitems = open\n[macro m]\ncondition = evt.type in (l)\n" RULE("a", "m"),
		  "", "" },
		{ RULE("a", "evt.type = open\n  and proc.never = x and tolower(proc.never) = y"),
		  "", "00.ini:5:7 never-available\n00.ini:5:34 never-available\n" },
		{ "[macro m]\ncondition = proc.never exists\n" RULE("a", "evt.type = open and m")
			  RULE("b", "evt.type = open and m"),
		  "", "00.ini:2:13 never-available\n" },
		{ RULE("a", "proc.name = x"), "", "00.ini:1:7 no-evttype\n" },
		{ RULE("a", "proc.name = x") "warn_evttypes = false\n", "", "" },
		{ RULE("a", "evt.type = open and evt.type = openat"), "",
		  "00.ini:1:7 dead-evttype\n" },
		{ RULE("r", "evt.type = gone"), "", "00.ini:1:7 dead-evttype\n" },
		{ RULE("r", "evt.type in (gone, open)"), "", "" },
		{ RULE("r", "evt.type != gone"), "", "00.ini:1:7 no-evttype\n" },
		{ RULE("a", "evt.type = open or evt.type = openat"),
		  "[rule a]\ncondition.append = and proc.name = x\n", "01.ini:2:20 append-or\n" },
		{ RULE("a", "evt.type = open or evt.type = openat"),
		  "[rule a]\ncondition.append = or proc.name = x and evt.type = open\n", "" },
		{ RULE("a", "(evt.type = open or evt.type = openat)"),
		  "[rule a]\ncondition.append = and proc.name = x\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_loading struct loading l = LOAD(cases[i].first, cases[i].second);

		assert_non_null(l.set);
		assert_codes(&l, DIAG_WARNING, cases[i].lints);
	}
}

/* --- hostile texts --- */

static void test_ruleset_hostile_texts_are_refused_fast(void **state)
{
	static const struct {
		const char *head, *repeat, *tail;
		size_t n;
	} cases[] = {
		{ "[macro m]\ncondition = ", "(", "evt.type = open", 60000 },
		{ "[macro m]\ncondition = ", "not(", "evt.type = open", 15000 },
		{ "[macro m]\ncondition = evt.type = open", " and evt.type = open", " and (",
		  3000 },
		{ "[macro m]\ncondition = ", "tolower(", "proc.name", 8000 },
		{ "[list l]\nitems = ", "l,", "l", 30000 },
		{ "[list l]\nitems = ", "\"", "", 60001 },
		{ "", "[rule a]\n", "", 400000 },
		{ "", "=\n", "", 2000000 },
		{ "[rule a]\noutput = ", "%", "", 60001 },
		{ "[rule a]\ntags = ", "a,", "", 30000 },
		{ "[rule a]\ndesc =\n", " \t\n", "", 1000000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_buf struct buf text = { 0 };

		buf_add(&text, str_of(cases[i].head));
		for (size_t k = 0; k < cases[i].n; k++)
			buf_add(&text, str_of(cases[i].repeat));
		buf_add(&text, str_of(cases[i].tail));
		auto_loading struct loading l = LOAD(buf_z(&text));

		assert_null(l.set);
		assert_true(diag_errors(l.d) > 0);
	}
}

static void test_ruleset_expansion_is_bounded(void **state)
{
	auto_buf struct buf text = { 0 };

	/* every macro doubles the one before */
	(void)state;
	buf_printf(&text, "[macro m0]\ncondition = evt.type = open\n");
	for (unsigned i = 1; i <= 40; i++)
		buf_printf(&text, "[macro m%u]\ncondition = m%u or m%u\n", i, i - 1, i - 1);
	auto_loading struct loading macros = LOAD(buf_z(&text));

	assert_null(macros.set);
	buf_clear(&text);
	buf_printf(&text, "[list l0]\nitems = a\n");
	for (unsigned i = 1; i <= 40; i++)
		buf_printf(&text, "[list l%u]\nitems = l%u, l%u\n", i, i - 1, i - 1);
	auto_loading struct loading lists = LOAD(buf_z(&text));

	assert_null(lists.set);
}

/* --- skipping, selection, index --- */

static void test_ruleset_foreign_and_unknown_rules_are_skipped_with_a_lint(void **state)
{
	auto_loading struct loading l =
		LOAD(RULE("a", "evt.type = open") "source = k8s_audit\n" RULE(
			"b",
			"foo.bar = 1") "skip_if_unknown_filter = true\n" RULE("c",
									      "evt.type = open"));
	auto_loading struct loading bad =
		LOAD(RULE("b", "foo.bar = 1 and (") "skip_if_unknown_filter = true\n");

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	assert_codes(&l, DIAG_WARNING, "00.ini:7:10 unknown-source\n00.ini:8:7 skipped-rule\n");
	assert_int_equal(ruleset_count(l.set), 1);
	assert_int_equal(ruleset_at(l.set, 0)->number, 0);
	assert_null(bad.set);
}

/* through a macro of a macro; and only those who do without, when others cannot */
static void test_ruleset_unknown_field_in_a_macro_is_up_to_its_users(void **state)
{
#define MACROS "[macro m]\ncondition = foo.bar = 1\n[macro n]\ncondition = m and proc.name = x\n"
	auto_loading struct loading skipped = LOAD(
		MACROS RULE("a", "evt.type = open and n") "skip_if_unknown_filter = true\n" RULE(
			"b", "evt.type = open"));
	auto_loading struct loading refused = LOAD(
		MACROS RULE("a", "evt.type = open and n") "skip_if_unknown_filter = true\n" RULE(
			"b", "evt.type = open and m") RULE("c", "evt.type = open and n"));
	auto_loading struct loading unused = LOAD(MACROS RULE("b", "evt.type = open"));

	(void)state;
	assert_codes(&skipped, DIAG_ERROR, "");
	assert_int_equal(ruleset_count(skipped.set), 1);
	assert_codes(&refused, DIAG_ERROR, "00.ini:2:13 unknown-field\n");
	assert_null(refused.set);
	assert_codes(&unused, DIAG_ERROR, "00.ini:2:13 unknown-field\n");
	assert_null(unused.set);
#undef MACROS
}

static void test_selection_chooses_by_id_title_tag_and_priority(void **state)
{
	static const char *const text[] = { RULE("a", "evt.type = open") "tags = x, y\n" RULE(
		"b", "evt.type = open") "tags = x\n" RULE("c",
							  "evt.type = open") "enabled = false\n" };
	static const struct {
		const char *enable, *disable;
		enum priority min;
		const char *on;
	} cases[] = {
		{ NULL, NULL, PRIORITY_DEBUG, "ab" },
		{ NULL, "a", PRIORITY_DEBUG, "b" },
		{ NULL, "tag:x", PRIORITY_DEBUG, "" },
		{ "a", "tag:x", PRIORITY_DEBUG, "a" },
		{ "c", NULL, PRIORITY_DEBUG, "abc" },
		{ "*", NULL, PRIORITY_DEBUG, "abc" },
		{ "tag:y", "*", PRIORITY_DEBUG, "a" },
		{ NULL, "Title of [ab]", PRIORITY_DEBUG, "" },
		{ NULL, "Title", PRIORITY_DEBUG, "ab" },
		{ NULL, NULL, PRIORITY_NOTICE, "ab" },
		{ "*", NULL, PRIORITY_WARNING, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *enable[] = { cases[i].enable, NULL },
			   *disable[] = { cases[i].disable, NULL };
		struct rule_selection selection = { cases[i].min, enable, disable };
		auto_loading struct loading l = load_selected(&selection, text, 1);
		char on[4] = "";

		for (size_t k = 0; k < 3; k++)
			if (ruleset_at(l.set, k)->enabled)
				on[strlen(on)] = ruleset_at(l.set, k)->id.ptr[0];
		assert_string_equal(on, cases[i].on);
	}
}

static void test_selection_of_nothing_is_told(void **state)
{
	static const char *const text[] = { RULE("a", "evt.type = open") };
	const char *entries[] = { "nobody", NULL };
	struct rule_selection selection = { PRIORITY_DEBUG, entries, NULL };
	auto_loading struct loading l = load_selected(&selection, text, 1);

	(void)state;
	assert_non_null(l.set);
	assert_codes(&l, DIAG_WARNING, "-:0:0 unused-selection\n");
}

static void test_index_gives_rules_by_event_type_in_load_order(void **state)
{
	auto_loading struct loading l = LOAD(
		RULE("a", "evt.type = open and proc.name = x")
			RULE("b", "evt.type in (open, execve)") RULE("c", "not evt.type = open")
				RULE("d", "proc.name = x") "warn_evttypes = false\n" RULE(
					"e", "evt.type = open") "enabled = false\n");
	static const char *const expected[] = { "cd", "abd", "cd", "bcd", "cd" };
	const struct rule *const *rules;

	(void)state;
	assert_codes(&l, DIAG_ERROR, "");
	for (unsigned type = 0; type < ARRAY_LEN(expected); type++) {
		size_t n = ruleset_for_event(l.set, type, &rules);

		assert_int_equal(n, strlen(expected[type]));
		for (size_t i = 0; i < n; i++)
			assert_int_equal(rules[i]->id.ptr[0], expected[type][i]);
		assert_true(ruleset_wants(l.set, type));
	}
	assert_false(ruleset_wants(l.set, 99));
}

static void test_ruleset_empty_set_is_a_set(void **state)
{
	auto_loading struct loading l = LOAD("");

	(void)state;
	assert_non_null(l.set);
	assert_int_equal(ruleset_count(l.set), 0);
	assert_false(ruleset_wants(l.set, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ruleset_good_rule_has_what_was_written),
		cmocka_unit_test(test_ruleset_errors_have_exact_places),
		cmocka_unit_test(test_ruleset_all_errors_of_all_files_are_told),
		cmocka_unit_test(test_ruleset_disabled_rule_is_checked_too),
		cmocka_unit_test(test_patch_appends_and_replaces),
		cmocka_unit_test(test_patch_replaced_list_forgets_the_old_items),
		cmocka_unit_test(test_patch_fault_is_told_in_the_file_that_gave_it),
		cmocka_unit_test(test_patch_enabled_alone_is_a_patch),
		cmocka_unit_test(test_patch_second_definition_names_the_first),
		cmocka_unit_test(test_redefinition_keeps_position_and_drops_exceptions),
		cmocka_unit_test(test_exception_narrows_its_rule),
		cmocka_unit_test(test_exception_keys_choose_those_in_force),
		cmocka_unit_test(test_exception_faults_are_told_at_the_cell),
		cmocka_unit_test(test_exception_does_not_mend_a_broken_condition),
		cmocka_unit_test(test_exception_replaced_fields_need_replaced_values),
		cmocka_unit_test(test_exception_with_most_tuples_is_taken_one_more_is_refused),
		cmocka_unit_test(test_lints_stand_where_they_belong_and_refuse_nothing),
		cmocka_unit_test(test_ruleset_hostile_texts_are_refused_fast),
		cmocka_unit_test(test_ruleset_expansion_is_bounded),
		cmocka_unit_test(test_ruleset_foreign_and_unknown_rules_are_skipped_with_a_lint),
		cmocka_unit_test(test_ruleset_unknown_field_in_a_macro_is_up_to_its_users),
		cmocka_unit_test(test_selection_chooses_by_id_title_tag_and_priority),
		cmocka_unit_test(test_selection_of_nothing_is_told),
		cmocka_unit_test(test_index_gives_rules_by_event_type_in_load_order),
		cmocka_unit_test(test_ruleset_empty_set_is_a_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
