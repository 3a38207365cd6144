/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, macros, rules and exceptions out of the sections of all files: definitions, redefinitions
 * and patches in load order (language.md 1.4). Each key of an object ends as the chain of values
 * that make it up; what the values mean is not judged here.
 */
#ifndef WC_MERGE_H
#define WC_MERGE_H

#include "base/map.h"
#include "rule/section.h"

/* one value that counts: the definition's or a replacement first, then what was appended */
struct part {
	const struct section *section;
	const struct entry *entry;
	struct part *next;
};

struct definition {
	enum section_kind kind;
	struct str name;
	struct str rule; /* exceptions: ID of their rule */
	const struct section *first; /* definition, or last redefinition */
	struct part *keys[KEY_IDS]; /* NULL: not given */
	size_t number; /* among those of its kind */
	bool broken; /* something in its sections was refused */
	struct definition *next; /* of the same kind, in load order */
};

struct merge {
	struct arena *arena;
	struct diag *d;
	struct map names; /* "kind name" */
	struct definition *first[SECTION_KINDS];
	struct definition **tail[SECTION_KINDS];
	size_t count[SECTION_KINDS]; /* defined, discarded ones included */
};

void merge_begin(struct merge *m, struct arena *a, struct diag *d);
void merge_release(struct merge *m);
/* all sections of the next file; 0 or -ENOMEM. Faults of content are told in the diag. */
int merge_file(struct merge *m, const struct section *sections);
/* by name (exceptions: ID/NAME), or NULL */
struct definition *merge_find(const struct merge *m, enum section_kind kind, struct str name);
/* the closest name of a kind, for messages; absent: none is close */
struct str merge_nearest(const struct merge *m, enum section_kind kind, struct str name);

#endif
