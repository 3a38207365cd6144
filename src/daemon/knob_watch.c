/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A helper process makes the marks, for the way leads below a container's root. Nothing is kept open, and the
 * kernel drops a mark with its file system: no container is held by being watched.
 */
#include "daemon/knob_watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/shares.h"
#include "kernel/errand.h"
#include "kernel/living.h"

/* a container may write to files of its own /proc as fast as it likes, and leave others' without a name it may not */
#define NAMES_OF_ONE 100 /* a second */
#define NAMES_OF_ALL 500
#define STAT_ARENA 8192
#define SCANS_EACH                                                                                 \
	(50 * NS_PER_MS) /* a second, for a thread that lives where the first has ended */
#define SCANS_ALL (100 * NS_PER_MS)
/* nor may it hold the worker: after a deadline that was missed nothing is marked for so long */
#define PAUSE_AFTER_LATE (2 * NS_PER_S)

/* where a marked file system is: in the mounts of these tasks, at that path */
struct instance {
	dev_t dev; /* 0: none */
	int32_t pids[2]; /* the first of a container, who mounted it; 0: not known */
	char *path; /* owned */
};
#define INSTANCES_MAX                                                                              \
	256 /* then the oldest goes: its writes are told without the name of the file */

struct knob_watch {
	struct modifications *to;
	struct errand *errand;
	struct procfs proc;
	struct shares scans; /* of proc */
	uint64_t containers, mounts; /* what was followed so far */
	struct instance instances[INSTANCES_MAX];
	size_t oldest;
	struct shares names; /* by the first of a container; those that have none share one */
	uint64_t late; /* deadlines missed so far */
	uint64_t paused; /* CLOCK_MONOTONIC: until then */
};

/* the kernel gives the number of a device that is gone to another */
static void remember(struct knob_watch *w, dev_t dev, int32_t first, int32_t mounter,
		     const char *path)
{
	struct instance *at = NULL;

	if (!dev)
		return;
	for (size_t i = 0; !at && i < INSTANCES_MAX; i++)
		if (w->instances[i].dev == dev)
			at = &w->instances[i];
	if (!at)
		at = &w->instances[w->oldest++ % INSTANCES_MAX];
	*at = (struct instance){ .dev = dev, .pids = { first, mounter }, .path = at->path };
	free(at->path);
	at->path = strdup(path);
	if (!at->path)
		at->dev = 0;
}

static bool is_paused(const struct knob_watch *w)
{
	return clock_monotonic() < w->paused;
}

/* true: somebody's path was slow to answer since the last call */
static bool was_late(struct knob_watch *w)
{
	uint64_t late = errand_stats(w->errand)->late;

	if (late == w->late)
		return false;
	w->late = late;
	w->paused = clock_monotonic() + PAUSE_AFTER_LATE;
	return true;
}

/* where a container's place was slow once none of its places is gone to again, whatever others' are */
static void forget_container(struct knob_watch *w, int32_t first)
{
	for (size_t i = 0; i < INSTANCES_MAX; i++)
		if (w->instances[i].pids[0] == first)
			w->instances[i].dev = 0;
}

/* on whose account the helper is asked: the first of a container, else who mounted */
static uint64_t party_of(int32_t first, int32_t mounter)
{
	return (uint32_t)(first ? first : mounter);
}

static int open_task(const struct knob_watch *w, int32_t pid)
{
	AUTO(arena) a = arena_new(STAT_ARENA, STAT_ARENA);
	struct procfs_stat stat;

	return a ? living_task(&w->proc, pid, &stat, a) : -ENOMEM;
}

static const struct knob_def *name_at(struct knob_watch *w, struct instance *at, ino_t inode)
{
	const struct knob_def *found = NULL;

	for (size_t i = 0; !found && at->dev && i < ARRAY_LEN(at->pids); i++) {
		auto_close int task = at->pids[i] ? open_task(w, at->pids[i]) : -1;

		errand_for(w->errand, party_of(at->pids[0], at->pids[1]));
		if (task >= 0)
			found = errand_name_inside(w->errand, task, at->path, at->dev, inode);
		if (was_late(w))
			forget_container(w, at->pids[0]);
	}
	return found;
}

static const struct knob_def *name(void *ctx, dev_t dev, ino_t inode)
{
	struct knob_watch *w = ctx;

	for (size_t i = 0; i < INSTANCES_MAX; i++)
		if (w->instances[i].dev == dev)
			return shares_take(&w->names, (uint32_t)w->instances[i].pids[0],
					   clock_monotonic())
				       ? name_at(w, &w->instances[i], inode)
				       : NULL;
	return NULL;
}

struct knob_watch *knob_watch_new(struct modifications *m)
{
	AUTO(knob_watch) w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->proc.root = -1;
	w->to = m;
	w->names = (struct shares){ .each = NAMES_OF_ONE, .all = NAMES_OF_ALL };
	w->errand = errand_new(ERRAND_DEADLINE_MS);
	if (!w->errand || procfs_init(&w->proc, NULL) < 0)
		return NULL;
	w->scans = (struct shares){ .each = SCANS_EACH, .all = SCANS_ALL };
	w->proc.scans = &w->scans;
	if (m)
		modifications_set_namer(m, name, w);
	return take_ptr(w);
}

void knob_watch_free(struct knob_watch *w)
{
	if (!w)
		return;
	if (w->to)
		modifications_set_namer(w->to, NULL, NULL);
	errand_free(w->errand);
	for (size_t i = 0; i < INSTANCES_MAX; i++)
		free(w->instances[i].path);
	procfs_release(&w->proc);
	free(w);
}

/* what cannot be marked, because it is gone or is none of the kernel's: its values are looked at all the same */
static bool mark(struct knob_watch *w, int32_t pid, const char *path, dev_t *dev)
{
	auto_close int task = open_task(w, pid);

	return task >= 0 &&
	       errand_mark_inside(w->errand, task, modifications_group(w->to), path, dev) == 0;
}

static void follow_containers(struct knob_watch *w, const struct state *state)
{
	static const char *const places[] = { "proc", "sys" };
	struct state_container c;
	dev_t dev;

	/* those of the start all at once: each news of one goes through all */
	if (w->containers == state_container_generation(state) || !state_is_complete(state))
		return;
	w->containers = state_container_generation(state);
	for (size_t next = 0; state_container_next(state, &next, &c);)
		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			errand_for(w->errand, party_of(c.init_pid, 0));
			if (mark(w, c.init_pid, places[i], &dev))
				remember(w, dev, c.init_pid, 0, places[i]);
		}
}

static void follow_mounts(struct knob_watch *w, const struct state *state)
{
	struct state_mount m;
	char target[PATH_MAX];
	dev_t dev;

	/* those of others wait; who is late has had his turn */
	while (!was_late(w) && state_mount_next(state, &w->mounts, &m)) {
		snprintf(target, sizeof(target), "%.*s", STR_ARG(m.target));
		errand_for(w->errand, party_of(m.init_pid, m.pid));
		if (mark(w, m.pid, target, &dev) ||
		    (m.init_pid && mark(w, m.init_pid, target, &dev)))
			remember(w, dev, m.init_pid, m.pid, target);
	}
}

void knob_watch_follow(struct knob_watch *w, const struct state *state)
{
	if (!w || !w->to || is_paused(w))
		return;
	follow_containers(w, state);
	follow_mounts(w, state);
}
