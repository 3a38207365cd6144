/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Told once, then counted (language.md 5.3): equal matches within a window become one later alert
 * with `repeat`, first and last time; the same act seen from several origins within 2 s is one act.
 *
 * Bounded in entries and bytes: when full, the oldest entry is told (if it has repetitions) and
 * dropped. Time is that of the events; only aggregate_due() is told what time it is.
 */
#ifndef WC_AGGREGATE_H
#define WC_AGGREGATE_H

#include "alert/alert.h"

struct aggregate;

struct aggregate_options {
	uint64_t window; /* ns; 0 = 60 s */
	size_t entries; /* 0 = 1024 */
	size_t bytes; /* of alerts kept for their summary; 0 = 4 MiB */
};

struct aggregate *aggregate_new(const struct aggregate_options *o);
void aggregate_free(struct aggregate *g);
DEFINE_AUTO(aggregate)

/*
 * A rule matched. true: tell it now, and hand the alert over with aggregate_keep() so that it can
 * be repeated; false: it was counted. Key: rule, container, executable, object (device and inode,
 * else name; of a call without one, its paths, else what was called, or what mount has changed), and whether the call failed: a success behind a
 * refused attempt is news.
 */
bool aggregate_admit(struct aggregate *g, const struct rule *rule, const struct scene *scene);
/* after true: @told is copied as far as a later summary needs it */
void aggregate_keep(struct aggregate *g, const struct alert *told);
/* the next summary whose window has closed at @now (UINT64_MAX: all); NULL when there is none */
struct alert *aggregate_due(struct aggregate *g, uint64_t now);

#endif
