/* SPDX-License-Identifier: Apache-2.0 */
/* What stands beside an operator: fields, calls, literals, sets (language.md 2.1). */
#include "filter/operand.h"

#include <errno.h>

static struct operand *operand_new(struct cursor *p, enum operand_kind kind)
{
	struct operand *o = arena_new_of(p->arena, struct operand);
	if (!o)
		return cursor_no_memory(p);
	o->kind = kind;
	o->selector = STR_ABSENT;
	return o;
}

/* STRING: quoted or bare */
struct operand *operand_take_string(struct cursor *p, const char *what)
{
	struct operand *o;
	size_t from = p->at;
	char c = cursor_peek(p, 0);
	if (cursor_at_end(p) || (c != '"' && c != '\'' && !is_bare(c)))
		return cursor_expected(p, "missing-value", what);
	o = operand_new(p, OPERAND_TEXT);
	if (!o)
		return NULL;
	if (c == '"' || c == '\'') {
		o->is_quoted = true;
		if (!cursor_take_quoted(p, &o->text, &o->is_legacy_escape))
			return NULL;
	} else {
		while (!cursor_at_end(p) && is_bare(p->text.ptr[p->at]))
			p->at++;
		o->text = str_mem(p->text.ptr + from, p->at - from);
	}
	o->span = cursor_span(p, from);
	return o;
}

static bool take_selector(struct cursor *p, struct str *out)
{
	size_t open = p->at, from;
	char c;
	if (cursor_peek(p, 0) != '[')
		return true;
	p->at++;
	from = p->at;
	c = cursor_peek(p, 0);
	if (c == '"' || c == '\'') {
		bool is_legacy = false;
		if (!cursor_take_quoted(p, out, &is_legacy))
			return false;
	} else {
		while (!cursor_at_end(p) && !is_space(c = cursor_peek(p, 0)) && c != '[' &&
		       c != ']' && c != '"' && c != '\'')
			p->at++;
		*out = str_mem(p->text.ptr + from, p->at - from);
	}
	if (cursor_peek(p, 0) != ']' || p->at == from) {
		cursor_fail(p, open, p->at - open + 1, "bad-selector",
			    "expected a selector like [name] or [\"a name\"]");
		return false;
	}
	p->at++;
	return true;
}

static struct operand *take_call(struct cursor *p);

static struct operand *take_field(struct cursor *p, size_t name)
{
	struct operand *o = operand_new(p, OPERAND_FIELD);
	size_t from = p->at;
	if (!o)
		return NULL;
	o->text = str_first(str_from(p->text, p->at), name);
	p->at += name;
	if (!take_selector(p, &o->selector))
		return NULL;
	o->span = cursor_span(p, from);
	return o;
}

/* a field or a call, or NULL without an error when there is neither */
struct operand *operand_take_subject(struct cursor *p)
{
	unsigned dots;
	size_t name = cursor_name(p, &dots);
	if (dots)
		return take_field(p, name);
	if (name && cursor_peek(p, name) == '(' &&
	    transformer_find(str_first(str_from(p->text, p->at), name)))
		return take_call(p);
	return NULL;
}

struct operand *operand_take_number(struct cursor *p)
{
	size_t n = cursor_number(p), from = p->at;
	struct operand *o;
	if (n == 0)
		return NULL;
	o = operand_new(p, OPERAND_TEXT);
	if (!o)
		return NULL;
	o->text = str_first(str_from(p->text, p->at), n);
	p->at += n;
	o->span = cursor_span(p, from);
	return o;
}

/* an argument of a call, or an item of the list among them: number, quoted text, field, call */
static struct operand *take_argument(struct cursor *p, bool in_list);

static struct operand *take_arguments(struct cursor *p, bool in_list)
{
	struct operand *first = NULL, **tail = &first;
	cursor_skip_blanks(p);
	if (in_list && cursor_peek(p, 0) == ')')
		return NULL;
	for (;;) {
		cursor_skip_blanks(p);
		*tail = take_argument(p, in_list);
		if (!*tail)
			return NULL;
		tail = &(*tail)->next;
		cursor_skip_blanks(p);
		if (cursor_peek(p, 0) != ',')
			return first;
		p->at++;
	}
}

static struct operand *take_argument(struct cursor *p, bool in_list)
{
	struct operand *o;
	char c = cursor_peek(p, 0);
	if (c == '"' || c == '\'')
		return operand_take_string(p, "an argument");
	if (c == '(' && !in_list) {
		size_t from = p->at++;
		o = operand_new(p, OPERAND_SET);
		if (!o)
			return NULL;
		o->items = take_arguments(p, true);
		if (p->failed)
			return NULL;
		if (cursor_peek(p, 0) != ')')
			return cursor_expected(p, "missing-paren", "',' or ')'");
		p->at++;
		o->span = cursor_span(p, from);
		return o;
	}
	o = operand_take_subject(p);
	if (!o && !p->failed)
		o = operand_take_number(p);
	return o || p->failed ? o
			      : cursor_expected(p, "missing-value",
						"a field, a call, a number or a quoted text");
}

static struct operand *take_call(struct cursor *p)
{
	size_t from = p->at;
	unsigned dots;
	size_t name = cursor_name(p, &dots);
	struct operand *o = operand_new(p, OPERAND_CALL);
	if (!o || !cursor_enter(p))
		return NULL;
	o->text = str_first(str_from(p->text, p->at), name);
	o->transformer = transformer_find(o->text);
	p->at += name + 1;
	o->items = take_arguments(p, false);
	if (p->failed)
		return NULL;
	cursor_skip_blanks(p);
	if (cursor_peek(p, 0) != ')')
		return cursor_expected(p, "missing-paren", "',' or ')' in the call");
	p->at++;
	p->depth--;
	if (!take_selector(p, &o->selector))
		return NULL;
	o->span = cursor_span(p, from);
	return o;
}

/* val(FIELD)[sel] or a call; NULL without error when there is neither */
struct operand *operand_take_derived(struct cursor *p)
{
	unsigned dots;
	size_t from = p->at, name;
	struct operand *o;
	if (cursor_sees(p, STR("val("))) {
		p->at += 4;
		cursor_skip_blanks(p);
		name = cursor_name(p, &dots);
		if (!dots)
			return cursor_expected(p, "wrong-operand", "a field inside val()");
		o = take_field(p, name);
		if (!o)
			return NULL;
		cursor_skip_blanks(p);
		if (cursor_peek(p, 0) != ')')
			return cursor_expected(p, "missing-paren", "')' behind the field of val()");
		p->at++;
		if (o->selector.ptr && cursor_peek(p, 0) == '[')
			return cursor_fail(p, p->at, 1, "bad-selector",
					   "the field has a selector already");
		if (!take_selector(p, &o->selector))
			return NULL;
		o->is_val = true;
		o->span = cursor_span(p, from);
		return o;
	}
	name = cursor_name(p, &dots);
	if (name && !dots && cursor_peek(p, name) == '(' &&
	    transformer_find(str_first(str_from(p->text, p->at), name)))
		return take_call(p);
	return NULL;
}

bool operand_take_set(struct cursor *p, struct operand **items)
{
	struct operand **tail = items;
	*items = NULL;
	p->at++;
	cursor_skip_blanks(p);
	if (cursor_peek(p, 0) == ')') {
		p->at++;
		return true;
	}
	for (;;) {
		cursor_skip_blanks(p);
		if (tail != items && cursor_peek(p, 0) == ')') {
			cursor_fail(p, p->at, 1, "trailing-comma",
				    "a comma must be followed by another value");
			return false;
		}
		*tail = operand_take_string(p, "a value");
		if (!*tail)
			return false;
		tail = &(*tail)->next;
		cursor_skip_blanks(p);
		if (cursor_peek(p, 0) == ')') {
			p->at++;
			return true;
		}
		if (cursor_peek(p, 0) != ',') {
			cursor_expected(p, "missing-paren", "',' or ')' in the set");
			return false;
		}
		p->at++;
	}
}

int parse_items(const struct script *s, struct operand **items, struct arena *a, struct diag *d)
{
	struct cursor p = cursor_on(s, a, d);
	struct operand **tail = items;
	*items = NULL;
	cursor_skip_blanks(&p);
	if (cursor_at_end(&p))
		return 0;
	for (;;) {
		cursor_skip_blanks(&p);
		if (tail != items && cursor_at_end(&p)) {
			cursor_fail(&p, p.at ? p.at - 1 : 0, 1, "trailing-comma",
				    "a comma must be followed by another value");
			return -EINVAL;
		}
		*tail = operand_take_string(&p, "a value");
		if (!*tail)
			return -EINVAL;
		tail = &(*tail)->next;
		cursor_skip_blanks(&p);
		if (cursor_at_end(&p))
			return 0;
		if (cursor_peek(&p, 0) != ',') {
			cursor_expected(&p, "unexpected-token", "',' or the end");
			return -EINVAL;
		}
		p.at++;
	}
}

struct operand *parse_subject(const struct script *s, size_t offset, size_t *end, struct arena *a,
			      struct diag *d)
{
	struct cursor p = cursor_on(s, a, d);
	struct operand *o;
	p.at = offset;
	o = operand_take_subject(&p);
	*end = p.at;
	return o;
}
