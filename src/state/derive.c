/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places for synthetic events, which follow the event that they came of.
 *
 * Owns nothing: the ring is the state's. Must not decide what is told.
 */
#include "state/state_parts.h"

bool state_has_room(const struct state *s)
{
	return s->derived_n < DERIVED_MAX;
}

struct derived *state_derive(struct state *s)
{
	if (!state_has_room(s)) {
		s->stats.dropped++;
		return NULL;
	}
	return &s->derived[(s->derived_head + s->derived_n++) % DERIVED_MAX];
}

struct derived *state_derive_found(struct state *s, const struct process *p, const struct event *ev,
				   evt_type type, struct arena *a)
{
	struct derived *d = state_derive(s);

	if (!d)
		return NULL;
	d->event = ev ? *ev : (struct event){ .time = s->now, .arena = a };
	d->event.type = type;
	d->event.origin = ORIGIN_PROC;
	d->event.has_syscall = false;
	d->scene = (struct scene){
		.state = s,
		.process = p,
		.container = p->container,
		.id_source = p->id_source,
		.before = p->cred,
		.after = p->cred,
	};
	return d;
}
