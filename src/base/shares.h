/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much may be done for each of many in a second: who wants too much takes nothing from the others.
 *
 * A bounded table; past its end the share that rested longest is given away, and so begins anew. What all of them get
 * together is bounded, too.
 */
#ifndef WC_SHARES_H
#define WC_SHARES_H

#include <stdbool.h>
#include <stdint.h>

#define SHARES_MAX 64

struct shares {
	uint64_t each, all; /* a second */
	uint64_t second; /* began then */
	uint64_t used; /* in it, by all */
	struct share {
		uint64_t who;
		uint64_t second;
		uint64_t used;
	} rows[SHARES_MAX];
};

/* @now: CLOCK_MONOTONIC; true: @who may, and it is counted */
bool shares_take(struct shares *s, uint64_t who, uint64_t now);
/* where what it costs shows afterwards: is there anything left for @who, and what was used of it */
bool shares_are_left(struct shares *s, uint64_t who, uint64_t now);
void shares_use(struct shares *s, uint64_t who, uint64_t now, uint64_t amount);

#endif
