/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merging: is a section a definition, a redefinition or a patch, and what becomes of the object.
 *
 * Knows keys only by their rows (keys.h). Values are not looked into.
 */
#include "rule/merge.h"

#include <errno.h>
#include <stdio.h>

#include "base/nearest.h"

/* what the keys of a section make of it */
struct shape {
	const struct entry *override, *plain, *patch; /* the first of each; NULL: none */
	const struct entry *short_patch;
};

void merge_begin(struct merge *m, struct arena *a, struct diag *d)
{
	*m = (struct merge){ .arena = a, .d = d };
	for (int kind = 0; kind < SECTION_KINDS; kind++)
		m->tail[kind] = &m->first[kind];
}

void merge_release(struct merge *m)
{
	map_release(&m->names);
}

static const char *kind_name(enum section_kind kind)
{
	return section_def_at(kind)->name;
}

static struct str map_key(const struct merge *m, enum section_kind kind, struct str name)
{
	return arena_printf(m->arena, "%s %.*s", kind_name(kind), STR_ARG(name));
}

struct definition *merge_find(const struct merge *m, enum section_kind kind, struct str name)
{
	char key[128];
	int n = snprintf(key, sizeof(key), "%s %.*s", kind_name(kind), STR_ARG(name));

	return n < (int)sizeof(key) ? map_get(&m->names, str_mem(key, (size_t)n)) : NULL;
}

struct str merge_nearest(const struct merge *m, enum section_kind kind, struct str name)
{
	struct nearest near = nearest_to(name);

	for (const struct definition *o = m->first[kind]; o; o = o->next)
		nearest_offer(&near, kind == SECTION_EXCEPTION ? o->first->whole : o->name);
	return near.best;
}

static struct shape section_shape(const struct section *s)
{
	struct shape shape = { 0 };

	for (const struct entry *e = s->entries; e; e = e->next) {
		const struct entry **slot = e->key->id == KEY_OVERRIDE	      ? &shape.override
					    : e->op != KEY_SET		      ? &shape.patch
					    : e->key->flags & KEY_SHORT_PATCH ? &shape.short_patch
									      : &shape.plain;

		if (!*slot)
			*slot = e;
	}
	return shape;
}

static int add_part(struct merge *m, struct definition *o, const struct section *s,
		    const struct entry *e)
{
	struct part **slot = &o->keys[e->key->id];
	struct part *part;

	/* refused by the reader */
	if (!e->value.text.ptr)
		return 0;
	part = arena_new_of(m->arena, struct part);
	if (!part)
		return -ENOMEM;
	*part = (struct part){ s, e, NULL };
	if (e->op != KEY_APPEND)
		*slot = NULL;
	while (*slot)
		slot = &(*slot)->next;
	*slot = part;
	return 0;
}

static int add_parts(struct merge *m, struct definition *o, const struct section *s)
{
	int r = 0;

	o->broken |= s->broken;
	for (const struct entry *e = s->entries; e && r == 0; e = e->next)
		r = add_part(m, o, s, e);
	return r;
}

static void check_required(struct merge *m, const struct section *s)
{
	struct place where = section_place(s);
	const struct key_def *def;

	if (s->broken)
		return;
	for (size_t i = 0; (def = key_def_at(i)); i++)
		if (key_fits(def, s->kind) && (def->flags & KEY_REQUIRED) &&
		    !section_entry(s, def->id, KEY_SET))
			diag_error(m->d, &where, "missing-key", "%s '%.*s' needs the key '%s'",
				   kind_name(s->kind), STR_ARG(s->whole), def->name);
}

/* lists and macros share one name space */
static bool name_is_taken(struct merge *m, const struct section *s)
{
	enum section_kind other = s->kind == SECTION_LIST ? SECTION_MACRO : SECTION_LIST;
	const struct definition *twin = NULL;
	struct place where = section_place(s), first;

	if (s->kind == SECTION_LIST || s->kind == SECTION_MACRO)
		twin = merge_find(m, other, s->name);
	if (!twin)
		return false;
	diag_error(m->d, &where, "name-taken", "'%.*s' is already a %s", STR_ARG(s->name),
		   kind_name(other));
	first = section_place(twin->first);
	diag_note(m->d, &first, "defined here");
	return true;
}

static int define(struct merge *m, const struct section *s)
{
	struct definition *o;
	struct str key;

	check_required(m, s);
	if (name_is_taken(m, s))
		return 0;
	o = arena_new_of(m->arena, struct definition);
	key = map_key(m, s->kind, s->whole);
	if (!o || !key.ptr || map_put(&m->names, key, o) < 0)
		return -ENOMEM;
	*o = (struct definition){ .kind = s->kind,
				  .name = s->name,
				  .rule = s->rule,
				  .first = s,
				  .number = m->count[s->kind]++ };
	*m->tail[s->kind] = o;
	m->tail[s->kind] = &o->next;
	return add_parts(m, o, s);
}

/* a redefined rule starts without the exceptions that earlier files gave it */
static void discard_exceptions(struct merge *m, const struct section *s)
{
	struct definition **link = &m->first[SECTION_EXCEPTION];
	char key[128];

	while (*link) {
		const struct definition *e = *link;
		struct place where = section_place(e->first);

		if (!str_eq(e->rule, s->name)) {
			link = &(*link)->next;
			continue;
		}
		snprintf(key, sizeof(key), "exception %.*s", STR_ARG(e->first->whole));
		map_del(&m->names, str_of(key));
		diag_note(m->d, &where,
			  "exception '%.*s' is discarded: its rule is redefined in %s:%u",
			  STR_ARG(e->first->whole), s->file->name, s->line);
		*link = e->next;
	}
	m->tail[SECTION_EXCEPTION] = link;
}

static int redefine(struct merge *m, struct definition *o, const struct section *s,
		    const struct entry *override)
{
	struct place where = phrase_place(&override->value, 0, override->value.text.len);

	if (!str_eq(override->value.text, STR("redefine"))) {
		diag_error(m->d, &where, "bad-value", "the only value of override is redefine");
		return 0;
	}
	if (!o) {
		where = section_place(s);
		diag_error(m->d, &where, "no-object", "no earlier file defines %s '%.*s'",
			   kind_name(s->kind), STR_ARG(s->whole));
		return 0;
	}
	check_required(m, s);
	if (s->kind == SECTION_RULE)
		discard_exceptions(m, s);
	memset(o->keys, 0, sizeof(o->keys));
	o->first = s;
	o->broken = false;
	return add_parts(m, o, s);
}

static int patch(struct merge *m, struct definition *o, const struct section *s)
{
	struct place where = section_place(s);
	struct str near;

	if (o)
		return add_parts(m, o, s);
	near = merge_nearest(m, s->kind, s->whole);
	if (near.ptr)
		diag_error(m->d, &where, "no-object",
			   "no earlier file defines %s '%.*s'; did you mean '%.*s'?",
			   kind_name(s->kind), STR_ARG(s->whole), STR_ARG(near));
	else
		diag_error(m->d, &where, "no-object", "no earlier file defines %s '%.*s'",
			   kind_name(s->kind), STR_ARG(s->whole));
	return 0;
}

static void tell_second_definition(struct merge *m, const struct definition *o,
				   const struct section *s)
{
	struct place where = section_place(s), first = section_place(o->first);

	diag_error(m->d, &where, "already-defined",
		   "%s '%.*s' is defined already; replace it with 'override = redefine', or change "
		   "it with "
		   "keys like 'condition.append'",
		   kind_name(s->kind), STR_ARG(s->whole));
	diag_note(m->d, &first, "first defined here");
}

/* tuples belong to the fields and comparators that they were written for */
static bool replaces_tuples_too(struct merge *m, const struct section *s)
{
	bool complete = true;

	for (const struct entry *e = s->entries; e; e = e->next) {
		struct place where = entry_place(s, e);

		if (e->op != KEY_REPLACE || (e->key->id != KEY_FIELDS && e->key->id != KEY_COMPS) ||
		    section_entry(s, KEY_VALUES, KEY_REPLACE))
			continue;
		complete = false;
		if (!s->broken)
			diag_error(m->d, &where, "missing-key",
				   "%.*s needs values.replace beside it", STR_ARG(e->name));
	}
	return complete;
}

static int merge_section(struct merge *m, const struct section *s)
{
	struct definition *o = merge_find(m, s->kind, s->whole);
	struct shape shape = section_shape(s);
	const struct entry *whole = shape.override ? shape.override : shape.plain;

	if (whole && shape.patch) {
		struct place where = entry_place(s, shape.patch);

		diag_error(m->d, &where, "mixed-keys",
			   "patch key '%.*s' beside plain key '%.*s': one section either defines "
			   "or patches",
			   STR_ARG(shape.patch->name), STR_ARG(whole->name));
		return 0;
	}
	if (!replaces_tuples_too(m, s))
		return 0;
	if (shape.override && shape.override->value.text.ptr)
		return redefine(m, o, s, shape.override);
	if (shape.override)
		return 0;
	if (shape.patch || (shape.short_patch && !shape.plain))
		return patch(m, o, s);
	if (!o)
		return define(m, s);
	if (shape.plain || !s->broken)
		tell_second_definition(m, o, s);
	return 0;
}

int merge_file(struct merge *m, const struct section *sections)
{
	int r = 0;

	/* exceptions last: a redefinition in the same file must not discard them */
	for (int pass = 0; pass < 2; pass++)
		for (const struct section *s = sections; s && r == 0; s = s->next)
			if ((s->kind == SECTION_EXCEPTION) == (pass == 1))
				r = merge_section(m, s);
	return r;
}
