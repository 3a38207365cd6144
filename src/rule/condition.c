/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, macros and conditions of a generation through the phases of `filter`: parse, resolve,
 * check, compile.
 *
 * A list or macro that does not parse is known all the same, so that its uses are not told as
 * unknown. Types are checked when all names have a meaning: what an unknown or circular one would
 * have meant is guesswork.
 */
#include "rule/condition.h"

#include <errno.h>

#include "filter/advice.h"
#include "filter/check.h"
#include "filter/program.h"
#include "filter/resolve.h"
#include "rule/attributes.h"
#include "rule/lint.h"

/* unknown fields or event types in a macro: whether they are errors is up to the rules that use it */
struct held {
	const struct macro *macro;
	struct diag *d;
	bool is_heard; /* by some rule, be it one that does without */
	bool is_told; /* to the administrator */
	struct held *next;
};

struct conditions {
	struct names names;
	struct held *held;
	const struct merge *m;
	const struct schema *schema;
	bool is_broken; /* a list or macro was refused */
};

/* the name of @def in its section header, as something to point at */
static bool name_span(const struct definition *def, struct span *out, struct arena *a)
{
	struct stretch *stretch = arena_new_of(a, struct stretch);

	if (!stretch)
		return false;
	*stretch = (struct stretch){ 0, def->first->line, def->first->column, def->first->file };
	*out = (struct span){ .script = phrase_script(&(struct phrase){ def->name, stretch, 1 }, a),
			      .width = (uint32_t)def->name.len };
	return out->script;
}

static int add_list(struct conditions *c, const struct definition *def)
{
	struct arena *a = c->m->arena;
	struct operand *items = NULL, **tail = &items;
	struct span span;

	for (const struct part *part = def->keys[KEY_ITEMS]; part; part = part->next) {
		const struct script *s = phrase_script(&part->entry->value, a);

		if (!s)
			return -ENOMEM;
		if (parse_items(s, tail, a, c->m->d) < 0) {
			c->is_broken = true;
			*tail = NULL;
		}
		while (*tail)
			tail = &(*tail)->next;
	}
	return name_span(def, &span, a) ? names_add_list(&c->names, def->name, &span, items)
					: -ENOMEM;
}

static int add_macro(struct conditions *c, const struct definition *def)
{
	struct arena *a = c->m->arena;
	const struct script *s = NULL;
	struct node *body = NULL;
	struct phrase text;
	struct span span;

	if (def->keys[KEY_CONDITION]) {
		if (!attributes_text(def, KEY_CONDITION, &text, a) ||
		    !(s = phrase_script(&text, a)))
			return -ENOMEM;
		body = parse_condition(s, a, c->m->d);
		lint_appended(def, a, c->m->d);
	}
	if (!body) {
		c->is_broken = true;
		body = arena_new_of(a, struct node);
		if (!body)
			return -ENOMEM;
		/* a conjunction of nothing; it is never checked */
		body->kind = NODE_AND;
	}
	return name_span(def, &span, a) ? names_add_macro(&c->names, def->name, &span, body)
					: -ENOMEM;
}

/*
 * Lists and macros among themselves, in the order of the files (names_resolve() takes the order of
 * a hash table), so that the same faults are always told in the same place.
 */
static int resolve_lists(struct conditions *c)
{
	int result = 0;

	for (const struct definition *def = c->m->first[SECTION_LIST]; def; def = def->next) {
		struct list *l = map_get(&c->names.lists, def->name);
		struct operand use = { .kind = OPERAND_TEXT, .span = l->span, .text = def->name };
		struct operand *items = &use;
		bool was_used = l->is_used;
		int r = resolve_items(&items, &c->names, c->m->d);

		l->is_used = was_used;
		if (r < 0 && result != -ENOMEM)
			result = r;
	}
	return result;
}

static int resolve_macros(struct conditions *c)
{
	int result = 0;

	for (const struct definition *def = c->m->first[SECTION_MACRO]; def; def = def->next) {
		struct macro *m = map_get(&c->names.macros, def->name);
		struct node use = { .kind = NODE_MACRO, .span = m->span, .name = def->name };
		bool was_used = m->is_used;
		int r = resolve(&use, &c->names, c->m->d);

		m->is_used = was_used;
		if (r < 0 && result != -ENOMEM)
			result = r;
	}
	return result;
}

static void advise_lists(struct conditions *c)
{
	for (const struct definition *def = c->m->first[SECTION_LIST]; def; def = def->next)
		advise_list(&(struct advice){ c->schema, c->m->d },
			    map_get(&c->names.lists, def->name));
}

bool is_unknown_name(const char *code)
{
	return code && (strcmp(code, "unknown-field") == 0 || strcmp(code, "unknown-event") == 0);
}

static bool are_unknown_names(const struct diag *d)
{
	for (size_t i = 0; i < diag_count(d); i++)
		if (diag_at(d, i)->severity == DIAG_ERROR && !is_unknown_name(diag_at(d, i)->code))
			return false;
	return diag_errors(d) > 0;
}

static int hold(struct conditions *c, const struct macro *macro, struct diag **d)
{
	struct held *h = arena_new_of(c->m->arena, struct held);

	if (!h)
		return -ENOMEM;
	*h = (struct held){ .macro = macro, .d = take_ptr(*d), .next = c->held };
	c->held = h;
	return 0;
}

static void held_release(struct conditions *c)
{
	for (struct held *h = c->held; h; h = h->next)
		diag_free(h->d);
	c->held = NULL;
}

static void tell_held(struct conditions *c, struct held *h, struct diag *d)
{
	h->is_heard = true;
	if (d == c->m->d && h->is_told)
		return;
	h->is_told |= d == c->m->d;
	diag_append(d, h->d);
}

/* what the macros below @n had to say; as deep as resolve.h lets trees be: RESOLVE_LEVELS_MAX */
static void tell_held_below(struct conditions *c, const struct node *n, struct diag *d)
{
	for (const struct node *child = n->children; child; child = child->next)
		tell_held_below(c, child, d);
	if (n->kind != NODE_MACRO || !n->macro)
		return;
	for (struct held *h = c->held; h; h = h->next)
		if (h->macro == n->macro)
			tell_held(c, h, d);
	tell_held_below(c, n->macro->body, d);
}

/*
 * the faults of macros that no rule uses count, too; a rule that uses one of them fails without a
 * word, but for names that nobody knows (skip_if_unknown_filter)
 */
static int check_macros(struct conditions *c)
{
	for (const struct definition *def = c->m->first[SECTION_MACRO]; def; def = def->next) {
		struct node use = { .kind = NODE_MACRO,
				    .macro = map_get(&c->names.macros, def->name) };

		AUTO(diag) d = diag_new();
		int r = d ? check(&use, c->schema, c->m->arena, d) : -ENOMEM;

		if (r == -EINVAL && are_unknown_names(d))
			r = hold(c, use.macro, &d);
		else if (r != -ENOMEM)
			diag_append(c->m->d, d);
		if (r == -ENOMEM)
			return r;
		if (r == 0 && !use.macro->check_error)
			advise_macro(&(struct advice){ c->schema, c->m->d }, use.macro);
	}
	return 0;
}

static int add_all(struct conditions *c)
{
	int lists, macros, r = 0;

	for (const struct definition *def = c->m->first[SECTION_LIST]; def && r == 0;
	     def = def->next)
		r = add_list(c, def);
	for (const struct definition *def = c->m->first[SECTION_MACRO]; def && r == 0;
	     def = def->next)
		r = add_macro(c, def);
	if (r < 0)
		return r;
	lists = resolve_lists(c);
	macros = resolve_macros(c);
	if (lists == -ENOMEM || macros == -ENOMEM)
		return -ENOMEM;
	c->is_broken |= lists < 0 || macros < 0;
	if (c->is_broken)
		return 0;
	advise_lists(c);
	return check_macros(c);
}

struct conditions *conditions_new(const struct merge *m, const struct schema *schema)
{
	struct conditions *c = arena_new_of(m->arena, struct conditions);

	if (!c)
		return NULL;
	*c = (struct conditions){ .m = m, .schema = schema };
	names_begin(&c->names, m->arena);
	if (add_all(c) == 0)
		return c;
	held_release(c);
	names_release(&c->names);
	return NULL;
}

static struct node *parse(struct conditions *c, const struct phrase *text, int *error,
			  struct diag *d)
{
	const struct script *s = phrase_script(text, c->m->arena);
	struct node *root = s ? parse_condition(s, c->m->arena, d) : NULL;

	*error = !s || arena_exhausted(c->m->arena) ? -ENOMEM : root ? 0 : -EINVAL;
	return root;
}

int condition_compile(struct conditions *c, const struct condition *text, const struct filter **out,
		      struct diag *d)
{
	bool is_narrowed = text->narrowed->text.ptr != text->text->text.ptr;
	struct node *root;
	int r;

	/* what the rule says must stand on its own before exceptions are put around it */
	root = parse(c, text->text, &r, d);
	if (root && is_narrowed)
		root = parse(c, text->narrowed, &r, d);
	if (!root)
		return r;
	r = resolve(root, &c->names, d);
	if (r < 0 || c->is_broken)
		return r;
	r = check(root, c->schema, c->m->arena, d);
	if (r == -EINVAL && c->held)
		tell_held_below(c, root, d);
	if (r < 0)
		return r;
	/* with exceptions around it: (what the rule says) and not (...) */
	advise_condition(&(struct advice){ c->schema, d }, root,
			 is_narrowed ? root->children : root);
	*out = filter_compile(root, c->schema, c->m->arena);
	return *out ? 0 : -ENOMEM;
}

void conditions_finish(struct conditions *c, size_t *shared_results)
{
	for (const struct definition *def = c->m->first[SECTION_LIST]; def; def = def->next)
		if (!((const struct list *)map_get(&c->names.lists, def->name))->is_used)
			lint_unused(def, c->m->d);
	for (const struct definition *def = c->m->first[SECTION_MACRO]; def; def = def->next)
		if (!((const struct macro *)map_get(&c->names.macros, def->name))->is_used)
			lint_unused(def, c->m->d);
	for (struct held *h = c->held; h; h = h->next)
		if (!h->is_heard)
			tell_held(c, h, c->m->d);
	held_release(c);
	*shared_results = c->names.shared_results;
	names_release(&c->names);
}
