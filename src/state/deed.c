/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of deeds that wait for the records about who did them. Owns it. Must not decide what is an attack. */
#include "state/deed.h"

#include "base/clock.h"
#include "state/acted_upon.h"
#include "state/birth.h"
#include "state/credentials.h"
#include "state/lineage.h"
#include "state/state_parts.h"

/* until a record of a later call has come: stamps lie on a coarse clock */
#define WAIT (20 * NS_PER_MS)
/* where notices alone tell the time: these overtake records */
#define WAIT_BESIDE NS_PER_S

static struct deed *deed_at(struct deeds *t, size_t i)
{
	return &t->waiting[(t->first + i) % DEEDS_MAX];
}

/* who did it */

/* one that nobody told of yet is asked for now, for soon it may be gone; a recording has the answer ahead of the notice */
static uint32_t meet(struct state *s, int32_t pid, struct arena *a)
{
	const struct process *p = process_find(&s->processes, 0, pid);
	bool was_apart;

	if (p)
		return p->ref.generation;
	was_apart = facts_set_apart(s->facts, true);
	p = lineage_meet_now(s, pid, a);
	facts_set_apart(s->facts, was_apart);
	return p ? p->ref.generation : 0;
}

static struct process *known(struct state *s, int32_t pid, uint32_t generation, struct arena *a)
{
	struct process *p = process_find(&s->processes, 0, pid);

	if (!p || p->ref.generation != generation)
		return NULL;
	birth_settle(s, p, NULL, a);
	return p;
}

/* telling */

static void tell(struct state *s, const struct deed *d, struct arena *a)
{
	struct process *p = known(s, d->pid, d->generation, a);
	struct derived *out = state_derive(s);

	if (!out)
		return;
	out->event = (struct event){
		.time = d->at,
		.serial = d->serial,
		.type = d->type,
		.origin = ORIGIN_CONNECTOR,
		.arena = a,
	};
	out->scene = (struct scene){
		.state = s,
		.before = p ? p->cred : CREDENTIALS_UNKNOWN,
		.after = p ? p->cred : CREDENTIALS_UNKNOWN,
		.is_container_unknown = true,
	};
	if (p)
		scene_belongs(&out->scene, p);
	if (d->target)
		acted_upon_put(&out->scene, d->target,
			       known(s, d->target, d->target_generation, a));
}

static void tell_first(struct state *s, struct arena *a)
{
	struct deeds *t = &s->deeds;

	tell(s, deed_at(t, 0), a);
	t->first = (t->first + 1) % DEEDS_MAX;
	t->n--;
}

void deed_time(struct state *s, const struct event *ev)
{
	struct deeds *t = &s->deeds;
	uint64_t wait = ev->notice ? WAIT_BESIDE : WAIT;

	while (t->n && deed_at(t, 0)->at + wait < ev->time && state_has_room(s))
		tell_first(s, ev->arena);
}

bool deed_waits(const struct state *s, uint64_t now)
{
	const struct deeds *t = &s->deeds;

	return t->n && t->waiting[t->first].at + WAIT_BESIDE < now;
}

/* a debugger attaches to each thread */
static bool is_told(struct deeds *t, const struct deed *d)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct deed *other = deed_at(t, i);

		if (other->type == d->type && other->pid == d->pid && other->target == d->target &&
		    other->generation == d->generation &&
		    other->target_generation == d->target_generation)
			return true;
	}
	return false;
}

void deed_notice(struct state *s, const struct event *ev)
{
	const struct notice *n = ev->notice;
	struct deeds *t = &s->deeds;
	struct deed d = { .at = n->at, .serial = ev->serial, .type = EVT_CORE_DUMP, .pid = n->pid };

	if (n->kind == NOTICE_PTRACE) {
		/* let go */
		if (!n->other)
			return;
		d.type = EVT_TRACED;
		d.pid = n->other;
		d.target = n->pid;
		d.target_generation = meet(s, d.target, ev->arena);
	}
	d.generation = meet(s, d.pid, ev->arena);
	if (is_told(t, &d))
		return;
	if (t->n == DEEDS_MAX)
		tell_first(s, ev->arena);
	*deed_at(t, t->n++) = d;
}
