/* SPDX-License-Identifier: Apache-2.0 */
/* The right side of a test, made ready at load: typed values, sorted sets, split paths, compiled patterns. */
#ifndef WC_CONSTANTS_H
#define WC_CONSTANTS_H

#include "filter/parse.h"

struct pattern; /* filter/pattern.h */

/* one path of a pmatch, split at '/' */
struct path_pattern {
	const struct str *parts;
	const bool *is_glob;
	size_t n;
};

struct constants {
	const struct value *values; /* in the order written */
	const struct value *sorted; /* the same by value_order(), for look-ups */
	size_t n;
	const struct path_pattern *paths; /* pmatch: one for each value */
	const struct pattern *const *patterns; /* regex: one for each value */
};

/* a total order of values of one type; <0, 0, >0 */
int value_order(const struct value *a, const struct value *b);
void values_sort(struct value *values, size_t n);
/*
 * A literal as a value of @type: 0, -EINVAL not of this type, -ERANGE. Services names of ports are looked
 * up in services(5) now.
 */
int literal_parse(struct str text, enum value_type type, struct value *out);
/* what a literal of the type looks like, for messages */
const char *literal_form(enum value_type type);
/* @elements are OPERAND_TEXT of a checked test; NULL with a message */
const struct constants *constants_make(const struct operand *elements, enum op op,
				       enum value_type type, struct arena *a, struct diag *d);
/* true and false */
bool constants_have_both(const struct constants *c);
bool constants_have(const struct constants *c, const struct value *v);

#endif
