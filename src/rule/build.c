/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building rules: attributes, exceptions, condition and output of each, whatever is wrong with
 * another.
 */
#include "rule/build.h"

#include <errno.h>
#include <stdio.h>

#include "base/nearest.h"
#include "rule/attributes.h"
#include "rule/cells.h"
#include "rule/condition.h"
#include "rule/exception.h"
#include "rule/lint.h"
#include "rule/template.h"

struct builder {
	const struct merge *m;
	const struct schema *schema;
	struct conditions *conditions;
	struct exception **exceptions; /* by number of the rule's definition */
	struct map titles;
	struct arena *arena;
	struct diag *d;
};

/* --- exceptions --- */

static int attach_exception(struct builder *b, const struct definition *def,
			    struct exception **tails[])
{
	const struct definition *rule = merge_find(b->m, SECTION_RULE, def->rule);
	struct place where = section_place(def->first);
	struct exception *e;
	struct str near;

	if (rule) {
		e = arena_new_of(b->arena, struct exception);
		if (!e)
			return -ENOMEM;
		*e = (struct exception){ .def = def, .in_force = true };
		*tails[rule->number] = e;
		tails[rule->number] = &e->next;
		return 0;
	}
	near = merge_nearest(b->m, SECTION_RULE, def->rule);
	if (near.ptr)
		diag_error(b->d, &where, "no-object",
			   "no file defines rule '%.*s'; did you mean '%.*s'?", STR_ARG(def->rule),
			   STR_ARG(near));
	else
		diag_error(b->d, &where, "no-object", "no file defines rule '%.*s'",
			   STR_ARG(def->rule));
	return 0;
}

static int attach_exceptions(struct builder *b)
{
	size_t n = b->m->count[SECTION_RULE];
	struct exception ***tails = arena_array_of(b->arena, struct exception **, n + 1);
	int r = 0;

	b->exceptions = arena_array_of(b->arena, struct exception *, n + 1);
	if (!tails || !b->exceptions)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		tails[i] = &b->exceptions[i];
	for (const struct definition *def = b->m->first[SECTION_EXCEPTION]; def && r == 0;
	     def = def->next)
		r = attach_exception(b, def, tails);
	return r;
}

static void put_in_force(struct builder *b, struct exception *list, const struct phrase *p,
			 const struct cell *name)
{
	struct nearest near = nearest_to(name->text);
	struct place where;

	for (struct exception *e = list; e; e = e->next) {
		if (str_eq(e->def->name, name->text)) {
			e->in_force = true;
			return;
		}
		nearest_offer(&near, e->def->name);
	}
	where = phrase_place(p, name->at, name->text.len);
	if (near.best.ptr)
		diag_error(b->d, &where, "unknown-exception",
			   "the rule has no exception '%.*s'; did you mean '%.*s'?",
			   STR_ARG(name->text), STR_ARG(near.best));
	else
		diag_error(b->d, &where, "unknown-exception", "the rule has no exception '%.*s'",
			   STR_ARG(name->text));
}

/* the key `exceptions` names those in force; without it all are, and all with one more are all */
static void choose_exceptions(struct builder *b, const struct definition *def,
			      struct exception *list)
{
	struct cell name;

	if (!def->keys[KEY_EXCEPTIONS])
		return;
	for (struct exception *e = list; e; e = e->next)
		e->in_force = def->keys[KEY_EXCEPTIONS]->entry->op == KEY_APPEND;
	for (const struct part *part = def->keys[KEY_EXCEPTIONS]; part; part = part->next) {
		struct cells cells = cells_of(&part->entry->value);

		while (cells_next(&cells, CELL_WORD, &name, b->d) > 0)
			put_in_force(b, list, &part->entry->value, &name);
	}
}

/* --- rules --- */

static int check_title(struct builder *b, const struct definition *def, const struct rule *rule)
{
	const struct definition *twin = rule->title.ptr ? map_get(&b->titles, rule->title) : NULL;
	struct place where, first;

	if (!rule->title.ptr)
		return 0;
	if (!twin)
		return map_put(&b->titles, rule->title, (void *)(uintptr_t)def);
	where = phrase_place(&def->keys[KEY_TITLE]->entry->value, 0, rule->title.len);
	first = phrase_place(&twin->keys[KEY_TITLE]->entry->value, 0, rule->title.len);
	diag_error(b->d, &where, "duplicate-title", "rule '%.*s' has this title already",
		   STR_ARG(twin->name));
	diag_note(b->d, &first, "given here");
	return 0;
}

/* skip_if_unknown_filter: every error of @trial is an unknown name */
static bool is_to_be_skipped(struct builder *b, const struct definition *def,
			     const struct diag *trial)
{
	struct place where = section_place(def->first);
	const struct diag_entry *first = NULL;

	for (size_t i = 0; i < diag_count(trial); i++) {
		const struct diag_entry *e = diag_at(trial, i);

		if (e->severity == DIAG_ERROR && !is_unknown_name(e->code))
			return false;
		if (e->severity == DIAG_ERROR && !first)
			first = e;
	}
	if (!first)
		return false;
	diag_warning(b->d, &where, "skipped-rule", "rule '%.*s' is skipped: %s", STR_ARG(def->name),
		     first->message);
	return true;
}

static int compile_condition(struct builder *b, const struct definition *def, struct rule *rule,
			     struct diag *d)
{
	struct phrase text, narrowed;
	struct condition c = { .text = &text, .narrowed = &narrowed };
	int r;

	/* told by reader or merge */
	if (!def->keys[KEY_CONDITION])
		return 0;
	if (!attributes_text(def, KEY_CONDITION, &text, b->arena))
		return -ENOMEM;
	rule->condition_text = text.text;
	r = exception_narrow(&text, b->exceptions[def->number], b->schema, &narrowed, b->arena, d);
	if (r == -EINVAL)
		narrowed = text;
	rule->is_narrowed = narrowed.text.ptr != text.text.ptr;
	return r == -ENOMEM ? r : condition_compile(b->conditions, &c, &rule->filter, d);
}

static int compile_output(struct builder *b, const struct definition *def, struct rule *rule,
			  struct diag *d)
{
	struct phrase text;

	if (!def->keys[KEY_OUTPUT])
		return 0;
	if (!attributes_text(def, KEY_OUTPUT, &text, b->arena))
		return -ENOMEM;
	rule->output_text = text.text;
	rule->output = template_compile_phrase(&text, b->schema, b->arena, d);
	return 0;
}

static int compile_rule(struct builder *b, const struct definition *def, struct rule *rule,
			struct diag *d)
{
	int r = compile_condition(b, def, rule, d);

	return r == -ENOMEM ? r : compile_output(b, def, rule, d);
}

static void lint_types(struct builder *b, const struct definition *def, const struct rule *rule)
{
	struct place where = section_place(def->first);
	char what[64];

	snprintf(what, sizeof(what), "rule '%.*s'", STR_ARG(def->name));
	lint_event_types(&where, what, rule->filter, b->schema, b->d);
}

/* 1: built, 0: left out, -ENOMEM */
static int build_rule(struct builder *b, const struct definition *def, struct rule *rule)
{
	AUTO(diag) trial = NULL;
	struct attributes how;

	if (attributes_read(def, rule, &how, b->arena, b->d) == -ENOMEM ||
	    check_title(b, def, rule) == -ENOMEM)
		return -ENOMEM;
	choose_exceptions(b, def, b->exceptions[def->number]);
	if (how.is_foreign)
		return 0;
	if (how.skip_if_unknown_filter) {
		trial = diag_new();
		if (!trial || compile_rule(b, def, rule, trial) == -ENOMEM)
			return -ENOMEM;
		if (is_to_be_skipped(b, def, trial))
			return 0;
	}
	if (compile_rule(b, def, rule, b->d) == -ENOMEM)
		return -ENOMEM;
	lint_appended(def, b->arena, b->d);
	if (rule->filter) {
		struct place where = section_place(def->first);

		lint_blind(&where, rule, b->d);
	}
	if (rule->filter && how.warn_evttypes)
		lint_types(b, def, rule);
	return 1;
}

static int build_all(struct builder *b, struct built *out)
{
	int r = attach_exceptions(b);

	out->rules = arena_array_of(b->arena, struct rule, b->m->count[SECTION_RULE] + 1);
	if (r < 0 || !out->rules)
		return -ENOMEM;
	for (const struct definition *def = b->m->first[SECTION_RULE]; def && r >= 0;
	     def = def->next) {
		struct rule *rule = &out->rules[out->n];

		*rule = (struct rule){ .number = (unsigned)out->n };
		r = build_rule(b, def, rule);
		out->n += r == 1;
	}
	return r < 0 ? r : 0;
}

int build_rules(const struct merge *m, const struct schema *schema, struct built *out)
{
	struct builder b = { .m = m,
			     .schema = schema,
			     .arena = m->arena,
			     .d = m->d,
			     .conditions = conditions_new(m, schema) };
	int r;

	*out = (struct built){ 0 };
	if (!b.conditions)
		return -ENOMEM;
	r = build_all(&b, out);
	map_release(&b.titles);
	conditions_finish(b.conditions, &out->shared_results);
	return r;
}
