/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lints of conditions (language.md 4.3): what is legal and probably not meant. None refuses anything.
 *
 * A macro gets its advice once, by itself; a condition that uses it is told only of what a `not` before
 * the use makes of it, at the use.
 */
#ifndef WC_ADVICE_H
#define WC_ADVICE_H

#include "filter/program.h"
#include "filter/resolve.h"

struct advice {
	const struct schema *schema;
	struct diag *d;
};

/*
 * A resolved and checked condition. @own: the part that the rule itself wrote, without its exceptions,
 * which are negated on purpose; the same as @root if there are none.
 */
void advise_condition(const struct advice *a, const struct node *root, const struct node *own);
void advise_macro(const struct advice *a, const struct macro *macro); /* checked */
void advise_list(const struct advice *a, const struct list *list); /* resolved */

/* one use of a field, also in a template: what has no value here, what is deprecated */
void advise_field(const struct field_def *def, const struct place *where, struct diag *d);

#endif
