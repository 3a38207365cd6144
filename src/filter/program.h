/* SPDX-License-Identifier: Apache-2.0 */
/* From a checked tree to the flat program that filter_eval() runs (filter.h), and its static properties. */
#ifndef WC_PROGRAM_H
#define WC_PROGRAM_H

#include "filter/filter.h"
#include "filter/parse.h"

/* @root: resolved and checked. NULL on ENOMEM. */
const struct filter *filter_compile(const struct node *root, const struct schema *schema,
				    struct arena *a);
/* the tree behind a program, for explain.h */
const struct node *filter_tree(const struct filter *f);

/* a set of event types: bit n of word n / 64 */
#define EVENT_SET_WORDS 16
struct event_set {
	uint64_t word[EVENT_SET_WORDS];
};
static inline bool event_set_has(const struct event_set *s, unsigned type)
{
	return type < EVENT_SET_WORDS * 64 && s->word[type / 64] >> (type % 64) & 1;
}
/*
 * The event types for which a condition can be true, derived from its tests of the type (language.md 4.3) and from what is
 * @given of other fields (filter/given.h); absent: nothing, and no @frame is needed.
 */
void node_event_types(const struct node *root, const struct schema *schema, struct str given,
		      struct filter_frame *frame, struct event_set *out);
/* the same of a program */
void filter_types_given(const struct filter *f, struct str given, struct filter_frame *frame,
			struct event_set *out);

#endif
