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
	const struct str
		*chain[RESOLVE_NESTING_MAX + 1]; /* names being expanded, for cycle messages */
	unsigned level; /* of the node that we are at, macros expanded */
	int error;
};

/* of a tree, macros expanded */
struct extent {
	size_t nodes;
	unsigned levels;
};

void names_begin(struct names *n, struct arena *a)
{
	*n = (struct names){ .arena = a,
			     .lists_end = &n->first_list,
			     .macros_end = &n->first_macro };
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
	*n->lists_end = l;
	n->lists_end = &l->next;
	return map_put(&n->lists, name, l);
}

int names_add_macro(struct names *n, struct str name, const struct span *span, struct node *body)
{
	struct macro *m = arena_new_of(n->arena, struct macro);
	if (!m)
		return -ENOMEM;
	*m = (struct macro){
		.name = name, .span = *span, .body = body, .shared = n->shared_results++
	};
	*n->macros_end = m;
	n->macros_end = &m->next;
	return map_put(&n->macros, name, m);
}

/* "'NAME' <what is wrong with it>" */
static void complain(struct resolver *r, const struct span *span, const char *code, struct str name,
		     const char *text)
{
	struct place where = span_place(span);
	r->error = -EINVAL;
	diag_error(r->d, &where, code, "'%.*s' %s", STR_ARG(name), text);
}

static void unknown(struct resolver *r, const struct span *span, bool is_list, struct str name)
{
	const struct map *among = is_list ? &r->names->lists : &r->names->macros;
	const struct map *others = is_list ? &r->names->macros : &r->names->lists;
	const char *code = is_list ? "unknown-list" : "unknown-macro",
		   *kind = is_list ? "list" : "macro";
	struct nearest near = nearest_to(name);
	struct place where = span_place(span);
	size_t at = 0;
	struct str key;
	r->error = -EINVAL;
	if (map_get(others, name)) {
		diag_error(r->d, &where, code, "'%.*s' is a %s; a %s is wanted here", STR_ARG(name),
			   is_list ? "macro" : "list", kind);
		return;
	}
	while (map_next(among, &at, &key))
		nearest_offer(&near, key);
	if (near.best.ptr)
		diag_error(r->d, &where, code, "unknown %s '%.*s'; did you mean '%.*s'?", kind,
			   STR_ARG(name), STR_ARG(near.best));
	else
		diag_error(r->d, &where, code, "unknown %s '%.*s'", kind, STR_ARG(name));
}

static void tell_cycle(struct resolver *r, const struct span *span, const char *code,
		       struct str name)
{
	struct place where = span_place(span);
	char chain[512] = "";
	size_t len = 0;
	unsigned first = 0;
	while (first + 1 < r->depth && !str_eq(*r->chain[first], name))
		first++;
	for (unsigned i = first; i < r->depth && len < sizeof(chain); i++)
		len += (size_t)snprintf(chain + len, sizeof(chain) - len, "%.*s -> ",
					STR_ARG(*r->chain[i]));
	r->error = -EINVAL;
	diag_error(r->d, &where, code, "it refers to itself: %s%.*s", chain, STR_ARG(name));
}

/* false: a cycle or too deep, told */
static bool enter(struct resolver *r, const struct str *name, enum visit visit,
		  const struct span *span, const char *code)
{
	if (visit == VISIT_NOW) {
		tell_cycle(r, span, code, *name);
		return false;
	}
	if (r->depth == RESOLVE_NESTING_MAX) {
		complain(r, span, "nesting", *name,
			 "is nested too deep (64 levels of lists or macros)");
		return false;
	}
	r->chain[r->depth++] = name;
	return true;
}

static void expand_items(struct resolver *r, struct operand **items, size_t *count);

/* the list by that name with its items expanded; NULL: there is none, or it is broken, which is told */
static struct list *list_of(struct resolver *r, struct str name, const struct span *span)
{
	struct list *l = map_get(&r->names->lists, name);
	int before = r->error;
	if (!l)
		return NULL;
	l->is_used = true;
	if (l->visit != VISIT_DONE) {
		if (!enter(r, &l->name, l->visit, span, "list-cycle"))
			return NULL;
		l->visit = VISIT_NOW;
		r->error = 0;
		expand_items(r, &l->items, &l->n);
		l->is_broken = r->error < 0;
		l->visit = VISIT_DONE;
		r->depth--;
		r->error = before ? before : r->error;
	}
	if (!l->is_broken)
		return l;
	r->error = r->error ? r->error : -EINVAL;
	return NULL;
}

/* copies of the list's items in place of *at; where the next element stands, NULL: no memory */
static struct operand **splice(struct resolver *r, struct operand **at, const struct list *l)
{
	const struct operand *name = *at;
	for (const struct operand *i = l->items; i; i = i->next) {
		struct operand *copy = arena_new_of(r->names->arena, struct operand);
		if (!copy) {
			r->error = -ENOMEM;
			return NULL;
		}
		*copy = *i;
		copy->via = &name->span;
		*at = copy;
		at = &copy->next;
	}
	*at = name->next;
	return at;
}

/* unquoted elements that name a list give way to its items */
static void expand_items(struct resolver *r, struct operand **items, size_t *count)
{
	*count = 0;
	for (struct operand **at = items; *at && r->error != -ENOMEM;) {
		struct operand *o = *at;
		struct list *l = o->kind == OPERAND_TEXT && !o->is_quoted
					 ? list_of(r, o->text, &o->span)
					 : NULL;
		*count += l ? l->n : 1;
		if (*count > RESOLVE_EXPANSION_MAX) {
			complain(r, &o->span, "too-many", o->text,
				 "makes this larger than 65536 elements");
			return;
		}
		at = l ? splice(r, at, l) : &o->next;
		if (!at)
			return;
	}
}

static void resolve_scalar(struct resolver *r, struct operand *o)
{
	struct list *l = list_of(r, o->text, &o->span);
	if (!l)
		return;
	if (l->n != 1) {
		complain(r, &o->span, "list-as-scalar", o->text,
			 "is a list; one value is wanted (use 'in', or quote it to mean the text)");
		return;
	}
	o->text = l->items->text;
	o->is_quoted = true;
	o->via = &o->span;
}

static void resolve_right(struct resolver *r, struct node *n)
{
	bool had_elements = n->right;
	size_t count;
	if (n->right_kind == RIGHT_LIST) {
		if (!map_get(&r->names->lists, n->right->text)) {
			unknown(r, &n->right->span, true, n->right->text);
			return;
		}
		n->right_kind = RIGHT_SET;
	}
	if (n->right_kind == RIGHT_SET) {
		expand_items(r, &n->right, &count);
		n->is_from_list = had_elements && !n->right;
	} else if (n->right_kind == RIGHT_LITERAL && !n->right->is_quoted && n->op != OP_LT &&
		   n->op != OP_LE && n->op != OP_GT && n->op != OP_GE) {
		resolve_scalar(r, n->right);
	}
}

static struct extent resolve_node(struct resolver *r, struct node *n);

static struct extent resolve_macro(struct resolver *r, struct node *n)
{
	struct macro *m = map_get(&r->names->macros, n->name);
	int before = r->error;
	if (!m) {
		unknown(r, &n->span, false, n->name);
		return (struct extent){ 0 };
	}
	m->is_used = true;
	if (m->visit != VISIT_DONE) {
		struct extent body;
		if (!enter(r, &m->name, m->visit, &n->span, "macro-cycle"))
			return (struct extent){ 0 };
		m->visit = VISIT_NOW;
		r->error = 0;
		body = resolve_node(r, m->body);
		m->nodes = body.nodes;
		m->levels = body.levels;
		m->is_broken = r->error < 0;
		m->visit = VISIT_DONE;
		r->depth--;
		r->error = before ? before : r->error;
	}
	if (m->is_broken) {
		r->error = r->error ? r->error : -EINVAL;
		return (struct extent){ 0 };
	}
	if (r->level + m->levels > RESOLVE_LEVELS_MAX)
		complain(r, &n->span, "nesting", n->name, "is nested too deep, macros expanded");
	n->macro = m;
	return (struct extent){ m->nodes, m->levels };
}

static struct extent resolve_node(struct resolver *r, struct node *n)
{
	struct extent sum = { 0 };
	if (r->error == -ENOMEM)
		return sum;
	if (++r->level > RESOLVE_LEVELS_MAX)
		complain(r, &n->span, "nesting", n->kind == NODE_MACRO ? n->name : STR("this"),
			 "is nested too deep, macros expanded");
	else if (n->kind == NODE_MACRO)
		sum = resolve_macro(r, n);
	else if (n->kind == NODE_TEST)
		resolve_right(r, n);
	else
		for (struct node *c = n->children; c && sum.nodes <= RESOLVE_EXPANSION_MAX;
		     c = c->next) {
			struct extent part = resolve_node(r, c);
			sum.nodes += part.nodes;
			sum.levels = part.levels > sum.levels ? part.levels : sum.levels;
			if (sum.nodes > RESOLVE_EXPANSION_MAX)
				complain(r, &c->span, "too-many",
					 c->kind == NODE_MACRO ? c->name : STR("this"),
					 "makes the condition larger than 65536 nodes, macros "
					 "expanded");
		}
	r->level--;
	return (struct extent){ sum.nodes + 1, sum.levels + 1 };
}

static void keep(int *result, int error)
{
	if (error < 0 && *result != -ENOMEM)
		*result = error;
}

int names_resolve(struct names *n, struct diag *d)
{
	int result = 0;
	for (struct list *l = n->first_list; l; l = l->next) {
		struct resolver r = { .names = n, .d = d };
		bool was_used = l->is_used;
		list_of(&r, l->name, &l->span);
		l->is_used = was_used;
		keep(&result, r.error);
	}
	for (struct macro *m = n->first_macro; m; m = m->next) {
		struct node use = { .kind = NODE_MACRO, .span = m->span, .name = m->name };
		bool was_used = m->is_used;
		keep(&result, resolve(&use, n, d));
		m->is_used = was_used;
	}
	return result;
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
