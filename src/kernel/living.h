/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which task answers for a process: its first thread or, once that has ended and others go on (pthread_exit(3) in
 * main(), exit(2)), the eldest of those.
 *
 * Of a thread that has ended all that tells where it belongs is gone: cgroups, namespaces, root, program, descriptors
 * (kernel/exit.c, do_exit()). /proc/PID/task/TID has them for each that lives, and what is the whole process's as well.
 * Only what is a thread's own is not the process's there: start and name (stat), so these are the first thread's.
 */
#ifndef WC_LIVING_H
#define WC_LIVING_H

#include "kernel/procfs.h"

/*
 * The directory of whoever answers for @pid: a descriptor that the caller closes, or -errno; -ESRCH: all have ended.
 * @stat: the first thread's. It may end at any time: what must not be mistaken is checked by stat afterwards.
 */
int living_task(const struct procfs *p, int32_t pid, struct procfs_stat *stat, struct arena *a);
/*
 * The same for the process @pid whose directory @task is, and whose first thread has ended. Those that somebody traces stay in
 * the list when they end, and all of them may have to be asked before one that lives: beyond some twenty who has used up p->scans
 * gets -EAGAIN.
 */
int living_thread(const struct procfs *p, int32_t pid, int task);

#endif
