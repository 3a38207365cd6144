// SPDX-License-Identifier: Apache-2.0
/*
 * The lock between plugin, service and their successors.
 *
 * The file stays when its holder goes: removing it would let two daemons lock two files of one name.
 * Its text is for people; whether it is held is what the kernel says, which can be asked without
 * taking it (F_OFD_GETLK, fcntl(2)): whoever looks keeps nobody from starting.
 */
#include "daemon/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"

#define NAME "lock"
#define MODE 0600

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

/* what stands there decides which audit rules are taken out of the kernel (feed/trail.h) */
static int open_run_dir(const char *run_dir, struct diag *d)
{
	struct place where = { .file = run_dir };
	struct stat st;
	auto_close int fd = -1;

	if (mkdir(run_dir, 0755) == 0 || errno == EEXIST)
		fd = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0) {
		int r = -errno;

		diag_error(d, &where, "run-dir", "cannot be made or opened: %s", strerror(-r));
		return r;
	}
	if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH)) {
		diag_error(d, &where, "run-dir", "others can write to it: give it to root alone");
		return -EPERM;
	}
	return take_fd(&fd);
}

/* private, because whoever can open it can lock it, and keep the sensor from starting */
static int open_private(int dir)
{
	auto_close int fd = openat(dir, NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, MODE);

	return fd < 0 || fchmod(fd, MODE) < 0 ? -errno : take_fd(&fd);
}

static int lock_busy(int fd, const struct place *where, struct diag *d)
{
	struct lock_holder holder;

	read_holder(fd, &holder);
	diag_error(d, where, "lock",
		   "another watchcap runs already (watchcap %s, pid %d): stop it first",
		   holder.mode[0] ? holder.mode : "?", (int)holder.pid);
	return -EBUSY;
}

int lock_take(const char *run_dir, const char *mode, struct diag *d)
{
	char path[PATH_MAX];
	struct place where = { .file = path };
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	auto_close int dir = open_run_dir(run_dir, d);
	int r;

	if (dir < 0)
		return dir;
	snprintf(path, sizeof(path), "%s/" NAME, run_dir);
	auto_close int fd = open_private(dir);
	r = fd < 0 ? fd : fcntl(fd, F_OFD_SETLK, &all) < 0 ? -errno : write_holder(fd, mode);
	if (r == -EAGAIN)
		return lock_busy(fd, &where, d);
	if (r < 0) {
		diag_error(d, &where, "lock", "cannot be opened and written: %s", strerror(-r));
		return r;
	}
	return take_fd(&fd);
}

int lock_inspect(const char *run_dir, struct lock_holder *out)
{
	char path[PATH_MAX];
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int n = snprintf(path, sizeof(path), "%s/" NAME, run_dir);

	if (n < 0 || n >= (int)sizeof(path))
		return -ENAMETOOLONG;
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	if (fcntl(fd, F_OFD_GETLK, &all) < 0)
		return -errno;
	if (all.l_type == F_UNLCK)
		return -ESRCH;
	read_holder(fd, out);
	return 0;
}
