/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the processes of a container are: in its cgroups, in a container inside it, or gone.
 *
 * Attribution does not follow a process that leaves the cgroups it was put into; the leaving is
 * told, as the `desertion` event, once for each time. A process is looked at when it runs a program
 * and by the slow sweeper, so one that lives shorter is known by its parent.
 *
 * A container that a runtime inside it started beside its own cgroup has left, too, whatever the reason: it is out of the
 * limits and of `freeze`. The event then says which inner container that is.
 */
#ifndef WC_WHEREABOUTS_H
#define WC_WHEREABOUTS_H

#include "event/event.h"
#include "state/container.h"
#include "state/facts.h"
#include "state/process.h"

struct state;

/* where @p was found by an answer about all of it; its container's home is learnt by that */
void whereabouts_learn(const struct state *s, struct process *p, const struct facts_process *f,
		       struct arena *a);
/* a child is where its parent was */
void whereabouts_inherit(struct process *p, const struct process *parent);
/* it is the container's, alive, and no longer the runtime: it may be asked about */
bool whereabouts_can_look(const struct state *s, const struct process *p);
/* one more question may be asked in the second of @now: no more than so many for one container, whatever it does */
bool whereabouts_may_look(struct look_budget *b, uint64_t now);
/* @p, the first of its container, has run its program: its place was just learnt, what it holds was not */
void whereabouts_begin(struct state *s, struct process *p, const struct event *ev);
/* @p, of a container, has run a program, changed its root or entered namespaces: where it is, in whose, and holding what */
void whereabouts_look(struct state *s, struct process *p, const struct event *ev);
/* the next few processes of containers; to be called by the slow sweeper */
void whereabouts_sweep(struct state *s);
/* @p is dead, as the end of its first thread was told, and its pid is still there: whether others go on with it, and where */
void whereabouts_recover(struct state *s, struct process *p);
/* where @p is now, as a value and no event: for a look at everything */
void whereabouts_settle(struct state *s, struct process *p, struct arena *a);
/* an answer of the sweeper, from a recording: who has one lives */
void whereabouts_replay(struct state *s, const struct facts_process *f, struct arena *a);

#endif
