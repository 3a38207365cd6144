/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting comma separated values. Escapes are not decoded here: the text of a cell goes to the
 * condition parser as it is, so it means there what it means in a condition.
 */
#include "rule/cells.h"

#include <errno.h>

#include "rule/names.h"

struct cells cells_of_line(const struct phrase *p, size_t line)
{
	size_t at;
	struct str text = phrase_line(p, line, &at);

	return (struct cells){ .phrase = p, .at = at, .end = at + text.len };
}

static int malformed(const struct cells *c, size_t at, size_t width, const char *message,
		     struct diag *d)
{
	struct place where = phrase_place(c->phrase, at, width);

	diag_error(d, &where, "bad-list", "%s", message);
	return -EINVAL;
}

static size_t skip_blanks(const struct cells *c, size_t at)
{
	while (at < c->end && is_blank(c->phrase->text.ptr[at]))
		at++;
	return at;
}

/* Each reads one form at @at and returns the offset behind it; 0: malformed and told. */

static size_t read_word(const struct cells *c, size_t at, struct diag *d)
{
	const char *p = c->phrase->text.ptr;

	(void)d;
	while (at < c->end && p[at] != ',')
		at++;
	while (is_blank(p[at - 1]))
		at--;
	return at;
}

static size_t read_quoted(const struct cells *c, size_t start, struct diag *d)
{
	const char *p = c->phrase->text.ptr;

	for (size_t at = start + 1; at < c->end; at++)
		if (p[at] == p[start] && p[at - 1] != '\\')
			return at + 1;
	malformed(c, start, 1, "this string is not closed", d);
	return 0;
}

static size_t read_string(const struct cells *c, size_t start, struct diag *d)
{
	const char *p = c->phrase->text.ptr;
	size_t at = start;

	if (p[at] == '"' || p[at] == '\'')
		return read_quoted(c, at, d);
	while (at < c->end && !memchr(" \t(),=\"'", p[at], 8))
		at++;
	if (at > start)
		return at;
	malformed(c, at, 1,
		  "expected a string; one with a blank or any of ( ) , = \" ' needs quotes", d);
	return 0;
}

static size_t read_set(const struct cells *c, size_t start, struct diag *d)
{
	const char *p = c->phrase->text.ptr;
	size_t at = skip_blanks(c, start + 1);

	if (at < c->end && p[at] == ')')
		return at + 1;
	for (;;) {
		at = at < c->end ? read_string(c, at, d) : c->end;
		if (at == 0)
			return 0;
		at = skip_blanks(c, at);
		if (at < c->end && p[at] == ')')
			return at + 1;
		if (at == c->end || p[at] != ',') {
			malformed(c, at, 1, at == c->end ? "expected ')'" : "expected ',' or ')'",
				  d);
			return 0;
		}
		at = skip_blanks(c, at + 1);
	}
}

static size_t read_any(const struct cells *c, size_t at, struct diag *d)
{
	return c->phrase->text.ptr[at] == '(' ? read_set(c, at, d) : read_string(c, at, d);
}

/* NAME "." NAME ... [selector] */
static size_t read_field(const struct cells *c, size_t start, struct diag *d)
{
	const char *p = c->phrase->text.ptr;
	size_t at = start;

	while (at < c->end && (is_name_char(p[at]) || p[at] == '.'))
		at++;
	if (at == start || !is_object_name(str_mem(p + start, 1)) || p[at - 1] == '.' ||
	    str_chr(str_mem(p + start, at - start), '.') < 0) {
		malformed(c, start, at - start, "expected a field", d);
		return 0;
	}
	if (at == c->end || p[at] != '[')
		return at;
	at++;
	if (at < c->end && (p[at] == '"' || p[at] == '\'')) {
		at = read_quoted(c, at, d);
		if (at == 0)
			return 0;
	} else {
		while (at < c->end && !memchr(" \t[]\"'", p[at], 6))
			at++;
	}
	if (at < c->end && p[at] == ']' && p[at - 1] != '[')
		return at + 1;
	malformed(c, start, at - start, "bad selector", d);
	return 0;
}

static size_t (*const readers[])(const struct cells *, size_t, struct diag *) = {
	[CELL_WORD] = read_word,
	[CELL_FIELD] = read_field,
	[CELL_STRING] = read_string,
	[CELL_ANY] = read_any,
};

/* behind a cell: a comma with more behind it, or the end */
static int go_on(struct cells *c, size_t at, struct diag *d)
{
	const char *p = c->phrase->text.ptr;

	c->at = skip_blanks(c, at);
	c->behind_comma = c->at < c->end;
	if (c->behind_comma && p[c->at] != ',')
		return malformed(c, c->at, 1, "expected ','", d);
	c->at += c->behind_comma;
	return 1;
}

/* 1: a cell begins at *at; 0: there are no more; -EINVAL */
static int next_begins(const struct cells *c, size_t *at, struct diag *d)
{
	*at = skip_blanks(c, c->at);
	if (*at == c->end && !c->behind_comma)
		return 0;
	if (*at == c->end)
		return malformed(c, *at, 1, "nothing behind the last comma", d);
	if (c->phrase->text.ptr[*at] == ',')
		return malformed(c, *at, 1, "nothing before this comma", d);
	return 1;
}

/* the cell of @form at @at; the offset behind it, or 0 */
static size_t read_cell(const struct cells *c, enum cell_form form, size_t at, struct cell *out,
			struct diag *d)
{
	const char *p = c->phrase->text.ptr;
	size_t behind = readers[form](c, at, d);

	*out = (struct cell){ .text = str_mem(p + at, behind ? behind - at : 0),
			      .at = at,
			      .is_set = form == CELL_ANY && p[at] == '(' };
	return behind;
}

int cells_next(struct cells *c, enum cell_form form, struct cell *out, struct diag *d)
{
	size_t at, behind;
	int more = next_begins(c, &at, d);

	if (more <= 0)
		return more;
	behind = read_cell(c, form, at, out, d);
	return behind ? go_on(c, behind, d) : -EINVAL;
}

int cells_next_pair(struct cells *c, struct cell *field, struct cell *value, struct diag *d)
{
	size_t at, behind;
	int more = next_begins(c, &at, d);

	if (more <= 0)
		return more;
	behind = read_cell(c, CELL_FIELD, at, field, d);
	if (!behind)
		return -EINVAL;
	at = skip_blanks(c, behind);
	if (at == c->end || c->phrase->text.ptr[at] != '=')
		return malformed(c, at, 1, "expected '=' behind the field", d);
	at = skip_blanks(c, at + 1);
	if (at == c->end)
		return malformed(c, at, 1, "expected a string behind '='", d);
	behind = read_cell(c, CELL_STRING, at, value, d);
	return behind ? go_on(c, behind, d) : -EINVAL;
}
