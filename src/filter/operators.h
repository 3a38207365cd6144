/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the condition language: operators, modifiers, transformers, one row each (language.md 2.3, 2.5). */
#ifndef WC_OPERATORS_H
#define WC_OPERATORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "filter/value.h"

enum op {
	OP_EXISTS,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_CONTAINS,
	OP_ICONTAINS,
	OP_BCONTAINS,
	OP_STARTSWITH,
	OP_BSTARTSWITH,
	OP_ENDSWITH,
	OP_GLOB,
	OP_IGLOB,
	OP_REGEX,
	OP_IN,
	OP_INTERSECTS,
	OP_PMATCH, /* the SETOPs are the last */
	OP_COUNT,
};

enum op_group {
	GROUP_UNARY, /* no right side */
	GROUP_NUMERIC, /* a number, call or val() */
	GROUP_TEXT, /* a string, call or val(), or a modifier and a set */
	GROUP_SET, /* a set, call or val() */
};

struct op_def {
	struct str name;
	enum op op;
	enum op_group group;
	bool is_word; /* letters */
	bool needs_blank; /* a word that must be followed by a blank */
	const char *help;
};

/* rows in the order in which the parser tries them: the longer of two first where one begins the other */
const struct op_def *operator_at(size_t i); /* NULL past the end */
const struct op_def *operator_def(enum op op);

enum modifier { MODIFIER_NONE, MODIFIER_ONEOF, MODIFIER_ANYOF, MODIFIER_ALLOF };
struct modifier_def {
	struct str name;
	enum modifier modifier;
	const char *help;
};
const struct modifier_def *modifier_at(size_t i);

enum transformer {
	TRANSFORM_TOLOWER,
	TRANSFORM_TOUPPER,
	TRANSFORM_B64,
	TRANSFORM_BASENAME,
	TRANSFORM_LEN,
	TRANSFORM_CONCAT,
	TRANSFORM_JOIN,
	TRANSFORM_GETOPT,
};
struct transformer_def {
	struct str name;
	enum transformer transformer;
	unsigned args_min, args_max; /* args_max 0: any number */
	enum value_type result;
	bool gives_list; /* getopt without selector */
	const char *help;
};
const struct transformer_def *transformer_at(size_t i);
const struct transformer_def *transformer_find(struct str name);

/* does the operator fit a field of this type (language.md 3) */
bool operator_fits(enum op op, enum value_type type, bool is_list);
bool modifier_fits(enum op op, enum value_type type, bool is_list);
const char *value_type_name(enum value_type type);

#endif
