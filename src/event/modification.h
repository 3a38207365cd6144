/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A WATCHCAP_WRITE record: a process wrote to a file of procfs or sysfs (fanotify(7), FAN_MODIFY), through
 * whatever descriptor, however it was obtained. Told as the event type `write`.
 */
#ifndef WC_MODIFICATION_H
#define WC_MODIFICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct modification {
	int32_t pid; /* 0: not known: the kernel could not keep up, or it is in no pid namespace of ours */
	bool has_inode;
	uint64_t inode; /* in the instance that was written through */
	uint32_t dev_major, dev_minor, mode;
	struct str path; /* as /proc/self/fd shows it: the writer's name for it */
	struct str
		knob; /* where the host has it, "/proc/sys/kernel/core_pattern", "/proc/12/mem"; absent: not known which */
};

/* no write, but a gap: the kernel's queue was full */
static inline bool modification_is_gap(const struct modification *m)
{
	return !m->pid && !m->has_inode;
}

/*
 * Whom @path changes, a number of that procfs: "/proc/12/mem", "/12/task/13/oom_score_adj"; 0: it is another file. @file: its own
 * name. Of those that change another process than the writer's (fs/proc/base.c): attr/, comm and loginuid do not.
 */
int32_t modification_process_of(struct str path, struct str *file);

/* the body of the record */
void modification_write(const struct modification *m, struct buf *out);
/* false: not such a body */
bool modification_read(struct str body, struct modification *out, struct arena *arena);

#endif
