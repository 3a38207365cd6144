/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of sections and their keys (language.md 1.3, 1.4 and 1.9): one row each. The reader knows a
 * key from here, the merge takes its meaning from here, `list` and the fuzz dictionary print it.
 */
#ifndef WC_KEYS_H
#define WC_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum section_kind {
	SECTION_LIST,
	SECTION_MACRO,
	SECTION_RULE,
	SECTION_EXCEPTION,
	SECTION_CASE,
	SECTION_KINDS,
};

/* which kinds a file may have: sets of bits */
#define RULE_SECTIONS                                                                              \
	(1u << SECTION_LIST | 1u << SECTION_MACRO | 1u << SECTION_RULE | 1u << SECTION_EXCEPTION)
#define CASE_SECTIONS (1u << SECTION_CASE)

struct section_def {
	const char *name;
	size_t name_max; /* characters of the object's name */
	const char *name_form;
};
const struct section_def *section_def_at(enum section_kind kind);
/* one of @kinds by its word; -1: unknown */
int section_kind_by_name(unsigned kinds, struct str word);

enum key_id {
	KEY_ITEMS,
	KEY_CONDITION,
	KEY_TITLE,
	KEY_DESC,
	KEY_OUTPUT,
	KEY_PRIORITY,
	KEY_TAGS,
	KEY_ENABLED,
	KEY_ACTION,
	KEY_SOURCE,
	KEY_EXCEPTIONS,
	KEY_WARN_EVTTYPES,
	KEY_SKIP_IF_UNKNOWN_FILTER,
	KEY_FIELDS,
	KEY_COMPS,
	KEY_VALUES,
	KEY_OVERRIDE,
	KEY_LOG,
	KEY_ENABLE,
	KEY_ALERTS,
	KEY_CAPTURE,
	KEY_CAPTURE_DURATION,
	KEY_IDS,
};

enum key_op { KEY_SET, KEY_APPEND, KEY_REPLACE };

enum key_flag {
	KEY_REQUIRED = 1 << 0, /* in a definition */
	KEY_CAN_APPEND = 1 << 1,
	KEY_CAN_REPLACE = 1 << 2,
	KEY_QUOTED = 1 << 3, /* quotes open strings: no comment may begin inside one */
	KEY_TUPLES = 1 << 4, /* one tuple per physical line */
	KEY_SHORT_PATCH = 1 << 5, /* the plain key alone is a patch, too */
	KEY_UNSUPPORTED = 1 << 6,
};

struct key_def {
	enum key_id id;
	unsigned kinds; /* bits of enum section_kind */
	unsigned flags; /* enum key_flag */
	const char *name;
	const char *preset; /* the default of an optional key, as listings print it; NULL: none */
	const char *help;
};
const struct key_def *key_def_at(size_t i); /* NULL past the end */
static inline bool key_fits(const struct key_def *def, enum section_kind kind)
{
	return def->kinds & 1u << kind;
}

/*
 * The row of @name as written in a section of @kind, with its ".append" or ".replace" in *op. NULL:
 * no such key there; *nearest is then the closest that exists (absent: none is close).
 */
const struct key_def *key_find(enum section_kind kind, struct str name, enum key_op *op,
			       struct str *nearest);

#endif
