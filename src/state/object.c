/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the PATH records of an open to its object.
 *
 * Pure but for two questions: the directory behind a descriptor, which no record names, and what a block device
 * is to the host. Must not
 * resolve links: device and inode of the record are the truth, names are for display.
 */
#include "state/object.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "state/state_parts.h"

struct str path_absolute(struct str dir, struct str name, struct arena *a)
{
	bool is_relative = name.len == 0 || name.ptr[0] != '/';
	struct str parts[2] = { is_relative ? dir : STR_ABSENT, name };
	struct str part;
	size_t len = 0;
	char *out;

	if (!name.ptr || (is_relative && (dir.len == 0 || dir.ptr[0] != '/')))
		return STR_ABSENT;
	out = arena_alloc(a, dir.len + name.len + 3);
	if (!out)
		return STR_ABSENT;
	for (unsigned i = 0; i < 2; i++) {
		while (str_cut(&parts[i], '/', &part)) {
			if (part.len == 0 || str_eq(part, STR(".")))
				continue;
			if (str_eq(part, STR(".."))) {
				while (len > 0 && out[--len] != '/')
					;
				continue;
			}
			out[len++] = '/';
			memcpy(out + len, part.ptr, part.len);
			len += part.len;
		}
	}
	if (len == 0)
		out[len++] = '/';
	return str_mem(out, len);
}

/* where the descriptor of the directory stands among the arguments; -1: there is none */
static const struct {
	evt_type type;
	int dirfd;
} openers[] = {
	{ EVT_OPEN, -1 },
	{ EVT_CREAT, -1 },
	{ EVT_OPENAT, 0 },
	{ EVT_OPENAT2, 0 },
	{ EVT_OPEN_BY_HANDLE_AT, -1 },
	/* of these only a device is an object */
	{ EVT_MKNOD, -1 },
	{ EVT_MKNODAT, 0 },
	{ EVT_MOUNT, -1 },
	{ EVT_FSCONFIG, -1 },
	{ EVT_SWAPON, -1 },
};

/* PARENT items are directories on the way; the object itself comes last */
static bool object_path(const struct event *ev, struct path_record *out)
{
	struct path_record path;
	bool found = false;

	for (size_t i = 0; event_path(ev, i, &path); i++) {
		if (path.kind != PATH_NORMAL && path.kind != PATH_CREATE)
			continue;
		*out = path;
		found = true;
	}
	return found;
}

static struct str object_directory(struct state *s, const struct event *ev, const struct process *p,
				   int arg)
{
	int32_t fd = arg < 0 || ev->is_uring ? AT_FDCWD : (int32_t)ev->sys.arg[arg];
	struct str dir = STR_ABSENT;

	if (fd == AT_FDCWD)
		return event_cwd(ev);
	if (!p || !state_can_ask(s, process_node(p)))
		return STR_ABSENT;
	state_asked(s);
	if (facts_ask_fd(s->facts, ev->sys.pid, fd, &dir, ev->arena) < 0)
		return STR_ABSENT;
	return dir;
}

void object_of_permission(const struct permission *p, struct object *out)
{
	*out = (struct object){
		.exists = true,
		.name = p->path,
		.realpath = p->path,
		.has_inode = p->has_inode,
		.inode = p->inode,
		.dev_major = p->dev_major,
		.dev_minor = p->dev_minor,
		.mode = p->mode,
		.knob = p->knob,
		.is_protected = p->is_protected,
	};
}

static bool is_device(uint32_t mode)
{
	return S_ISBLK(mode) || S_ISCHR(mode);
}

/* the device that a call mounts or swaps on is one of its paths, whatever the others are */
static bool device_path(const struct event *ev, struct path_record *out)
{
	for (size_t i = 0; event_path(ev, i, out); i++)
		if (S_ISBLK(out->mode))
			return true;
	return false;
}

/* linux/kdev_t.h, new_decode_dev(): how mknod(2) has a number in one argument */
static void decode_device(uint64_t dev, uint32_t *major, uint32_t *minor)
{
	*major = (uint32_t)(dev >> 8 & 0xfff);
	*minor = (uint32_t)((dev & 0xff) | (dev >> 12 & 0xfff00));
}

/* what was asked for: of an attempt that failed there is no node */
static bool node_path(const struct event *ev, unsigned mode_arg, struct path_record *out)
{
	uint32_t mode = (uint32_t)ev->sys.arg[mode_arg];

	if (!is_device(mode))
		return false;
	if (!object_path(ev, out))
		*out = (struct path_record){ 0 };
	out->mode = mode;
	decode_device(ev->sys.arg[mode_arg + 1], &out->rdev_major, &out->rdev_minor);
	return true;
}

static bool find_path(const struct event *ev, struct path_record *out)
{
	switch (ev->type) {
	case EVT_MKNOD:
		return node_path(ev, 1, out);
	case EVT_MKNODAT:
		return node_path(ev, 2, out);
	case EVT_MOUNT:
	case EVT_FSCONFIG:
	case EVT_SWAPON:
		return device_path(ev, out);
	default:
		return object_path(ev, out);
	}
}

void object_observe(struct state *s, const struct event *ev, const struct process *p,
		    struct object *out)
{
	struct path_record path = { 0 };
	size_t i = 0;

	while (i < ARRAY_LEN(openers) && openers[i].type != ev->type)
		i++;
	if (i == ARRAY_LEN(openers) || !find_path(ev, &path))
		return;
	out->exists = true;
	out->nameraw = path.name;
	if (path.name.len > 0 && path.name.ptr[0] == '/')
		out->name = path_absolute(STR_ABSENT, path.name, ev->arena);
	else if (path.name.len > 0)
		out->name = path_absolute(object_directory(s, ev, p, openers[i].dirfd), path.name,
					  ev->arena);
	out->has_inode = path.has_inode;
	out->inode = path.inode;
	out->dev_major = path.dev_major;
	out->dev_minor = path.dev_minor;
	out->rdev_major = path.rdev_major;
	out->rdev_minor = path.rdev_minor;
	out->mode = path.mode;
	disk_observe(s, ev, p, out);
}
