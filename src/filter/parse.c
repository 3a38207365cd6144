/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive descent over the grammar of language.md 2.1; depth is bounded by PARSE_DEPTH_MAX. The first
 * error ends the parse: what follows a broken expression is guesswork.
 */
#include "filter/parse.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/nearest.h"

struct parser {
	const struct script *script;
	struct str text;
	size_t at;
	unsigned depth;
	struct arena *arena;
	struct diag *d;
	bool failed;
};

struct place script_place(const struct script *s, size_t offset, size_t width)
{
	if (s->place)
		return s->place(s, offset, width);
	return (struct place){ .line = 1, .column = (unsigned)offset + 1, .width = (unsigned)width, .text = s->text };
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

__attribute__((format(printf, 5, 6)))
static void *fail(struct parser *p, size_t offset, size_t width, const char *code, const char *fmt, ...)
{
	char message[512];
	struct place where;
	va_list args;
	if (p->failed)
		return NULL;
	p->failed = true;
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	where = script_place(p->script, offset, width);
	diag_error(p->d, &where, code, "%s", message);
	return NULL;
}

static void *no_memory(struct parser *p)
{
	return fail(p, 0, 0, "no-memory", "the text needs more memory than a rule set may have");
}

static char peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->text.len ? p->text.ptr[p->at + ahead] : '\0';
}

static bool at_end(const struct parser *p)
{
	return p->at >= p->text.len;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\b';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

static bool is_bare(char c)
{
	return !is_space(c) && c != '(' && c != ')' && c != ',' && c != '=' && c != '"' && c != '\'';
}

static void skip_blanks(struct parser *p)
{
	while (!at_end(p) && is_space(p->text.ptr[p->at]))
		p->at++;
}

static struct span span_from(const struct parser *p, size_t from)
{
	return (struct span){ p->script, (uint32_t)from, (uint32_t)(p->at - from) };
}

static bool ahead_is(const struct parser *p, struct str word)
{
	return str_starts(str_from(p->text, p->at), word);
}

/* a connective: the word, then a blank or '(' */
static bool take_connective(struct parser *p, struct str word)
{
	char behind = peek(p, word.len);
	if (!ahead_is(p, word) || !(is_space(behind) || behind == '('))
		return false;
	p->at += word.len;
	return true;
}

/* what stands at the cursor, for a message */
static struct str found(const struct parser *p, size_t *width)
{
	size_t n = 0;
	struct str rest = str_from(p->text, p->at);
	while (n < rest.len && n < 32 && is_bare(rest.ptr[n]))
		n++;
	*width = n ? n : 1;
	return str_first(rest, *width);
}

static void *expected(struct parser *p, const char *code, const char *what)
{
	size_t width;
	struct str text = found(p, &width);
	if (at_end(p))
		return fail(p, p->at, 1, code, "expected %s, but the text ends here", what);
	return fail(p, p->at, width, code, "expected %s, not '%.*s'", what, STR_ARG(text));
}

static bool decode_escape(struct parser *p, size_t at, char quote, char *out, size_t *used)
{
	static const struct { char letter, byte; } plain[] = {
		{ 'b', '\b' }, { 'f', '\f' }, { 'n', '\n' }, { 'r', '\r' }, { 't', '\t' }, { '\\', '\\' }, { '/', '/' },
	};
	char c = at + 1 < p->text.len ? p->text.ptr[at + 1] : '\0';
	*used = 2;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (plain[i].letter == c) {
			*out = plain[i].byte;
			return true;
		}
	}
	if (c == quote) {
		*out = quote;
		return true;
	}
	if (c == ' ') { /* old rules: a backslash before a blank is itself */
		*out = '\\';
		*used = 1;
		return true;
	}
	*used = 4;
	return c == 'x' && str_unhex(str_first(str_from(p->text, at + 2), 2), out) == 1;
}

/* at a quote; the string ends at the first same quote that has no backslash before it */
static bool take_quoted(struct parser *p, struct str *out, bool *is_legacy)
{
	char quote = peek(p, 0), *bytes;
	size_t begin = p->at, end = p->at + 1, len = 0;
	while (end < p->text.len && !(p->text.ptr[end] == quote && p->text.ptr[end - 1] != '\\'))
		end++;
	if (end >= p->text.len) {
		fail(p, begin, 1, "unclosed-string", "this string is never closed");
		return false;
	}
	bytes = arena_alloc(p->arena, end - begin + 1);
	if (!bytes) {
		no_memory(p);
		return false;
	}
	for (size_t i = begin + 1; i < end;) {
		size_t used = 1;
		if (p->text.ptr[i] != '\\') {
			bytes[len++] = p->text.ptr[i];
		} else if (!decode_escape(p, i, quote, &bytes[len++], &used) || i + used > end) {
			fail(p, i, 2, "bad-escape", "unknown escape; known are \\b \\f \\n \\r \\t \\\\ \\/ \\%c and \\xHH",
			     quote);
			return false;
		}
		*is_legacy |= used == 1 && bytes[len - 1] == '\\';
		i += used;
	}
	bytes[len] = 0;
	*out = str_mem(bytes, len);
	p->at = end + 1;
	return true;
}

static struct operand *operand_new(struct parser *p, enum operand_kind kind)
{
	struct operand *o = arena_new_of(p->arena, struct operand);
	if (!o)
		return no_memory(p);
	o->kind = kind;
	o->selector = STR_ABSENT;
	return o;
}

/* STRING: quoted or bare */
static struct operand *take_string(struct parser *p, const char *what)
{
	struct operand *o;
	size_t from = p->at;
	char c = peek(p, 0);
	if (at_end(p) || (c != '"' && c != '\'' && !is_bare(c)))
		return expected(p, "missing-value", what);
	o = operand_new(p, OPERAND_TEXT);
	if (!o)
		return NULL;
	if (c == '"' || c == '\'') {
		o->is_quoted = true;
		if (!take_quoted(p, &o->text, &o->is_legacy_escape))
			return NULL;
	} else {
		while (!at_end(p) && is_bare(p->text.ptr[p->at]))
			p->at++;
		o->text = str_mem(p->text.ptr + from, p->at - from);
	}
	o->span = span_from(p, from);
	return o;
}

static bool take_selector(struct parser *p, struct str *out)
{
	size_t open = p->at, from;
	char c;
	if (peek(p, 0) != '[')
		return true;
	p->at++;
	from = p->at;
	c = peek(p, 0);
	if (c == '"' || c == '\'') {
		bool is_legacy = false;
		if (!take_quoted(p, out, &is_legacy))
			return false;
	} else {
		while (!at_end(p) && !is_space(c = peek(p, 0)) && c != '[' && c != ']' && c != '"' && c != '\'')
			p->at++;
		*out = str_mem(p->text.ptr + from, p->at - from);
	}
	if (peek(p, 0) != ']' || p->at == from) {
		fail(p, open, p->at - open + 1, "bad-selector", "expected a selector like [name] or [\"a name\"]");
		return false;
	}
	p->at++;
	return true;
}

/* length of NAME{.NAME} at the cursor; *dots counts the dots */
static size_t name_length(const struct parser *p, unsigned *dots)
{
	size_t n = 0;
	*dots = 0;
	if (!is_letter(peek(p, 0)))
		return 0;
	for (;;) {
		while (is_name(peek(p, n)))
			n++;
		if (peek(p, n) != '.' || !is_letter(peek(p, n + 1)))
			return n;
		(*dots)++;
		n++;
	}
}

static struct operand *take_call(struct parser *p);

static struct operand *take_field(struct parser *p, size_t name)
{
	struct operand *o = operand_new(p, OPERAND_FIELD);
	size_t from = p->at;
	if (!o)
		return NULL;
	o->text = str_first(str_from(p->text, p->at), name);
	p->at += name;
	if (!take_selector(p, &o->selector))
		return NULL;
	o->span = span_from(p, from);
	return o;
}

/* a field or a call, or NULL without an error when there is neither */
static struct operand *take_subject(struct parser *p)
{
	unsigned dots;
	size_t name = name_length(p, &dots);
	if (dots)
		return take_field(p, name);
	if (name && peek(p, name) == '(' && transformer_find(str_first(str_from(p->text, p->at), name)))
		return take_call(p);
	return NULL;
}

static bool enter(struct parser *p)
{
	if (++p->depth <= PARSE_DEPTH_MAX)
		return true;
	fail(p, p->at, 1, "nesting", "nested deeper than %d levels", PARSE_DEPTH_MAX);
	return false;
}

static size_t number_length(const struct parser *p)
{
	size_t n = 0, digits;
	if (peek(p, 0) == '0' && (peek(p, 1) | 0x20) == 'x') {
		for (n = 2; str_find(STR("0123456789abcdefABCDEF"), str_mem((char[]){ peek(p, n) }, 1)) >= 0 &&
			    p->at + n < p->text.len;)
			n++;
		return n > 2 ? n : 0;
	}
	if (peek(p, n) == '+' || peek(p, n) == '-')
		n++;
	for (digits = n; is_digit(peek(p, n));)
		n++;
	if (n == digits)
		return 0;
	if (peek(p, n) == '.')
		for (n++; is_digit(peek(p, n));)
			n++;
	if ((peek(p, n) | 0x20) == 'e' && (peek(p, n + 1) == '+' || peek(p, n + 1) == '-') && is_digit(peek(p, n + 2)))
		for (n += 2; is_digit(peek(p, n));)
			n++;
	return n;
}

static struct operand *take_number(struct parser *p)
{
	size_t n = number_length(p), from = p->at;
	struct operand *o;
	if (n == 0)
		return NULL;
	o = operand_new(p, OPERAND_TEXT);
	if (!o)
		return NULL;
	o->text = str_first(str_from(p->text, p->at), n);
	p->at += n;
	o->span = span_from(p, from);
	return o;
}

/* an argument of a call, or an item of the list among them: number, quoted text, field, call */
static struct operand *take_argument(struct parser *p, bool in_list);

static struct operand *take_arguments(struct parser *p, bool in_list)
{
	struct operand *first = NULL, **tail = &first;
	skip_blanks(p);
	if (in_list && peek(p, 0) == ')')
		return NULL;
	for (;;) {
		skip_blanks(p);
		*tail = take_argument(p, in_list);
		if (!*tail)
			return NULL;
		tail = &(*tail)->next;
		skip_blanks(p);
		if (peek(p, 0) != ',')
			return first;
		p->at++;
	}
}

static struct operand *take_argument(struct parser *p, bool in_list)
{
	struct operand *o;
	char c = peek(p, 0);
	if (c == '"' || c == '\'')
		return take_string(p, "an argument");
	if (c == '(' && !in_list) {
		size_t from = p->at++;
		o = operand_new(p, OPERAND_SET);
		if (!o)
			return NULL;
		o->items = take_arguments(p, true);
		if (p->failed)
			return NULL;
		if (peek(p, 0) != ')')
			return expected(p, "missing-paren", "',' or ')'");
		p->at++;
		o->span = span_from(p, from);
		return o;
	}
	o = take_subject(p);
	if (!o && !p->failed)
		o = take_number(p);
	return o || p->failed ? o : expected(p, "missing-value", "a field, a call, a number or a quoted text");
}

static struct operand *take_call(struct parser *p)
{
	size_t from = p->at;
	unsigned dots;
	size_t name = name_length(p, &dots);
	struct operand *o = operand_new(p, OPERAND_CALL);
	if (!o || !enter(p))
		return NULL;
	o->text = str_first(str_from(p->text, p->at), name);
	o->transformer = transformer_find(o->text);
	p->at += name + 1;
	o->items = take_arguments(p, false);
	if (p->failed)
		return NULL;
	skip_blanks(p);
	if (peek(p, 0) != ')')
		return expected(p, "missing-paren", "',' or ')' in the call");
	p->at++;
	p->depth--;
	if (!take_selector(p, &o->selector))
		return NULL;
	o->span = span_from(p, from);
	return o;
}

/* val(FIELD)[sel] or a call; NULL without error when there is neither */
static struct operand *take_derived(struct parser *p)
{
	unsigned dots;
	size_t from = p->at, name;
	struct operand *o;
	if (ahead_is(p, STR("val("))) {
		p->at += 4;
		skip_blanks(p);
		name = name_length(p, &dots);
		if (!dots)
			return expected(p, "wrong-operand", "a field inside val()");
		o = take_field(p, name);
		if (!o)
			return NULL;
		skip_blanks(p);
		if (peek(p, 0) != ')')
			return expected(p, "missing-paren", "')' behind the field of val()");
		p->at++;
		if (!take_selector(p, &o->selector))
			return NULL;
		o->is_val = true;
		o->span = span_from(p, from);
		return o;
	}
	name = name_length(p, &dots);
	if (name && !dots && peek(p, name) == '(' && transformer_find(str_first(str_from(p->text, p->at), name)))
		return take_call(p);
	return NULL;
}

static bool take_set(struct parser *p, struct operand **items)
{
	struct operand **tail = items;
	*items = NULL;
	p->at++;
	skip_blanks(p);
	if (peek(p, 0) == ')') {
		p->at++;
		return true;
	}
	for (;;) {
		skip_blanks(p);
		if (tail != items && peek(p, 0) == ')') {
			fail(p, p->at, 1, "trailing-comma", "a comma must be followed by another value");
			return false;
		}
		*tail = take_string(p, "a value");
		if (!*tail)
			return false;
		tail = &(*tail)->next;
		skip_blanks(p);
		if (peek(p, 0) == ')') {
			p->at++;
			return true;
		}
		if (peek(p, 0) != ',') {
			expected(p, "missing-paren", "',' or ')' in the set");
			return false;
		}
		p->at++;
	}
}

/* a set or the name of a list */
static bool take_set_or_list(struct parser *p, struct node *n)
{
	unsigned dots;
	size_t name;
	if (peek(p, 0) == '(') {
		n->right_kind = RIGHT_SET;
		return take_set(p, &n->right);
	}
	name = name_length(p, &dots);
	if (!name || dots || (name && is_bare(peek(p, name)) && p->at + name < p->text.len)) {
		expected(p, "wrong-operand", "a set like (a, b) or the name of a list");
		return false;
	}
	n->right_kind = RIGHT_LIST;
	n->right = take_string(p, "the name of a list");
	return n->right != NULL;
}

static void *no_operator(struct parser *p)
{
	size_t width;
	struct nearest near = nearest_to(found(p, &width));
	const struct op_def *def;
	for (size_t i = 0; (def = operator_at(i)); i++)
		nearest_offer(&near, def->name);
	if (at_end(p) || !near.best.ptr)
		return expected(p, "missing-operator", "an operator (exists, =, !=, <, in, contains, startswith ...)");
	return fail(p, p->at, width, "missing-operator", "unknown operator '%.*s'; did you mean '%.*s'?",
		    STR_ARG(near.wanted), STR_ARG(near.best));
}

static const struct op_def *take_operator(struct parser *p)
{
	const struct op_def *def;
	for (size_t i = 0; (def = operator_at(i)); i++) {
		if (!ahead_is(p, def->name))
			continue;
		if (def->needs_blank && !is_space(peek(p, def->name.len))) {
			p->at += def->name.len;
			return expected(p, "missing-blank", "a blank behind the operator");
		}
		p->at += def->name.len;
		return def;
	}
	return no_operator(p);
}

/* a modifier has a blank on both sides and a set or a list name behind it; else the word is a string */
static enum modifier take_modifier(struct parser *p, bool blank_before)
{
	const struct modifier_def *def;
	for (size_t i = 0; (def = modifier_at(i)); i++) {
		struct parser ahead = *p;
		unsigned dots;
		size_t name;
		struct str word;
		if (!blank_before || !ahead_is(p, def->name) || !is_space(peek(p, def->name.len)))
			continue;
		ahead.at += def->name.len;
		skip_blanks(&ahead);
		name = name_length(&ahead, &dots);
		word = str_first(str_from(ahead.text, ahead.at), name);
		if (peek(&ahead, 0) != '(' && (!name || str_eq(word, STR("and")) || str_eq(word, STR("or")) ||
					       str_eq(word, STR("not"))))
			continue;
		p->at = ahead.at;
		return def->modifier;
	}
	return MODIFIER_NONE;
}

static bool take_right(struct parser *p, struct node *n, enum op_group group)
{
	size_t before = p->at;
	skip_blanks(p);
	if (group == GROUP_TEXT) {
		n->modifier = take_modifier(p, p->at > before);
		if (n->modifier != MODIFIER_NONE)
			return take_set_or_list(p, n);
	}
	n->right = take_derived(p);
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
		n->right = take_number(p);
		if (!n->right && !p->failed)
			expected(p, "wrong-operand", "a number, val() or a call");
		return n->right != NULL;
	}
	if (peek(p, 0) == '(') {
		expected(p, "wrong-operand", "one value (for several use 'in', or a modifier like anyof)");
		return false;
	}
	n->right = take_string(p, "a value");
	return n->right != NULL;
}

static struct node *node_new(struct parser *p, enum node_kind kind)
{
	struct node *n = arena_new_of(p->arena, struct node);
	if (!n)
		return no_memory(p);
	n->kind = kind;
	n->span.script = p->script;
	return n;
}

static struct node *take_or(struct parser *p);

static struct node *take_test(struct parser *p)
{
	size_t from = p->at;
	unsigned dots;
	struct operand *subject;
	const struct op_def *op;
	struct node *n;
	if (peek(p, 0) == '(') {
		p->at++;
		if (!enter(p))
			return NULL;
		n = take_or(p);
		if (!n)
			return NULL;
		skip_blanks(p);
		if (peek(p, 0) != ')')
			return expected(p, "missing-paren", "'and', 'or' or ')'");
		p->at++;
		p->depth--;
		return n;
	}
	subject = take_subject(p);
	if (p->failed)
		return NULL;
	n = node_new(p, subject ? NODE_TEST : NODE_MACRO);
	if (!n)
		return NULL;
	if (!subject) {
		size_t name = name_length(p, &dots);
		if (!name)
			return expected(p, "unexpected-token", "a field, a macro, 'not' or '('");
		n->name = str_first(str_from(p->text, p->at), name);
		p->at += name;
		n->span = span_from(p, from);
		return n;
	}
	n->left = *subject;
	skip_blanks(p);
	from = p->at;
	op = take_operator(p);
	if (!op)
		return NULL;
	n->op = op->op;
	n->op_span = span_from(p, from);
	n->is_glued = op->is_word && is_name(peek(p, 0));
	if (op->group != GROUP_UNARY && !take_right(p, n, op->group))
		return NULL;
	n->span = span_from(p, subject->span.offset);
	return n;
}

static struct node *take_term(struct parser *p)
{
	bool negated = false;
	size_t from;
	struct node *n, *not;
	skip_blanks(p);
	from = p->at;
	while (take_connective(p, STR("not"))) {
		negated = !negated;
		skip_blanks(p);
	}
	n = take_test(p);
	if (!n || !negated)
		return n;
	not = node_new(p, NODE_NOT);
	if (!not)
		return NULL;
	not->children = n;
	not->span = span_from(p, from);
	return not;
}

/* a flat chain of what @part takes, joined by @word */
static struct node *take_chain(struct parser *p, struct str word, enum node_kind kind,
			       struct node *(*part)(struct parser *))
{
	size_t from = p->at, behind;
	struct node *first = part(p), *last = first, *chain;
	if (!first)
		return NULL;
	for (;;) {
		behind = p->at;
		skip_blanks(p);
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
	chain->span = span_from(p, from);
	return chain;
}

static struct node *take_and(struct parser *p)
{
	return take_chain(p, STR("and"), NODE_AND, take_term);
}

static struct node *take_or(struct parser *p)
{
	return take_chain(p, STR("or"), NODE_OR, take_and);
}

static struct parser parser_on(const struct script *s, struct arena *a, struct diag *d)
{
	return (struct parser){ .script = s, .text = s->text, .arena = a, .d = d };
}

struct node *parse_condition(const struct script *s, struct arena *a, struct diag *d)
{
	struct parser p = parser_on(s, a, d);
	struct node *n;
	skip_blanks(&p);
	if (at_end(&p))
		return fail(&p, 0, 1, "empty", "the condition is empty");
	n = take_or(&p);
	if (!n)
		return NULL;
	skip_blanks(&p);
	return at_end(&p) ? n : expected(&p, "unexpected-token", "'and', 'or' or the end");
}

int parse_items(const struct script *s, struct operand **items, struct arena *a, struct diag *d)
{
	struct parser p = parser_on(s, a, d);
	struct operand **tail = items;
	*items = NULL;
	skip_blanks(&p);
	if (at_end(&p))
		return 0;
	for (;;) {
		skip_blanks(&p);
		if (tail != items && at_end(&p)) {
			fail(&p, p.at ? p.at - 1 : 0, 1, "trailing-comma", "a comma must be followed by another value");
			return -EINVAL;
		}
		*tail = take_string(&p, "a value");
		if (!*tail)
			return -EINVAL;
		tail = &(*tail)->next;
		skip_blanks(&p);
		if (at_end(&p))
			return 0;
		if (peek(&p, 0) != ',') {
			expected(&p, "unexpected-token", "',' or the end");
			return -EINVAL;
		}
		p.at++;
	}
}

struct operand *parse_subject(const struct script *s, size_t offset, size_t *end, struct arena *a, struct diag *d)
{
	struct parser p = parser_on(s, a, d);
	struct operand *o;
	p.at = offset;
	o = take_subject(&p);
	*end = p.at;
	return o;
}
