/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about threads, and what they hold beside the ledger.
 *
 * Owns nothing: it is the process's. Must not look at anybody's threads for every event.
 */
#include "state/threads.h"

#include <errno.h>

#include "state/credentials.h"
#include "state/state_parts.h"
#include "state/trespass.h"
#include "state/whereabouts.h"

#define THREADS_PER_SWEEP 64 /* a handful of files of each */

static int ask(struct state *s, struct process *p, struct facts_threads *out, struct arena *a)
{
	int r;

	state_asked(s);
	r = facts_ask_threads(s->facts, container_party(p->container), p->ref.pid, s->host_ns, out,
			      a);
	if (r == 0 && p->ref.start_ticks && out->start_ticks != p->ref.start_ticks)
		return -ESRCH;
	return r;
}

static int ask_aloud(struct state *s, struct process *p, struct facts_threads *out, struct arena *a)
{
	int r = ask(s, p, out, a);

	s->stats.looks_blind += r == 0 && out->is_cut;
	return r;
}

static void take(struct process *p, const struct facts_threads *f)
{
	struct thread_sets *t = &p->threads;
	const struct credentials *c = &p->cred;

	t->tid = f->tid;
	t->permitted = f->permitted;
	t->effective = f->effective;
	t->inheritable = f->inheritable;
	t->ambient = f->ambient;
	/* who made the call may have gone since, and left the others with more */
	t->has_caps =
		f->has_caps && (f->is_divided || !c->has_caps || f->permitted & ~c->cap_permitted ||
				f->effective & ~c->cap_effective);
}

static void judge(struct state *s, struct process *p, const struct facts_threads *f,
		  const struct event *ev, struct arena *a)
{
	take(p, f);
	trespass_threads(s, p, f, ev, a);
}

/* whoever is not looked at is not believed to have given up anything */
static void keep(struct process *p, const struct credentials *before)
{
	struct thread_sets *t = &p->threads;

	if (t->has_caps || !before->has_caps)
		return;
	t->has_caps = true;
	t->permitted = before->cap_permitted;
	t->effective = before->cap_effective;
	t->inheritable = before->cap_inheritable;
	t->ambient = before->cap_ambient;
}

void threads_look(struct state *s, struct process *p, const struct event *ev,
		  const struct credentials *before)
{
	struct facts_threads f;
	int r = -EAGAIN;

	if (!whereabouts_can_look(s, p))
		return;
	if (whereabouts_may_look(&p->container->at_change, ev->time))
		r = ask_aloud(s, p, &f, ev->arena);
	if (r == 0) {
		judge(s, p, &f, ev, ev->arena);
		return;
	}
	if (r == -ENODATA)
		return; /* nobody will ever tell: the records alone decide */
	keep(p, before);
	p->is_put_off |= r == -EAGAIN;
	s->stats.looks_put_off += r == -EAGAIN;
}

void threads_notice(struct state *s, const struct event *ev)
{
	const struct notice *n = ev->notice;
	struct process *p = n->effective ? NULL : process_find(&s->processes, 0, n->pid);
	struct facts_threads f;

	if (!p || p->is_newborn || !whereabouts_can_look(s, p) ||
	    !whereabouts_may_look(&p->container->at_change, n->at))
		return;
	/* of the ledger later: records that are on their way tell of before */
	if (ask_aloud(s, p, &f, ev->arena) == 0)
		trespass_threads(s, p, &f, NULL, ev->arena);
}

void threads_inherit(struct process *child, const struct process *parent)
{
	child->threads = parent->threads;
	child->threads.tid = 0;
	child->threads.n = 0;
}

static void complete(const struct thread_sets *t, struct credentials *c)
{
	if (!c->has_caps)
		c->cap_permitted = c->cap_effective = c->cap_inheritable = c->cap_ambient = 0;
	c->has_caps = true;
	c->cap_source = CAP_THREADS;
	c->cap_permitted |= t->permitted;
	c->cap_effective |= t->effective;
	c->cap_inheritable |= t->inheritable;
	c->cap_ambient |= t->ambient;
}

/* the call makes the sets of the thread that makes it: its own record, and the one before, say more than we know of others */
static bool makes_sets(const struct event *ev, const struct scene *out)
{
	const struct credentials *before = &out->before, *after = &out->after;

	return credentials_can_change(ev) && (event_is_exec(ev) || ev->type == EVT_CAPSET ||
					      before->has_caps != after->has_caps ||
					      before->cap_permitted != after->cap_permitted ||
					      before->cap_effective != after->cap_effective);
}

void threads_complete(const struct process *p, const struct event *ev, struct scene *out)
{
	if (!p->threads.has_caps || makes_sets(ev, out))
		return;
	complete(&p->threads, &out->before);
	complete(&p->threads, &out->after);
}

void threads_catch_up(struct state *s, struct process *p)
{
	struct facts_threads f;

	if (ask_aloud(s, p, &f, s->scratch) == 0)
		judge(s, p, &f, NULL, s->scratch);
}

/* what is news is asked again aloud, so that a recording has it, and nothing else; how many there were */
static uint32_t look_quietly(struct state *s, struct process *p)
{
	struct facts_threads f;
	int r;

	facts_set_quiet(s->facts, true);
	r = ask(s, p, &f, s->scratch);
	facts_set_quiet(s->facts, false);
	if (r == 0 && trespass_threads_are_news(s, p, &f))
		threads_catch_up(s, p);
	return r == 0 && f.n ? f.n : 1;
}

void threads_sweep(struct state *s)
{
	const struct process_table *t = &s->processes;
	uint32_t looked = 0;

	for (size_t i = 0; i < t->used && looked < THREADS_PER_SWEEP; i++) {
		struct process *p;

		s->next_threads = s->next_threads < t->used ? s->next_threads : 0;
		p = &t->rows[s->next_threads++];
		if (whereabouts_can_look(s, p))
			looked += look_quietly(s, p);
	}
}

void threads_settle(struct state *s, struct process *p, struct arena *a)
{
	struct facts_threads f;

	if (p->threads.n == 1 || !whereabouts_can_look(s, p) || ask_aloud(s, p, &f, a) < 0)
		return;
	take(p, &f);
	credentials_take_ns(&p->cred, f.ns);
	if (p->threads.has_caps)
		complete(&p->threads, &p->cred);
}

void threads_replay(struct state *s, int32_t pid, const struct facts_threads *f, struct arena *a)
{
	struct process *p = process_find(&s->processes, 0, pid);

	if (p && whereabouts_can_look(s, p))
		judge(s, p, f, NULL, a);
}
