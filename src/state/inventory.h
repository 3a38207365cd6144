/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that there is at one moment, for who looks once and leaves (`watchcap ps`): the sweep at
 * start without the hierarchies, so that nothing is mounted for a look.
 *
 * In this order: inventory_take(), snapshot_restore() if there is a snapshot, inventory_settle().
 * The rows belong to state and stay as they are until the next call that changes it.
 */
#ifndef WC_INVENTORY_H
#define WC_INVENTORY_H

#include <stddef.h>

#include "state/process.h"

struct state;

struct inventory {
	size_t seen; /* pids that /proc lists */
	size_t unreadable; /* not one of their files could be had, and they had not ended */
	int error; /* the list of pids itself: 0, or -errno */
	int init_error; /* pid 1: 0, or -errno; -ENOENT and -ESRCH: /proc hides it (hidepid, proc(5)) */
};

/* 0 or -ENOMEM; what could not be had is told by @out */
int inventory_take(struct state *s, struct inventory *out);
/*
 * At @now (ns since the epoch): children of containers' processes are the containers'; which of
 * these are still the runtime's (is_runtime_init), and where the others are, that is who has
 * deserted. One question for each.
 */
void inventory_settle(struct state *s, uint64_t now);
/* the living processes one after the other, the first after NULL; NULL at the end */
const struct process *inventory_next(const struct state *s, const struct process *p);

#endif
