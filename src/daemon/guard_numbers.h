/* SPDX-License-Identifier: Apache-2.0 */
/* How the guards have done, all of them together: numbers from the page that each shares with the daemon. */
#ifndef WC_GUARD_NUMBERS_H
#define WC_GUARD_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "guard/protocol.h"

struct guardian_stats {
	bool is_ready; /* a guard lives and has its rules */
	uint64_t starts; /* how many guards there have been */
	uint64_t lost; /* of these, ended without being told to */
	uint64_t asked, denied, late, blind, overdue, untold, unopened; /* over all of them */
	uint64_t strangers, unknown; /* over all of them, too */
	uint64_t unmarked, execs, exec_disarms; /* over all of them, too */
	uint64_t exec_armed; /* now: 1 */
	uint64_t slowest_us;
	uint64_t latencies[GUARD_LATENCIES]; /* as in struct guard_pulse */
	uint64_t p50_us, p99_us; /* at most: a quarter too high, no more */
};

void guard_numbers_add(const struct guard_pulse *p, struct guardian_stats *to);
/* work out what follows from the sums */
void guard_numbers_settle(struct guardian_stats *s);

#endif
