/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive descent over the grammar of language.md 2.1; depth is bounded by PARSE_DEPTH_MAX. The first
 * error ends the parse: what follows a broken expression is guesswork.
 */
#include "filter/parse.h"

#include "base/nearest.h"
#include "filter/cursor.h"
#include "filter/operand.h"

struct place script_place(const struct script *s, size_t offset, size_t width)
{
	if (s->place)
		return s->place(s, offset, width);
	return (struct place){
		.line = 1, .column = (unsigned)offset + 1, .width = (unsigned)width, .text = s->text
	};
}

struct place span_place(const struct span *s)
{
	return script_place(s->script, s->offset, s->width);
}

void operand_note_use(const struct operand *o, struct diag *d)
{
	struct place where;
	if (!o->via)
		return;
	where = span_place(o->via);
	diag_note(d, &where, "the list is used here");
}

/*
 * A connective: the word, then a blank or '('. Behind "and" and "or" the text may end, and what is missing
 * is told; a lone "not" is a macro's name to Falco.
 */
static bool take_connective(struct cursor *p, struct str word)
{
	char behind = cursor_peek(p, word.len);
	bool ends = p->at + word.len == p->text.len && !str_eq(word, STR("not"));
	if (!cursor_sees(p, word) || !(ends || is_space(behind) || behind == '('))
		return false;
	p->at += word.len;
	return true;
}

/* a set or the name of a list */
static bool take_set_or_list(struct cursor *p, struct node *n)
{
	unsigned dots;
	size_t name;
	if (cursor_peek(p, 0) == '(') {
		n->right_kind = RIGHT_SET;
		return operand_take_set(p, &n->right);
	}
	name = cursor_name(p, &dots);
	if (!name || dots ||
	    (name && is_bare(cursor_peek(p, name)) && p->at + name < p->text.len)) {
		cursor_expected(p, "wrong-operand", "a set like (a, b) or the name of a list");
		return false;
	}
	n->right_kind = RIGHT_LIST;
	n->right = operand_take_string(p, "the name of a list");
	return n->right != NULL;
}

static void *no_operator(struct cursor *p)
{
	size_t width;
	struct nearest near = nearest_to(cursor_word(p, &width));
	const struct op_def *def;
	for (size_t i = 0; (def = operator_at(i)); i++)
		nearest_offer(&near, def->name);
	if (cursor_at_end(p) || !near.best.ptr)
		return cursor_expected(
			p, "missing-operator",
			"an operator (exists, =, !=, <, in, contains, startswith ...)");
	return cursor_fail(p, p->at, width, "missing-operator",
			   "unknown operator '%.*s'; did you mean '%.*s'?", STR_ARG(near.wanted),
			   STR_ARG(near.best));
}

static const struct op_def *take_operator(struct cursor *p)
{
	const struct op_def *def;
	for (size_t i = 0; (def = operator_at(i)); i++) {
		if (!cursor_sees(p, def->name))
			continue;
		if (def->needs_blank && !is_space(cursor_peek(p, def->name.len))) {
			p->at += def->name.len;
			return cursor_expected(p, "missing-blank", "a blank behind the operator");
		}
		p->at += def->name.len;
		return def;
	}
	return no_operator(p);
}

/* a modifier has a blank on both sides and a set or a list name behind it; else the word is a string */
static enum modifier take_modifier(struct cursor *p, bool blank_before)
{
	const struct modifier_def *def;
	for (size_t i = 0; (def = modifier_at(i)); i++) {
		struct cursor ahead = *p;
		unsigned dots;
		size_t name;
		struct str word;
		if (!blank_before || !cursor_sees(p, def->name) ||
		    !is_space(cursor_peek(p, def->name.len)))
			continue;
		ahead.at += def->name.len;
		cursor_skip_blanks(&ahead);
		name = cursor_name(&ahead, &dots);
		word = str_first(str_from(ahead.text, ahead.at), name);
		if (cursor_peek(&ahead, 0) != '(' &&
		    (!name || str_eq(word, STR("and")) || str_eq(word, STR("or")) ||
		     str_eq(word, STR("not"))))
			continue;
		p->at = ahead.at;
		return def->modifier;
	}
	return MODIFIER_NONE;
}

static bool take_right(struct cursor *p, struct node *n, enum op_group group)
{
	size_t before = p->at;
	cursor_skip_blanks(p);
	if (group == GROUP_TEXT) {
		n->modifier = take_modifier(p, p->at > before);
		if (n->modifier != MODIFIER_NONE)
			return take_set_or_list(p, n);
	}
	n->right = operand_take_derived(p);
	if (p->failed)
		return false;
	if (n->right) {
		n->right_kind = RIGHT_DERIVED;
		return true;
	}
	if (group == GROUP_SET)
		return take_set_or_list(p, n);
	n->right_kind = RIGHT_LITERAL;
	if (group == GROUP_NUMERIC) {
		n->right = operand_take_number(p);
		if (!n->right && !p->failed)
			cursor_expected(p, "wrong-operand", "a number, val() or a call");
		return n->right != NULL;
	}
	if (cursor_peek(p, 0) == '(') {
		cursor_expected(p, "wrong-operand",
				"one value (for several use 'in', or a modifier like anyof)");
		return false;
	}
	n->right = operand_take_string(p, "a value");
	return n->right != NULL;
}

static struct node *node_new(struct cursor *p, enum node_kind kind)
{
	struct node *n = arena_new_of(p->arena, struct node);
	if (!n)
		return cursor_no_memory(p);
	n->kind = kind;
	n->span.script = p->script;
	return n;
}

static struct node *take_or(struct cursor *p);

static struct node *take_test(struct cursor *p)
{
	size_t from = p->at;
	unsigned dots;
	struct operand *subject;
	const struct op_def *op;
	struct node *n;
	if (cursor_peek(p, 0) == '(') {
		p->at++;
		if (!cursor_enter(p))
			return NULL;
		n = take_or(p);
		if (!n)
			return NULL;
		cursor_skip_blanks(p);
		if (cursor_peek(p, 0) != ')')
			return cursor_expected(p, "missing-paren", "'and', 'or' or ')'");
		p->at++;
		p->depth--;
		return n;
	}
	subject = operand_take_subject(p);
	if (p->failed)
		return NULL;
	n = node_new(p, subject ? NODE_TEST : NODE_MACRO);
	if (!n)
		return NULL;
	if (!subject) {
		size_t name = cursor_name(p, &dots);
		if (!name)
			return cursor_expected(p, "unexpected-token",
					       "a field, a macro, 'not' or '('");
		n->name = str_first(str_from(p->text, p->at), name);
		p->at += name;
		n->span = cursor_span(p, from);
		return n;
	}
	n->left = *subject;
	cursor_skip_blanks(p);
	from = p->at;
	op = take_operator(p);
	if (!op)
		return NULL;
	n->op = op->op;
	n->op_span = cursor_span(p, from);
	n->is_glued = op->is_word && is_name(cursor_peek(p, 0));
	if (op->group != GROUP_UNARY && !take_right(p, n, op->group))
		return NULL;
	n->span = cursor_span(p, subject->span.offset);
	return n;
}

static struct node *take_term(struct cursor *p)
{
	bool negated = false;
	size_t from;
	struct node *n, *not ;
	cursor_skip_blanks(p);
	from = p->at;
	while (take_connective(p, STR("not"))) {
		negated = !negated;
		cursor_skip_blanks(p);
	}
	n = take_test(p);
	if (!n || !negated)
		return n;
	not = node_new(p, NODE_NOT);
	if (!not )
		return NULL;
	not ->children = n;
	not ->span = cursor_span(p, from);
	return not ;
}

/* a flat chain of what @part takes, joined by @word */
static struct node *take_chain(struct cursor *p, struct str word, enum node_kind kind,
			       struct node *(*part)(struct cursor *))
{
	size_t from = p->at, behind;
	struct node *first = part(p), *last = first, *chain;
	if (!first)
		return NULL;
	for (;;) {
		behind = p->at;
		cursor_skip_blanks(p);
		if (!take_connective(p, word)) {
			p->at = behind;
			break;
		}
		last->next = part(p);
		if (!last->next)
			return NULL;
		last = last->next;
	}
	if (first == last)
		return first;
	chain = node_new(p, kind);
	if (!chain)
		return NULL;
	chain->children = first;
	chain->span = cursor_span(p, from);
	return chain;
}

static struct node *take_and(struct cursor *p)
{
	return take_chain(p, STR("and"), NODE_AND, take_term);
}

static struct node *take_or(struct cursor *p)
{
	return take_chain(p, STR("or"), NODE_OR, take_and);
}

struct node *parse_condition(const struct script *s, struct arena *a, struct diag *d)
{
	struct cursor p = cursor_on(s, a, d);
	struct node *n;
	cursor_skip_blanks(&p);
	if (cursor_at_end(&p))
		return cursor_fail(&p, 0, 1, "empty", "the condition is empty");
	n = take_or(&p);
	if (!n)
		return NULL;
	cursor_skip_blanks(&p);
	return cursor_at_end(&p)
		       ? n
		       : cursor_expected(&p, "unexpected-token", "'and', 'or' or the end");
}
