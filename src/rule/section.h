/* SPDX-License-Identifier: Apache-2.0 */
/* What the reader makes of a rule file: sections of keys and values, each with its place. */
#ifndef WC_SECTION_H
#define WC_SECTION_H

#include "rule/keys.h"
#include "rule/phrase.h"

/* one key with its value */
struct entry {
	const struct key_def *key;
	enum key_op op;
	struct str name; /* as written, with .append or .replace */
	unsigned line;
	struct phrase value;
	struct entry *next;
};

struct section {
	enum section_kind kind;
	struct str name; /* of the object; of an exception the part behind the slash */
	struct str rule; /* exceptions: ID of their rule; else absent */
	struct str whole; /* as written: NAME or ID/NAME */
	const struct rulefile *file;
	unsigned line, column; /* of the name */
	bool broken; /* something in it was refused: what else is missing is not worth telling */
	struct entry *entries;
	struct section *next;
};

struct place section_place(const struct section *s);
struct place entry_place(const struct section *s, const struct entry *e);
/* the entry of @id and @op, or NULL */
const struct entry *section_entry(const struct section *s, enum key_id id, enum key_op op);

#endif
