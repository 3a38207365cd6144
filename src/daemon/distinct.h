/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many different events there were: a record that comes late makes an event of its own, which must
 * not count twice.
 *
 * A set of hashes of (node, time, serial). It grows up to a bound; past it everything is forgotten, so that
 * a live stream needs little memory and only a record that comes late just then is counted again.
 */
#ifndef WC_DISTINCT_H
#define WC_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct distinct {
	uint64_t *slots; /* 0 = free */
	size_t cap, max; /* powers of two */
	size_t used;
	uint64_t count;
};

/* @max entries, rounded up to a power of two; 0 or -ENOMEM */
int distinct_init(struct distinct *d, size_t max);
void distinct_release(struct distinct *d);
/* true: not seen before, and counted */
bool distinct_add(struct distinct *d, struct str node, uint64_t time, uint64_t serial);

#endif
