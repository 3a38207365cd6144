/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer of a `write` event, and the values after it.
 *
 * In an instance of procfs that is not the host's own the file is not known by name; the value that has
 * changed tells which it was.
 */
#include "state/written.h"

#include "state/acted_upon.h"
#include "state/credentials.h"
#include "state/lineage.h"
#include "state/state_parts.h"

/* from lineage; who predates all of it is asked for */
static struct process *writer(struct state *s, const struct event *ev)
{
	int32_t pid = ev->modification->pid;
	struct process *p;
	struct facts_process f;

	roll_meet(s, pid);
	p = pid ? process_find(&s->processes, 0, pid) : NULL;
	if (p || !pid || lineage_ask(s, pid, ev, &f) < 0)
		return p;
	lineage_learn(s, &f, ev->arena);
	return process_find(&s->processes, 0, pid);
}

/* nobody knows who wrote what */
static void lost_sight(struct state *s, const struct event *ev)
{
	struct derived *d = state_derive(s);

	if (!d)
		return;
	d->event = (struct event){
		.time = ev->time,
		.serial = ev->serial,
		.type = EVT_TELEMETRY,
		.origin = ORIGIN_PROC,
		.arena = ev->arena,
		.gap = { .what = STR("fanotify-overflow"),
			 .from = s->drift.heard ? s->drift.heard : ev->time,
			 .to = ev->time },
	};
	d->scene = (struct scene){
		.state = s,
		.before = CREDENTIALS_UNKNOWN,
		.after = CREDENTIALS_UNKNOWN,
		.is_container_unknown = true,
	};
}

void written_observe(struct state *s, const struct event *ev, struct scene *out)
{
	const struct modification *m = ev->modification;
	struct process *p = writer(s, ev);

	out->is_container_unknown = true;
	if (p) {
		scene_belongs(out, p);
		out->before = out->after = p->cred;
		process_touch(&s->processes, p, ev->time);
	}
	out->object = (struct object){
		.exists = true,
		.name = m->path,
		.realpath = m->knob,
		.has_inode = m->has_inode,
		.inode = m->inode,
		.dev_major = m->dev_major,
		.dev_minor = m->dev_minor,
		.mode = m->mode,
	};
	acted_upon_observe(s, ev, p, out);
	if (modification_is_gap(m))
		lost_sight(s, ev);
	s->drift.heard = ev->time;
	drift_written(s, ev, p, &out->object);
}
