/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lints of conditions. Two walks: one over tests alone, which does not enter macros; one that knows what
 * stands under a `not` and what is asked for beside it, which enters the macros that are negated.
 */
#include "filter/advice.h"

#include "base/cleanup.h"
#include "filter/check.h"
#include "filter/truth.h"

/* tests looked at beside one; more neighbours than anybody writes by hand */
#define NEIGHBOURS_MAX 256

#define warn(a, span, ...)                                                                         \
	do {                                                                                       \
		struct place where_ = span_place(span);                                            \
		diag_warning((a)->d, &where_, __VA_ARGS__);                                        \
	} while (0)

static const struct field_def *field_of(const struct operand *o)
{
	return o->kind == OPERAND_FIELD ? o->use->def : NULL;
}

void advise_field(const struct field_def *def, const struct place *where, struct diag *d)
{
	if (def->flags & FIELD_NEVER)
		diag_warning(d, where, "never-available",
			     "'%s' never has a value here: no source of ours tells it", def->name);
	if (def->flags & FIELD_DEPRECATED)
		diag_warning(d, where, "deprecated-field", "'%s' is deprecated", def->name);
}

/* --- one test --- */

static void lint_operand(const struct advice *a, const struct operand *o)
{
	const struct field_def *def = field_of(o);
	if (o->is_legacy_escape && !o->via)
		warn(a, &o->span, "legacy-escape",
		     "a backslash before a blank stands for itself; write \\\\");
	if (o->kind == OPERAND_CALL && o->selector.ptr &&
	    o->transformer->transformer != TRANSFORM_GETOPT)
		warn(a, &o->span, "ignored-selector", "'%.*s' takes no selector; it is ignored",
		     STR_ARG(o->text));
	for (const struct operand *i = o->items; i; i = i->next)
		lint_operand(a, i);
	if (def) {
		struct place where = span_place(&o->span);

		advise_field(def, &where, a->d);
	}
}

/* "tolower(proc.name)" in quotes: meant as a call? */
static bool looks_like_call(struct str s)
{
	ssize_t open = str_chr(s, '(');
	struct str name = str_first(s, open < 0 ? 0 : (size_t)open);
	return open > 0 && s.ptr[s.len - 1] == ')' &&
	       (transformer_find(name) || str_eq(name, STR("val")));
}

static void lint_field_name(const struct advice *a, const struct operand *o)
{
	struct str ignored = STR_ABSENT;
	if (!o->is_quoted && str_chr(o->text, '.') > 0 && a->schema->find(o->text, &ignored))
		warn(a, &o->span, "field-as-string",
		     "this is the text '%.*s'; the field is val(%.*s) and stands alone; quote it "
		     "if the text is meant",
		     STR_ARG(o->text), STR_ARG(o->text));
}

static void lint_literal(const struct advice *a, const struct node *n, const struct operand *o)
{
	const struct field_def *left = field_of(&n->left);
	bool is_na = str_eq(o->text, STR("<NA>")) || str_eq(o->text, STR("N/A"));
	if (is_na && left && !(left->flags & FIELD_SAYS_NA) && left->type == VALUE_STRING)
		warn(a, &o->span, "na-compare",
		     "'%s' is absent where it prints as %.*s; use 'exists'", left->name,
		     STR_ARG(o->text));
	/* a list's items are linted where they stand */
	if (o->via)
		return;
	lint_field_name(a, o);
	if (o->is_quoted && looks_like_call(o->text))
		warn(a, &o->span, "field-as-string",
		     "this is a text; a call is written without quotes");
}

static void lint_truth(const struct advice *a, const struct node *n)
{
	const struct field_def *def = field_of(&n->left);
	enum truth truth = test_truth(n);
	if (test_is_idiom(n) || (def && def->flags & FIELD_NEVER))
		return; /* meant so; told already */
	if (truth == TRUTH_FALSE)
		warn(a, &n->span, "always-false", "this is never true");
	else if (truth == TRUTH_TRUE && n->op != OP_EXISTS)
		warn(a, &n->span, "always-true", "this is always true");
	else if (truth == TRUTH_TRUE)
		warn(a, &n->span, "always-true", "'%s' always has a value", def->name);
	else if (truth == TRUTH_PRESENT)
		warn(a, &n->span, "always-true",
		     "this is true for every value; to ask for one use 'exists'");
	if (def && def->selector != SELECTOR_NONE && str_eq(n->left.selector, STR("*")))
		warn(a, &n->left.span, "always-true", "the selector takes everything");
}

static void lint_test(const struct advice *a, const struct node *n)
{
	const struct field_def *def = field_of(&n->left);
	lint_operand(a, &n->left);
	for (const struct operand *o = n->right; o; o = o->next) {
		lint_operand(a, o);
		if (n->right_kind != RIGHT_DERIVED)
			lint_literal(a, n, o);
	}
	if (n->is_glued)
		warn(a, &n->op_span, "glued-word", "a blank is missing behind '%.*s'",
		     STR_ARG(operator_def(n->op)->name));
	if (n->op == OP_NE && def && def->flags & FIELD_ANCESTOR && !n->left.selector.ptr)
		warn(a, &n->op_span, "any-not-equal",
		     "true as soon as one ancestor differs; for none of them write: not %s = ...",
		     def->name);
	lint_truth(a, n);
}

static void lint_tests(const struct advice *a, const struct node *n)
{
	if (n->kind == NODE_TEST)
		lint_test(a, n);
	for (const struct node *c = n->children; c; c = c->next)
		lint_tests(a, c);
}

/* --- under a `not` --- */

/* the connectives around a node, from the inside out */
struct scope {
	const struct node *node;
	const struct scope *outer;
};

struct context {
	const struct advice *advice;
	const struct scope *scope;
	const struct node *use; /* the outermost negated macro that we are in, or NULL */
	bool negated;
};

static bool same_field(const struct operand *a, const struct operand *b)
{
	if (a->kind != OPERAND_FIELD || b->kind != OPERAND_FIELD || a->use->def != b->use->def ||
	    !a->selector.ptr != !b->selector.ptr)
		return false;
	/* evt.arg.NAME: the free part is the selector of the use */
	return str_eq(a->use->selector, b->use->selector);
}

/* @n says that @field has a value */
static bool says_exists(const struct node *n, const struct operand *field)
{
	while (n->kind == NODE_MACRO)
		n = n->macro->body;
	if (n->kind == NODE_TEST)
		return n->op == OP_EXISTS && same_field(&n->left, field);
	if (n->kind == NODE_AND)
		for (const struct node *c = n->children; c; c = c->next)
			if (c->kind == NODE_TEST && c->op == OP_EXISTS &&
			    same_field(&c->left, field))
				return true;
	return false;
}

/* one of the conjunctions around asks for the field: "f exists and ...", "not f exists or ..." */
static bool is_asked_for(const struct scope *scope, const struct operand *field)
{
	for (; scope; scope = scope->outer) {
		unsigned seen = 0;
		for (const struct node *c = scope->node->children; c && seen < NEIGHBOURS_MAX;
		     c = c->next, seen++) {
			if (scope->node->kind == NODE_AND && says_exists(c, field))
				return true;
			if (scope->node->kind == NODE_OR && c->kind == NODE_NOT &&
			    says_exists(c->children, field))
				return true;
		}
	}
	return false;
}

static const struct operand *absent_field(const struct operand *o, const struct scope *scope)
{
	const struct field_def *def = field_of(o);
	if (def)
		return def->flags & (FIELD_NEVER_ABSENT | FIELD_NEVER) || is_asked_for(scope, o)
			       ? NULL
			       : o;
	for (const struct operand *i = o->items; i; i = i->next) {
		const struct operand *found = absent_field(i, scope);
		if (found)
			return found;
	}
	return NULL;
}

/* false: nothing to tell */
static bool lint_absence(const struct context *c, const struct node *n)
{
	const struct operand *field = n->op == OP_EXISTS ? NULL : absent_field(&n->left, c->scope);
	if (!field && n->right_kind == RIGHT_DERIVED)
		field = absent_field(n->right, c->scope);
	if (!field)
		return false;
	if (c->use) {
		struct place where = span_place(&field->span);
		warn(c->advice, &c->use->span, "na-negated",
		     "true also when '%.*s' in macro '%.*s' has no value", STR_ARG(field->text),
		     STR_ARG(c->use->name));
		diag_note(c->advice->d, &where, "tested here");
	} else {
		warn(c->advice, &field->span, "na-negated",
		     "negated, so true also when '%.*s' has no value; write '%.*s exists and not "
		     "...', or "
		     "'not (%.*s exists and ...)' if that is meant",
		     STR_ARG(field->text), STR_ARG(field->text), STR_ARG(field->text));
	}
	return true;
}

/* processes choose these themselves */
static bool is_self_given(const struct operand *o)
{
	static const char *const names[] = { "proc.name", "proc.pname", "proc.aname" };
	while (o->kind == OPERAND_CALL && o->items)
		o = o->items;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (o->kind == OPERAND_FIELD && strcmp(o->use->def->name, names[i]) == 0)
			return true;
	return false;
}

/* something beside @n, in the conjunction that spares, is not a name */
static bool is_backed(const struct node *n, const struct scope *scope)
{
	unsigned seen = 0;
	if (!scope || scope->node->kind != NODE_AND)
		return false;
	for (const struct node *c = scope->node->children; c && seen < NEIGHBOURS_MAX;
	     c = c->next, seen++)
		if (c != n &&
		    (c->kind != NODE_TEST || (c->op != OP_EXISTS && !is_self_given(&c->left))))
			return true;
	return false;
}

static void lint_identity(const struct context *c, const struct node *n)
{
	bool spares = c->negated ? n->op != OP_NE && !is_backed(n, c->scope) : n->op == OP_NE;
	if (n->op == OP_EXISTS || !spares || !is_self_given(&n->left))
		return;
	warn(c->advice, c->use ? &c->use->span : &n->span, "name-only-identity",
	     "a name alone spares a process, and processes choose their names; test proc.exepath "
	     "too");
}

/* false: the macro that is entered has been told of */
static bool lint_negation(struct context c, const struct node *n)
{
	struct scope inner = { n, c.scope };
	switch (n->kind) {
	case NODE_TEST:
		return !(c.negated && lint_absence(&c, n) && c.use);
	case NODE_MACRO:
		if (!c.negated)
			return true; /* linted by itself */
		if (!c.use)
			c.use = n;
		return lint_negation(c, n->macro->body) || c.use == n;
	case NODE_NOT:
		c.negated = !c.negated;
		return lint_negation(c, n->children);
	case NODE_AND:
	case NODE_OR:
		c.scope = &inner;
		for (const struct node *child = n->children; child; child = child->next)
			if (!lint_negation(c, child))
				return false;
		return true;
	}
	return true;
}

/* the conjunction that spares begins at the `not` */
static void lint_identities(struct context c, const struct node *n)
{
	struct scope inner = { n, c.negated ? c.scope : NULL };
	switch (n->kind) {
	case NODE_TEST:
		lint_identity(&c, n);
		return;
	case NODE_MACRO:
		if (!c.negated)
			return;
		if (!c.use)
			c.use = n;
		lint_identities(c, n->macro->body);
		return;
	case NODE_NOT:
		c.negated = !c.negated;
		c.scope = NULL;
		lint_identities(c, n->children);
		return;
	case NODE_AND:
	case NODE_OR:
		c.scope = &inner;
		for (const struct node *child = n->children; child; child = child->next)
			lint_identities(c, child);
		return;
	}
}

/* --- a whole --- */

static bool is_carried(const struct advice *a, const struct operand *o,
		       const struct event_set *types)
{
	for (unsigned t = 0; t < a->schema->event_types; t++)
		if (event_set_has(types, t) && a->schema->carries(o->use, t))
			return true;
	return false;
}

static void lint_carried(const struct advice *a, const struct node *n,
			 const struct event_set *types)
{
	if (n->kind == NODE_TEST && n->left.kind == OPERAND_FIELD &&
	    !is_carried(a, &n->left, types))
		warn(a, &n->left.span, "field-not-in-type",
		     "no event of this rule's types has '%.*s'", STR_ARG(n->left.text));
	for (const struct node *c = n->children; c; c = c->next)
		lint_carried(a, c, types);
}

static bool is_empty(const struct event_set *s)
{
	for (size_t i = 0; i < EVENT_SET_WORDS; i++)
		if (s->word[i])
			return false;
	return true;
}

void advise_condition(const struct advice *a, const struct node *root, const struct node *own)
{
	struct event_set types;
	lint_tests(a, root);
	lint_negation((struct context){ .advice = a }, own);
	lint_identities((struct context){ .advice = a }, root);
	if (!a->schema->carries)
		return;
	node_event_types(root, a->schema, STR_ABSENT, NULL, &types);
	if (!is_empty(&types))
		lint_carried(a, root, &types);
}

void advise_macro(const struct advice *a, const struct macro *macro)
{
	lint_tests(a, macro->body);
	lint_negation((struct context){ .advice = a }, macro->body);
	lint_identities((struct context){ .advice = a }, macro->body);
}

void advise_list(const struct advice *a, const struct list *list)
{
	for (const struct operand *o = list->items; o; o = o->next) {
		if (o->via)
			continue;
		lint_operand(a, o);
		lint_field_name(a, o);
	}
}
