/* SPDX-License-Identifier: Apache-2.0 */
/* The type checker. It walks trees the parser has bounded, and follows each macro once. */
#include "filter/check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "filter/constants.h"
#include "filter/resolve.h"

struct checker {
	const struct schema *schema;
	struct arena *arena;
	struct diag *d;
	int error;
};

__attribute__((format(printf, 4, 5))) static void
complain(struct checker *c, const struct span *span, const char *code, const char *fmt, ...)
{
	struct place where = span_place(span);
	char message[512];
	va_list args;
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	c->error = -EINVAL;
	diag_error(c->d, &where, code, "%s", message);
}

enum value_type operand_type(const struct operand *o)
{
	return o->kind == OPERAND_FIELD	 ? o->use->def->type
	       : o->kind == OPERAND_CALL ? o->transformer->result
					 : VALUE_STRING;
}

bool operand_is_list(const struct operand *o)
{
	if (o->kind == OPERAND_FIELD)
		return o->use->def->flags & FIELD_LIST;
	if (o->kind == OPERAND_CALL)
		return o->transformer->gives_list && !o->selector.ptr;
	return o->kind == OPERAND_SET;
}

static void check_field(struct checker *c, struct operand *o)
{
	struct str free_part = STR_ABSENT;
	const struct field_def *def = c->schema->find(o->text, &free_part);
	struct field_use *use;
	struct place where = span_place(&o->span);
	if (!def) {
		struct str near = c->schema->nearest(o->text);
		if (near.ptr)
			complain(c, &o->span, "unknown-field",
				 "unknown field '%.*s'; did you mean '%.*s'?", STR_ARG(o->text),
				 STR_ARG(near));
		else
			complain(c, &o->span, "unknown-field", "unknown field '%.*s'",
				 STR_ARG(o->text));
		return;
	}
	if (o->selector.ptr && (def->selector == SELECTOR_NONE || free_part.ptr)) {
		complain(c, &o->span, "selector-forbidden", "field '%s' takes no selector",
			 def->name);
		return;
	}
	if (!o->selector.ptr && !free_part.ptr && def->selector == SELECTOR_REQUIRED) {
		complain(c, &o->span, "selector-missing", "field '%s' needs a selector: %s[...]",
			 def->name, def->name);
		return;
	}
	use = arena_new_of(c->arena, struct field_use);
	if (!use) {
		c->error = -ENOMEM;
		return;
	}
	*use = (struct field_use){ .def = def,
				   .selector = free_part.ptr ? free_part : o->selector,
				   .param = def->param };
	if (def->prepare && def->prepare(use, &where, c->d) < 0)
		c->error = -EINVAL;
	o->use = use;
}

static void check_operand(struct checker *c, struct operand *o);

/* fields that mean several values at once, or none yet, stand alone */
static bool stands_alone(const struct operand *o)
{
	return o->kind == OPERAND_FIELD &&
	       o->use->def->flags & (FIELD_FILTER_ONLY | FIELD_ANCESTOR | FIELD_TEMPLATE_ONLY);
}

static void check_argument(struct checker *c, const struct operand *call, struct operand *o,
			   bool wants_list)
{
	bool is_len = call->transformer->transformer == TRANSFORM_LEN;
	for (struct operand *i = o->kind == OPERAND_SET ? o->items : NULL; i && !c->error;
	     i = i->next)
		check_argument(c, call, i, false);
	check_operand(c, o);
	if (c->error)
		return;
	if (stands_alone(o))
		complain(c, &o->span, "bad-argument", "field '%s' cannot stand in a call",
			 o->use->def->name);
	else if (operand_type(o) != VALUE_STRING && !(is_len && operand_is_list(o)))
		complain(c, &o->span, "bad-argument", "'%.*s' takes strings, this is a %s",
			 STR_ARG(call->text), value_type_name(operand_type(o)));
	else if (wants_list && !operand_is_list(o))
		complain(c, &o->span, "bad-argument", "'%.*s' wants a list here",
			 STR_ARG(call->text));
	else if (!wants_list && operand_is_list(o) && !is_len)
		complain(c, &o->span, "bad-argument", "'%.*s' takes no list here",
			 STR_ARG(call->text));
}

static void check_call(struct checker *c, struct operand *o)
{
	const struct transformer_def *t = o->transformer;
	unsigned n = 0;
	for (struct operand *i = o->items; i && !c->error; i = i->next, n++) {
		bool wants_list = (t->transformer == TRANSFORM_JOIN && n == 1) ||
				  (t->transformer == TRANSFORM_GETOPT && n == 0);
		check_argument(c, o, i, wants_list);
	}
	if (c->error)
		return;
	if (n < t->args_min || (t->args_max && n > t->args_max))
		complain(c, &o->span, "bad-argument", "'%.*s' takes %s%u argument%s, not %u",
			 STR_ARG(o->text), t->args_max ? "" : "at least ", t->args_min,
			 t->args_min == 1 ? "" : "s", n);
	else if (t->transformer == TRANSFORM_GETOPT && o->selector.ptr && o->selector.len != 1)
		complain(c, &o->span, "bad-selector",
			 "the selector of getopt is one option letter");
}

static void check_operand(struct checker *c, struct operand *o)
{
	if (o->kind == OPERAND_FIELD)
		check_field(c, o);
	else if (o->kind == OPERAND_CALL)
		check_call(c, o);
	else if (o->kind == OPERAND_TEXT && o->text.len && memchr(o->text.ptr, 0, o->text.len))
		complain(c, &o->span, "nul-in-string", "a text cannot hold a NUL");
}

static void check_event_types(struct checker *c, const struct node *n)
{
	if (n->left.kind != OPERAND_FIELD || !(n->left.use->def->flags & FIELD_EVENT_TYPE) ||
	    (n->op != OP_EQ && n->op != OP_NE && n->op != OP_IN && n->op != OP_INTERSECTS))
		return;
	for (struct operand *o = n->right; o; o = o->next) {
		int event_type = c->schema->event_type(o->text);
		struct str near;
		if (event_type >= 0) {
			/* an alias (umount): events tell their own name only */
			o->text = c->schema->event_type_name((unsigned)event_type);
			continue;
		}
		near = c->schema->nearest_event_type(o->text);
		if (near.ptr)
			complain(c, &o->span, "unknown-event",
				 "unknown event type '%.*s'; did you mean '%.*s'?",
				 STR_ARG(o->text), STR_ARG(near));
		else
			complain(c, &o->span, "unknown-event", "unknown event type '%.*s'",
				 STR_ARG(o->text));
		operand_note_use(o, c->d);
	}
}

static void check_derived(struct checker *c, struct node *n, enum value_type type)
{
	struct operand *o = n->right;
	check_operand(c, o);
	if (c->error)
		return;
	if (n->op == OP_PMATCH || n->op == OP_REGEX)
		complain(c, &o->span, "wrong-operand", "'%.*s' takes no val() and no call",
			 STR_ARG(operator_def(n->op)->name));
	else if (stands_alone(o))
		complain(c, &o->span, "wrong-operand", "field '%s' cannot stand in val()",
			 o->use->def->name);
	else if (stands_alone(&n->left))
		complain(c, &n->left.span, "wrong-operand",
			 "field '%s' cannot be compared with val() or a call",
			 n->left.use->def->name);
	else if (operand_type(o) != type)
		complain(c, &o->span, "type-mismatch", "the left side is a %s, this is a %s",
			 value_type_name(type), value_type_name(operand_type(o)));
	else if (operand_is_list(o) && n->op < OP_IN)
		complain(c, &o->span, "type-mismatch",
			 "'%.*s' compares with one value, this is a list",
			 STR_ARG(operator_def(n->op)->name));
}

static void check_test(struct checker *c, struct node *n)
{
	const struct op_def *op = operator_def(n->op);
	enum value_type type;
	bool is_list;
	check_operand(c, &n->left);
	if (c->error)
		return;
	type = operand_type(&n->left);
	is_list = operand_is_list(&n->left);
	if (n->left.kind == OPERAND_FIELD && n->left.use->def->flags & FIELD_TEMPLATE_ONLY) {
		complain(c, &n->left.span, "template-only",
			 "field '%s' can stand in an output only", n->left.use->def->name);
		return;
	}
	if (!operator_fits(n->op, type, is_list) ||
	    (n->modifier != MODIFIER_NONE && !modifier_fits(n->op, type, is_list))) {
		complain(c, &n->op_span, "bad-operator", "'%.*s'%s does not fit a %s%s",
			 STR_ARG(op->name), n->modifier != MODIFIER_NONE ? " with a modifier" : "",
			 is_list ? "list of " : "", value_type_name(type));
		return;
	}
	if (n->right_kind == RIGHT_NONE)
		return;
	if (n->right_kind == RIGHT_DERIVED) {
		check_derived(c, n, type);
		return;
	}
	check_event_types(c, n);
	if (c->error)
		return;
	n->constants = constants_make(n->right, n->op, type, c->arena, c->d);
	if (!n->constants)
		c->error = arena_exhausted(c->arena) ? -ENOMEM : -EINVAL;
}

static void check_node(struct checker *c, struct node *n);

static void check_macro(struct checker *c, struct macro *m)
{
	if (!m->is_checked) {
		c->error = 0;
		m->is_checked = true;
		check_node(c, m->body);
		m->check_error = c->error;
	}
	c->error = m->check_error;
}

static void check_node(struct checker *c, struct node *n)
{
	int before = c->error;
	switch (n->kind) {
	case NODE_TEST:
		if (n->is_checked)
			return; /* of a macro, and told through another use */
		n->is_checked = true;
		c->error = 0;
		check_test(c, n);
		break;
	case NODE_MACRO:
		check_macro(c, n->macro);
		break;
	default:
		for (struct node *child = n->children; child; child = child->next)
			check_node(c, child);
		break;
	}
	c->error = c->error ? c->error : before;
}

int check(struct node *root, const struct schema *schema, struct arena *a, struct diag *d)
{
	struct checker c = { .schema = schema, .arena = a, .d = d };
	check_node(&c, root);
	return c.error;
}

int check_subject(struct operand *o, const struct schema *schema, struct arena *a, struct diag *d)
{
	struct checker c = { .schema = schema, .arena = a, .d = d };
	check_operand(&c, o);
	if (!c.error && o->kind == OPERAND_FIELD && o->use->def->flags & FIELD_FILTER_ONLY)
		complain(&c, &o->span, "filter-only", "field '%s' can stand in a condition only",
			 o->use->def->name);
	return c.error;
}
