// SPDX-License-Identifier: Apache-2.0
/*
 * The lock between plugin, service and their successors.
 *
 * The file stays when its holder goes: removing it would let two daemons lock two files of one name.
 * Its text is for people; who holds it is what flock() says.
 */
#include "daemon/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"

static int lock_path(const char *run_dir, char path[static PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/lock", run_dir);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static void read_holder(int fd, struct lock_holder *out)
{
	char text[64];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	struct str rest = { text, n > 0 ? (size_t)n : 0 }, pid, mode;
	uint64_t number;

	*out = (struct lock_holder){ 0 };
	if (!str_cut(&rest, ' ', &pid) || str_to_u64(pid, 10, &number) < 0 || number > INT_MAX)
		return;
	out->pid = (pid_t)number;
	if (str_cut(&rest, '\n', &mode)) {
		mode = str_first(mode, sizeof(out->mode) - 1);
		memcpy(out->mode, mode.ptr, mode.len);
	}
}

static int write_holder(int fd, const char *mode)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%d %s\n", (int)getpid(), mode);

	if (ftruncate(fd, 0) < 0)
		return -errno;
	return file_write_all(fd, str_mem(text, (size_t)n));
}

int lock_take(const char *run_dir, const char *mode, struct diag *d)
{
	char path[PATH_MAX];
	struct place where = { .file = run_dir };
	int r = lock_path(run_dir, path);

	if (r == 0 && mkdir(run_dir, 0755) < 0 && errno != EEXIST)
		r = -errno;
	if (r < 0) {
		diag_error(d, &where, "run-dir", "cannot be made: %s", strerror(-r));
		return r;
	}
	where.file = path;
	auto_close int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0) {
		r = -errno;
		diag_error(d, &where, "lock", "cannot be opened: %s", strerror(-r));
		return r;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		struct lock_holder holder;

		r = errno == EWOULDBLOCK ? -EBUSY : -errno;
		read_holder(fd, &holder);
		diag_error(d, &where, "lock",
			   "another watchcap runs already (watchcap %s, pid %d): stop it first",
			   holder.mode[0] ? holder.mode : "?", (int)holder.pid);
		return r;
	}
	r = write_holder(fd, mode);
	if (r < 0) {
		diag_error(d, &where, "lock", "cannot be written: %s", strerror(-r));
		return r;
	}
	return take_fd(&fd);
}

int lock_inspect(const char *run_dir, struct lock_holder *out)
{
	char path[PATH_MAX];
	int r = lock_path(run_dir, path);

	if (r < 0)
		return r;
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	if (flock(fd, LOCK_SH | LOCK_NB) == 0)
		return -ESRCH;
	if (errno != EWOULDBLOCK)
		return -errno;
	read_holder(fd, out);
	return 0;
}
