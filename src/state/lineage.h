/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who a record is about, and which container that process belongs to.
 *
 * Attribution, in this order: a known process keeps what it has; a new one has its parent's
 * container; where the parent is a shim or a reaper, or nobody knows it, /proc is asked or else the
 * runtime's arguments tell. A process that no evidence links to a container is unknown, in a bare
 * log the host's (`assumed`).
 */
#ifndef WC_LINEAGE_H
#define WC_LINEAGE_H

#include "event/event.h"
#include "state/facts.h"
#include "state/process.h"

struct state;

/* the subject of @ev, made or renewed if it must be; *fresh: first seen with this event */
struct process *lineage_subject(struct state *s, const struct event *ev, bool *fresh);
/* @f, its start at least, is about @p, and not about another process with that pid */
bool lineage_is_same(const struct process *p, const struct facts_process *f);
/* a process of this host as /proc describes it (sweep, parents, or a recording of them) */
void lineage_learn(struct state *s, const struct facts_process *f, struct arena *a);
/* the parent of @p, if @p runs the very file that it runs; NULL: it does not, or nobody knows */
const struct process *lineage_same_program(const struct state *s, const struct process *p);
/* what the disk says about a container: asked once, when its first process is seen */
void lineage_describe(struct state *s, struct container *c, struct arena *a);
void lineage_apply_container(const struct state *s, struct container *c,
			     const struct facts_container *f);

/* for birth.c and runtime_stage.c */
/*
 * Where a child of @parent belongs. @ev: its first record; NULL: it made none yet, so what only it could tell
 * stays unknown. No parent: NULL.
 */
void lineage_place(struct state *s, struct process *p, const struct process *parent,
		   const struct event *ev, struct arena *a);
void lineage_belong(struct state *s, struct process *p, struct container *c, enum id_source source,
		    struct arena *a);
/* the row of @id, made if there is none; never NULL: without memory it is the `lost` one */
struct container *lineage_container(struct state *s, uint32_t node, struct str id, struct str type);
/* the container whose cgroup the process is in; NULL: none that we know */
struct container *lineage_by_cgroup(struct state *s, const struct facts_process *f,
				    const struct process *parent);
void lineage_fill(struct state *s, struct process *p, const struct facts_process *f);
/* start and cgroups of @p as it was at @time; -ESRCH: the pid is another's by now */
int lineage_ask_cgroup(struct state *s, const struct process *p, uint64_t time,
		       struct facts_process *f, struct arena *a);
/* @pid, as /proc has it now, with its container; NULL: gone, and not known before */
struct process *lineage_meet_now(struct state *s, int32_t pid, struct arena *a);
/* /proc about the process that had @pid at the time of @ev; 0 or -errno */
int lineage_ask(struct state *s, int32_t pid, const struct event *ev, struct facts_process *f);
/* the process of this host that has @pid; one that predates all that was seen is asked for. NULL: gone, or never was */
struct process *lineage_meet(struct state *s, int32_t pid, const struct event *ev);

#endif
