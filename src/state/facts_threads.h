/* SPDX-License-Identifier: Apache-2.0 */
/* What the threads of a process hold between them (FACT_THREADS). A part of facts_live.c. */
#ifndef WC_FACTS_THREADS_H
#define WC_FACTS_THREADS_H

#include "base/arena.h"
#include "kernel/procfs.h"
#include "state/fact.h"

/* so many beside the first are looked at, the newest first: some 50 us each on a busy machine */
#define FACTS_THREADS_MAX 128

/* @q: threads.ns are the host's; 0 or -errno */
int facts_threads_read(const struct procfs *proc, struct fact *q, struct arena *a);

#endif
