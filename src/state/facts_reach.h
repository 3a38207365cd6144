/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Live answers about what a task reaches: what it holds open (FACT_HANDLES), its mounts (FACT_MOUNTS), and whom a number
 * means to it (FACT_PID_TARGET, FACT_PIDFD_TARGET). A part of facts_live.c.
 */
#ifndef WC_FACTS_REACH_H
#define WC_FACTS_REACH_H

#include "base/arena.h"
#include "kernel/errand.h"
#include "kernel/procfs.h"
#include "state/fact.h"

/* 0 or -errno, also those of kernel/errand.h */
int facts_reach_handles(const struct procfs *proc, struct errand *e, struct fact *q,
			struct arena *a);
/* no path is walked: a file of /proc is read */
int facts_reach_mounts(const struct procfs *proc, struct fact *q, struct arena *a);
/* only the id: whoever wants more asks for that */
int facts_reach_target(const struct procfs *proc, struct errand *e, struct fact *q,
		       struct arena *a);

#endif
