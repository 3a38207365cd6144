/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that may never answer: read by a process that can be thrown away.
 *
 * A FUSE or network mount can hold whoever opens a path below it, O_PATH and O_NONBLOCK or not. So
 * a path that somebody else may have laid is opened by a helper process; who misses the deadline is
 * killed and replaced. One thread at a time.
 *
 * A helper that waits for a FUSE server's answer cannot be killed (kernel fs/fuse/dev.c, request_wait_answer()). So
 * questions are asked on account of a party, as a rule a container: whoever made us wait is not asked for a while
 * (kernel/silence.h), nor as long as it holds a helper, and costs the others one helper at most.
 */
#ifndef WC_ERRAND_H
#define WC_ERRAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "kernel/knobs.h"

#define ERRAND_DEADLINE_MS 250
/* helpers that were killed and are not gone yet: the kernel may hold them for good */
#define ERRAND_HUNG_MAX 32

#define ERRAND_NAMES_MAX 32

struct errand;

struct errand_stats {
	uint64_t started; /* helpers */
	uint64_t late; /* deadlines missed */
};

/* no process yet: the first question starts it. NULL on ENOMEM. */
struct errand *errand_new(unsigned deadline_ms);
void errand_free(struct errand *e);
DEFINE_AUTO(errand)
/* no process until the next question; who did not answer stays known */
void errand_rest(struct errand *e);

/* on whose account the next questions are asked; 0: nobody's, who is always asked, as at first */
void errand_for(struct errand *e, uint64_t party);
/*
 * Append the regular file @path to @out: bytes read, or -errno; -ETIMEDOUT, -EFBIG (longer than
 * @max), -EINVAL (not a regular file), -EBUSY (too many helpers hang). -ETIMEDOUT also at once,
 * for a party that is not asked. Not through a last symlink.
 */
ssize_t errand_read(struct errand *e, const char *path, size_t max, struct buf *out);
/*
 * The first of @paths that is there, each ended by a NUL: its path, a NUL and what is in it. "//" stands for each directory
 * of that one, but for names that begin with a dot, ERRAND_NAMES_MAX at most. What cannot be opened, or is no regular file, is
 * passed over; -ENOENT or -ENOTDIR: nothing is there; another error is the first that there was.
 */
ssize_t errand_read_first(struct errand *e, struct str paths, size_t max, struct buf *out);
/*
 * As errand_read(), below the root of the task whose /proc directory @task is, whatever links and mounts are
 * there: openat2(2) with RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS and RESOLVE_NO_XDEV.
 */
ssize_t errand_read_inside(struct errand *e, int task, const char *path, size_t max,
			   struct buf *out);
/* The same of a file of that directory itself ("environ"): its memory may be mapped from anywhere. */
ssize_t errand_read_task(struct errand *e, int task, const char *name, size_t max, struct buf *out);
/*
 * The name of a socket's protocol, behind the link @name ("fd/0") of the same task: attribute "system.sockprotoname". Who
 * puts another file there in time has whatever answers for its attributes asked.
 */
ssize_t errand_read_protocol(struct errand *e, int task, const char *name, struct buf *out);
/*
 * Whether a regular file is at @path below the directory @dir, whatever links are on the way to @dir and none behind it
 * (RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS): 1; 0: nothing, or something else that is not a link; or -errno
 */
int errand_has_file(struct errand *e, const char *dir, const char *path);
/* The names in the directory @dir, a NUL behind each, @max at most and none that begins with a dot: bytes, or -errno as above. */
ssize_t errand_list(struct errand *e, const char *dir, size_t max, struct buf *out);
/*
 * Mark for writes, in the fanotify group @group, the file system that the same task has at @path, if it is a
 * procfs or sysfs: openat2(2) with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS, so mounts are crossed. 0, with its
 * device in *@instance if @path is its root (0: a part of it was mounted there), or -errno; -EXDEV: another file system is there, -ETIMEDOUT, -EBUSY as above. No descriptor of it is left open:
 * a mark holds neither mount nor namespace (kernel fs/notify/fsnotify.c, fsnotify_sb_delete()).
 */
int errand_mark_inside(struct errand *e, int task, int group, const char *path, dev_t *instance);
/*
 * Which knob the file @inode of @instance is, which the same task has at @path: by looking at each one's place there.
 * Right while the file is open, for the kernel keeps its inode then. NULL: none, or it cannot be told.
 */
const struct knob_def *errand_name_inside(struct errand *e, int task, const char *path,
					  dev_t instance, ino_t inode);
/* what a link of a task leads to; mount 0: it could not be looked at, or the kernel does not tell (before 5.8) */
struct errand_handle {
	uint32_t mount; /* as in mountinfo */
	uint32_t mode;
	uint32_t dev_major, dev_minor;
	uint64_t inode;
};
/*
 * The links @names ("cwd fd/3", below the /proc directory @task) followed, attributes as cached; @n answers in that
 * order. 0 or -errno, as above.
 */
int errand_look(struct errand *e, int task, const char *names, struct errand_handle *out, size_t n);
/*
 * Which files of the host are there, of row @row of the table, @root standing for "/": records of
 * kernel/hostfiles_read.h, or with @watches those that can be watched; bytes, or -errno as above
 */
ssize_t errand_read_host_files(struct errand *e, const char *root, size_t row, bool watches,
			       struct buf *out);
/* pid of the helper that waits for questions; 0: none */
int32_t errand_helper(const struct errand *e);
const struct errand_stats *errand_stats(const struct errand *e);

#endif
