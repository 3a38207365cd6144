/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cgroup v1 hierarchies of the machine and their release_agent files.
 *
 * Owns nothing between calls. Must never make a hierarchy by looking at it, nor walk a path that is
 * not the host's own: see hierarchy_mount() and is_ours_to_walk().
 */
#include "kernel/cgroupfs.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "kernel/cgroup_memory.h"
#include "kernel/mountinfo.h"

#define CGROUP_TEXT_MAX (4 * 1024 * 1024) /* 50,000 hierarchies with the longest names */
#define MOUNTINFO_MAX (16 * 1024 * 1024) /* fs.mount-max mounts of common length */
#define AGENT_MAX (PATH_MAX + 1) /* CGROUP RELEASE_AGENT_PATH_MAX and the newline */
#define TOKEN_MAX 128 /* MAX_CGROUP_ROOT_NAMELEN is 64 */

static bool parse_line(struct str line, struct cgroup_line *out)
{
	struct str word;
	uint64_t id;

	if (!str_cut(&line, ':', &word) || str_to_u64(word, 10, &id) < 0 || id > UINT32_MAX ||
	    !str_cut(&line, ':', &out->controllers) || !str_starts(line, STR("/")))
		return false;
	out->hierarchy = (uint32_t)id;
	out->path = line;
	return true;
}

bool cgroup_line_next(struct str *rest, struct cgroup_line *out)
{
	struct str line;

	while (str_cut(rest, '\n', &line))
		if (parse_line(line, out))
			return true;
	return false;
}

bool cgroup_line_below(struct str *rest, struct cgroup_line *out)
{
	struct str line;

	/* everybody's lines are read at the start: one look at most of them must do */
	while (str_cut(rest, '\n', &line))
		if (!str_ends(line, STR(":/")) && parse_line(line, out))
			return true;
	return false;
}

/* mounting */

static int set_option(int fs, struct str option)
{
	static const struct str name = STR("name=");
	char text[TOKEN_MAX];

	if (option.len >= sizeof(text))
		return -EINVAL;
	memcpy(text, option.ptr, option.len);
	text[option.len] = 0;
	if (str_starts(option, name))
		return fsconfig(fs, FSCONFIG_SET_STRING, "name", text + name.len, 0);
	return fsconfig(fs, FSCONFIG_SET_FLAG, text, NULL, 0);
}

/*
 * A detached mount of an existing hierarchy. A named one is asked for by its name alone, which the
 * kernel never takes as an order to make one (cgroup1_root_to_use()); then "none" and controllers
 * must stay out. One without a name is asked for by its controllers; should its last user leave
 * between reading the list and here, a hierarchy without children is made and goes again with our
 * descriptor.
 */
static int hierarchy_mount(struct str controllers)
{
	auto_close int fs = fsopen("cgroup", FSOPEN_CLOEXEC);
	ssize_t name = str_find(controllers, STR("name="));
	struct str option;
	int fd;

	if (fs < 0)
		return -errno;
	if (name >= 0)
		controllers = str_from(controllers, (size_t)name); /* the last of the list */
	while (str_cut(&controllers, ',', &option))
		if (set_option(fs, option) < 0)
			return -errno;
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	return fd < 0 ? -errno : fd;
}

/* a name that ends controllers, or the first controller, is one of the super options */
static bool is_mount_of(const struct mountinfo *m, struct str controllers)
{
	struct str first, value;

	if (!str_eq(m->fstype, STR("cgroup")) || !str_eq(m->root, STR("/")) ||
	    !str_cut(&controllers, ',', &first))
		return false;
	if (!str_starts(first, STR("name=")))
		return mountinfo_option(m->super_options, first, NULL);
	return mountinfo_option(m->super_options, STR("name"), &value) &&
	       str_eq(value, str_from(first, 5));
}

static bool is_ours_to_walk(const struct cgroupfs *c, struct str path)
{
	struct str root = str_of(c->root ? c->root : "/sys/fs/cgroup");

	if (!str_starts(path, root) || memchr(path.ptr, 0, path.len))
		return false;
	path = str_from(path, root.len);
	return !path.len || path.ptr[0] == '/';
}

static int mount_open(const struct mountinfo *m)
{
	char path[PATH_MAX];
	struct stat st;
	auto_close int fd = -1;

	if (m->mount_point.len >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, m->mount_point.ptr, m->mount_point.len);
	path[m->mount_point.len] = 0;
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	/* something else may be mounted over it */
	if (major(st.st_dev) != m->major || minor(st.st_dev) != m->minor)
		return -EXDEV;
	return take_fd(&fd);
}

/* reading */

static int agent_read(int dir, struct cgroup_hierarchy *h, struct arena *a)
{
	auto_buf struct buf text = { 0 };
	struct str content;
	struct stat st;
	ssize_t n;

	if (fstatat(dir, "release_agent", &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	h->has_inode = true;
	h->inode = st.st_ino;
	h->dev_major = major(st.st_dev);
	h->dev_minor = minor(st.st_dev);
	n = file_read_plain_at(dir, "release_agent", AGENT_MAX, &text);
	if (n < 0 && n != -EAGAIN)
		return 0;
	content = n < 0 ? FILE_WITHHELD : buf_str(&text);
	if (str_ends(content, STR("\n")))
		content.len--;
	h->release_agent = arena_str(a, content);
	return h->release_agent.ptr ? 0 : -ENOMEM;
}

/* where our namespace has it: the first mount that may be walked, else any */
static void mount_find(const struct cgroupfs *c, struct str controllers,
		       const struct mountinfo *mounts, size_t n, const struct mountinfo **out)
{
	*out = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!is_mount_of(&mounts[i], controllers))
			continue;
		if (!*out || is_ours_to_walk(c, mounts[i].mount_point))
			*out = &mounts[i];
		if (is_ours_to_walk(c, (*out)->mount_point))
			return;
	}
}

/* the root directory through @m (may be NULL), if that is ours to walk */
static int root_walk(const struct cgroupfs *c, const struct mountinfo *m)
{
	return m && is_ours_to_walk(c, m->mount_point) ? mount_open(m) : -ENOENT;
}

/* else by a mount of our own */
static int root_open(const struct cgroupfs *c, struct str controllers, const struct mountinfo *m)
{
	int dir = root_walk(c, m);

	return dir < 0 && c->can_mount ? hierarchy_mount(controllers) : dir;
}

static int read_by_mount(const struct cgroupfs *c, struct cgroup_hierarchy *h, struct arena *a)
{
	auto_close int dir = c->can_mount ? hierarchy_mount(h->controllers) : -EPERM;
	int r;

	if (dir < 0) /* no news of what is known: the next look tries again */
		return c->memory && cgroup_memory_last(c->memory, h, a) < 0 ? -ENOMEM : 0;
	r = agent_read(dir, h, a);
	if (r == 0 && c->memory)
		cgroup_memory_keep(c->memory, h);
	return r;
}

/* 1: never seen, and not now */
static int hierarchy_read(const struct cgroupfs *c, const struct cgroup_line *line,
			  const struct mountinfo *mounts, size_t n, struct cgroup_hierarchy *h,
			  struct arena *a)
{
	const struct mountinfo *m;
	auto_close int dir = -1;
	int r;

	*h = (struct cgroup_hierarchy){ .id = line->hierarchy, .controllers = line->controllers };
	mount_find(c, line->controllers, mounts, n, &m);
	if (m) {
		h->mount_point = m->mount_point;
		h->options = m->super_options;
	}
	dir = root_walk(c, m);
	if (dir >= 0)
		return agent_read(dir, h, a);
	r = c->memory ? cgroup_memory_recall(c->memory, h, a) : RECALL_READ;
	if (r == RECALL_READ)
		return read_by_mount(c, h, a);
	return r == RECALL_LATER ? 1 : r < 0 ? r : 0;
}

/* the cgroup v1 mounts of our namespace; *n = 0 if they cannot be read */
static int mounts_read(const struct cgroupfs *c, struct mountinfo **out, size_t *n, struct arena *a)
{
	auto_buf struct buf found = { 0 };
	struct mountinfo m;
	struct str text;
	int r = procfs_text(c->proc, "self/mountinfo", MOUNTINFO_MAX, a, &text);

	*n = 0;
	*out = NULL;
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	while (mountinfo_next(&text, &m, a))
		if (str_eq(m.fstype, STR("cgroup")))
			buf_add(&found, str_mem(&m, sizeof(m)));
	*n = found.len / sizeof(m);
	*out = arena_array_of(a, struct mountinfo, *n + 1);
	if (buf_failed(&found) || !*out || arena_exhausted(a))
		return -ENOMEM;
	if (*n)
		memcpy(*out, found.ptr, found.len);
	return 0;
}

int cgroupfs_hierarchies(const struct cgroupfs *c, struct cgroup_hierarchy **out, size_t *n,
			 struct arena *a)
{
	struct mountinfo *mounts;
	struct cgroup_line line;
	struct str text, rest;
	size_t n_mounts, lines = 0;
	int r = procfs_text(c->proc, "self/cgroup", CGROUP_TEXT_MAX, a, &text);

	if (r < 0)
		return r;
	r = mounts_read(c, &mounts, &n_mounts, a);
	if (r < 0)
		return r;
	for (rest = text; cgroup_line_next(&rest, &line);)
		lines++;
	*out = arena_array_of(a, struct cgroup_hierarchy, lines + 1);
	if (!*out)
		return -ENOMEM;
	*n = 0;
	for (rest = text; cgroup_line_next(&rest, &line);) {
		if (!line.controllers.len)
			continue; /* version 2 has no release_agent */
		r = hierarchy_read(c, &line, mounts, n_mounts, &(*out)[*n], a);
		if (r < 0)
			return r;
		*n += r == 0;
	}
	if (c->memory)
		cgroup_memory_end(c->memory);
	return 0;
}

int cgroupfs_root_open(const struct cgroupfs *c, struct str controllers)
{
	AUTO(arena) a = arena_new(65536, (size_t)2 * MOUNTINFO_MAX);
	const struct mountinfo *m = NULL;
	struct mountinfo *mounts;
	auto_close int dir = -1;
	size_t n;
	int fd;

	if (!a || mounts_read(c, &mounts, &n, a) < 0)
		return -ENOMEM;
	mount_find(c, controllers, mounts, n, &m);
	dir = root_open(c, controllers, m);
	if (dir < 0)
		return dir;
	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int cgroupfs_agent_open(const struct cgroupfs *c, struct str controllers)
{
	auto_close int dir = cgroupfs_root_open(c, controllers);
	int fd = dir < 0 ? -1 : openat(dir, "release_agent", O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return dir;
	return fd < 0 ? -errno : fd;
}
