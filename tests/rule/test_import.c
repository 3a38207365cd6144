/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The import, against the real registry: each row of the table of language.md 8, every reason, hostile
 * YAML, and the upstream rules, whose condition trees must be those of the YAML text itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "field/registry.h"
#include "filter/check.h"
#include "filter/program.h"
#include "filter/resolve.h"
#include "rule/import.h"
#include "rule/import_item.h"

struct imported {
	struct import *im;
	struct diag *d;
	struct buf text, account;
};

static void imported_release(struct imported *i)
{
	import_free(i->im);
	diag_free(i->d);
	buf_release(&i->text);
	buf_release(&i->account);
}
#define auto_imported __attribute__((cleanup(imported_release)))

static struct imported import_all(const char *const *yaml, size_t n)
{
	static const char *const names[] = { "a.yaml", "b.yaml", "c.yaml" };
	struct ruleset_text files[ARRAY_LEN(names)];
	struct imported i = { .d = diag_new() };
	const struct ruleset_text *out;

	assert_true(n <= ARRAY_LEN(names));
	for (size_t k = 0; k < n; k++)
		files[k] = (struct ruleset_text){ names[k], str_of(yaml[k]) };
	i.im = import_texts(files, n, registry_schema(), i.d);
	if (!i.im)
		return i;
	n = import_outputs(i.im, &out);
	for (size_t k = 0; k < n; k++) {
		buf_printf(&i.text, "== %s\n", out[k].name);
		buf_add(&i.text, out[k].text);
	}
	import_report_text(i.im, &i.account);
	return i;
}
#define IMPORT(...)                                                                                \
	import_all((const char *const[]){ __VA_ARGS__ },                                           \
		   sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void assert_has(struct buf *text, const char *part)
{
	if (str_find(buf_str(text), str_of(part)) < 0)
		fail_msg("'%s' is not in:\n%s", part, buf_z(text));
}

static void assert_has_not(struct buf *text, const char *part)
{
	if (str_find(buf_str(text), str_of(part)) >= 0)
		fail_msg("'%s' is in:\n%s", part, buf_z(text));
}

#define RULE(name, condition)                                                                      \
	"- rule: " name "\n  desc: d\n  condition: " condition "\n  output: o\n  priority: "       \
	"NOTICE\n"

/* --- the table --- */

static void test_import_every_row_of_the_table(void **state)
{
	static const struct {
		const char *yaml, *ini;
	} rows[] = {
		{ "- list: l\n  items: [a, 'b c', \"d\", '\"e f\"', 'x;y', '#z', '']\n",
		  "[list l]\nitems = a, \"b c\", d, \"e f\", x;y, \"#z\", \"\"\n" },
		{ "- list: l\n  items: []\n", "[list l]\nitems =\n" },
		{ "- macro: m\n  condition: >\n    evt.type = open\n    and  proc.name = x\n",
		  "[macro m]\ncondition = evt.type = open and proc.name = x\n" },
		{ RULE("Some Rule", "evt.type = open"),
		  "[rule some-rule]\ntitle = Some Rule\ndesc = d\ncondition = evt.type = open\n"
		  "output = o\npriority = NOTICE\n" },
		{ RULE("R", "evt.type = open") "  tags: [a, b]\n  enabled: false\n  warn_evttypes: "
					       "False\n  skip-if-unknown-filter: true\n",
		  "tags = a, b\nenabled = false\nwarn_evttypes = false\n"
		  "skip_if_unknown_filter = true\n" },
		/* exceptions: tuples, the scalar form, a declaration */
		{ RULE("R", "evt.type = open") "  exceptions:\n    - name: e\n      fields: "
					       "[proc.name, fd.name]\n"
					       "      comps: [=, in]\n      values:\n        - "
					       "[sh, [/a, /b]]\n        - ['x y', /c]\n"
					       "    - name: f\n      fields: proc.name\n      "
					       "values: [p, q]\n"
					       "    - name: g\n      fields: [proc.name]\n",
		  "[exception r/e]\nfields = proc.name, fd.name\ncomps = =, in\nvalues =\n"
		  "    sh, (/a, /b)\n    \"x y\", /c\n\n[exception r/f]\nfields = "
		  "proc.name\nvalues =\n"
		  "    p\n    q\n\n[exception r/g]\nfields = proc.name\n" },
		/* patches: in the next file where the object is in the same one */
		{ "- list: l\n  items: [a]\n- list: l\n  append: true\n  items: [b]\n",
		  "== 50-a_2.ini\n; From a.yaml, by watchcap import.\n" },
		{ "- list: l\n  items: [a]\n- list: l\n  append: true\n  items: [b]\n",
		  "[list l]\nitems.append = b\n" },
		{ RULE("R",
		       "evt.type = open") "- rule: R\n  condition: and proc.name = x\n  tags: [t]\n"
					  "  override: {condition: append, tags: replace}\n",
		  "[rule r]\ncondition.append = and proc.name = x\ntags.replace = t\n" },
		{ RULE("R",
		       "evt.type = open") "  exceptions:\n    - {name: e, fields: [proc.name], "
					  "comps: [=], values: [[a]]}\n"
					  "- rule: R\n  append: true\n  exceptions:\n"
					  "    - {name: e, values: [[b]]}\n",
		  "[exception r/e]\nvalues.append =\n    b\n" },
		{ RULE("R", "evt.type = open") RULE("R", "evt.type = mount"),
		  "[rule r]\noverride = redefine\ntitle = R\n" },
		{ RULE("R", "evt.type = open") "- rule: R\n  enabled: false\n",
		  "[rule r]\nenabled.replace = false\n" },
		/* texts must not become comments */
		{ RULE("R", "evt.type = open and proc.name = \"a ;b\""),
		  "proc.name = \"a \\x3bb\"\n" },
		{ "- rule: R\n  desc: one ; two\n  condition: evt.type = open\n  output: x ;y\n"
		  "  priority: INFO\n",
		  "desc = one; two\n" },
		/* names of ours */
		{ "- list: in\n  items: [a]\n- macro: m\n  condition: proc.name in (in)\n",
		  "[list in_2]\n" },
		{ RULE("A very long name of a rule, which goes on and on and on",
		       "evt.type = open"),
		  "[rule a-very-long-name-of-a-rule-which-goes-on]\n" },
		{ RULE("X!", "evt.type = open") RULE("X?", "evt.type = mount"), "[rule x-2]\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_imported struct imported got = IMPORT(rows[i].yaml);

		if (!got.im)
			fail_msg("row %zu was refused", i);
		assert_has(&got.text, rows[i].ini);
	}
}

static void test_import_long_text_is_folded_below_the_limits(void **state)
{
	auto_buf struct buf yaml = { 0 };
	auto_imported struct imported got = { 0 };
	struct str rest, line;

	(void)state;
	buf_add(&yaml, STR("- list: l\n  items: ["));
	for (int i = 0; i < 3000; i++)
		buf_printf(&yaml, "%sitem%d", i ? ", " : "", i);
	buf_add(&yaml, STR("]\n"));
	got = IMPORT(buf_z(&yaml));
	assert_non_null(got.im);
	assert_true(import_is_full(got.im));
	for (rest = buf_str(&got.text); str_cut(&rest, '\n', &line);)
		assert_true(line.len <= 110);
}

/* --- reasons --- */

#define LONG "a title of a rule that goes on and on and on and on"

static void test_import_every_reason(void **state)
{
	static const struct {
		const char *yaml, *account;
		bool is_full;
	} rows[] = {
		{ RULE("R", "no.such = 1"), "dropped: unknown-field: no.such", false },
		{ "- macro: m\n  condition: no.such = 1\n" RULE("R", "evt.type = open and m"),
		  "rule 'R': dropped: unknown-field: no.such", false },
		{ "- rule: R\n  desc: d\n  condition: evt.type = open\n  output: a %no.such b\n"
		  "  priority: INFO\n",
		  "partial: unknown-field: no.such", false },
		{ RULE("R", "evt.type = open and (evt.cpu = 1 or proc.name = x)"),
		  "partial: never-available: evt.cpu", false },
		{ RULE("R", "evt.type = open and evt.cpu = 1"),
		  "disabled: never-available: evt.cpu", false },
		{ RULE("R", "evt.type = open and not evt.cpu = 1"),
		  "disabled: negated-unavailable: evt.cpu", false },
		{ RULE("R", "evt.type = opennat"), "dropped: unknown-event: opennat", false },
		{ RULE("R", "evt.type = open and evt.type = mount"), "disabled: dead-evttype",
		  false },
		{ RULE("R", "ka.verb = get") "  source: k8s_audit\n",
		  "dropped: unknown-source: k8s_audit", false },
		{ RULE("R", "evt.type = open and proc.pid > x"),
		  "dropped: bad-item: expected a number", false },
		{ RULE("R", "evt.type = open and user.uid = x"),
		  "dropped: type-error: 'x' does not fit", false },
		{ RULE("R", "evt.type = open and proc.name bcontains 00"),
		  "dropped: type-error: 'bcontains'", false },
		{ RULE(LONG LONG LONG, "evt.type = open"),
		  "dropped: too-long: title longer than 128", false },
		{ RULE("R", "evt.type = open") "  capture: true\n",
		  "partial: unsupported-key: capture", false },
		{ "- nonsense: 1\n", "dropped: bad-item", false },
		{ "- rule: R\n", "dropped: bad-item", false },
		{ "- rule: R\n  append: true\n  condition: and proc.name = x\n",
		  "dropped: bad-item: nothing of this name to change: 'R'", false },
		{ "- rule: R\n  rule: S\n", "dropped: bad-item: key 'rule' given twice", false },
		{ "- list: or\n  items: [a]\n", "name-changed", true },
		{ "- required_engine_version: 10\n", "1 requirement", true },
		{ RULE("R", "evt.type = execve and proc.vpid = 1"), "hint", true },
		/* a list that is gone would be taken for a text */
		{ "- list: l\n  items: [[a]]\n" RULE("R", "evt.type = open and proc.name in (l)"),
		  "rule 'R': dropped: bad-item", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_imported struct imported got = IMPORT(rows[i].yaml);

		if (!got.im)
			fail_msg("row %zu was refused", i);
		assert_has(&got.account, rows[i].account);
		if (import_is_full(got.im) != rows[i].is_full)
			fail_msg("row %zu: %s", i, buf_z(&got.account));
	}
}

static void test_import_output_without_the_field_nobody_knows(void **state)
{
	auto_imported struct imported got =
		IMPORT("- rule: R\n  desc: d\n  condition: evt.type = open\n"
		       "  output: a %no.such[1] b %proc.name c %no.such\n  priority: INFO\n");

	(void)state;
	assert_non_null(got.im);
	assert_has(&got.text, "output = a <NA> b %proc.name c <NA>\n");
}

static void test_import_output_fields_that_begin_alike_stay_apart(void **state)
{
	auto_imported struct imported got =
		IMPORT("- rule: R\n  desc: d\n  condition: evt.type = open\n"
		       "  output: a %no.such %no.such1 %no.such.more %no.such10. %no.such.\n"
		       "  priority: INFO\n");

	(void)state;
	assert_non_null(got.im);
	assert_has(&got.text, "output = a <NA> <NA> <NA> <NA>. <NA>.\n");
}

static void test_import_dropped_item_is_kept_as_a_comment(void **state)
{
	auto_imported struct imported got = IMPORT(RULE("R", "no.such = 1"));

	(void)state;
	assert_non_null(got.im);
	assert_has(&got.text, "; dropped: unknown-field: no.such\n; - rule: R\n;   desc: d\n");
	assert_has_not(&got.text, "\n[rule");
}

static void test_import_account_adds_up(void **state)
{
	auto_imported struct imported got = IMPORT(
		RULE("A", "evt.type = open") RULE("B", "no.such = 1")
			RULE("C", "evt.type = open and evt.cpu = 1") "- list: l\n  items: [a]\n",
		RULE("D", "evt.type = mount"));

	(void)state;
	assert_non_null(got.im);
	assert_has(&got.account,
		   "a.yaml: 3 rules: 1 full, 1 disabled, 1 dropped; 1 list: 1 full\n");
	assert_has(&got.account, "b.yaml: 1 rule: 1 full\n");
	assert_has(&got.account, "  unknown-field         1  no.such\n");
}

/* --- hostile YAML --- */

static void test_import_hostile_yaml_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *yaml, *code;
		unsigned line;
	} rows[] = {
		{ "- a: &x [1]\n- b: *x\n", "bad-yaml", 2 },
		{ "a: b\n", "bad-yaml", 1 },
		{ "just text\n", "bad-yaml", 1 },
		{ "- rule: [\n", "bad-yaml", 2 },
		{ "- [a]: b\n", "bad-yaml", 1 },
		{ "- rule: !!binary aGk=\n", "bad-yaml", 1 },
		{ "- rule: !evil x\n", "bad-yaml", 1 },
		{ "- rule: \"\x01\"\n", "bad-yaml", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_imported struct imported got = IMPORT(rows[i].yaml);
		const struct diag_entry *e;

		if (got.im || !diag_errors(got.d))
			fail_msg("row %zu was taken", i);
		e = diag_at(got.d, 0);
		assert_string_equal(e->code, rows[i].code);
		assert_int_equal(e->line, rows[i].line);
	}
}

static void test_import_deep_yaml_is_refused(void **state)
{
	auto_buf struct buf yaml = { 0 };

	(void)state;
	buf_add(&yaml, STR("- a: "));
	for (int i = 0; i < 100000; i++)
		buf_char(&yaml, '[');
	auto_imported struct imported got = IMPORT(buf_z(&yaml));
	assert_null(got.im);
}

/* libyaml gives neither line nor column for these */
static void test_import_hostile_bytes_are_refused_at_their_place(void **state)
{
	static const struct {
		struct str yaml;
		unsigned line, column;
	} rows[] = {
		{ STR("- rule: a\0b\n"), 1, 10 },
		{ STR("- list: a\n  items: [x]\n- rule: \xc3\xa9z\0c\n"), 3, 12 },
		{ STR("- list: a\n- rule: \xff\n"), 2, 9 },
		{ STR("- list: a\n\x7f"), 2, 1 },
		{ STR("\xff"), 1, 1 },
		{ STR("- list: \xc3"), 1, 9 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ruleset_text file = { "a.yaml", rows[i].yaml };
		AUTO(diag) d = diag_new();
		AUTO(import) im = import_texts(&file, 1, registry_schema(), d);

		if (im || diag_count(d) != 1)
			fail_msg("row %zu was taken", i);
		assert_string_equal(diag_at(d, 0)->code, "bad-yaml");
		assert_int_equal(diag_at(d, 0)->line, rows[i].line);
		assert_int_equal(diag_at(d, 0)->column, rows[i].column);
	}
}

static void test_import_many_items_are_bounded(void **state)
{
	auto_buf struct buf yaml = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_printf(&yaml, "- list: l%d\n  items: [a]\n", i);
	auto_imported struct imported got = IMPORT(buf_z(&yaml));
	assert_null(got.im);
	assert_string_equal(diag_at(got.d, 0)->code, "too-many");
}

static void test_import_documents_are_one(void **state)
{
	auto_imported struct imported got =
		IMPORT("---\n- list: a\n  items: [x]\n---\n---\n- list: b\n  items: [y]\n...\n");

	(void)state;
	assert_non_null(got.im);
	assert_has(&got.account, "2 lists: 2 full");
}

static void test_import_nothing_is_nothing(void **state)
{
	auto_imported struct imported got = IMPORT("");

	(void)state;
	assert_non_null(got.im);
	assert_true(import_is_full(got.im));
}

/* a name cannot leave its section, a text cannot begin another */
static void test_import_injected_text_stays_a_text(void **state)
{
	auto_imported struct imported got =
		IMPORT("- rule: \"x]\\n[rule evil\"\n  desc: \"d\\n[rule evil]\\ntitle = e\"\n"
		       "  condition: evt.type = open\n  output: \"o\\npriority = Emergency\"\n  "
		       "priority: INFO\n"
		       "- list: \"l]\\n[rule evil]\"\n  items: [\"a\\n[rule evil]\"]\n");

	(void)state;
	if (got.im)
		assert_has_not(&got.text, "\n[rule evil");
}

/* --- upstream --- */

static const char *const upstream[] = { "falco_rules.yaml", "falco-incubating_rules.yaml",
					"falco-sandbox_rules.yaml" };

struct side {
	struct arena *arena;
	struct names names;
	struct map conditions; /* of rules, by their names: struct script */
};

static const struct script *script_of(struct str text, struct arena *a)
{
	struct script *s = arena_new_of(a, struct script);

	assert_non_null(s);
	s->text = text;
	return s;
}

/* what YAML itself says, by the parser alone; a later definition replaces an earlier one */
static void take_yaml(struct side *s, const struct doc_node *item, struct map *lists,
		      struct map *macros)
{
	struct str name;

	if ((name = doc_text(item, "rule")).ptr)
		assert_int_equal(map_put(&s->conditions, name,
					 (void *)(uintptr_t)script_of(doc_text(item, "condition"),
								      s->arena)),
				 0);
	else if ((name = doc_text(item, "macro")).ptr)
		map_put(macros, name,
			(void *)(uintptr_t)script_of(doc_text(item, "condition"), s->arena));
	else if ((name = doc_text(item, "list")).ptr)
		map_put(lists, name, (void *)(uintptr_t)doc_get(item, "items"));
}

static void define_list(struct side *s, struct str name, const struct doc_node *items)
{
	auto_buf struct buf text = { 0 };
	struct operand *parsed = NULL;
	struct span span = { 0 };
	AUTO(diag) d = diag_new();

	for (const struct doc_node *n = items->children; n; n = n->next) {
		bool is_quoted = n->text.len > 1 && (*n->text.ptr == '"' || *n->text.ptr == '\'');
		bool plain = n->text.len > 0;

		for (size_t i = 0; i < n->text.len; i++)
			plain &= !strchr(" ,()=\"'", n->text.ptr[i]);
		buf_printf(&text, "%s%s%.*s%s", text.len ? ", " : "",
			   plain || is_quoted ? "" : "\"", STR_ARG(n->text),
			   plain || is_quoted ? "" : "\"");
	}
	span.script = script_of(arena_str(s->arena, buf_str(&text)), s->arena);
	assert_int_equal(parse_items(span.script, &parsed, s->arena, d), 0);
	assert_int_equal(names_add_list(&s->names, name, &span, parsed), 0);
}

/* macros in the places of their names: what is compared is what is meant */
static void write_out(struct node *n)
{
	if (n->kind == NODE_MACRO) {
		struct node *next = n->next, body = *n->macro->body;

		*n = body;
		n->next = next;
	}
	for (struct node *c = n->children; c; c = c->next)
		write_out(c);
}

static void compare_trees(const char *name, struct node *yaml, struct node *ini)
{
	auto_buf struct buf a = { 0 }, b = { 0 };

	write_out(yaml);
	write_out(ini);
	node_print(yaml, &a);
	node_print(ini, &b);
	if (!str_eq(buf_str(&a), buf_str(&b)))
		fail_msg("%s:\n  yaml %s\n  ini  %s", name, buf_z(&a), buf_z(&b));
}

static void read_upstream(struct buf texts[static 3])
{
	for (size_t i = 0; i < ARRAY_LEN(upstream); i++) {
		char path[512];

		snprintf(path, sizeof(path), SOURCE_DIR "/../shared/falco-rules/%s", upstream[i]);
		if (file_read_at(AT_FDCWD, path, 4 << 20, &texts[i]) < 0) {
			print_message(
				"# skip: the upstream rules are not beside the project (%s)\n",
				path);
			for (size_t k = 0; k < 3; k++)
				buf_release(&texts[k]);
			skip();
		}
	}
}

static size_t count_rules(const struct import *im, enum item_class class)
{
	size_t n = 0;

	for (const struct item *it = im->items; it; it = it->next)
		n += it->kind == ITEM_RULE && it->class == class;
	return n;
}

static void compare_upstream(struct buf texts[static 3])
{
	struct ruleset_text files[3];
	struct side yaml = { .arena = arena_new(65536, (size_t)64 << 20) };
	struct map lists = { 0 }, macros = { 0 };
	AUTO(diag) d = diag_new();
	AUTO(import) im = NULL;
	AUTO(ruleset) set = NULL;
	const struct ruleset_text *out;
	size_t n, compared = 0;

	for (size_t i = 0; i < 3; i++)
		files[i] = (struct ruleset_text){ upstream[i], buf_str(&texts[i]) };
	im = import_texts(files, 3, registry_schema(), d);
	assert_non_null(im);
	n = count_rules(im, CLASS_FULL) + count_rules(im, CLASS_PARTIAL) +
	    count_rules(im, CLASS_DISABLED) + count_rules(im, CLASS_DROPPED);
	assert_int_equal(n, 93);
	assert_true(count_rules(im, CLASS_FULL) >= 76);

	n = import_outputs(im, &out);
	set = ruleset_load_texts(out, n, NULL, registry_schema(), d);
	assert_non_null(set);

	names_begin(&yaml.names, yaml.arena);
	for (size_t i = 0; i < 3; i++) {
		struct rulefile *f =
			rulefile_of_text(upstream[i], buf_str(&texts[i]), yaml.arena, d);
		struct doc_node *root = doc_read(f, buf_str(&texts[i]), yaml.arena, d);

		for (const struct doc_node *item = root->children; item; item = item->next)
			take_yaml(&yaml, item, &lists, &macros);
	}
	for (const struct item *it = im->items; it; it = it->next) {
		const struct script *s;
		struct span span = { 0 };

		if (it->kind == ITEM_LIST && map_get(&lists, it->name)) {
			define_list(&yaml, it->name, map_get(&lists, it->name));
			map_del(&lists, it->name);
		}
		if (it->kind != ITEM_MACRO || !(s = map_get(&macros, it->name)))
			continue;
		span.script = s;
		assert_int_equal(names_add_macro(&yaml.names, it->name, &span,
						 parse_condition(s, yaml.arena, d)),
				 0);
		map_del(&macros, it->name);
	}
	assert_int_equal(names_resolve(&yaml.names, d), 0);

	for (size_t i = 0; i < ruleset_count(set); i++) {
		const struct rule *rule = ruleset_at(set, i);
		const struct script *s = map_get(&yaml.conditions, rule->title);
		struct node *root = s ? parse_condition(s, yaml.arena, d) : NULL;

		assert_non_null(root);
		assert_int_equal(resolve(root, &yaml.names, d), 0);
		compare_trees(rule->id.ptr, root,
			      (struct node *)(uintptr_t)filter_tree(rule->filter));
		compared++;
	}
	assert_true(compared >= 90);
	map_release(&lists);
	map_release(&macros);
	map_release(&yaml.conditions);
	names_release(&yaml.names);
	arena_free(yaml.arena);
}

/* what skips leaves by a long jump: before anything else is allocated */
static void test_import_upstream_rules_are_taken_without_loss(void **state)
{
	struct buf texts[3] = { 0 };

	(void)state;
	read_upstream(texts);
	compare_upstream(texts);
	for (size_t i = 0; i < 3; i++)
		buf_release(&texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_import_every_row_of_the_table),
		cmocka_unit_test(test_import_long_text_is_folded_below_the_limits),
		cmocka_unit_test(test_import_every_reason),
		cmocka_unit_test(test_import_output_without_the_field_nobody_knows),
		cmocka_unit_test(test_import_output_fields_that_begin_alike_stay_apart),
		cmocka_unit_test(test_import_dropped_item_is_kept_as_a_comment),
		cmocka_unit_test(test_import_account_adds_up),
		cmocka_unit_test(test_import_hostile_yaml_is_refused_with_its_place),
		cmocka_unit_test(test_import_hostile_bytes_are_refused_at_their_place),
		cmocka_unit_test(test_import_deep_yaml_is_refused),
		cmocka_unit_test(test_import_many_items_are_bounded),
		cmocka_unit_test(test_import_documents_are_one),
		cmocka_unit_test(test_import_nothing_is_nothing),
		cmocka_unit_test(test_import_injected_text_stays_a_text),
		cmocka_unit_test(test_import_upstream_rules_are_taken_without_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
