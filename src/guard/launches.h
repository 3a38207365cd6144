/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which execs are looked at, and which of these are let go: the kernel starts a helper whose file it was
 * known to start before (state/helper.h).
 *
 * An exec opens more than one file: an overlay's file and the layer's below, the interpreter of a script, the
 * dynamic loader. They all come from the same task, which has no memory of its own until the exec is done.
 */
#ifndef WC_LAUNCHES_H
#define WC_LAUNCHES_H

#include <stdbool.h>

#include "guard/protocol.h"
#include "kernel/procfs.h"

#define LAUNCHES_SEEN 16

struct launches {
	struct guard_helpers known;
	struct launch_seen {
		int32_t tid; /* 0: none */
		uint64_t start_ticks;
	} seen[LAUNCHES_SEEN]; /* execs that were judged already */
	size_t next;
};

/*
 * The task has no memory of its own: a kernel thread that is about to become a program. One read of /proc, which
 * takes no lock that an exec holds. False if it has, or is gone; *is_blind: it could not be read.
 */
bool launches_has_candidate(const struct procfs *proc, int32_t tid, bool *is_blind);
bool launches_know(const struct launches *l, uint32_t dev_major, uint32_t dev_minor,
		   uint64_t inode);
/* whatever else this exec opens is settled */
void launches_settle(struct launches *l, int32_t tid, uint64_t start_ticks);
bool launches_are_settled(const struct launches *l, int32_t tid, uint64_t start_ticks);

#endif
