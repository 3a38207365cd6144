/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process held so that no other can take its place: pidfd_open(2), and the start time that tells
 * it from everybody who had its pid before.
 */
#ifndef WC_PIDFD_H
#define WC_PIDFD_H

#include <stdint.h>

#include "kernel/procfs.h"

/*
 * The process that has @pid now: a descriptor that the caller closes. -ESRCH: it is gone, or is not
 * the one that is meant. It is meant when its start is @start_ticks (proc_pid_stat(5), field 22) or,
 * where those are 0, when it had been started by @seen (ns since the epoch): a pid is free before it
 * is given again, so a process that was there at @seen and still is never changed.
 */
int pidfd_hold(const struct procfs *proc, int32_t pid, uint64_t start_ticks, uint64_t seen);
/* pidfd_send_signal(2); 0 or -errno */
int pidfd_signal(int pidfd, int signal);

#endif
