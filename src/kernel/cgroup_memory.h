/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hierarchies that only a mount of our own shows were last seen to hold.
 *
 * Such a mount costs a tenth of a millisecond and, since these calls are audited, some four events in auditd's log; and a container
 * may make as many hierarchies as it likes. So what is known is read again only while it is young, when it is asked for, and
 * else once in a while, who rested longest first; and all together never more than so many in a second, of which none of these three
 * takes all. A write in between is told by the mark on it (source/modifications.h).
 *
 * A hierarchy is known by its number, which is given again only after all others (idr_alloc_cyclic() in
 * cgroup_init_root_id(), kernel/cgroup/cgroup.c), and by its controllers.
 */
#ifndef WC_CGROUP_MEMORY_H
#define WC_CGROUP_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"

#define CGROUP_MEMORY_MAX 4096 /* hierarchies; more are not looked at */
#define CGROUP_MEMORY_READS 128 /* a second, some ten milliseconds */

struct cgroup_memory;
struct cgroup_hierarchy;

/* which are to be as they are now, though not more than so many in a second; the others may be some seconds old */
struct cgroup_wanted {
	bool all;
	uint32_t dev_major, dev_minor; /* that on this device; 0:0: none */
};

enum cgroup_recall {
	RECALL_READ, /* it is to be read now, and given to cgroup_memory_keep() */
	RECALL_KNOWN, /* filled in from the last time */
	RECALL_LATER, /* never read, and not now: as if it was not there */
};

/* NULL on ENOMEM */
struct cgroup_memory *cgroup_memory_new(void);
void cgroup_memory_free(struct cgroup_memory *m);
DEFINE_AUTO(cgroup_memory)
/* a look at all of them begins; @now: CLOCK_MONOTONIC, ns */
void cgroup_memory_begin(struct cgroup_memory *m, const struct cgroup_wanted *wanted, uint64_t now);
/* @h: number and controllers; -ENOMEM if the answer finds no room in @a */
int cgroup_memory_recall(struct cgroup_memory *m, struct cgroup_hierarchy *h, struct arena *a);
/* the same where reading failed: what was read last, if anything */
int cgroup_memory_last(struct cgroup_memory *m, struct cgroup_hierarchy *h, struct arena *a);
/* as it was read */
void cgroup_memory_keep(struct cgroup_memory *m, const struct cgroup_hierarchy *h);
/* the look is over: what has not been met in it is gone */
void cgroup_memory_end(struct cgroup_memory *m);

#endif
