/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From text to syntax tree (language.md 2.1, 2.2). The tree is as written: names of macros, lists, fields
 * and types are not looked at; resolve.h and check.h do that.
 */
#ifndef WC_PARSE_H
#define WC_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "filter/operators.h"

#define PARSE_DEPTH_MAX 200

/*
 * A text to parse, and the way from its bytes back to a file. The text must outlive the tree. A text may be
 * put together from many lines and files (rule/phrase.h); place == NULL: it is one line of nowhere.
 */
struct script {
	struct str text;
	struct place (*place)(const struct script *s, size_t offset, size_t width);
};
struct place script_place(const struct script *s, size_t offset, size_t width);

struct span {
	const struct script *script;
	uint32_t offset, width;
};
struct place span_place(const struct span *s);

enum operand_kind { OPERAND_FIELD, OPERAND_CALL, OPERAND_TEXT, OPERAND_SET };

struct field_use;
struct operand {
	enum operand_kind kind;
	struct span span;
	struct str text; /* field name, transformer name, or the literal with its escapes decoded */
	struct str selector; /* absent: none */
	bool is_quoted;
	bool is_val; /* a field inside val() on the right side */
	bool is_legacy_escape; /* quoted text with a backslash before a blank */
	const struct span
		*via; /* put here by resolve.h for a list's name, which stood there; or NULL */
	struct operand *items; /* arguments of a call, elements of a set */
	struct operand *next; /* in the list it stands in */
	/* filled by check.h */
	const struct field_use *use;
	const struct transformer_def *transformer;
	struct value value;
};

/* behind an error about an element that a list gave: where the list is used */
void operand_note_use(const struct operand *o, struct diag *d);

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TEST, NODE_MACRO };
enum right_kind { RIGHT_NONE, RIGHT_LITERAL, RIGHT_SET, RIGHT_LIST, RIGHT_DERIVED };

struct macro;
struct constants;
struct node {
	enum node_kind kind;
	struct span span;
	struct node *children, *next; /* AND, OR: two or more; NOT: one */
	struct str name; /* MACRO */
	struct macro *macro; /* MACRO, filled by resolve.h */
	/* TEST */
	struct operand left;
	enum op op;
	struct span op_span;
	enum modifier modifier;
	bool is_glued; /* no blank behind a word operator */
	bool is_from_list; /* the set is what lists left of it */
	enum right_kind right_kind; /* LIST: a bare list name, which resolve.h turns into SET */
	struct operand *right; /* literal, derived, or the first element of the set */
	bool is_checked;
	const struct constants
		*constants; /* filled by check.h: the right side ready to compare with */
};

/* NULL after an error; at most one error is told for one text */
struct node *parse_condition(const struct script *s, struct arena *a, struct diag *d);
/* comma separated STRINGs, as in a list's items (may be empty). 0 or -EINVAL. */
int parse_items(const struct script *s, struct operand **items, struct arena *a, struct diag *d);
/*
 * A field or call at @offset (templates: "%field[sel]", "%call(...)"); *end is behind it. NULL without a
 * message when there is none.
 */
struct operand *parse_subject(const struct script *s, size_t offset, size_t *end, struct arena *a,
			      struct diag *d);

/* the canonical text of a tree; parsing it again gives the same tree */
struct buf;
void node_print(const struct node *n, struct buf *out);

#endif
