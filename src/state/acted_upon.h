/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that an event acts upon: scene.target. By the OBJ_PID record where the kernel writes one (ptrace that
 * attaches, signals), for it tells ids of the host. Calls that name a process in the caller's pid namespace
 * (process_vm_writev) or by a pidfd (pidfd_getfd), and writes to /proc/PID/mem, are translated by an answer of /proc, for
 * processes of containers only: the host's are nobody's concern here.
 */
#ifndef WC_ACTED_UPON_H
#define WC_ACTED_UPON_H

#include "event/event.h"
#include "state/process.h"
#include "state/scene.h"

struct state;

/* @p: the caller, or the writer; may be NULL */
void acted_upon_observe(struct state *s, const struct event *ev, const struct process *p,
			struct scene *out);
/* the target is @pid; @p: NULL if nothing is known of it */
void acted_upon_put(struct scene *out, int32_t pid, const struct process *p);

#endif
