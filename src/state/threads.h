/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that differ from their process. Namespaces and credentials are a thread's own (credentials(7), setns(2)), but
 * records name the process alone (kernel kernel/audit.c, audit_log_task_info(): task_tgid_nr()). So after a call that
 * changes them all threads are asked, and by the slow sweeper in turn. They share their memory: what one of them holds the process holds, and what one
 * gives up it has lost when no other holds it.
 *
 * A user namespace cannot differ: unshare(2) and setns(2) refuse it to a process of several threads.
 */
#ifndef WC_THREADS_H
#define WC_THREADS_H

#include "base/arena.h"
#include "event/event.h"
#include "state/facts.h"
#include "state/process.h"
#include "state/scene.h"

struct state;

/* after @ev, a call by some thread of @p that changed its namespaces or credentials; @before: as they were */
void threads_look(struct state *s, struct process *p, const struct event *ev,
		  const struct credentials *before);
/* @ev: NOTICE_UID. Some thread became root, by whatever way: a call's record is still to come, a hole's will not */
void threads_notice(struct state *s, const struct event *ev);
/* a child may be of any thread of its parent's */
void threads_inherit(struct process *child, const struct process *parent);
/* what they hold between them beside what the ledger has for one of them; not of a call that makes other sets */
void threads_complete(const struct process *p, const struct event *ev, struct scene *out);
/* @p was to be looked at, and there was no time */
void threads_catch_up(struct state *s, struct process *p);
/* the next few threads of processes of containers: what was gained by no call at all; to be called by the slow sweeper */
void threads_sweep(struct state *s);
/* what they hold between them becomes the process's, as a value and no event: for a look at everything */
void threads_settle(struct state *s, struct process *p, struct arena *a);
/* an answer of the sweeper, from a recording */
void threads_replay(struct state *s, int32_t pid, const struct facts_threads *f, struct arena *a);

#endif
