/* SPDX-License-Identifier: Apache-2.0 */
/* How the guard process is started (cli/cmd_guard.c): its command line, and the descriptors of guard/protocol.h. */
#ifndef WC_GUARD_PROCESS_H
#define WC_GUARD_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/generation.h"

struct guard_process {
	const struct origin *origin; /* the daemon's own options */
	bool enforce; /* whatever they say by now */
	int channel_fd, pulse_fd, verdict_fd, question_fd; /* stay the caller's */
};

/* 0 or -errno */
int guard_process_spawn(const struct guard_process *g, pid_t *pid);

#endif
