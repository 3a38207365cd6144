/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short forms that the tables of fields_*.c are written in: for this folder only. Type letters
 * are those of the reference: S I U D T P B A N.
 */
#ifndef WC_ROW_H
#define WC_ROW_H

#include "base/cleanup.h"
#include "filter/schema.h"
#include "state/scene.h"

enum {
	TYPE_S = VALUE_STRING,
	TYPE_I = VALUE_INT,
	TYPE_U = VALUE_UINT,
	TYPE_D = VALUE_DURATION,
	TYPE_T = VALUE_TIME,
	TYPE_P = VALUE_PORT,
	TYPE_B = VALUE_BOOL,
	TYPE_A = VALUE_ADDRESS,
	TYPE_N = VALUE_NETWORK,
	OURS = FIELD_EXTENSION,
	ALWAYS = FIELD_NEVER_ABSENT,
	SAYS_NA = FIELD_SAYS_NA | FIELD_NEVER_ABSENT,
	GUARD = FIELD_GUARD_SAFE,
	ANCESTOR = FIELD_ANCESTOR,
};

#define FIELD_SELECT(name_, type_, flags_, selector_, prepare_, get_, param_, help_, source_,      \
		     absent_)                                                                      \
	{                                                                                          \
		.name = name_, .type = (enum value_type)TYPE_##type_, .flags = flags_,             \
		.selector = SELECTOR_##selector_, .get = get_, .prepare = prepare_,                \
		.param = param_, .help = help_, .source = source_, .absent = absent_               \
	}
#define FIELD(name_, type_, flags_, get_, param_, help_, source_, absent_)                         \
	FIELD_SELECT(name_, type_, flags_, NONE, NULL, get_, param_, help_, source_, absent_)
/* says the same on every event */
#define FIELD_CONSTANT(name_, flags_, get_, value_, help_)                                         \
	{                                                                                          \
		.name = name_, .type = VALUE_STRING, .flags = (flags_) | FIELD_NEVER_ABSENT,       \
		.get = get_, .only_value = value_, .help = help_, .source = "", .absent = ""       \
	}

struct field_table {
	const struct field_def *rows;
	size_t n;
};
#define FIELD_TABLE(rows)                                                                          \
	{                                                                                          \
		rows, ARRAY_LEN(rows)                                                              \
	}

/* in the order of the reference */
extern const struct field_table fields_event, fields_process, fields_credentials, fields_file,
	fields_socket, fields_container, fields_mount, fields_target, fields_never;
/* what schema.find() gives for evt.rawarg.NAME when no event type's NAME is a number; not listed */
extern const struct field_def field_rawarg_text;

/* the head of a getter, for declarations and definitions alike */
#define GETTER(name)                                                                               \
	bool name(const struct scene *s, const struct field_use *use, struct values *out)

/* the getter of what is never there */
bool field_absent(const struct scene *scene, const struct field_use *use, struct values *out);
/* a selector that is a decimal number: into use->index */
int prepare_index(struct field_use *use, const struct place *where, struct diag *d);

/* false for an absent text, as a getter returns it */
static inline bool give_str(struct values *out, struct str s)
{
	return s.ptr && values_str(out, s);
}

static inline bool give_duration(struct values *out, uint64_t ns)
{
	return values_push(out, (struct value){ .type = VALUE_DURATION, .u = ns });
}

#endif
