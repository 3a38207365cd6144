/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to what they stand for. Recursion follows macros and lists, bounded by RESOLVE_NESTING_MAX, and
 * trees, bounded by the parser; every use counts towards RESOLVE_EXPANSION_MAX.
 */
#include "filter/resolve.h"

#include <errno.h>
#include <stdio.h>

#include "base/nearest.h"

struct resolver {
	struct names *names;
	struct diag *d;
	unsigned depth;
	const struct str *chain[RESOLVE_NESTING_MAX + 1]; /* names being expanded, for cycle messages */
	int error;
};

void names_begin(struct names *n, struct arena *a)
{
	*n = (struct names){ .arena = a };
}

void names_release(struct names *n)
{
	map_release(&n->lists);
	map_release(&n->macros);
}

int names_add_list(struct names *n, struct str name, const struct span *span, struct operand *items)
{
	struct list *l = arena_new_of(n->arena, struct list);
	if (!l)
		return -ENOMEM;
	*l = (struct list){ .name = name, .span = *span, .items = items };
	return map_put(&n->lists, name, l);
}

int names_add_macro(struct names *n, struct str name, const struct span *span, struct node *body)
{
	struct macro *m = arena_new_of(n->arena, struct macro);
	if (!m)
		return -ENOMEM;
	*m = (struct macro){ .name = name, .span = *span, .body = body, .shared = n->shared_results++ };
	return map_put(&n->macros, name, m);
}

/* "'NAME' <what is wrong with it>" */
static void complain(struct resolver *r, const struct span *span, const char *code, struct str name, const char *text)
{
	struct place where = span_place(span);
	r->error = -EINVAL;
	diag_error(r->d, &where, code, "'%.*s' %s", STR_ARG(name), text);
}

static void unknown(struct resolver *r, const struct span *span, const struct map *among, const char *code,
		    const char *kind, struct str name)
{
	struct nearest near = nearest_to(name);
	struct place where = span_place(span);
	size_t at = 0;
	struct str key;
	while (map_next(among, &at, &key))
		nearest_offer(&near, key);
	r->error = -EINVAL;
	if (near.best.ptr)
		diag_error(r->d, &where, code, "unknown %s '%.*s'; did you mean '%.*s'?", kind, STR_ARG(name),
			   STR_ARG(near.best));
	else
		diag_error(r->d, &where, code, "unknown %s '%.*s'", kind, STR_ARG(name));
}

/* false: a cycle or too deep, told */
static bool enter(struct resolver *r, const struct str *name, enum visit visit, const struct span *span,
		  const char *code)
{
	if (visit == VISIT_NOW) {
		char text[512] = "";
		size_t len = 0;
		for (unsigned i = 0; i < r->depth && len < sizeof(text); i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%.*s -> ", STR_ARG(*r->chain[i]));
		struct place where = span_place(span);
		r->error = -EINVAL;
		diag_error(r->d, &where, code, "it refers to itself: %s%.*s", text, STR_ARG(*name));
		return false;
	}
	if (r->depth == RESOLVE_NESTING_MAX) {
		complain(r, span, "nesting", *name, "is nested too deep (64 levels of lists or macros)");
		return false;
	}
	r->chain[r->depth++] = name;
	return true;
}

static void expand_items(struct resolver *r, struct operand **items, size_t *count);

static void expand_list(struct resolver *r, struct list *l)
{
	if (l->visit == VISIT_DONE || !enter(r, &l->name, l->visit, &l->span, "list-cycle"))
		return;
	l->visit = VISIT_NOW;
	expand_items(r, &l->items, &l->n);
	l->visit = VISIT_DONE;
	r->depth--;
}

static struct list *list_of(struct resolver *r, struct str name)
{
	struct list *l = map_get(&r->names->lists, name);
	if (l) {
		l->is_used = true;
		expand_list(r, l);
	}
	return l;
}

/* unquoted elements that name a list give way to copies of its items, placed where the name stood */
static void expand_items(struct resolver *r, struct operand **items, size_t *count)
{
	*count = 0;
	for (struct operand **at = items; *at && !r->error;) {
		struct operand *o = *at;
		struct list *l = o->kind == OPERAND_TEXT && !o->is_quoted ? list_of(r, o->text) : NULL;
		if (r->error)
			return;
		if (!l) {
			at = &o->next;
			(*count)++;
		} else {
			struct operand *behind = o->next;
			if (*count + l->n > RESOLVE_EXPANSION_MAX) {
				complain(r, &o->span, "too-many", o->text, "makes the set larger than 65536 elements");
				return;
			}
			for (const struct operand *i = l->items; i; i = i->next) {
				struct operand *copy = arena_new_of(r->names->arena, struct operand);
				if (!copy) {
					r->error = -ENOMEM;
					return;
				}
				*copy = *i;
				copy->via = &o->span;
				*at = copy;
				at = &copy->next;
			}
			*at = behind;
			*count += l->n;
		}
		if (*count > RESOLVE_EXPANSION_MAX) {
			complain(r, &o->span, "too-many", o->text, "is beyond the 65536th element");
			return;
		}
	}
}

static void resolve_right(struct resolver *r, struct node *n)
{
	size_t count;
	if (n->right_kind == RIGHT_LIST) {
		struct list *l = list_of(r, n->right->text);
		if (r->error)
			return;
		if (!l) {
			unknown(r, &n->right->span, &r->names->lists, "unknown-list", "list", n->right->text);
			return;
		}
		n->right_kind = RIGHT_SET;
	}
	if (n->right_kind == RIGHT_SET) {
		bool had_elements = n->right;
		expand_items(r, &n->right, &count);
		n->is_from_list = had_elements && !n->right;
		return;
	}
	if (n->right_kind == RIGHT_LITERAL && !n->right->is_quoted && operator_def(n->op)->group == GROUP_TEXT) {
		struct list *l = list_of(r, n->right->text);
		if (!l || r->error)
			return;
		if (l->n != 1) {
			complain(r, &n->right->span, "list-as-scalar", n->right->text,
				 "is a list; one value is wanted (use 'in', or quote it to mean the text)");
			return;
		}
		struct span span = n->right->span;
		n->right->text = l->items->text;
		n->right->is_quoted = true;
		n->right->span = span;
	}
}

static size_t resolve_node(struct resolver *r, struct node *n);

static size_t resolve_macro(struct resolver *r, struct node *n)
{
	struct macro *m = map_get(&r->names->macros, n->name);
	if (!m) {
		unknown(r, &n->span, &r->names->macros, "unknown-macro", "macro", n->name);
		return 0;
	}
	m->is_used = true;
	n->macro = m;
	if (m->visit == VISIT_DONE)
		return m->nodes;
	if (!enter(r, &m->name, m->visit, &n->span, "macro-cycle"))
		return 0;
	m->visit = VISIT_NOW;
	m->nodes = resolve_node(r, m->body);
	m->visit = VISIT_DONE;
	r->depth--;
	return m->nodes;
}

/* the number of nodes below, macros expanded */
static size_t resolve_node(struct resolver *r, struct node *n)
{
	size_t nodes = 1;
	if (r->error == -ENOMEM)
		return 0;
	if (n->kind == NODE_MACRO)
		return nodes + resolve_macro(r, n);
	if (n->kind == NODE_TEST)
		resolve_right(r, n);
	for (struct node *c = n->children; c; c = c->next) {
		nodes += resolve_node(r, c);
		if (nodes > RESOLVE_EXPANSION_MAX) {
			complain(r, &c->span, "too-many", c->kind == NODE_MACRO ? c->name : STR("this"),
				 "makes the condition larger than 65536 nodes, macros expanded");
			return 0;
		}
	}
	return nodes;
}

int names_resolve(struct names *n, struct diag *d)
{
	size_t at = 0;
	struct list *l;
	struct macro *m;
	int error = 0;
	while ((l = map_next(&n->lists, &at, NULL))) {
		struct resolver r = { .names = n, .d = d };
		bool was_used = l->is_used;
		expand_list(&r, l);
		l->is_used = was_used;
		error = error ? error : r.error;
	}
	for (at = 0; (m = map_next(&n->macros, &at, NULL));) {
		struct resolver r = { .names = n, .d = d };
		if (m->visit == VISIT_NOT && enter(&r, &m->name, m->visit, &m->span, "macro-cycle")) {
			m->visit = VISIT_NOW;
			m->nodes = resolve_node(&r, m->body);
			m->visit = VISIT_DONE;
		}
		error = error ? error : r.error;
	}
	return error;
}

int resolve(struct node *root, struct names *n, struct diag *d)
{
	struct resolver r = { .names = n, .d = d };
	resolve_node(&r, root);
	return r.error;
}

int resolve_items(struct operand **items, struct names *n, struct diag *d)
{
	struct resolver r = { .names = n, .d = d };
	size_t count;
	expand_items(&r, items, &count);
	return r.error;
}
