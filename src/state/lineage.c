/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attribution of processes: births, adoptions, pid reuse, and the evidence for a container, best
 * first.
 *
 * Fills the rows of the process table. What a runtime's call means for its children is
 * runtime_stage.c. Must not trust comm, argv or names of anything that may run inside a container.
 */
#include "state/lineage.h"

#include <errno.h>

#include "base/clock.h"
#include "state/birth.h"
#include "state/credentials.h"
#include "state/evidence.h"
#include "state/runtime_stage.h"
#include "state/state_parts.h"
#include "state/threads.h"
#include "state/trespass.h"
#include "state/whereabouts.h"

#define ANCESTORS_MAX 32
/* audit stamps lie on the coarse clock (4 ms), start times on clock ticks (10 ms) */
#define CLOCK_SLACK (20 * NS_PER_MS)

/* belonging */

void lineage_belong(struct state *s, struct process *p, struct container *c, enum id_source source,
		    struct arena *a)
{
	process_set_container(p, c);
	p->id_source = source;
	if (c)
		c->seen = s->now;
	if (c && !s->is_sweeping && !p->is_runtime_init)
		lineage_describe(s, c, a);
}

/*
 * The records alone decide. @r: why the machine did not; where nobody can be asked, a process that
 * nothing links to a container is assumed to be the host's, else it stays unknown.
 */
static void belong_by_records(struct state *s, struct process *p, const struct event *ev, int r)
{
	struct container *c;

	roll_finish(s);
	switch (evidence_find(s, p, ev, &c)) {
	case EVIDENCE_CONTAINER:
		lineage_belong(s, p, c, ID_AUDIT, ev->arena);
		break;
	case EVIDENCE_CONFLICT:
		lineage_belong(s, p, &s->containers.lost, ID_UNKNOWN, ev->arena);
		break;
	case EVIDENCE_NONE:
		lineage_belong(s, p, NULL, r == -ENODATA ? ID_ASSUMED : ID_UNKNOWN, ev->arena);
		break;
	}
}

/* what /proc says */

static void fill_text(struct text *t, struct str s, size_t max)
{
	if (s.ptr)
		text_set(t, s, max);
}

void lineage_fill(struct state *s, struct process *p, const struct facts_process *f)
{
	struct str args = f->cmdline;

	p->ref.start_ticks = f->start_ticks;
	p->start_time = f->start_time;
	p->is_kernel_thread = f->is_kernel_thread;
	p->loginuid = f->loginuid;
	p->vpid = f->vpid;
	p->sid = f->sid;
	p->pgid = f->pgid;
	p->tty = f->tty;
	p->threads.n = f->threads;
	/* whoever put it there gave it that, and it is no news; programs of a runtime's are told apart */
	p->cap_granted = f->has_caps ? f->cap_bounding | f->cap_permitted : UINT64_MAX;
	p->cap_told = p->cap_granted;
	credentials_from_status(&p->cred, f, s->host_ns[NS_USER], s->now);
	if (!p->comm.set)
		fill_text(&p->comm, f->comm, NAME_MAX_KEPT);
	if (!p->exe.set) {
		fill_text(&p->exe, f->exe, PATH_KEPT);
		p->has_exe_inode = f->has_exe_inode;
		p->exe_inode = f->exe_inode;
		p->exe_dev_major = f->exe_dev_major;
		p->exe_dev_minor = f->exe_dev_minor;
	}
	if (args.len > 0 && args.ptr[args.len - 1] == '\0')
		args.len--;
	if (!p->args.set && args.len > 0)
		fill_text(&p->args, args, PATH_KEPT);
	if (!p->cwd.set)
		fill_text(&p->cwd, f->cwd, PATH_KEPT);
}

/* an answer about another process that got the pid meanwhile is worse than none */
int lineage_ask(struct state *s, int32_t pid, const struct event *ev, struct facts_process *f)
{
	int r = state_ask_process(s, pid, f, ev->arena);

	if (r == 0 && f->start_time > ev->time + CLOCK_SLACK)
		return -ESRCH;
	return r;
}

struct process *lineage_meet(struct state *s, int32_t pid, const struct event *ev)
{
	struct process *p = process_find(&s->processes, 0, pid);
	struct facts_process f;

	if (p || lineage_ask(s, pid, ev, &f) < 0)
		return p;
	lineage_learn(s, &f, ev->arena);
	return process_find(&s->processes, 0, pid);
}

int lineage_ask_cgroup(struct state *s, const struct process *p, uint64_t time,
		       struct facts_process *f, struct arena *a)
{
	int r;

	state_asked(s);
	r = facts_ask_cgroup(s->facts, p->ref.pid, f, a);
	if (r < 0)
		return r;
	if (p->ref.start_ticks ? f->start_ticks != p->ref.start_ticks
			       : f->start_time > time + CLOCK_SLACK)
		return -ESRCH;
	return 0;
}

bool lineage_is_same(const struct process *p, const struct facts_process *f)
{
	if (p->ref.start_ticks)
		return p->ref.start_ticks == f->start_ticks;
	return !p->first_seen || f->start_time <= p->first_seen + CLOCK_SLACK;
}

const struct process *lineage_same_program(const struct state *s, const struct process *p)
{
	const struct process *parent = process_find(&s->processes, process_node(p), p->ppid);

	return parent && parent->ref.generation == p->parent_generation && p->has_exe_inode &&
			       parent->has_exe_inode && p->exe_inode == parent->exe_inode &&
			       p->exe_dev_major == parent->exe_dev_major &&
			       p->exe_dev_minor == parent->exe_dev_minor
		       ? parent
		       : NULL;
}

/* its own cgroup no longer says whose it is, nor does that of a child that was born in it */
static bool is_deserter(const struct process *p)
{
	return p->container && !p->is_runtime_init &&
	       (p->id_source == ID_SNAPSHOT || (p->id_source == ID_INHERITED && p->has_deserted));
}

void lineage_learn(struct state *s, const struct facts_process *f, struct arena *a)
{
	struct process *p = process_find(&s->processes, 0, f->pid);
	struct process *parent = process_find(&s->processes, 0, f->ppid);

	if (!p)
		p = process_add(&s->processes, 0, f->pid);
	else if (p->is_dead || !lineage_is_same(p, f))
		process_renew(&s->processes, p);
	p->ppid = f->ppid;
	p->parent_generation = parent ? parent->ref.generation : 0;
	lineage_fill(s, p, f);
	p->first_seen = f->start_time;
	if (s->is_sweeping)
		p->read_at = s->now;
	if (f->is_kernel_thread)
		kernel_tasks_set(&s->kernel_tasks, f->pid, true);
	process_touch(&s->processes, p, s->now);
	lineage_belong(s, p, f->is_kernel_thread ? NULL : lineage_by_cgroup(s, f, parent), ID_PROC,
		       a);
	if (!p->container && parent && is_deserter(parent)) {
		lineage_belong(s, p, parent->container, ID_INHERITED, a);
		p->has_deserted = parent->has_deserted;
	}
	whereabouts_learn(s, p, f, a);
	trespass_learn(s, p, f);
	if (!p->container)
		runtime_stage_learn(s, p, f);
}

struct process *lineage_meet_now(struct state *s, int32_t pid, struct arena *a)
{
	bool was_sweeping = s->is_sweeping;
	struct facts_process f;
	struct process *p;

	s->is_sweeping = true;
	if (state_ask_process(s, pid, &f, a) == 0)
		lineage_learn(s, &f, a);
	p = process_find(&s->processes, 0, pid);
	if (p && p->container)
		lineage_describe(s, p->container, a);
	s->is_sweeping = was_sweeping;
	return p;
}

/* the parent that no record told of yet */
static struct process *meet_parent(struct state *s, uint32_t node, const struct event *ev)
{
	struct facts_process f;

	if (ev->sys.ppid <= 0 || !state_can_ask(s, node) ||
	    lineage_ask(s, ev->sys.ppid, ev, &f) < 0)
		return NULL;
	lineage_learn(s, &f, ev->arena);
	return process_find(&s->processes, 0, ev->sys.ppid);
}

/* births */

/* /proc first; without it a shim's own container, or what the records say */
static void find_out(struct state *s, struct process *p, const struct process *parent,
		     const struct event *ev)
{
	struct facts_process f;
	int r = state_can_ask(s, process_node(p)) ? lineage_ask(s, p->ref.pid, ev, &f) : -ENODATA;

	if (r == 0) {
		lineage_fill(s, p, &f);
		lineage_belong(s, p, lineage_by_cgroup(s, &f, parent), ID_PROC, ev->arena);
		whereabouts_learn(s, p, &f, ev->arena);
	} else if (!parent || parent->role != RUNTIME_SHIM) {
		belong_by_records(s, p, ev, r);
	} else if (runtime_stage_is_helper(parent, ev)) {
		lineage_belong(s, p, NULL, ID_INHERITED, ev->arena);
	} else if (parent->served) {
		lineage_belong(s, p, parent->served, ID_RUNTIME_ARGS, ev->arena);
	} else {
		lineage_belong(s, p, &s->containers.lost, ID_UNKNOWN, ev->arena);
	}
}

static bool is_reaper(const struct process *p)
{
	return p->ref.pid == 1 || p->role == RUNTIME_SHIM;
}

void lineage_place(struct state *s, struct process *p, const struct process *parent,
		   const struct event *ev, struct arena *a)
{
	p->is_of_hook = parent && parent->is_of_hook;
	if (parent && runtime_stage_begins(parent))
		runtime_stage_begin(s, p, parent, ev);
	else if (parent && !is_reaper(parent) && parent->id_source != ID_UNKNOWN)
		lineage_belong(s, p, parent->container,
			       parent->id_source == ID_ASSUMED ? ID_ASSUMED : ID_INHERITED, a);
	else if (ev)
		find_out(s, p, parent, ev);
	else
		lineage_belong(s, p, NULL, ID_UNKNOWN, a);
	if (parent)
		whereabouts_inherit(p, parent);
	if (ev && (p->id_source == ID_UNKNOWN || p->id_source == ID_ASSUMED))
		s->stats.unattributed++;
}

/* after a loss, until /proc was looked through again: whoever has that pid now may be another than the row's */
static bool is_in_doubt(struct state *s, const struct process *parent, const struct event *ev)
{
	struct facts_process f;

	if (!s->must_resync || birth_is_certain(s, parent) || process_node(parent))
		return false;
	state_asked(s);
	return facts_ask_cgroup(s->facts, parent->ref.pid, &f, ev->arena) < 0 ||
	       !lineage_is_same(parent, &f);
}

static void born(struct state *s, struct process *p, const struct event *ev)
{
	uint32_t node = process_node(p);
	struct process *parent = process_find(&s->processes, node, ev->sys.ppid);

	text_set(&p->node, ev->node, NAME_MAX_KEPT);
	p->ppid = ev->sys.ppid;
	if (!parent || is_in_doubt(s, parent, ev))
		parent = meet_parent(s, node, ev);
	if (parent) {
		birth_settle(s, parent, NULL, ev->arena);
		p->parent_generation = parent->ref.generation;
		p->sid = parent->sid;
		credentials_inherit(&p->cred, &parent->cred, ev);
		threads_inherit(p, parent);
	}
	lineage_place(s, p, parent, ev, ev->arena);
}

/* the same process with another parent, or another process with the same pid? */

static bool is_ancestor(const struct state *s, const struct process *p, int32_t pid)
{
	uint32_t node = process_node(p);

	for (unsigned i = 0; p && i < ANCESTORS_MAX; i++) {
		if (p->ppid == pid)
			return true;
		p = process_find(&s->processes, node, p->ppid);
	}
	return false;
}

static bool may_adopt(const struct state *s, const struct process *p, const struct process *parent)
{
	return is_reaper(parent) || parent->is_runtime ||
	       (p->container && p->container->init_pid == parent->ref.pid) ||
	       is_ancestor(s, p, parent->ref.pid);
}

/* the start time decides, where it can be had */
static bool is_younger(struct state *s, const struct process *p, const struct event *ev)
{
	struct facts_process f;

	if (!state_can_ask(s, process_node(p)) ||
	    state_ask_process(s, p->ref.pid, &f, ev->arena) < 0)
		return false;
	return f.start_time > p->first_seen + CLOCK_SLACK && f.start_time <= ev->time + CLOCK_SLACK;
}

/* a shim's child was the container's init, and now a child with the same pid works for the shim */
static bool is_recycled(struct state *s, const struct process *p, const struct process *parent,
			const struct event *ev)
{
	if (!parent || parent->role != RUNTIME_SHIM || !p->container || p->is_runtime_init ||
	    !runtime_stage_is_helper(parent, ev))
		return false;
	return !state_can_ask(s, process_node(p)) || is_younger(s, p, ev);
}

static bool contradicts(struct state *s, const struct process *p, const struct event *ev)
{
	const struct process *parent;

	if (birth_is_certain(s, p))
		return false;
	if (p->is_dead)
		return ev->time > p->died + CLOCK_SLACK;
	if (!p->ppid)
		return false;
	parent = process_find(&s->processes, process_node(p), ev->sys.ppid);
	if (p->ppid == ev->sys.ppid)
		return is_recycled(s, p, parent, ev);
	if (ev->sys.ppid == 1 || (parent && may_adopt(s, p, parent)))
		/*
		 * a stage changes parents in the ordinary course: when the runtime that forked it
		 * exits
		 */
		return !p->is_runtime_init && is_younger(s, p, ev);
	if (parent && parent->container != p->container)
		return true;
	return event_is_exec(ev) || !str_eq(text_str(&p->exe), ev->sys.exe) ||
	       !str_eq(text_str(&p->comm), ev->sys.comm);
}

static void adopted(struct state *s, struct process *p, const struct event *ev)
{
	const struct process *parent = process_find(&s->processes, process_node(p), ev->sys.ppid);

	p->ppid = ev->sys.ppid;
	p->parent_generation = parent ? parent->ref.generation : 0;
}

struct process *lineage_subject(struct state *s, const struct event *ev, bool *fresh)
{
	uint32_t node = state_node(s, ev->node);
	struct process *p;

	if (!node) {
		roll_meet(s, ev->sys.pid);
		roll_meet(s, ev->sys.ppid);
	}
	p = process_find(&s->processes, node, ev->sys.pid);
	*fresh = !p;
	/* before it is adopted: its line is that of its birth */
	if (p)
		birth_settle(s, p, ev, ev->arena);
	if (!p) {
		p = process_add(&s->processes, node, ev->sys.pid);
	} else if (p->ppid != ev->sys.ppid || p->is_dead || event_is_exec(ev)) {
		*fresh = contradicts(s, p, ev);
		if (*fresh)
			process_renew(&s->processes, p);
		else
			adopted(s, p, ev);
	}
	/* its first thread has ended, others go on */
	if (!*fresh && p->is_dead && ev->time > p->died + CLOCK_SLACK)
		process_revive(&s->processes, p);
	/* first, so that meeting its parent cannot evict the row */
	process_touch(&s->processes, p, ev->time);
	if (*fresh)
		born(s, p, ev);
	if (p->container)
		p->container->seen = ev->time;
	return p;
}
