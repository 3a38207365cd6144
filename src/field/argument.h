/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments of events: evt.arg.NAME, evt.arg[n], evt.rawarg.NAME, evt.args (language.md 5.1, 5.2).
 *
 * Which event type has which arguments is one table (argument_table.c); a row says how the argument
 * is had from the records (argument_value.c).
 */
#ifndef WC_ARGUMENT_H
#define WC_ARGUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "field/number_names.h"
#include "filter/schema.h"
#include "state/scene.h"

struct argument_value {
	bool has_number;
	bool is_name; /* text is the name of exactly this number */
	int64_t number;
	struct str text; /* how it prints; absent: as the number */
};

struct argument {
	const char *name;
	/* false: the event does not carry it */
	bool (*get)(const struct scene *s, const struct argument *a, struct arena *arena,
		    struct argument_value *out);
	unsigned at; /* which of the call's arguments, paths, ... */
	const struct number_name *names;
	const char *field; /* argument_field(): the field that says the same */
	bool is_text; /* never a number: evt.rawarg is of type S */
};

/* the arguments of the types in @types, blank separated */
struct argument_family {
	const char *types;
	const struct argument *rows;
	size_t n;
};

extern const struct argument_family argument_families[];
extern const size_t argument_families_n;

/* rows of an event type; NULL if it has none but its result */
const struct argument_family *argument_family(evt_type type);
/* no event type has a number by that name */
bool argument_is_text(struct str name);

/* events of this type have the argument that a checked @use names */
bool argument_is_carried(const struct field_use *use, evt_type type);

/* getters and the check of the rows evt.arg, evt.rawarg, evt.args */
int argument_prepare(struct field_use *use, const struct place *where, struct diag *d);
bool argument_get(const struct scene *s, const struct field_use *use, struct values *out);
bool argument_get_number(const struct scene *s, const struct field_use *use, struct values *out);
bool argument_get_text(const struct scene *s, const struct field_use *use, struct values *out);
bool argument_get_all(const struct scene *s, const struct field_use *use, struct values *out);

#endif
