/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that are comma separated: words (tags, names, comparators), fields, and the strings and
 * sets of lists and tuples (language.md 2.1 STRING, 1.5 cell).
 */
#ifndef WC_CELLS_H
#define WC_CELLS_H

#include "rule/phrase.h"

enum cell_form {
	CELL_WORD, /* anything without a comma */
	CELL_FIELD, /* a field name, with selector */
	CELL_STRING, /* quoted or bare */
	CELL_ANY, /* a string, or a set of them in parentheses */
};

struct cell {
	struct str text; /* as written, trimmed */
	size_t at; /* its offset in the phrase */
	bool is_set; /* with parentheses */
};

/* reads one comma separated value, or one line of it */
struct cells {
	const struct phrase *phrase;
	size_t at, end;
	bool behind_comma;
};

static inline struct cells cells_of(const struct phrase *p)
{
	return (struct cells){ .phrase = p, .end = p->text.len };
}
struct cells cells_of_line(const struct phrase *p, size_t line);

/* 1: *out is the next cell; 0: there are no more; -EINVAL: malformed, told in @d */
int cells_next(struct cells *c, enum cell_form form, struct cell *out, struct diag *d);

/* the same for "FIELD = STRING" */
int cells_next_pair(struct cells *c, struct cell *field, struct cell *value, struct diag *d);

#endif
