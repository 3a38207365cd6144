/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FACT_PROCESS and FACT_CGROUP from /proc: 0 or -errno, -ESRCH: gone, or all its threads are about to end. Texts land
 * in the caller's arena.
 */
#ifndef WC_FACTS_PROCESS_H
#define WC_FACTS_PROCESS_H

#include "kernel/procfs.h"
#include "state/facts.h"

/* @boot: when the machine was started, ns since the epoch; 0 = not known */
uint64_t facts_process_start(uint64_t boot, uint64_t start_ticks);
int facts_process_read(const struct procfs *proc, uint64_t boot, int32_t pid,
		       struct facts_process *out, struct arena *a);
/* pid, start, cgroup and namespaces, no more */
int facts_process_place(const struct procfs *proc, uint64_t boot, int32_t pid,
			struct facts_process *out, struct arena *a);

#endif
