/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A helper process makes the marks, for the way leads below a container's root. Nothing is kept open, and the
 * kernel drops a mark with its file system: no container is held by being watched.
 */
#include "daemon/knob_watch.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel/errand.h"
#include "kernel/procfs.h"

struct knob_watch {
	struct modifications *to;
	struct errand *errand;
	struct procfs proc;
	uint64_t containers, mounts; /* what was followed so far */
};

struct knob_watch *knob_watch_new(struct modifications *m)
{
	AUTO(knob_watch) w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->proc.root = -1;
	w->to = m;
	w->errand = errand_new(ERRAND_DEADLINE_MS);
	if (!w->errand || procfs_init(&w->proc, NULL) < 0)
		return NULL;
	return take_ptr(w);
}

void knob_watch_free(struct knob_watch *w)
{
	if (!w)
		return;
	errand_free(w->errand);
	procfs_release(&w->proc);
	free(w);
}

/* what cannot be marked, because it is gone or is none of the kernel's: its values are looked at all the same */
static bool mark(struct knob_watch *w, int32_t pid, const char *path)
{
	auto_close int task = procfs_task(&w->proc, pid);

	return task >= 0 &&
	       errand_mark_inside(w->errand, task, modifications_group(w->to), path) == 0;
}

static void follow_containers(struct knob_watch *w, const struct state *state)
{
	struct state_container c;

	if (w->containers == state_container_generation(state))
		return;
	w->containers = state_container_generation(state);
	for (size_t next = 0; state_container_next(state, &next, &c);) {
		mark(w, c.init_pid, "proc");
		mark(w, c.init_pid, "sys");
	}
}

static void follow_mounts(struct knob_watch *w, const struct state *state)
{
	struct state_mount m;
	char target[PATH_MAX];

	while (state_mount_next(state, &w->mounts, &m)) {
		snprintf(target, sizeof(target), "%.*s", STR_ARG(m.target));
		if (!mark(w, m.pid, target) && m.init_pid)
			mark(w, m.init_pid, target);
	}
}

void knob_watch_follow(struct knob_watch *w, const struct state *state)
{
	if (!w || !w->to)
		return;
	follow_containers(w, state);
	follow_mounts(w, state);
}
