/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One batch of events at a time: descriptor, inode, path, record.
 *
 * Owns the group. Must not walk a path that is not the host's own kernel's: no container's mount is touched
 * here, only descriptors that the kernel opened.
 */
#include "source/modifications.h"

#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "event/modification.h"
#include "event/record.h"
#include "kernel/fanotify.h"
#include "kernel/knobs.h"

#define SETTLE (20 * NS_PER_MS) /* the audit stream comes in batches, and through two threads */
#define HELD_MAX 256 /* beyond these events wait in the kernel */
#define BATCH 64
#define SERIAL_FIRST (UINT64_C(7) << 32) /* above those of every other source */

_Static_assert(2 * BATCH <= HELD_MAX,
	       "one that is held leaves no other in the kernel, and its mount busy");

enum { HOST_PROC, HOST_SYS, HOST_BINFMT, HOST_INSTANCES };
#define BINFMT_DIR "/proc/sys/fs/binfmt_misc"

struct modifications {
	int group;
	int mounts_fd; /* of our mount table, to hear that it has changed; -1: it cannot be heard */
	int32_t own;
	dev_t instances[HOST_INSTANCES]; /* the host's; 0: there is none */
	modifications_namer *namer; /* of all others */
	void *namer_ctx;
	modifications_cgroup_namer *cgroup_namer;
	void *cgroup_namer_ctx;
	/* bodies of records that wait, a ring */
	struct held {
		uint64_t due; /* CLOCK_MONOTONIC */
		int32_t pid;
		dev_t dev;
		ino_t inode;
		struct buf body;
	} held[HELD_MAX];
	size_t first_held, n_held;
	uint64_t serial;
	_Atomic uint64_t told, overflows;
	struct buf text, name;
};

static int mark_host(struct modifications *m, const char *path, long magic, dev_t *instance)
{
	auto_close int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != magic)
		return -ENOENT;
	*instance = st.st_dev;
	return fan_mark_filesystem(m->group, FAN_WHAT_WRITE, fd);
}

/* a machine without these has none of their knobs; binfmt_misc may be an automount, which O_PATH leaves alone */
static void mark_others(struct modifications *m)
{
	(void)mark_host(m, "/sys", SYSFS_MAGIC, &m->instances[HOST_SYS]);
	(void)mark_host(m, BINFMT_DIR, BINFMTFS_MAGIC, &m->instances[HOST_BINFMT]);
}

/*
 * What the host mounts later: binfmt_misc, as a rule, whose automount waits for the first who asks. To mark twice is to
 * mark once. The kernel counts for each open file of mountinfo (fs/proc_namespace.c, mounts_poll()).
 */
static void follow_mounts(struct modifications *m)
{
	struct pollfd mounts = { m->mounts_fd, POLLPRI, 0 };

	if (m->mounts_fd >= 0 && poll(&mounts, 1, 0) > 0 && mounts.revents & POLLPRI)
		mark_others(m);
}

struct modifications *modifications_open(struct diag *d)
{
	AUTO(modifications) m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return NULL;
	m->own = getpid();
	m->serial = SERIAL_FIRST;
	m->mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	m->group = fan_open_notify();
	r = m->group < 0 ? m->group
			 : mark_host(m, "/proc", PROC_SUPER_MAGIC, &m->instances[HOST_PROC]);
	if (r < 0) {
		diag_warning(d, NULL, "no-fanotify",
			     "writes in /proc cannot be watched (%s): who changed a kernel knob is "
			     "not known",
			     strerror(-r));
		return NULL;
	}
	mark_others(m);
	return take_ptr(m);
}

void modifications_free(struct modifications *m)
{
	if (!m)
		return;
	if (m->group >= 0)
		close(m->group);
	cleanup_close(&m->mounts_fd);
	buf_release(&m->text);
	buf_release(&m->name);
	for (size_t i = 0; i < HELD_MAX; i++)
		buf_release(&m->held[i].body);
	free(m);
}

void modifications_set_namer(struct modifications *m, modifications_namer *namer, void *ctx)
{
	m->namer = namer;
	m->namer_ctx = ctx;
}

void modifications_set_cgroup_namer(struct modifications *m, modifications_cgroup_namer *namer,
				    void *ctx)
{
	m->cgroup_namer = namer;
	m->cgroup_namer_ctx = ctx;
}

int modifications_group(const struct modifications *m)
{
	return m->group;
}

static bool has_room(const struct modifications *m)
{
	return m->n_held + BATCH <= HELD_MAX;
}

int modifications_fd(const struct modifications *m)
{
	return m && has_room(m) ? m->group : -1;
}

int modifications_timeout(const struct modifications *m, int idle_ms)
{
	uint64_t now = clock_monotonic(), due = m && m->n_held ? m->held[m->first_held].due : 0;

	if (!due)
		return idle_ms;
	return now >= due ? 0 : (int)((due - now) / NS_PER_MS) + 1;
}

/* the kernel keeps the inode while the event's descriptor is open, so a name leads to the same again */
static const struct knob_def *knob_of(const struct stat *st)
{
	const struct knob_def *k;
	struct stat other;

	/* no name below a mount point is asked for: it may be an automount */
	for (size_t i = 0; (k = knob_at(i)); i++)
		if (strncmp(k->path, BINFMT_DIR "/", sizeof(BINFMT_DIR)) != 0 &&
		    lstat(k->path, &other) == 0 && other.st_ino == st->st_ino &&
		    other.st_dev == st->st_dev)
			return k;
	return NULL;
}

/* another write by the same process to the same file is none of its own, as long as the kernel holds one, either */
static bool is_held(const struct modifications *m, int32_t pid, const struct stat *st)
{
	for (size_t i = 0; i < m->n_held; i++) {
		const struct held *h = &m->held[(m->first_held + i) % HELD_MAX];

		if (h->pid == pid && h->inode == st->st_ino && h->dev == st->st_dev)
			return true;
	}
	return false;
}

static void hold(struct modifications *m, const struct modification *what)
{
	struct held *h = &m->held[(m->first_held + m->n_held++) % HELD_MAX];

	h->due = clock_monotonic() + SETTLE;
	h->pid = what->pid;
	h->dev = makedev(what->dev_major, what->dev_minor);
	h->inode = what->inode;
	buf_clear(&h->body);
	modification_write(what, &h->body);
}

static void give(struct modifications *m, const struct buf *body, const struct source_consumer *to)
{
	uint64_t now = clock_realtime();
	int head;

	buf_clear(&m->text);
	buf_printf(&m->text, "audit(%llu.%03llu:%llu): ", (unsigned long long)(now / NS_PER_S),
		   (unsigned long long)(now % NS_PER_S / NS_PER_MS),
		   (unsigned long long)m->serial++);
	head = (int)m->text.len;
	buf_add(&m->text, buf_str(body));
	if (buf_failed(&m->text) || buf_failed(body)) {
		to->lost(to->ctx, 1);
		return;
	}
	to->message(to->ctx, RECORD_WRITE, buf_str(&m->text));
	to->message(to->ctx, AUDIT_EOE, str_first(buf_str(&m->text), (size_t)head));
	atomic_fetch_add_explicit(&m->told, 1, memory_order_relaxed);
}

static bool is_of_cgroup(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP_SUPER_MAGIC;
}

static bool name_of_cgroup(struct modifications *m, int fd, const struct stat *st,
			   struct modification *what)
{
	if (!m->cgroup_namer || !m->cgroup_namer(m->cgroup_namer_ctx, fd, st, what->path, &m->name))
		return false;
	what->knob = buf_str(&m->name);
	return true;
}

/* what changes a process, through the host's own procfs, which a volume may have brought to the writer */
static bool name_of_process(struct modifications *m, struct modification *what)
{
	struct str file;
	int32_t pid = modification_process_of(what->path, &file);

	if (!pid)
		return false;
	buf_clear(&m->name);
	buf_printf(&m->name, "/proc/%d/%.*s", pid, STR_ARG(file));
	what->knob = buf_str(&m->name);
	return true;
}

/* which knob it is: false: a file of the host's, or of a cgroup, that is none; else it may stay absent: any file of another instance */
static bool name_file(struct modifications *m, int fd, const struct stat *st,
		      struct modification *what)
{
	const struct knob_def *k = NULL;
	bool is_host = false;

	for (size_t i = 0; i < HOST_INSTANCES; i++)
		is_host |= st->st_dev == m->instances[i];
	if (is_host && st->st_dev == m->instances[HOST_BINFMT]) {
		what->knob = STR(BINFMT_DIR);
		return true;
	}
	if (!is_host && is_of_cgroup(fd))
		return name_of_cgroup(m, fd, st, what);
	if (is_host)
		k = knob_of(st);
	else if (m->namer)
		k = m->namer(m->namer_ctx, st->st_dev, st->st_ino);
	if (k)
		what->knob = str_of(k->path);
	return k || !is_host || (st->st_dev == m->instances[HOST_PROC] && name_of_process(m, what));
}

static void take(struct modifications *m, const struct fan_event *e)
{
	struct modification what = { .pid = e->tid, .path = STR_ABSENT, .knob = STR_ABSENT };
	char link[32], path[PATH_MAX];
	struct stat st;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", e->fd);
	n = readlink(link, path, sizeof(path));
	if (n > 0)
		what.path = str_mem(path, (size_t)n);
	if (fstat(e->fd, &st) < 0 || is_held(m, e->tid, &st) || !name_file(m, e->fd, &st, &what))
		return;
	what.has_inode = true;
	what.inode = st.st_ino;
	what.dev_major = major(st.st_dev);
	what.dev_minor = minor(st.st_dev);
	what.mode = st.st_mode;
	hold(m, &what);
}

/* whatever is missing: a look */
static void take_gap(struct modifications *m)
{
	atomic_fetch_add_explicit(&m->overflows, 1, memory_order_relaxed);
	hold(m, &(struct modification){ .path = STR_ABSENT, .knob = STR_ABSENT });
}

/* what is short here, and not with the file */
static bool is_short(int error)
{
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM || error == -EPROTO;
}

/*
 * The file of an event could not be opened for us: it is gone, as that of a cgroup that its runtime removes, nobody can read
 * it, as some of sysfs, or somebody has a lease on it (kernel/fanotify.h). A look, and no gap.
 */
static void take_closed(struct modifications *m, int32_t pid)
{
	static const struct stat unknown;

	if (!is_held(m, pid, &unknown))
		hold(m, &(struct modification){ .pid = pid,
						.has_inode = true,
						.path = STR_ABSENT,
						.knob = STR_ABSENT });
}

/* @pid: whose write it was; 0: that is not known */
static void take_unopened(struct modifications *m, int error, int32_t pid)
{
	if (is_short(error))
		take_gap(m);
	else
		take_closed(m, pid);
}

/* at once: until it is read an event holds the mount that was written through, which cannot be unmounted meanwhile */
static void take_all(struct modifications *m)
{
	struct fan_event events[BATCH];
	struct pollfd asked = { m->group, POLLIN, 0 };
	bool is_there = has_room(m) && poll(&asked, 1, 0) > 0;
	int n = is_there ? fan_read(m->group, events, BATCH) : 0;

	/* before Linux 6.13 the first of them that cannot be opened is none */
	if (is_there && n <= 0)
		take_unopened(m, n, 0);
	for (int i = 0; i < n; i++) {
		if (events[i].what == 0)
			take_gap(m);
		else if (events[i].tid == m->own)
			; /* no news */
		else if (events[i].fd < 0)
			take_unopened(m, events[i].fd, events[i].tid);
		else
			take(m, &events[i]);
		if (events[i].fd >= 0)
			close(events[i].fd);
	}
}

void modifications_drain(struct modifications *m, const struct source_consumer *to)
{
	uint64_t now = clock_monotonic();
	bool has_given = false;

	if (!m)
		return;
	follow_mounts(m);
	take_all(m);
	while (m->n_held && m->held[m->first_held].due <= now) {
		give(m, &m->held[m->first_held].body, to);
		m->first_held = (m->first_held + 1) % HELD_MAX;
		m->n_held--;
		has_given = true;
	}
	if (has_given)
		to->settle(to->ctx);
}

struct modifications_stats modifications_stats(const struct modifications *m)
{
	if (!m)
		return (struct modifications_stats){ 0 };
	return (struct modifications_stats){
		.told = atomic_load_explicit(&m->told, memory_order_relaxed),
		.overflows = atomic_load_explicit(&m->overflows, memory_order_relaxed),
	};
}
