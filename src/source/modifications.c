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
#define SERIAL_FIRST (UINT64_C(7) << 32) /* above those of every other source */

enum { HOST_PROC, HOST_SYS, HOST_BINFMT, HOST_INSTANCES };
#define BINFMT_DIR "/proc/sys/fs/binfmt_misc"

struct modifications {
	int group;
	int32_t own;
	dev_t instances[HOST_INSTANCES]; /* the host's; 0: there is none */
	modifications_namer *namer; /* of all others */
	void *namer_ctx;
	uint64_t due; /* CLOCK_MONOTONIC: when to give what waits; 0: nothing does */
	uint64_t serial;
	_Atomic uint64_t told, overflows;
	struct buf text;
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

struct modifications *modifications_open(struct diag *d)
{
	AUTO(modifications) m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return NULL;
	m->own = getpid();
	m->serial = SERIAL_FIRST;
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
	/* a machine without these has none of their knobs; binfmt_misc may be an automount, which O_PATH leaves alone */
	(void)mark_host(m, "/sys", SYSFS_MAGIC, &m->instances[HOST_SYS]);
	(void)mark_host(m, BINFMT_DIR, BINFMTFS_MAGIC, &m->instances[HOST_BINFMT]);
	return take_ptr(m);
}

void modifications_free(struct modifications *m)
{
	if (!m)
		return;
	if (m->group >= 0)
		close(m->group);
	buf_release(&m->text);
	free(m);
}

void modifications_set_namer(struct modifications *m, modifications_namer *namer, void *ctx)
{
	m->namer = namer;
	m->namer_ctx = ctx;
}

int modifications_group(const struct modifications *m)
{
	return m->group;
}

int modifications_fd(const struct modifications *m)
{
	return m && !m->due ? m->group : -1;
}

int modifications_timeout(const struct modifications *m, int idle_ms)
{
	uint64_t now = clock_monotonic();

	if (!m || !m->due)
		return idle_ms;
	return now >= m->due ? 0 : (int)((m->due - now) / NS_PER_MS) + 1;
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

static void give(struct modifications *m, const struct modification *what,
		 const struct source_consumer *to)
{
	uint64_t now = clock_realtime();
	int head;

	buf_clear(&m->text);
	buf_printf(&m->text, "audit(%llu.%03llu:%llu): ", (unsigned long long)(now / NS_PER_S),
		   (unsigned long long)(now % NS_PER_S / NS_PER_MS),
		   (unsigned long long)m->serial++);
	head = (int)m->text.len;
	modification_write(what, &m->text);
	if (buf_failed(&m->text)) {
		to->lost(to->ctx, 1);
		return;
	}
	to->message(to->ctx, RECORD_WRITE, buf_str(&m->text));
	to->message(to->ctx, AUDIT_EOE, str_first(buf_str(&m->text), (size_t)head));
	atomic_fetch_add_explicit(&m->told, 1, memory_order_relaxed);
}

/* which knob it is: false: a file of the host's that is none; else *@path may be absent: any file of another instance */
static bool name_file(struct modifications *m, const struct stat *st, struct str *path)
{
	const struct knob_def *k = NULL;
	bool is_host = false;

	for (size_t i = 0; i < HOST_INSTANCES; i++)
		is_host |= st->st_dev == m->instances[i];
	if (is_host && st->st_dev == m->instances[HOST_BINFMT]) {
		*path = STR(BINFMT_DIR);
		return true;
	}
	if (is_host)
		k = knob_of(st);
	else if (m->namer)
		k = m->namer(m->namer_ctx, st->st_dev, st->st_ino);
	*path = k ? str_of(k->path) : STR_ABSENT;
	return k || !is_host;
}

static void tell(struct modifications *m, const struct fan_event *e,
		 const struct source_consumer *to)
{
	struct modification what = { .pid = e->tid, .path = STR_ABSENT };
	char link[32], path[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fstat(e->fd, &st) < 0 || !name_file(m, &st, &what.knob))
		return;
	what.has_inode = true;
	what.inode = st.st_ino;
	what.dev_major = major(st.st_dev);
	what.dev_minor = minor(st.st_dev);
	what.mode = st.st_mode;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", e->fd);
	n = readlink(link, path, sizeof(path));
	if (n > 0)
		what.path = str_mem(path, (size_t)n);
	give(m, &what, to);
}

static bool is_due(struct modifications *m)
{
	struct pollfd group = { m->group, POLLIN, 0 };

	if (m->due)
		return clock_monotonic() >= m->due;
	if (poll(&group, 1, 0) > 0)
		m->due = clock_monotonic() + SETTLE;
	return false;
}

/* whatever is missing: a look */
static void tell_gap(struct modifications *m, const struct source_consumer *to)
{
	atomic_fetch_add_explicit(&m->overflows, 1, memory_order_relaxed);
	give(m, &(struct modification){ .path = STR_ABSENT, .knob = STR_ABSENT }, to);
}

void modifications_drain(struct modifications *m, const struct source_consumer *to)
{
	struct fan_event events[FAN_BATCH];
	int n;

	if (!m || !is_due(m))
		return;
	n = fan_read(m->group, events);
	m->due = 0;
	/* whatever stood in the way of one of them, it is gone now */
	if (n < 0)
		tell_gap(m, to);
	for (int i = 0; i < n; i++) {
		if (events[i].what == 0) {
			tell_gap(m, to);
		} else if (events[i].tid != m->own) {
			tell(m, &events[i], to);
		}
		if (events[i].fd >= 0)
			close(events[i].fd);
	}
	if (n != 0)
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
