/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer of a `write` event, and the values after it: of a knob of procfs or sysfs, or of a cgroup hierarchy.
 *
 * In an instance of procfs that is not the host's own the file is not known by name; the value that has
 * changed tells which it was.
 */
#include "state/written.h"

#include "kernel/cgroup_name.h"
#include "state/acted_upon.h"
#include "state/credentials.h"
#include "state/lineage.h"
#include "state/state_parts.h"
#include "state/telemetry.h"

void written_observe(struct state *s, const struct event *ev, struct scene *out)
{
	const struct modification *m = ev->modification;
	struct process *p;
	struct str file;

	roll_meet(s, m->pid);
	p = m->pid ? lineage_meet(s, m->pid, ev) : NULL;
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
	if (modification_is_gap(m)) {
		telemetry_gap(s, ev, STR("fanotify-overflow"),
			      s->drift.heard ? s->drift.heard : ev->time);
		knob_missed(s, ev);
	}
	s->drift.heard = ev->time;
	if (cgroup_knob(m->knob).ptr)
		knob_written(s, ev, p, &out->object);
	/* what changes a process is no knob: a runtime sets its oom_score_adj with each program that it starts */
	else if (!modification_process_of(m->knob, &file))
		drift_written(s, ev, p, &out->object);
}
