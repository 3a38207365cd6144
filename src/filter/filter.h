/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled condition: flat program over typed fields, no allocation, bounded steps.
 *
 * The way from text to verdict is parse (parse.h: text to syntax tree) -> resolve (lists, macros) ->
 * check (types, fields, literals) -> compile -> eval. Each phase reports its own errors.
 */
#ifndef WC_FILTER_H
#define WC_FILTER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"
#include "filter/schema.h"

struct filter; /* immutable; lives in the arena it was compiled into */
struct node; /* syntax tree: filter/parse.h */

/* counters of one evaluating thread; the caller owns and clears them */
struct filter_stats {
	uint64_t evaluations;
	uint64_t regex_limits; /* matches that ended at a PCRE2 limit (count as no match) */
};

/*
 * Scratch of one evaluating thread: values of the current event and the results of shared sub-trees
 * (macros). filter_frame_begin() starts a new event: results of the event before are forgotten.
 */
struct filter_frame;
struct filter_frame *filter_frame_new(size_t shared_results);
void filter_frame_free(struct filter_frame *f);
void filter_frame_begin(struct filter_frame *f, const struct scene *scene);

bool filter_eval(const struct filter *f, struct filter_frame *frame, struct filter_stats *stats);
/* can the condition be true for an event of this type at all (derived from its tests of evt.type) */
bool filter_wants(const struct filter *f, unsigned event_type);

/* the condition names @field, whatever its selector, directly or in a macro */
bool filter_uses(const struct filter *f, struct str field);
/* the first field of the condition that lacks @flag (enum field_flag); NULL: none does */
const struct field_def *filter_field_without(const struct filter *f, unsigned flag);

#endif
