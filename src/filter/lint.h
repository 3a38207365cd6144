/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warnings about what is legal and probably not meant (language.md 4.3). A lint never refuses.
 *
 * Macros are linted once, by themselves, in lint_names(); lint_condition() looks into one only where the
 * rule turns its meaning around with `not`, and points at the use.
 */
#ifndef WC_LINT_H
#define WC_LINT_H

#include "filter/program.h"
#include "filter/resolve.h"

struct lint {
	const struct schema *schema;
	struct diag *d;
	/* of one rule: */
	bool no_evttype;             /* warn about a condition that looks at every event (warn_evttypes) */
	const struct event_set *fed; /* the types that configured sources bring; NULL: all */
};

/*
 * One resolved and checked condition. @own: the part that the rule itself wrote, without its exceptions,
 * which are negated on purpose; the same as @root if there are none.
 */
void lint_condition(const struct lint *l, const struct node *root, const struct node *own);
/* lists and macros, after the last condition was resolved: also the unused */
void lint_names(const struct lint *l, const struct names *n);

#endif
