/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warnings about rules that load but may not do what their author thinks (language.md 4.3). None
 * refuses anything.
 */
#ifndef WC_LINT_H
#define WC_LINT_H

#include "filter/filter.h"
#include "filter/parse.h"
#include "rule/merge.h"
#include "rule/ruleset.h"

/* append-or: an appended "and ..." binds to the last of several alternatives only */
void lint_appended(const struct definition *def, struct arena *a, struct diag *d);
/*
 * An error, not a lint: a rule with `deny` is judged in the guard process while somebody waits, and
 * names a field that is not to be had there.
 */
void lint_blind(const struct place *where, const struct rule *rule, struct diag *d);
/* no-evttype, dead-evttype; @what is the subject of the message */
void lint_event_types(const struct place *where, const char *what, const struct filter *filter,
		      const struct schema *schema, struct diag *d);
/* unused-list, unused-macro */
void lint_unused(const struct definition *def, struct diag *d);

#endif
