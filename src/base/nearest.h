/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the closest of a set of names, by edit distance with transpositions. */
#ifndef WC_NEAREST_H
#define WC_NEAREST_H

#include "base/str.h"

struct nearest {
	struct str wanted;
	struct str best; /* absent if nothing is close enough */
	unsigned distance;
};

static inline struct nearest nearest_to(struct str wanted)
{
	return (struct nearest){ .wanted = wanted, .best = STR_ABSENT, .distance = ~0u };
}
/*
 * Offer one candidate; it must outlive @n. Close enough: at most a third of the wanted length, or
 * one.
 */
void nearest_offer(struct nearest *n, struct str candidate);

#endif
