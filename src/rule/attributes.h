/* SPDX-License-Identifier: Apache-2.0 */
/* The plain keys of a rule: everything but its condition, output and exceptions. */
#ifndef WC_ATTRIBUTES_H
#define WC_ATTRIBUTES_H

#include "rule/merge.h"
#include "rule/ruleset.h"

struct attributes {
	bool is_foreign; /* of another source: to be skipped (told as a lint) */
	bool warn_evttypes;
	bool skip_if_unknown_filter;
};

/*
 * Fill @rule from @def: id, title, desc, priority, tags, actions, enabled, file, line. 0, -EINVAL
 * when a value is wrong (told in @d), -ENOMEM.
 */
int attributes_read(const struct definition *def, struct rule *rule, struct attributes *out,
		    struct arena *a, struct diag *d);

/* all parts of a text joined by blanks, with their places; false: out of memory */
bool attributes_text(const struct definition *def, enum key_id id, struct phrase *out,
		     struct arena *a);

#endif
