// SPDX-License-Identifier: Apache-2.0
/* Whenever our mount table changes all is told anew: to mark a file system twice is to mark it once. */
#include "daemon/exec_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/guardian.h"
#include "guard/protocol.h"
#include "kernel/mountinfo.h"

#define ARMED_FOR (300 * NS_PER_S)
#define REST (60 * NS_PER_S)
#define LOOK_EVERY (20 * NS_PER_MS)
#define MOUNTINFO_MAX (4 * 1024 * 1024)
#define SILENT_MAX 1024

/* disks and memory; a network's, a user's (FUSE) or a device's must never be waited for */
static const char *const suitable[] = {
	"ext2",	    "ext3",   "ext4",	  "xfs",     "btrfs", "f2fs",  "zfs",	"bcachefs",
	"jfs",	    "nilfs2", "reiserfs", "overlay", "aufs",  "tmpfs", "ramfs", "rootfs",
	"squashfs", "erofs",  "cramfs",	  "iso9660", "udf",   "vfat",  "exfat", "ntfs3",
};

/* the kernel's own, which always answer and hold no programs */
static const char *const harmless[] = {
	"proc",	   "sysfs",    "cgroup",     "cgroup2",	    "devtmpfs",	 "devpts",   "mqueue",
	"debugfs", "tracefs",  "securityfs", "pstore",	    "bpf",	 "configfs", "hugetlbfs",
	"nsfs",	   "efivarfs", "fusectl",    "binfmt_misc", "selinuxfs",
};

static bool is_in(struct str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, str_of(names[i])))
			return true;
	return false;
}

bool exec_mark_suits(struct str fstype)
{
	return is_in(fstype, suitable, ARRAY_LEN(suitable));
}

int exec_mark_init(struct exec_mark *m, enum exec_mark_mode mode)
{
	*m = (struct exec_mark){ .mode = mode, .mounts_fd = -1 };
	if (mode == EXEC_MARK_OFF)
		return 0;
	m->arena = arena_new(64 * 1024, 4 * (size_t)MOUNTINFO_MAX);
	m->mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (!m->arena)
		return -ENOMEM;
	return m->mounts_fd < 0 ? -errno : 0;
}

void exec_mark_release(struct exec_mark *m)
{
	cleanup_close(&m->mounts_fd);
	m->mounts_fd = -1;
	arena_free(m->arena);
	m->arena = NULL;
}

void exec_mark_forget(struct exec_mark *m)
{
	m->is_armed = false;
	m->told_helpers = 0;
}

void exec_mark_rest(struct exec_mark *m)
{
	m->is_armed = false;
	m->rest_until = clock_monotonic() + REST;
}

/* mounts */

/* mount points behind which somebody may not answer */
struct silent {
	struct str at[SILENT_MAX];
	size_t n;
	bool is_full; /* then nobody can tell what is behind one */
};

static bool is_behind(const struct silent *s, struct str path)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_starts(path, s->at[i]) &&
		    (path.len == s->at[i].len || path.ptr[s->at[i].len] == '/'))
			return true;
	return s->is_full;
}

static void add_silent(struct silent *s, struct str path)
{
	if (s->n == SILENT_MAX)
		s->is_full = true;
	else
		s->at[s->n++] = path;
}

static int tell_mount(struct guardian *g, struct str mount_point)
{
	const struct guard_message message = { .kind = GUARD_EXEC_MARK };
	char path[PATH_MAX];
	auto_close int fd = -1;

	if (mount_point.len >= sizeof(path))
		return 0;
	snprintf(path, sizeof(path), "%.*s", STR_ARG(mount_point));
	fd = open(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	/* one that went meanwhile needs no mark */
	return fd < 0 ? 0 : guardian_tell(g, &message, 0, fd);
}

/* from the one that found no room last time; -EAGAIN: there is none again */
static int tell_mounts(struct exec_mark *m, struct guardian *g, const struct procfs *proc)
{
	struct silent silent = { .n = 0 };
	struct mountinfo mount;
	struct str rest;
	size_t i = 0;
	int r;

	arena_reset(m->arena);
	r = procfs_text(proc, "self/mountinfo", MOUNTINFO_MAX, m->arena, &rest);
	for (; r == 0 && mountinfo_next(&rest, &mount, m->arena); i++) {
		bool suits = exec_mark_suits(mount.fstype);

		if (!suits && !is_in(mount.fstype, harmless, ARRAY_LEN(harmless)))
			add_silent(&silent, mount.mount_point);
		if (i < m->next || !suits || is_behind(&silent, mount.mount_point))
			continue;
		r = tell_mount(g, mount.mount_point);
		if (r == 0)
			m->next = i + 1;
	}
	return r;
}

/* the kernel counts for each open file of mountinfo (fs/namespace.c, mounts_poll()) */
static bool mounts_changed(const struct exec_mark *m)
{
	struct pollfd fd = { m->mounts_fd, POLLPRI, 0 };

	return poll(&fd, 1, 0) > 0 && fd.revents & POLLPRI;
}

/* what is due */

static void tell_helpers(struct exec_mark *m, struct guardian *g, const struct state *state)
{
	uint64_t generation = state_helper_generation(state);
	struct guard_message message = { .kind = GUARD_HELPERS };
	const struct facts_helper *list;
	size_t n = state_helpers(state, &list);

	if (!generation || generation == m->told_helpers)
		return;
	for (size_t i = 0; i < n && i < GUARD_HELPERS_MAX; i++)
		message.helpers.files[message.helpers.n++] = (struct guard_helper){
			.dev_major = list[i].dev_major,
			.dev_minor = list[i].dev_minor,
			.inode = list[i].inode,
		};
	if (guardian_tell(g, &message, sizeof(message.helpers), -1) == 0)
		m->told_helpers = generation;
}

/* a hierarchy that came, a value that changed: somebody may be about to have a program started */
static void heed_alarms(struct exec_mark *m, const struct state *state, uint64_t now)
{
	uint64_t alarm = state_alarm_generation(state);

	if (m->has_alarm && alarm != m->alarm)
		m->armed_until = now + ARMED_FOR;
	m->has_alarm = true;
	m->alarm = alarm;
}

static bool is_wanted(const struct exec_mark *m, uint64_t now)
{
	/* without the table everything would be refused */
	if (!m->told_helpers || now < m->rest_until)
		return false;
	return m->mode == EXEC_MARK_ALWAYS || now < m->armed_until;
}

static void disarm(struct exec_mark *m, struct guardian *g)
{
	const struct guard_message message = { .kind = GUARD_EXEC_UNMARK };

	if (guardian_tell(g, &message, 0, -1) == 0)
		m->is_armed = false;
}

void exec_mark_follow(struct exec_mark *m, struct guardian *g, const struct procfs *proc,
		      const struct state *state)
{
	uint64_t now = clock_monotonic();

	if (m->mode == EXEC_MARK_OFF || now < m->next_look)
		return;
	m->next_look = now + LOOK_EVERY;
	tell_helpers(m, g, state);
	heed_alarms(m, state, now);
	if (!is_wanted(m, now)) {
		if (m->is_armed)
			disarm(m, g);
		return;
	}
	if (mounts_changed(m) || !m->is_armed) {
		m->is_stale = m->is_armed = true;
		m->next = 0;
	}
	if (m->is_stale && tell_mounts(m, g, proc) == 0)
		m->is_stale = false;
}
