/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about handles, and the event.
 *
 * Owns nothing: what is held is the process's, the mount of the root its container's. Must not decide who belongs to
 * which container.
 */
#include "state/bounds.h"

#include <errno.h>

#include "base/bits.h"
#include "kernel/handles.h"
#include "state/evidence.h"
#include "state/lineage.h"
#include "state/state_parts.h"
#include "state/whereabouts.h"

#define LOOKS_PER_SWEEP 16 /* each reads a list of mounts */

struct str bounds_names(unsigned handles, struct arena *a)
{
	return bits_names(handles, HANDLE_KINDS, handles_name, a);
}

/* whose handles are within: the container's first process, else the eldest that was seen; 0: itself, or not known */
static int32_t witness(const struct process *p)
{
	const struct container *c = p->container;
	int32_t pid = c->init_pid ? c->init_pid : c->ns_pid;

	return pid == p->ref.pid ? 0 : pid;
}

static int ask(struct state *s, struct process *p, struct facts_handles *out, struct arena *a)
{
	int r;

	state_asked(s);
	r = facts_ask_handles(s->facts, container_party(p->container), p->ref.pid, witness(p),
			      p->container->root_mount, out, a);
	/* its container has used up our patience: in the next second */
	p->is_put_off |= r == -EAGAIN;
	s->stats.looks_put_off += r == -EAGAIN;
	s->stats.looks_blind += r == -EFBIG;
	if (r == 0 && p->ref.start_ticks && out->start_ticks != p->ref.start_ticks)
		return -ESRCH;
	return r;
}

/* a container that is older than the sensor: nobody saw its root being entered */
static bool tells_root_device(const struct state *s, const struct process *p,
			      const struct facts_handles *f)
{
	const struct container *c = p->container;
	const struct process *host = process_find(&s->processes, 0, 1);

	return !c->has_root_device && f->is_known && f->root_mount && !f->outside &&
	       p->ref.pid == (c->init_pid ? c->init_pid : c->ns_pid) &&
	       evidence_is_own_root(host, f->root_major, f->root_minor);
}

/* a runtime in the container runs itself through a mount that it has taken away: its parent ran the same from within */
static bool is_parents_from_within(const struct state *s, const struct process *p)
{
	const struct process *parent = lineage_same_program(s, p);

	return parent && parent->container == p->container && !parent->is_runtime_init &&
	       !(parent->outside & HANDLE_EXE);
}

static unsigned outside_of(const struct state *s, const struct process *p,
			   const struct facts_handles *f)
{
	return f->outside & HANDLE_EXE && is_parents_from_within(s, p)
		       ? f->outside & ~(unsigned)HANDLE_EXE
		       : f->outside;
}

static void judge(struct state *s, struct process *p, const struct facts_handles *f,
		  const struct event *ev, struct arena *a)
{
	struct container *c = p->container;
	unsigned outside = outside_of(s, p, f), untold = outside & ~p->outside_told;
	struct derived *d;

	if (!f->is_known)
		return;
	/* where the container's first process stands before it can have gone anywhere else */
	if (!c->root_mount && p->ref.pid == c->init_pid && !outside)
		c->root_mount = f->root_mount;
	if (tells_root_device(s, p, f))
		container_set_root(c, f->root_major, f->root_minor);
	p->outside = (uint8_t)outside;
	p->outside_told = (uint8_t)(p->outside_told | outside);
	if (!untold)
		return;
	d = state_derive_found(s, p, ev, EVT_OUTSIDE_ROOT, a);
	if (d)
		d->event.gained = bounds_names(untold, a);
}

void bounds_look(struct state *s, struct process *p, const struct event *ev, struct arena *a)
{
	struct facts_handles f;

	if (ask(s, p, &f, a) == 0)
		judge(s, p, &f, ev, a);
}

/* what is news is asked again aloud, so that a recording has it, and nothing else */
void bounds_look_quietly(struct state *s, struct process *p)
{
	struct facts_handles f;
	int r;

	facts_set_quiet(s->facts, true);
	r = ask(s, p, &f, s->scratch);
	facts_set_quiet(s->facts, false);
	if (r < 0 || !f.is_known)
		return;
	if (outside_of(s, p, &f) & ~p->outside_told || tells_root_device(s, p, &f))
		bounds_look(s, p, NULL, s->scratch);
	else
		p->outside = (uint8_t)outside_of(s, p, &f);
}

void bounds_sweep(struct state *s)
{
	struct process_table *t = &s->processes;
	unsigned looks = 0;

	for (size_t i = 0; i < t->used && looks < LOOKS_PER_SWEEP; i++) {
		struct process *p;

		s->next_bounds = s->next_bounds < t->used ? s->next_bounds : 0;
		p = &t->rows[s->next_bounds++];
		if (!whereabouts_can_look(s, p))
			continue;
		looks++;
		bounds_look_quietly(s, p);
	}
}

void bounds_replay(struct state *s, const struct fact *f, struct arena *a)
{
	struct process *p = process_find(&s->processes, 0, f->id);

	if (p && whereabouts_can_look(s, p))
		judge(s, p, &f->handles, NULL, a);
}
