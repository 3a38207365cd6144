/* SPDX-License-Identifier: Apache-2.0 */
/* Lexical matter of conditions: characters, names, numbers, quoted texts, and what to say when they are wrong. */
#include "filter/cursor.h"

#include <stdarg.h>
#include <stdio.h>

void *cursor_fail(struct cursor *p, size_t offset, size_t width, const char *code, const char *fmt,
		  ...)
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

void *cursor_no_memory(struct cursor *p)
{
	return cursor_fail(p, 0, 0, "no-memory",
			   "the text needs more memory than a rule set may have");
}

char cursor_peek(const struct cursor *p, size_t ahead)
{
	return p->at + ahead < p->text.len ? p->text.ptr[p->at + ahead] : '\0';
}

bool cursor_at_end(const struct cursor *p)
{
	return p->at >= p->text.len;
}

void cursor_skip_blanks(struct cursor *p)
{
	while (!cursor_at_end(p) && is_space(p->text.ptr[p->at]))
		p->at++;
}

struct span cursor_span(const struct cursor *p, size_t from)
{
	return (struct span){ p->script, (uint32_t)from, (uint32_t)(p->at - from) };
}

bool cursor_sees(const struct cursor *p, struct str word)
{
	return str_starts(str_from(p->text, p->at), word);
}

/* what stands at the cursor, for a message */
struct str cursor_word(const struct cursor *p, size_t *width)
{
	size_t n = 0;
	struct str rest = str_from(p->text, p->at);
	while (n < rest.len && n < 32 && is_bare(rest.ptr[n]))
		n++;
	*width = n ? n : 1;
	return str_first(rest, *width);
}

void *cursor_expected(struct cursor *p, const char *code, const char *what)
{
	size_t width;
	struct str text = cursor_word(p, &width);
	if (cursor_at_end(p))
		return cursor_fail(p, p->at, 1, code, "expected %s, but the text ends here", what);
	return cursor_fail(p, p->at, width, code, "expected %s, not '%.*s'", what, STR_ARG(text));
}

static bool decode_escape(struct cursor *p, size_t at, char quote, char *out, size_t *used)
{
	static const struct {
		char letter, byte;
	} plain[] = {
		{ 'b', '\b' }, { 'f', '\f' },  { 'n', '\n' }, { 'r', '\r' },
		{ 't', '\t' }, { '\\', '\\' }, { '/', '/' },
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

/* the string ends at the first same quote that has no backslash before it */
bool cursor_take_quoted(struct cursor *p, struct str *out, bool *is_legacy)
{
	char quote = cursor_peek(p, 0), *bytes;
	size_t begin = p->at, end = p->at + 1, len = 0;
	while (end < p->text.len && !(p->text.ptr[end] == quote && p->text.ptr[end - 1] != '\\'))
		end++;
	if (end >= p->text.len) {
		cursor_fail(p, begin, 1, "unclosed-string", "this string is never closed");
		return false;
	}
	bytes = arena_alloc(p->arena, end - begin + 1);
	if (!bytes) {
		cursor_no_memory(p);
		return false;
	}
	for (size_t i = begin + 1; i < end;) {
		size_t used = 1;
		if (p->text.ptr[i] != '\\') {
			bytes[len++] = p->text.ptr[i];
		} else if (!decode_escape(p, i, quote, &bytes[len++], &used) || i + used > end) {
			cursor_fail(p, i, 2, "bad-escape",
				    "unknown escape; known are \\b \\f \\n \\r \\t \\\\ \\/ \\%c "
				    "and \\xHH",
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

size_t cursor_name(const struct cursor *p, unsigned *dots)
{
	size_t n = 0;
	*dots = 0;
	if (!is_letter(cursor_peek(p, 0)))
		return 0;
	for (;;) {
		while (is_name(cursor_peek(p, n)))
			n++;
		if (cursor_peek(p, n) != '.' || !is_letter(cursor_peek(p, n + 1)))
			return n;
		(*dots)++;
		n++;
	}
}

bool cursor_enter(struct cursor *p)
{
	if (++p->depth <= PARSE_DEPTH_MAX)
		return true;
	cursor_fail(p, p->at, 1, "nesting", "nested deeper than %d levels", PARSE_DEPTH_MAX);
	return false;
}

size_t cursor_number(const struct cursor *p)
{
	size_t n = 0, digits;
	if (cursor_peek(p, 0) == '0' && (cursor_peek(p, 1) | 0x20) == 'x') {
		for (n = 2; str_find(STR("0123456789abcdefABCDEF"),
				     str_mem((char[]){ cursor_peek(p, n) }, 1)) >= 0 &&
			    p->at + n < p->text.len;)
			n++;
		return n > 2 ? n : 0;
	}
	if (cursor_peek(p, n) == '+' || cursor_peek(p, n) == '-')
		n++;
	for (digits = n; is_digit(cursor_peek(p, n));)
		n++;
	if (n == digits)
		return 0;
	if (cursor_peek(p, n) == '.')
		for (n++; is_digit(cursor_peek(p, n));)
			n++;
	if ((cursor_peek(p, n) | 0x20) == 'e' &&
	    (cursor_peek(p, n + 1) == '+' || cursor_peek(p, n + 1) == '-') &&
	    is_digit(cursor_peek(p, n + 2)))
		for (n += 2; is_digit(cursor_peek(p, n));)
			n++;
	return n;
}
