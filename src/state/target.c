/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom an action would hit, and who is spared whatever a rule says.
 *
 * Sparing is decided here, where it is known who everybody is; `respond` only obeys.
 */
#include "base/target.h"

#include <errno.h>

#include "state/cgroup_path.h"
#include "state/state_parts.h"

/* we, the guard or the audit daemon run in the container of @scene */
static bool is_needed(const struct state *s, const struct scene *scene)
{
	for (int role = ROLE_NONE + 1; role < NOTICE_ROLES; role++) {
		const struct process *p = process_find(&s->processes, 0, s->telemetry.pid[role]);

		if (p && p->container == scene->container)
			return true;
	}
	return false;
}

/* the machine's own runtimes work in a container's name before its first program runs */
static const char *spared(const struct state *s, const struct scene *scene)
{
	const struct process *p = scene->process;

	if (!facts_is_live(s->facts))
		return "it is a recording";
	if (!facts_is_local(s->facts, scene->event->node))
		return "it is on another machine";
	if (scene->is_container_unknown)
		return "its container is not known";
	if (!scene->container)
		return "it is not in a container";
	if (is_needed(s, scene))
		return "the sensor needs its container";
	if (!p)
		return NULL;
	if (p->is_runtime_init || p->is_runtime)
		return "it is a container runtime";
	if (p->ref.pid == 1 || p->is_kernel_thread)
		return "the machine needs it";
	return NULL;
}

static struct str own_cgroups(struct state *s, int32_t pid, struct str id, struct pidref *ref,
			      struct arena *a)
{
	struct facts_process f;
	int r = -ESRCH;

	/* a replay spares everybody, and must not learn from this where the process belongs */
	facts_set_quiet(s->facts, true);
	if (pid > 0)
		r = state_ask_process(s, pid, &f, a);
	facts_set_quiet(s->facts, false);
	if (r < 0)
		return STR_ABSENT;
	if (ref && !ref->start_ticks && f.start_time <= s->now)
		ref->start_ticks = f.start_ticks;
	return cgroup_path_cut(f.cgroup, id, a);
}

void state_target(struct state *s, const struct scene *scene, struct arena *a, struct target *out)
{
	*out = (struct target){ .seen = scene->event->time, .process.pidfd = -1 };
	out->spared = spared(s, scene);
	if (out->spared)
		return;
	if (scene->process) {
		out->process = scene->process->ref;
		out->process.pidfd = -1;
	}
	out->container = text_str(&scene->container->id);
	out->cgroups = own_cgroups(s, out->process.pid, out->container, &out->process, a);
	if (!out->cgroups.ptr)
		out->cgroups = own_cgroups(s, scene->container->init_pid, out->container, NULL, a);
}
