/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small whole files: /proc and cgroup files, configuration, JSON state. Always with a limit.
 */
#ifndef WC_FILE_H
#define WC_FILE_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Append the file @name (relative to @dirfd, which may be AT_FDCWD) to @out.
 * Bytes read, or -errno; -EFBIG when it is longer than @max (nothing is appended then).
 */
ssize_t file_read_at(int dirfd, const char *name, size_t max, struct buf *out);
/*
 * the same for a file of procfs or sysfs that is one record (fs/seq_file.c, single_open()): a read that is short has got its end, so
 * the one that would only say so is spared; -EAGAIN: somebody has a lease on it, which is not waited for (fcntl(2), F_SETLEASE; its
 * owner may have one on files of procfs, sysfs and cgroups, too: fs/locks.c, generic_setlease())
 */
ssize_t file_read_record_at(int dirfd, const char *name, size_t max, struct buf *out);
/* the same for hostile places: a regular file, not through a last symlink, never waiting */
ssize_t file_read_plain_at(int dirfd, const char *name, size_t max, struct buf *out);
/* the same for what must be ours alone: -EPERM if it is another's, or open to others */
ssize_t file_read_own_at(int dirfd, const char *name, size_t max, struct buf *out);
/* what stands for the value of a kernel's file that such a lease keeps from being read: nobody has a use for one but to hide it */
#define FILE_WITHHELD STR("<withheld by a lease>")
/* write all of @s, retrying short writes and EINTR; 0 or -errno */
int file_write_all(int fd, struct str s);
/*
 * write what a pipe, a terminal or a stream socket takes within @timeout_ms (-1: all of it), though
 * the descriptor may wait: bytes written, or -errno
 */
ssize_t file_write_within(int fd, struct str s, int timeout_ms);
/* replace @path atomically (temporary file beside it, exactly @mode, rename); 0 or -errno */
int file_replace(const char *path, struct str content, unsigned mode);

#endif
