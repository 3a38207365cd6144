/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mark holds no hierarchy, and no descriptor of one is kept: each is opened for as long as it takes to mark it, or to
 * learn the name of a file that was written.
 */
#include "daemon/cgroup_watch.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/text.h"
#include "kernel/cgroup_name.h"
#include "kernel/cgroupfs.h"
#include "kernel/fanotify.h"

/* a start of a container writes tens of files that are no knobs, some of them over and over */
#define PLAIN_MAX 512

struct cgroup_watch {
	struct modifications *to;
	struct procfs proc;
	uint64_t followed;
	struct marked {
		dev_t dev;
		struct text controllers, mount_point;
	} rows[STATE_WATCHES_MAX];
	size_t n;
	/* files that are none: the kernel gives no number of a hierarchy to another file (fs/kernfs/dir.c) */
	struct plain {
		dev_t dev;
		ino_t inode;
	} plain[PLAIN_MAX];
	size_t n_plain; /* ever; a ring */
};

static bool is_plain(const struct cgroup_watch *w, const struct stat *st)
{
	size_t n = w->n_plain < PLAIN_MAX ? w->n_plain : PLAIN_MAX;

	for (size_t i = 0; i < n; i++)
		if (w->plain[i].inode == st->st_ino && w->plain[i].dev == st->st_dev)
			return true;
	return false;
}

static const struct marked *row_of(const struct cgroup_watch *w, dev_t dev)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->rows[i].dev == dev)
			return &w->rows[i];
	return NULL;
}

static int root_open(const struct cgroup_watch *w, struct str controllers)
{
	const struct cgroupfs cgroupfs = { .proc = &w->proc, .can_mount = true };

	return cgroupfs_root_open(&cgroupfs, controllers);
}

/* of a kernel that does not tell, or of a hierarchy that is gone, the name that the writer used must do */
static bool name(void *ctx, int fd, const struct stat *st, struct str shown, struct buf *path)
{
	struct cgroup_watch *w = ctx;
	const struct marked *row = row_of(w, st->st_dev);
	auto_close int root =
		row && !is_plain(w, st) ? root_open(w, text_str(&row->controllers)) : -1;
	char own[PATH_MAX];
	bool is_known = root >= 0 && cgroup_name(root, fd, own) == 0;

	if (!row || is_plain(w, st))
		return false;
	buf_clear(path);
	if (is_known)
		buf_printf(path, "%.*s%s", STR_ARG(text_str(&row->mount_point)), own);
	else
		buf_add(path, shown);
	if (cgroup_knob(buf_str(path)).ptr)
		return !buf_failed(path);
	if (is_known)
		w->plain[w->n_plain++ % PLAIN_MAX] = (struct plain){ st->st_dev, st->st_ino };
	return false;
}

struct cgroup_watch *cgroup_watch_new(struct modifications *m)
{
	AUTO(cgroup_watch) w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->to = m;
	w->proc.root = -1;
	if (procfs_init(&w->proc, NULL) < 0)
		return NULL;
	if (m)
		modifications_set_cgroup_namer(m, name, w);
	return take_ptr(w);
}

void cgroup_watch_free(struct cgroup_watch *w)
{
	if (!w)
		return;
	if (w->to)
		modifications_set_cgroup_namer(w->to, NULL, NULL);
	for (size_t i = 0; i < STATE_WATCHES_MAX; i++) {
		text_release(&w->rows[i].controllers);
		text_release(&w->rows[i].mount_point);
	}
	procfs_release(&w->proc);
	free(w);
}

/* one that went meanwhile, or that cannot be marked: its value is looked at all the same */
static void mark(struct cgroup_watch *w, const struct state_watch *watch)
{
	struct marked *row = &w->rows[w->n];
	auto_close int root = root_open(w, watch->controllers);

	if (root < 0 || fan_mark_filesystem(modifications_group(w->to), FAN_WHAT_WRITE, root) < 0 ||
	    text_set(&row->controllers, watch->controllers, SIZE_MAX) < 0 ||
	    text_set(&row->mount_point, watch->mount_point, SIZE_MAX) < 0)
		return;
	row->dev = makedev(watch->dev_major, watch->dev_minor);
	w->n++;
}

void cgroup_watch_follow(struct cgroup_watch *w, const struct state *state)
{
	struct state_watch watches[STATE_WATCHES_MAX];
	uint64_t generation = state_watch_generation(state) + 1;
	size_t n;

	if (!w || !w->to || generation == w->followed)
		return;
	w->followed = generation;
	n = state_watches(state, watches, STATE_WATCHES_MAX);
	/* the number of a device that is gone may be another's */
	w->n = w->n_plain = 0;
	for (size_t i = 0; i < n; i++)
		mark(w, &watches[i]);
}
