/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain values that travel forward to whoever must act later, so that nobody looks a target up
 * twice.
 */
#ifndef WC_TARGET_H
#define WC_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"

/* one process among all that ever had this pid */
struct pidref {
	pid_t pid;
	uint32_t generation; /* tells the processes apart that state saw under this pid; from 1 */
	uint64_t start_ticks; /* /proc/PID/stat field 22, clock ticks since boot; 0 = not known */
	int pidfd; /* -1 = none; owned by whoever opened it */
};

/* what an action would hit: filled by state, carried by an alert, used by respond */
struct target {
	struct pidref process; /* pid 0: no process is known */
	uint64_t seen; /* ns since the epoch: the process lived then */
	struct str container; /* full id */
	/*
	 * Lines of /proc/PID/cgroup, each path cut behind the directory that is the container's;
	 * absent: not known.
	 */
	struct str cgroups;
	const char *spared; /* why nothing may be done to either; NULL: it may */
};

#endif
