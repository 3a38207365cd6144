/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often something may be done for each of many in a second: who wants too much takes nothing from the others.
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
	unsigned each, all; /* a second */
	uint64_t second; /* began then */
	unsigned used; /* in it, by all */
	struct share {
		int32_t who;
		uint64_t second;
		unsigned used;
	} rows[SHARES_MAX];
};

/* @now: CLOCK_MONOTONIC; true: @who may, and it is counted */
bool shares_take(struct shares *s, int32_t who, uint64_t now);

#endif
