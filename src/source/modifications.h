/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes in procfs and sysfs as a source: a fanotify group that tells after the fact and holds nobody up. Each
 * becomes a WATCHCAP_WRITE record (event/modification.h).
 *
 * Which knob a file of the host's own instances is, its inode tells, whatever name it was written by. In other
 * instances (each container has a procfs of its own, with inodes of its own) whoever marked them may know; of cgroup
 * hierarchies, too, where only some files are told of.
 */
#ifndef WC_MODIFICATIONS_H
#define WC_MODIFICATIONS_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "kernel/knobs.h"
#include "source/source.h"

struct modifications;

struct modifications_stats {
	uint64_t told;
	uint64_t overflows; /* the kernel's queue was full: some are missing */
};

/* /proc and /sys of the host are watched at once. NULL with a warning in @d: changes are found by looking alone. */
struct modifications *modifications_open(struct diag *d);
void modifications_free(struct modifications *m);
DEFINE_AUTO(modifications)

/*
 * Take what is new at once, and give it when it has waited for a moment, so that the audit records of what the writer
 * did before are there first; some at a time. Several writes meanwhile by one process to one file are one. Our own writes are none. @m may be NULL.
 */
void modifications_drain(struct modifications *m, const struct source_consumer *to);
/* readable when there is something new; -1: @m is NULL, or has no room */
int modifications_fd(const struct modifications *m);
/* when to drain again, at the latest: @idle_ms, or less if something is held */
int modifications_timeout(const struct modifications *m, int idle_ms);
/* who knows what file of an instance that is not the host's this is; it is open meanwhile. NULL: not known */
typedef const struct knob_def *modifications_namer(void *ctx, dev_t instance, ino_t inode);
void modifications_set_namer(struct modifications *m, modifications_namer *namer, void *ctx);
/*
 * who knows what file of a cgroup hierarchy this is, open behind @fd and called @shown by the writer: its place into
 * @path; false: none to be told of
 */
typedef bool modifications_cgroup_namer(void *ctx, int fd, const struct stat *st, struct str shown,
					struct buf *path);
void modifications_set_cgroup_namer(struct modifications *m, modifications_cgroup_namer *namer,
				    void *ctx);
/* the group, to be marked in */
int modifications_group(const struct modifications *m);
/* any thread */
struct modifications_stats modifications_stats(const struct modifications *m);

#endif
