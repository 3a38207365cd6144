/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to the condition language: all lists and macros of a generation, and the conditions of
 * rules compiled against them.
 */
#ifndef WC_CONDITION_H
#define WC_CONDITION_H

#include "filter/filter.h"
#include "rule/merge.h"

struct conditions;

/* parses every list and macro; faults are told in m->d. NULL: out of memory */
struct conditions *conditions_new(const struct merge *m, const struct schema *schema);

struct condition {
	const struct phrase *text; /* as the rule gives it */
	const struct phrase *narrowed; /* with its exceptions; may be the same */
};
/*
 * 0, -EINVAL (told in @d), -ENOMEM. When a list or macro was refused, the condition is parsed and
 * its names looked up, but *out stays NULL.
 */
int condition_compile(struct conditions *c, const struct condition *text, const struct filter **out,
		      struct diag *d);

/* the code of an error about a field or event type that nobody knows */
bool is_unknown_name(const char *code);

/* at the end: lints about what no condition uses; @shared_results as filter_frame_new() wants it */
void conditions_finish(struct conditions *c, size_t *shared_results);

#endif
