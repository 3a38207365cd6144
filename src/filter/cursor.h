/* SPDX-License-Identifier: Apache-2.0 */
/* A position in a text that is being parsed, and the first error found there. Inside of the parser only. */
#ifndef WC_CURSOR_H
#define WC_CURSOR_H

#include "filter/parse.h"

struct cursor {
	const struct script *script;
	struct str text;
	size_t at;
	unsigned depth;
	struct arena *arena;
	struct diag *d;
	bool failed; /* only the first error is told */
};

static inline struct cursor cursor_on(const struct script *s, struct arena *a, struct diag *d)
{
	return (struct cursor){ .script = s, .text = s->text, .arena = a, .d = d };
}

static inline bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\b';
}

static inline bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_name(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

/* of a BARE string */
static inline bool is_bare(char c)
{
	return !is_space(c) && c != '(' && c != ')' && c != ',' && c != '=' && c != '"' &&
	       c != '\'';
}

/* tell the first error; always NULL */
void *cursor_fail(struct cursor *p, size_t offset, size_t width, const char *code, const char *fmt,
		  ...) __attribute__((format(printf, 5, 6)));
void *cursor_no_memory(struct cursor *p);
/* "expected <what>, not <what stands here>" */
void *cursor_expected(struct cursor *p, const char *code, const char *what);

char cursor_peek(const struct cursor *p, size_t ahead); /* NUL past the end */
bool cursor_at_end(const struct cursor *p);
bool cursor_sees(const struct cursor *p, struct str word);
void cursor_skip_blanks(struct cursor *p);
struct span cursor_span(const struct cursor *p, size_t from); /* from there to here */
/* what stands here, for a message; *width at least 1 */
struct str cursor_word(const struct cursor *p, size_t *width);
/* length of NAME{.NAME} here, 0: none; *dots counts the dots */
size_t cursor_name(const struct cursor *p, unsigned *dots);
/* length of a NUMBER here, 0: none */
size_t cursor_number(const struct cursor *p);
/* at a quote; *is_legacy: it holds a backslash before a blank. false: told */
bool cursor_take_quoted(struct cursor *p, struct str *out, bool *is_legacy);
/* one level deeper; false: too deep, told. Back by p->depth--. */
bool cursor_enter(struct cursor *p);

#endif
