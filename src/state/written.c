/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer of a `write` event, and the values after it.
 *
 * In an instance of procfs that is not the host's own the file is not known by name; the value that has
 * changed tells which it was.
 */
#include "state/written.h"

#include "state/lineage.h"
#include "state/state_parts.h"

/* from lineage; who predates all of it is asked for */
static struct process *writer(struct state *s, const struct event *ev)
{
	int32_t pid = ev->modification->pid;
	struct process *p = pid ? process_find(&s->processes, 0, pid) : NULL;
	struct facts_process f;

	if (p || !pid || lineage_ask(s, pid, ev, &f) < 0)
		return p;
	lineage_learn(s, &f, ev->arena);
	return process_find(&s->processes, 0, pid);
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
	drift_written(s, ev, p, &out->object);
}
