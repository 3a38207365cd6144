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

/* one process among all that ever had this pid */
struct pidref {
	pid_t pid;
	uint32_t generation; /* tells the processes apart that state saw under this pid; from 1 */
	uint64_t start_ticks; /* /proc/PID/stat field 22, clock ticks since boot; 0 = not known */
	int pidfd; /* -1 = none; owned by whoever opened it */
};

#endif
