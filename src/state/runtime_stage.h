/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runtime's init stage: from the fork by `runc create|run|exec ID` (or crun) until the
 * container's own program runs, a task is the runtime's, not the container's.
 *
 * Decided by lineage and by device and inode of what is executed; comm is never evidence.
 */
#ifndef WC_RUNTIME_STAGE_H
#define WC_RUNTIME_STAGE_H

#include <stdbool.h>

#include "event/event.h"
#include "state/facts.h"
#include "state/process.h"

struct state;

/* children of @parent are in the init stage */
bool runtime_stage_begins(const struct process *parent);
/* @p is a new child of such a parent, @ev its first record; NULL: it made none yet */
void runtime_stage_begin(struct state *s, struct process *p, const struct process *parent,
			 const struct event *ev);
/* @ev, a child of a shim's first record, is the host's own runtime at work for the shim */
bool runtime_stage_is_helper(const struct process *shim, const struct event *ev);
/*
 * A successful exec by @p: what it is from now on. True: the program of a new container runs now,
 * and the `container` event is due.
 */
bool runtime_stage_exec(struct state *s, struct process *p, const struct event *ev);
/* a successful call that enters namespaces or a root, or gives up capabilities */
void runtime_stage_entered(struct process *p, const struct event *ev);
/* a host process that was there before us: is it a runtime? */
void runtime_stage_learn(struct state *s, struct process *p, const struct facts_process *f);

#endif
