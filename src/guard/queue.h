/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Those who wait in one permission group, and for how long at most.
 *
 * The kernel does not tell since when somebody waits. But whoever is still in the queue came after it was last
 * seen empty; so when that is nearly a deadline ago, all that are found there are let go unjudged, until it is
 * empty again. Nobody waits longer than the deadline, however many come at once.
 */
#ifndef WC_QUEUE_H
#define WC_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/fanotify.h"

/* as many as can be: whoever is left behind may be as old as the oldest */
#define QUEUE_BATCH FAN_BATCH_MAX

struct queue {
	int group; /* -1: there is none */
	uint64_t patience; /* ns from "empty" to "too long" */
	uint64_t empty; /* CLOCK_MONOTONIC: whoever is in the kernel's queue came after this */
	uint64_t since; /* and whoever is in the batch after that */
	uint64_t
		woken; /* nobody waited before, as far as poll(2) tells: that may be late, and is no promise */
	uint64_t came; /* so whoever is in the batch came about then, or later */
	size_t n;
	struct fan_event asked[QUEUE_BATCH];
};

/* @deadline_ms: what a caller may wait in all */
void queue_init(struct queue *q, int group, unsigned deadline_ms);
/* the next batch, read at @now: how many, 0: nobody, -errno */
int queue_read(struct queue *q, uint64_t now);
/* nobody waits as of @now */
void queue_idle(struct queue *q, uint64_t now);
/* it was slept until @now because nobody was there */
void queue_wake(struct queue *q, uint64_t now);
/* who is in the batch may have waited for nearly the deadline */
bool queue_is_overdue(const struct queue *q, uint64_t now);

#endif
