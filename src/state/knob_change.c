/* SPDX-License-Identifier: Apache-2.0 */
/* From a change to its synthetic event. Must not decide whether it is an attack. */
#include "state/knob_change.h"

#include "state/credentials.h"
#include "state/state_parts.h"

static struct object object_of(const struct knob_change *c)
{
	return (struct object){
		.exists = true,
		.name = c->path,
		.realpath = c->path,
		.knob = c->name,
		.fstype = c->fstype,
		.has_inode = c->has_inode,
		.inode = c->inode,
		.dev_major = c->dev_major,
		.dev_minor = c->dev_minor,
	};
}

void knob_change_tell(struct state *s, const struct event *ev, const struct knob_change *c,
		      const struct toucher *who, struct arena *a)
{
	struct derived *d = state_derive(s);

	if (!d)
		return;
	d->event = ev ? *ev : (struct event){ .time = s->now, .arena = a };
	d->event.type = EVT_KNOB_CHANGE;
	d->event.origin = ORIGIN_PROC;
	d->event.has_syscall = false;
	d->event.knob.name = c->name;
	d->event.knob.old = c->old;
	d->event.knob.new = c->new;
	d->event.knob.options = c->options;
	d->event.knob.path = c->path;
	d->event.knob.has_inode = c->has_inode;
	d->event.knob.inode = c->inode;
	d->event.knob.dev_major = c->dev_major;
	d->event.knob.dev_minor = c->dev_minor;
	d->scene = (struct scene){
		.state = s,
		.before = CREDENTIALS_UNKNOWN,
		.after = CREDENTIALS_UNKNOWN,
		.object = object_of(c),
	};
	scene_from_toucher(&d->scene, who);
}
