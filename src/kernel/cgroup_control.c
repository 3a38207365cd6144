/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a cgroup directory, written and read again until they say what was asked for.
 *
 * Owns nothing between calls. Must never act on the root of a hierarchy, follow a link, or leave a
 * cgroup stopped that was only to be killed.
 */
#include "kernel/cgroup_control.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "kernel/cgroupfs.h"
#include "kernel/mountinfo.h"

#define MOUNTINFO_MAX (16 * 1024 * 1024)
#define MOUNTINFO_ARENA (32 * 1024 * 1024)
#define VALUE_MAX 256
#define TASKS_MAX (1024 * 1024) /* bytes of cgroup.procs */
#define PATIENCE (500 * NS_PER_MS) /* for tasks that sleep in the kernel */
#define ROUNDS 8 /* of killing, where tasks may be born between two of them */

/* where */

/* the root of @m, and below it @path, which the kernel wrote: no links, no way up */
static int directory_open(const struct mountinfo *m, struct str path)
{
	struct open_how how = { .flags = O_DIRECTORY | O_RDONLY | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
					   RESOLVE_NO_MAGICLINKS };
	char root[PATH_MAX], below[PATH_MAX];
	auto_close int fd = -1;
	int dir;

	if (path.len < 2 || m->mount_point.len >= sizeof(root) || path.len > sizeof(below))
		return -ENOENT;
	snprintf(root, sizeof(root), "%.*s", STR_ARG(m->mount_point));
	snprintf(below, sizeof(below), "%.*s", STR_ARG(str_from(path, 1)));
	fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	dir = (int)syscall(SYS_openat2, fd, below, &how, sizeof(how));
	return dir < 0 ? -errno : dir;
}

static bool is_freezer(const struct mountinfo *m)
{
	return str_eq(m->fstype, STR("cgroup")) &&
	       mountinfo_option(m->super_options, STR("freezer"), NULL);
}

/* the path that @cgroups give for the hierarchy of @m; absent: none */
static struct str path_in(const struct mountinfo *m, struct str cgroups)
{
	bool is_v2 = str_eq(m->fstype, STR("cgroup2"));
	struct cgroup_line line;

	if (!str_eq(m->root, STR("/")) || (!is_v2 && !is_freezer(m)))
		return STR_ABSENT;
	while (cgroup_line_next(&cgroups, &line)) {
		struct str names = line.controllers, name;
		bool is_its = is_v2 && !line.hierarchy;

		while (!is_v2 && str_cut(&names, ',', &name))
			is_its |= str_eq(name, STR("freezer"));
		if (is_its)
			return line.path;
	}
	return STR_ABSENT;
}

int cgroup_place_open(const struct procfs *proc, struct str cgroups, struct cgroup_place *out)
{
	AUTO(arena) a = arena_new(65536, MOUNTINFO_ARENA);
	struct mountinfo m;
	struct str text;
	int r = a ? procfs_text(proc, "self/mountinfo", MOUNTINFO_MAX, a, &text) : -ENOMEM;

	*out = CGROUP_NOWHERE;
	if (r < 0)
		return r;
	r = -ENOENT;
	while (!(out->dir >= 0 && out->is_v2) && mountinfo_next(&text, &m, a)) {
		struct str path = path_in(&m, cgroups);
		int dir = path.ptr ? directory_open(&m, path) : -ENOENT;

		if (dir < 0) {
			r = path.ptr ? dir : r;
			continue;
		}
		cgroup_place_close(out);
		*out = (struct cgroup_place){ .dir = dir,
					      .is_v2 = str_eq(m.fstype, STR("cgroup2")) };
	}
	return out->dir >= 0 ? 0 : r;
}

bool cgroup_control_is_possible(const struct procfs *proc)
{
	AUTO(arena) a = arena_new(65536, MOUNTINFO_ARENA);
	struct mountinfo m;
	struct str text;
	bool is_possible = false;

	if (!a || procfs_text(proc, "self/mountinfo", MOUNTINFO_MAX, a, &text) < 0)
		return false;
	while (!is_possible && mountinfo_next(&text, &m, a))
		is_possible = (str_eq(m.fstype, STR("cgroup2")) || is_freezer(&m)) &&
			      !mountinfo_option(m.options, STR("ro"), NULL) &&
			      !mountinfo_option(m.super_options, STR("ro"), NULL);
	return is_possible;
}

void cgroup_place_close(struct cgroup_place *p)
{
	cleanup_close(&p->dir);
	p->dir = -1;
}

/* files */

static int value_write(int dir, const char *name, const char *value)
{
	auto_close int fd = openat(dir, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : file_write_all(fd, str_of(value));
}

static bool value_holds(int dir, const char *name, struct str line)
{
	auto_buf struct buf text = { 0 };
	struct str rest, one;

	if (file_read_plain_at(dir, name, VALUE_MAX, &text) < 0)
		return false;
	rest = buf_str(&text);
	while (str_cut(&rest, '\n', &one))
		if (str_eq(one, line))
			return true;
	return false;
}

static int wait_for(int dir, const char *name, struct str line)
{
	uint64_t end = clock_monotonic() + PATIENCE;

	while (!value_holds(dir, name, line)) {
		if (clock_monotonic() >= end)
			return -ETIMEDOUT;
		nanosleep(&(struct timespec){ .tv_nsec = 2 * NS_PER_MS }, NULL);
	}
	return 0;
}

/* acting */

int cgroup_place_freeze(const struct cgroup_place *p, bool frozen)
{
	int r;

	if (p->is_v2) {
		r = value_write(p->dir, "cgroup.freeze", frozen ? "1" : "0");
		return r < 0 ? r
			     : wait_for(p->dir, "cgroup.events",
					frozen ? STR("frozen 1") : STR("frozen 0"));
	}
	r = value_write(p->dir, "freezer.state", frozen ? "FROZEN" : "THAWED");
	return r < 0 ? r
		     : wait_for(p->dir, "freezer.state", frozen ? STR("FROZEN") : STR("THAWED"));
}

/* SIGKILL to the tasks that @dir lists itself; how many there were, or -errno */
static int signal_tasks(int dir)
{
	auto_buf struct buf text = { 0 };
	struct str rest, line;
	ssize_t n = file_read_plain_at(dir, "cgroup.procs", TASKS_MAX, &text);
	int found = 0;

	if (n < 0)
		return n == -ENOENT || n == -ENODEV ? 0 : (int)n;
	rest = buf_str(&text);
	while (str_cut(&rest, '\n', &line)) {
		uint64_t pid;

		/* a 0 is a task of a pid namespace that is not ours to see */
		if (str_to_u64(line, 10, &pid) < 0 || pid < 2 || pid > INT32_MAX)
			continue;
		if (kill((pid_t)pid, SIGKILL) == 0)
			found++;
	}
	return found;
}

static int signal_below(int dir)
{
	char path[64];
	char *roots[] = { path, NULL };
	int found = 0;
	FTSENT *at;
	FTS *walk;

	snprintf(path, sizeof(path), "/proc/self/fd/%d/", dir);
	walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	if (!walk)
		return -errno;
	while ((at = fts_read(walk))) {
		auto_close int fd = -1;
		int n;

		if (at->fts_info != FTS_D)
			continue;
		fd = open(at->fts_accpath, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? 0 : signal_tasks(fd);
		found = n < 0 ? n : found + n;
		if (n < 0)
			break;
	}
	fts_close(walk);
	return found;
}

/* stopped, tasks bear no others; should stopping fail, several rounds have to do */
static int kill_one_by_one(const struct cgroup_place *p)
{
	int stopped = cgroup_place_freeze(p, true), n = 0;

	if (stopped < 0 && stopped != -ETIMEDOUT && stopped != -EAGAIN)
		return stopped;
	for (int i = 0; i < (stopped == 0 ? 1 : ROUNDS) && n >= 0; i++)
		n = signal_below(p->dir);
	stopped = cgroup_place_freeze(p, false);
	if (n < 0)
		return n;
	/* gone before it could be seen thawed: what was wanted */
	return stopped == -ENODEV || stopped == -ENOENT || stopped == -ETIMEDOUT ||
			       stopped == -EAGAIN
		       ? 0
		       : stopped;
}

int cgroup_place_kill(const struct cgroup_place *p)
{
	int r = p->is_v2 ? value_write(p->dir, "cgroup.kill", "1") : -ENOENT;

	return r == -ENOENT || r == -EAGAIN ? kill_one_by_one(p) : r;
}

/* what froze itself and not merely lies below something frozen */
static bool is_frozen(const struct cgroup_place *p)
{
	return p->is_v2 ? value_holds(p->dir, "cgroup.freeze", STR("1"))
			: value_holds(p->dir, "freezer.self_freezing", STR("1"));
}

static int thaw_below(struct str mount_point, bool is_v2, struct str id)
{
	char path[PATH_MAX];
	char *roots[] = { path, NULL };
	int thawed = 0, r = 0;
	FTSENT *at;
	FTS *walk;

	snprintf(path, sizeof(path), "%.*s", STR_ARG(mount_point));
	walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	if (!walk)
		return -errno;
	while (r == 0 && (at = fts_read(walk))) {
		__attribute__((cleanup(cgroup_place_close))) struct cgroup_place p = CGROUP_NOWHERE;

		if (at->fts_info != FTS_D || at->fts_level == 0 ||
		    str_find(str_mem(at->fts_name, at->fts_namelen), id) < 0)
			continue;
		p = (struct cgroup_place){
			.dir = open(at->fts_accpath, O_DIRECTORY | O_RDONLY | O_CLOEXEC),
			.is_v2 = is_v2,
		};
		if (p.dir < 0 || !is_frozen(&p))
			continue;
		r = cgroup_place_freeze(&p, false);
		thawed += r == 0;
	}
	fts_close(walk);
	return r < 0 ? r : thawed;
}

int cgroup_thaw(const struct procfs *proc, struct str id)
{
	AUTO(arena) a = arena_new(65536, MOUNTINFO_ARENA);
	struct mountinfo m;
	struct str text;
	int n = 0, r = a ? procfs_text(proc, "self/mountinfo", MOUNTINFO_MAX, a, &text) : -ENOMEM;

	if (r < 0)
		return r;
	while (r >= 0 && mountinfo_next(&text, &m, a)) {
		bool is_v2 = str_eq(m.fstype, STR("cgroup2"));

		if (!is_v2 && !is_freezer(&m))
			continue;
		r = thaw_below(m.mount_point, is_v2, id);
		n += r > 0 ? r : 0;
	}
	return r < 0 ? r : n;
}
