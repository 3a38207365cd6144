/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One test against one scene: the semantics of language.md 3 and 4. For the filter itself, and for
 * templates, which render fields and calls.
 */
#ifndef WC_EVALUATE_H
#define WC_EVALUATE_H

#include "filter/filter.h"
#include "filter/parse.h"

struct filter_frame {
	const struct scene *scene;
	struct arena *scratch; /* reset for each test */
	struct matcher *matcher; /* filter/pattern.h */
	struct value first[16]; /* values of the left side, before scratch is asked */
	uint32_t event; /* counts filter_frame_begin() */
	size_t shared_results;
	uint32_t *known_at; /* by slot: the event for which the result below holds */
	bool *result;
};

/* the left side's values; false = absent */
bool operand_values(const struct operand *o, struct filter_frame *f, struct values *out);
bool test_eval(const struct node *n, struct filter_frame *f, struct filter_stats *stats);
/* the second half: the left side's values, of which there are some, with the right side */
bool test_compare(const struct node *n, const struct values *left, const struct constants *c,
		  struct filter_frame *f, struct filter_stats *stats);

/* transform.c: a call's values; false = absent */
bool call_values(const struct operand *o, struct filter_frame *f, struct values *out);

#endif
