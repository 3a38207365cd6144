/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two mount tables: the task's says where within its file system the file lies, ours which directory is the upper
 * one. Owns the list of the latter.
 */
#include "kernel/overlay.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "kernel/mountinfo.h"

#define TABLE_MAX (4 * 1024 * 1024)

static void forget(struct overlays *o)
{
	for (size_t i = 0; i < o->n; i++)
		free(o->at[i].upper);
	o->n = 0;
}

void overlays_release(struct overlays *o)
{
	forget(o);
	free(o->at);
	if (o->table > 0)
		close(o->table);
	*o = (struct overlays){ 0 };
}

static struct overlay *find(const struct overlays *o, uint32_t major, uint32_t minor)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->at[i].major == major && o->at[i].minor == minor)
			return &o->at[i];
	return NULL;
}

static void keep(struct overlays *o, const struct mountinfo *m, struct arena *a)
{
	struct str upper;
	struct overlay *new;

	if (!str_eq(m->fstype, STR("overlay")) || o->n == OVERLAYS_MAX ||
	    find(o, m->major, m->minor))
		return;
	new = &o->at[o->n];
	*new = (struct overlay){ .major = m->major, .minor = m->minor };
	if (mountinfo_option(m->super_options, STR("upperdir"), &upper)) {
		upper = mountinfo_decode(upper, a);
		/* relative to wherever the runtime stood: nobody can tell any more */
		if (!upper.len || upper.ptr[0] != '/')
			return;
		new->upper = strndup(upper.ptr, upper.len);
		if (!new->upper)
			return;
	}
	o->n++;
}

static bool has_changed(const struct overlays *o)
{
	/* proc_pid_mounts(5): POLLPRI and POLLERR when the table changed */
	struct pollfd p = { .fd = o->table, .events = POLLPRI };

	return poll(&p, 1, 0) != 0;
}

static bool refresh(struct overlays *o, const struct procfs *proc, struct arena *a)
{
	bool is_new = o->table <= 0;
	struct str text;
	struct mountinfo m;

	if (is_new) {
		o->table = openat(proc->root, "self/mountinfo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (!o->at)
			o->at = calloc(OVERLAYS_MAX, sizeof(*o->at));
		if (o->table < 0 || !o->at)
			return false;
	}
	if (!has_changed(o) && !is_new)
		return true;
	forget(o);
	if (procfs_text(proc, "self/mountinfo", TABLE_MAX, a, &text) < 0)
		return false;
	while (mountinfo_next(&text, &m, a))
		keep(o, &m, a);
	return true;
}

/* the rest of @path below the directory @dir, without a slash in front */
static bool path_below(struct str path, struct str dir, struct str *rest)
{
	if (str_eq(dir, STR("/")))
		dir.len = 0;
	if (!str_starts(path, dir) || path.len <= dir.len + 1 || path.ptr[dir.len] != '/')
		return false;
	*rest = str_from(path, dir.len + 1);
	return true;
}

/* the mount that the file lies on: by its number, else the one whose mount point is nearest */
static bool find_mount(const struct overlay_place *place, struct mountinfo *out, struct arena *a)
{
	bool found = false;
	struct mountinfo m;
	struct str text, rest;

	if (procfs_file(place->task, "mountinfo", TABLE_MAX, a, &text) < 0)
		return false;
	while (mountinfo_next(&text, &m, a)) {
		if (place->mount ? m.id != place->mount
				 : !path_below(place->path, m.mount_point, &rest) ||
					   (found && m.mount_point.len < out->mount_point.len))
			continue;
		*out = m;
		found = true;
	}
	return found &&
	       (place->mount || (out->major == place->major && out->minor == place->minor));
}

enum overlay_layer overlays_find(struct overlays *o, const struct procfs *proc, struct errand *e,
				 const struct overlay_place *place, struct arena *a)
{
	const struct overlay *overlay;
	struct str below, within;
	struct mountinfo m = { 0 };
	int r;

	if (!find_mount(place, &m, a))
		return LAYER_UNKNOWN;
	if (!str_eq(m.fstype, STR("overlay")))
		return LAYER_NONE;
	if (!path_below(place->path, m.mount_point, &below) || !refresh(o, proc, a))
		return LAYER_UNKNOWN;
	overlay = find(o, m.major, m.minor);
	if (!overlay)
		return LAYER_UNKNOWN;
	if (!overlay->upper)
		return LAYER_LOWER;
	within = str_eq(m.root, STR("/"))
			 ? below
			 : arena_printf(a, "%.*s/%.*s", STR_ARG(str_from(m.root, 1)),
					STR_ARG(below));
	within = arena_str(a, within);
	if (!within.ptr)
		return LAYER_UNKNOWN;
	r = errand_has_file(e, overlay->upper, within.ptr);
	return r > 0 ? LAYER_UPPER : r == 0 ? LAYER_LOWER : LAYER_UNKNOWN;
}
