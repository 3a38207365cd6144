/* SPDX-License-Identifier: Apache-2.0 */
/* A syntax tree as canonical text: parsing it again gives the same tree. */
#include "base/buf.h"
#include "filter/parse.h"

static void print_quoted(struct str s, struct buf *out)
{
	buf_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '"' || c == '\\' || c < 0x20 || c >= 0x7f)
			buf_printf(out, "\\x%02x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

static void print_operand(const struct operand *o, struct buf *out);

static void print_list(const struct operand *first, struct buf *out)
{
	buf_char(out, '(');
	for (const struct operand *o = first; o; o = o->next) {
		print_operand(o, out);
		if (o->next)
			buf_add(out, STR(", "));
	}
	buf_char(out, ')');
}

static void print_operand(const struct operand *o, struct buf *out)
{
	if (o->is_val)
		buf_add(out, STR("val("));
	switch (o->kind) {
	case OPERAND_TEXT:
		if (o->is_quoted)
			print_quoted(o->text, out);
		else
			buf_add(out, o->text);
		break;
	case OPERAND_FIELD:
		buf_add(out, o->text);
		break;
	case OPERAND_CALL:
		buf_add(out, o->text);
		print_list(o->items, out);
		break;
	case OPERAND_SET:
		print_list(o->items, out);
		break;
	}
	if (o->selector.ptr) {
		buf_char(out, '[');
		print_quoted(o->selector, out);
		buf_char(out, ']');
	}
	if (o->is_val)
		buf_char(out, ')');
}

static void print_test(const struct node *n, struct buf *out)
{
	const struct modifier_def *modifier;
	print_operand(&n->left, out);
	buf_char(out, ' ');
	buf_add(out, operator_def(n->op)->name);
	if (n->right_kind == RIGHT_NONE)
		return;
	buf_char(out, ' ');
	for (size_t i = 0; (modifier = modifier_at(i)); i++) {
		if (modifier->modifier == n->modifier) {
			buf_add(out, modifier->name);
			buf_char(out, ' ');
		}
	}
	if (n->right_kind == RIGHT_SET)
		print_list(n->right, out);
	else
		print_operand(n->right, out);
}

/* a part of a larger node, in parentheses where the words alone would bind another way */
static void print_part(const struct node *n, bool under_not, struct buf *out)
{
	bool nested =
		n->kind == NODE_AND || n->kind == NODE_OR || (under_not && n->kind == NODE_NOT);
	if (nested)
		buf_char(out, '(');
	node_print(n, out);
	if (nested)
		buf_char(out, ')');
}

void node_print(const struct node *n, struct buf *out)
{
	switch (n->kind) {
	case NODE_MACRO:
		buf_add(out, n->name);
		break;
	case NODE_TEST:
		print_test(n, out);
		break;
	case NODE_NOT:
		buf_add(out, STR("not "));
		print_part(n->children, true, out);
		break;
	case NODE_AND:
	case NODE_OR:
		for (const struct node *c = n->children; c; c = c->next) {
			print_part(c, false, out);
			if (c->next)
				buf_add(out, n->kind == NODE_AND ? STR(" and ") : STR(" or "));
		}
		break;
	}
}
