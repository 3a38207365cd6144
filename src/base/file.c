/* SPDX-License-Identifier: Apache-2.0 */
/* Small whole files, read with a limit and replaced atomically. */
#include "base/file.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"

static ssize_t read_until(int fd, bool short_is_end, size_t max, struct buf *out)
{
	size_t before = out->len;
	char block[4096];

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			out->len = before;
			return -errno;
		}
		if ((size_t)n > max - (out->len - before)) {
			out->len = before;
			return -EFBIG;
		}
		buf_add(out, str_mem(block, (size_t)n));
		if (buf_failed(out)) {
			out->len = before;
			return -ENOMEM;
		}
		if (n == 0 || (short_is_end && (size_t)n < sizeof(block)))
			return (ssize_t)(out->len - before);
	}
}

static ssize_t read_whole(int fd, size_t max, struct buf *out)
{
	return read_until(fd, false, max, out);
}

/* O_NONBLOCK: no lease is waited for (fs/open.c, do_dentry_open(); fs/locks.c, __break_lease()) */
#define READING (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

ssize_t file_read_at(int dirfd, const char *name, size_t max, struct buf *out)
{
	auto_close int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : read_whole(fd, max, out);
}

ssize_t file_read_record_at(int dirfd, const char *name, size_t max, struct buf *out)
{
	auto_close int fd = openat(dirfd, name, READING);

	return fd < 0 ? -errno : read_until(fd, true, max, out);
}

static ssize_t read_plain(int dirfd, const char *name, bool own, size_t max, struct buf *out)
{
	struct stat st;
	auto_close int fd = openat(dirfd, name, READING | O_NOFOLLOW);

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (own && (st.st_uid != geteuid() || st.st_mode & (S_IRWXG | S_IRWXO)))
		return -EPERM;
	return read_whole(fd, max, out);
}

ssize_t file_read_plain_at(int dirfd, const char *name, size_t max, struct buf *out)
{
	return read_plain(dirfd, name, false, max, out);
}

ssize_t file_read_own_at(int dirfd, const char *name, size_t max, struct buf *out)
{
	return read_plain(dirfd, name, true, max, out);
}

int file_write_all(int fd, struct str s)
{
	while (s.len) {
		ssize_t n = write(fd, s.ptr, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		s = str_from(s, (size_t)n);
	}
	return 0;
}

/*
 * poll(2) promises room for a page in a pipe, and for more in a socket (net/unix/af_unix.c
 * unix_writable()), but for one byte in a terminal (drivers/tty/n_tty.c n_tty_poll())
 */
static size_t promised(int fd, int timeout_ms)
{
	return timeout_ms >= 0 && isatty(fd) ? 1 : PIPE_BUF;
}

ssize_t file_write_within(int fd, struct str s, int timeout_ms)
{
	uint64_t end = clock_monotonic() + (uint64_t)timeout_ms * NS_PER_MS;
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	size_t piece = promised(fd, timeout_ms), before = s.len;

	while (s.len) {
		uint64_t now = clock_monotonic();
		int left = timeout_ms < 0 ? -1 : now < end ? (int)((end - now) / NS_PER_MS) : 0;
		int ready = poll(&p, 1, left);
		ssize_t n = ready > 0 ? write(fd, s.ptr, s.len < piece ? s.len : piece) : ready;

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0)
			s = str_from(s, (size_t)n);
		else if (left == 0)
			break;
	}
	return (ssize_t)(before - s.len);
}

int file_replace(const char *path, struct str content, unsigned mode)
{
	auto_buf struct buf name = { 0 };
	auto_close int fd = -1;
	int ret;

	buf_printf(&name, "%s.new", path);
	if (buf_failed(&name))
		return -ENOMEM;
	/* whatever stands there, a link included, is not ours to write through */
	if (unlink(buf_z(&name)) < 0 && errno != ENOENT)
		return -errno;
	fd = open(buf_z(&name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -errno;
	/* the umask has no say */
	ret = fchmod(fd, mode) < 0 ? -errno : file_write_all(fd, content);
	if (ret == 0 && rename(buf_z(&name), path) < 0)
		ret = -errno;
	if (ret < 0)
		unlink(buf_z(&name));
	return ret;
}
