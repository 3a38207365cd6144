/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the plain keys of rules: words from short tables, each fault told where it stands. */
#include "rule/attributes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/nearest.h"
#include "rule/cells.h"
#include "rule/names.h"

#define TITLE_MAX 128

struct reading {
	const struct definition *def;
	struct arena *arena;
	struct diag *d;
	int error;
};

static const struct phrase *value_of(const struct reading *r, enum key_id id)
{
	return r->def->keys[id] ? &r->def->keys[id]->entry->value : NULL;
}

static void __attribute__((format(printf, 5, 6)))
refuse(struct reading *r, const struct phrase *p, const struct cell *c, const char *code,
       const char *fmt, ...)
{
	struct place where =
		c ? phrase_place(p, c->at, c->text.len) : phrase_place(p, 0, p->text.len);
	char message[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	diag_error(r->d, &where, code, "%s", message);
	r->error = r->error ? r->error : -EINVAL;
}

bool attributes_text(const struct definition *def, enum key_id id, struct phrase *out,
		     struct arena *a)
{
	const struct part *part = def->keys[id];

	*out = part->entry->value;
	while ((part = part->next))
		if (!phrase_join(out, out, &part->entry->value, a))
			return false;
	return true;
}

static bool read_bool(struct reading *r, enum key_id id, bool preset)
{
	const struct phrase *p = value_of(r, id);

	if (!p)
		return preset;
	if (!str_eq(p->text, STR("true")) && !str_eq(p->text, STR("false")))
		refuse(r, p, NULL, "bad-value", "expected true or false");
	return str_eq(p->text, STR("true"));
}

static void read_title(struct reading *r, struct rule *rule)
{
	const struct phrase *p = value_of(r, KEY_TITLE);
	size_t characters = 0;

	if (!p)
		return;
	for (size_t i = 0; i < p->text.len; i++)
		characters += ((unsigned char)p->text.ptr[i] & 0xc0) != 0x80;
	if (characters == 0)
		refuse(r, p, NULL, "bad-value", "a title cannot be empty");
	if (characters > TITLE_MAX)
		refuse(r, p, NULL, "value-too-long", "title longer than %d characters", TITLE_MAX);
	rule->title = p->text;
}

static void read_priority(struct reading *r, struct rule *rule)
{
	const struct phrase *p = value_of(r, KEY_PRIORITY);
	struct nearest near;

	if (!p || priority_by_name(p->text, &rule->priority) == 0)
		return;
	near = nearest_to(p->text);
	for (int i = 0; i <= PRIORITY_DEBUG; i++)
		nearest_offer(&near, str_of(priority_name((enum priority)i)));
	if (near.best.ptr)
		refuse(r, p, NULL, "bad-value", "unknown priority '%.*s'; did you mean '%.*s'?",
		       STR_ARG(p->text), STR_ARG(near.best));
	else
		refuse(r, p, NULL, "bad-value", "unknown priority '%.*s'", STR_ARG(p->text));
}

static const struct {
	struct str name;
	enum rule_action action;
} actions[] = {
	{ STR("alert"), ACTION_ALERT },	  { STR("deny"), ACTION_DENY },
	{ STR("kill"), ACTION_KILL },	  { STR("kill-container"), ACTION_KILL_CONTAINER },
	{ STR("freeze"), ACTION_FREEZE },
};

static unsigned action_of(struct reading *r, const struct phrase *p, const struct cell *c)
{
	struct nearest near = nearest_to(c->text);

	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		if (str_eq(c->text, actions[i].name))
			return actions[i].action;
		nearest_offer(&near, actions[i].name);
	}
	if (near.best.ptr)
		refuse(r, p, c, "bad-value", "unknown action '%.*s'; did you mean '%.*s'?",
		       STR_ARG(c->text), STR_ARG(near.best));
	else
		refuse(r, p, c, "bad-value", "unknown action '%.*s'", STR_ARG(c->text));
	return 0;
}

static void read_actions(struct reading *r, struct rule *rule)
{
	struct cell c;
	int n = 0;

	rule->actions = ACTION_ALERT;
	for (const struct part *part = r->def->keys[KEY_ACTION]; part && n >= 0;
	     part = part->next) {
		struct cells cells = cells_of(&part->entry->value);

		while ((n = cells_next(&cells, CELL_WORD, &c, r->d)) > 0)
			rule->actions |= action_of(r, &part->entry->value, &c);
	}
	if (n < 0)
		r->error = n;
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* sorts @set and drops what is there twice; how many are left */
static size_t make_set(struct str *set, size_t n)
{
	size_t kept = 0;

	qsort(set, n, sizeof(*set), by_bytes);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !str_eq(set[kept - 1], set[i]))
			set[kept++] = set[i];
	return kept;
}

static size_t count_commas(const struct definition *def, enum key_id id)
{
	size_t n = 0;

	for (const struct part *part = def->keys[id]; part; part = part->next, n++)
		for (size_t i = 0; i < part->entry->value.text.len; i++)
			n += part->entry->value.text.ptr[i] == ',';
	return n;
}

static void read_tags(struct reading *r, struct rule *rule)
{
	struct str *tags = arena_array_of(r->arena, struct str, count_commas(r->def, KEY_TAGS) + 1);
	struct cell c;
	int n = 0;

	if (!tags) {
		r->error = -ENOMEM;
		return;
	}
	for (const struct part *part = r->def->keys[KEY_TAGS]; part && n >= 0; part = part->next) {
		struct cells cells = cells_of(&part->entry->value);

		while ((n = cells_next(&cells, CELL_WORD, &c, r->d)) > 0)
			if (is_tag(c.text))
				tags[rule->n_tags++] = c.text;
			else
				refuse(r, &part->entry->value, &c, "bad-value",
				       "a tag is made of A-Z, a-z, 0-9 and _ . : -, at most 64");
	}
	if (n < 0)
		r->error = n;
	rule->tags = tags;
	rule->n_tags = make_set(tags, rule->n_tags);
}

static bool is_foreign(struct reading *r)
{
	const struct phrase *p = value_of(r, KEY_SOURCE);
	struct place where;

	if (!p || str_eq(p->text, STR("syscall")))
		return false;
	where = phrase_place(p, 0, p->text.len);
	diag_warning(r->d, &where, "unknown-source", "rule '%.*s' is skipped: its source is '%.*s'",
		     STR_ARG(r->def->name), STR_ARG(p->text));
	return true;
}

int attributes_read(const struct definition *def, struct rule *rule, struct attributes *out,
		    struct arena *a, struct diag *d)
{
	struct reading r = { .def = def, .arena = a, .d = d };
	struct phrase desc = { .text = STR("") };

	rule->id = def->name;
	rule->file = str_of(def->first->file->name);
	rule->line = def->first->line;
	if (def->keys[KEY_DESC] && !attributes_text(def, KEY_DESC, &desc, a))
		return -ENOMEM;
	rule->desc = desc.text;
	read_title(&r, rule);
	read_priority(&r, rule);
	read_actions(&r, rule);
	read_tags(&r, rule);
	rule->enabled = read_bool(&r, KEY_ENABLED, true);
	*out = (struct attributes){
		.is_foreign = is_foreign(&r),
		.warn_evttypes = read_bool(&r, KEY_WARN_EVTTYPES, true),
		.skip_if_unknown_filter = read_bool(&r, KEY_SKIP_IF_UNKNOWN_FILTER, false),
	};
	return r.error;
}
