/* SPDX-License-Identifier: Apache-2.0 */
/* Thin: flags and layouts of fanotify(7) in one place. */
#include "kernel/fanotify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <unistd.h>

#ifndef FAN_REPORT_FD_ERROR
#define FAN_REPORT_FD_ERROR 0x00002000 /* Linux 6.13 */
#endif

/* O_NONBLOCK is for leases alone: what is opened are files and directories */
#define EVENT_FLAGS (O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NOATIME | O_NONBLOCK)

static int group_open(unsigned flags)
{
	int fd;

	flags |= FAN_CLOEXEC | FAN_NONBLOCK;
	fd = fanotify_init(flags | FAN_REPORT_FD_ERROR, EVENT_FLAGS);
	if (fd < 0 && errno == EINVAL)
		fd = fanotify_init(flags, EVENT_FLAGS);
	return fd < 0 ? -errno : fd;
}

int fan_open_permission(void)
{
	return group_open(FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS |
			  FAN_REPORT_TID);
}

int fan_open_notify(void)
{
	return group_open(FAN_CLASS_NOTIF);
}

static uint64_t mask_of(unsigned what)
{
	return (what & FAN_WHAT_OPEN ? FAN_OPEN_PERM : 0) |
	       (what & FAN_WHAT_EXEC ? FAN_OPEN_EXEC_PERM : 0) |
	       (what & FAN_WHAT_WRITE ? FAN_MODIFY : 0);
}

static int mark(int group, unsigned flags, unsigned what, int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fanotify_mark(group, flags, mask_of(what), AT_FDCWD, path) < 0 ? -errno : 0;
}

int fan_mark_object(int group, unsigned what, int fd)
{
	return mark(group, FAN_MARK_ADD | FAN_MARK_INODE, what, fd);
}

int fan_unmark_object(int group, unsigned what, int fd)
{
	return mark(group, FAN_MARK_REMOVE | FAN_MARK_INODE, what, fd);
}

int fan_mark_filesystem(int group, unsigned what, int fd)
{
	return mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, what, fd);
}

int fan_unmark_filesystem(int group, unsigned what, int fd)
{
	return mark(group, FAN_MARK_REMOVE | FAN_MARK_FILESYSTEM, what, fd);
}

int fan_unmark_filesystems(int group)
{
	return fanotify_mark(group, FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, AT_FDCWD, NULL) < 0
		       ? -errno
		       : 0;
}

static struct fan_event event_of(const struct fanotify_event_metadata *m)
{
	return (struct fan_event){
		.what = m->mask & FAN_OPEN_EXEC_PERM ? FAN_WHAT_EXEC
			: m->mask & FAN_OPEN_PERM    ? FAN_WHAT_OPEN
			: m->mask & FAN_MODIFY	     ? FAN_WHAT_WRITE
						     : 0,
		.fd = m->fd,
		.tid = m->pid,
	};
}

int fan_read(int group, struct fan_event *out, size_t max)
{
	struct fanotify_event_metadata buffer[FAN_BATCH_MAX];
	struct fanotify_event_metadata *m = buffer;
	ssize_t len = read(group, buffer, max * sizeof(*buffer));
	size_t n = 0;

	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (; FAN_EVENT_OK(m, len); m = FAN_EVENT_NEXT(m, len)) {
		if (m->vers != FANOTIFY_METADATA_VERSION || n == max)
			return -EPROTO;
		out[n++] = event_of(m);
	}
	return (int)n;
}

int fan_answer(int group, int fd, bool allow)
{
	const struct fanotify_response answer = { .fd = fd,
						  .response = allow ? FAN_ALLOW : FAN_DENY };
	ssize_t n;

	do
		n = write(group, &answer, sizeof(answer));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}
