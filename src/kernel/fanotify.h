/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fanotify(7): groups, marks, events, answers.
 *
 * A permission event holds its task until it is answered or the group is closed. Whoever holds such a
 * group must not open, stat by path or execute anything that it marked itself.
 *
 * procfs refuses permission marks with EINVAL (FMODE_NONOTIFY, fs/proc/root.c: no such files), cgroup,
 * sysfs and ordinary file systems take them.
 *
 * The kernel opens the object of an event for who reads it, and waits for nobody here: on a file of any file system, procfs and
 * cgroup among them, its owner may have a lease (fcntl(2), F_SETLEASE), for which an open waits up to
 * /proc/sys/fs/lease-break-time (45 s; fs/open.c, do_dentry_open(); fs/locks.c, __break_lease()). What cannot be opened for us is
 * refused by the kernel itself (fs/notify/fanotify/fanotify_user.c, fanotify_read()).
 */
#ifndef WC_FANOTIFY_H
#define WC_FANOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* a group for permission events, nonblocking, of unlimited length, telling thread ids; fd or -errno */
int fan_open_permission(void);
/* a group for notifications, nonblocking, telling process ids; its queue is bounded by the kernel; fd or -errno */
int fan_open_notify(void);
/* open and exec: permission events; write: a notification, after write(2), whenever the file was opened */
enum fan_what { FAN_WHAT_OPEN = 1 << 0, FAN_WHAT_EXEC = 1 << 1, FAN_WHAT_WRITE = 1 << 2 };
/* the object behind @fd (O_PATH will do); 0 or -errno */
int fan_mark_object(int group, unsigned what, int fd);
int fan_unmark_object(int group, unsigned what, int fd);
/* the whole file system of the object behind @fd */
int fan_mark_filesystem(int group, unsigned what, int fd);
int fan_unmark_filesystem(int group, unsigned what, int fd);
/*
 * All file systems of the group at once. It returns at once, too; to close a group waits until all its marks are gone
 * (fs/notify/group.c, fsnotify_destroy_group()), on a busy machine longer than a deadline.
 */
int fan_unmark_filesystems(int group);

struct fan_event {
	unsigned what; /* 0: the kernel could not queue an event (overflow) */
	int fd; /* of the object, read-only; the caller closes it. -errno: it could not be opened, and is answered; or an overflow */
	int32_t tid; /* of the task that waits, or of the process that wrote; 0: not in our pid namespace */
};
#define FAN_BATCH_MAX 256
/*
 * what has come, at most @max, which is at most FAN_BATCH_MAX; how many, 0: nothing; -errno. Before Linux 6.13 (FAN_REPORT_FD_ERROR) what
 * cannot be opened is no event but ends the list, and is 0, for a lease, or -errno where it would have been the first.
 */
int fan_read(int group, struct fan_event *out, size_t max);
/* let the task go on, or fail with EPERM; 0 or -errno (-ENOENT: it was answered, or is dead) */
int fan_answer(int group, int fd, bool allow);

#endif
