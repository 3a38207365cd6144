/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The helper is forked and does not exec: it needs no file of ours to be there, and no exec of ours
 * shows in the records that we read. Other threads may hold any lock at the fork, so it calls
 * nothing but system calls on memory of its own stack, and ends when its socket does.
 */
#include "kernel/errand_helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/errand.h"
#include "kernel/fanotify.h"
#include "kernel/hostfiles_read.h"
#include "kernel/knobs.h"

#define HELPER_FD 3
#define ROOT_INODE                                                                                 \
	1 /* PROC_ROOT_INO of include/linux/proc_fs.h; fs/kernfs/dir.c, kernfs_create_root() */

static int open_inside(int task, const char *path, uint64_t flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
	};
	int root = openat(task, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd;

	if (root < 0)
		return -errno;
	fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (fd < 0)
		fd = -errno;
	close(root);
	return fd;
}

static int open_plain(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

static bool send_all(int fd, const void *data, size_t n)
{
	const char *at = data;

	while (n) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		at += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* an answer that is a number */
static int send_number(int to, uint64_t number)
{
	struct errand_piece piece = { .n = sizeof(number) };

	return send_all(to, &piece, sizeof(piece)) && send_all(to, &number, sizeof(number))
		       ? 0
		       : -EPIPE;
}

static int mark_inside(int to, int task, int group, const char *path)
{
	int fd = open_inside(task, path, O_PATH, 0);
	struct statfs fs;
	struct stat st;
	int r;

	if (fd < 0)
		return fd;
	r = fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0 && fs.f_type != PROC_SUPER_MAGIC && fs.f_type != SYSFS_MAGIC)
		r = -EXDEV;
	if (r == 0)
		r = fan_mark_filesystem(group, FAN_WHAT_WRITE, fd);
	close(fd);
	return r < 0 ? r : send_number(to, st.st_ino == ROOT_INODE ? st.st_dev : 0);
}

static bool is_at(int dir, const char *path, const struct errand_question *q)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
	struct stat st;
	bool is = fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == q->dev && st.st_ino == q->inode;

	if (fd >= 0)
		close(fd);
	return is;
}

static int name_inside(int to, int task, const struct errand_question *q)
{
	int dir = open_inside(task, q->path, O_PATH | O_DIRECTORY, 0), r = -ENOENT;
	const struct knob_def *k;
	const char *prefix;
	struct statfs fs;

	if (dir < 0)
		return dir;
	prefix = fstatfs(dir, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC ? "/proc/" : "/sys/";
	for (size_t i = 0; r == -ENOENT && (k = knob_at(i)); i++) {
		size_t len = strlen(prefix);

		if (strncmp(k->path, prefix, len) == 0 && is_at(dir, k->path + len, q))
			r = send_number(to, i);
	}
	close(dir);
	return r;
}

static void look(int task, const char *name, struct errand_handle *out)
{
	struct statx stx;

	*out = (struct errand_handle){ 0 };
	if (statx(task, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE | STATX_INO | STATX_MNT_ID, &stx) < 0 ||
	    !(stx.stx_mask & STATX_MNT_ID))
		return;
	out->mount = (uint32_t)stx.stx_mnt_id;
	out->mode = stx.stx_mode;
	out->dev_major = stx.stx_dev_major;
	out->dev_minor = stx.stx_dev_minor;
	out->inode = stx.stx_ino;
}

/* each of the blank-separated links, answered together */
static int look_at_links(int to, int task, const struct errand_question *q)
{
	struct errand_handle found[ERRAND_PIECE_MAX / sizeof(struct errand_handle)];
	struct errand_piece piece = { 0 };
	char name[32];
	size_t len = 0, n = 0;

	for (const char *c = q->path;; c++) {
		if (*c && *c != ' ') {
			if (len == sizeof(name) - 1)
				return -EINVAL;
			name[len++] = *c;
			continue;
		}
		name[len] = '\0';
		if (len && n == ARRAY_LEN(found))
			return -E2BIG;
		if (len)
			look(task, name, &found[n++]);
		len = 0;
		if (!*c)
			break;
	}
	piece.n = (uint32_t)(n * sizeof(found[0]));
	return !n || (send_all(to, &piece, sizeof(piece)) && send_all(to, found, piece.n)) ? 0
											   : -EPIPE;
}

/* there is no getxattr relative to a directory, but a directory to be in */
static int send_protocol(int to, int task, const char *name)
{
	struct errand_piece piece = { 0 };
	char protocol[64];
	ssize_t n = fchdir(task) < 0
			    ? -1
			    : getxattr(name, "system.sockprotoname", protocol, sizeof(protocol));

	n = n < 0 ? -errno : n;
	if (chdir("/") < 0 || n <= 0)
		return (int)n;
	/* its length counts the NUL */
	piece.n = (uint32_t)strnlen(protocol, (size_t)n);
	return !piece.n || (send_all(to, &piece, sizeof(piece)) && send_all(to, protocol, piece.n))
		       ? 0
		       : -EPIPE;
}

static int send_file(int to, int fd, uint64_t max)
{
	char block[ERRAND_PIECE_MAX];
	uint64_t sum = 0;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));
		struct errand_piece piece = { .n = n > 0 ? (uint32_t)n : 0 };

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		sum += (uint64_t)n;
		if (sum > max)
			return -EFBIG;
		if (!send_all(to, &piece, sizeof(piece)) || !send_all(to, block, piece.n))
			return -EPIPE;
	}
}

static int has_file(int to, const struct errand_question *q)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	int dir, fd, r;
	struct stat st;

	if (q->max >= sizeof(q->path))
		return -EINVAL;
	dir = open(q->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	fd = (int)syscall(SYS_openat2, dir, q->path + q->max, &how, sizeof(how));
	r = fd < 0 ? -errno : fstat(fd, &st) < 0 ? -errno : 0;
	close(dir);
	if (fd >= 0)
		close(fd);
	/* ENOTDIR: what is a directory below has become a file, or none, above */
	if (r == -ENOENT || r == -ENOTDIR)
		return send_number(to, 0);
	if (r == 0 && S_ISLNK(st.st_mode))
		r = -ELOOP;
	return r < 0 ? r : send_number(to, S_ISREG(st.st_mode));
}

/* the names in a directory but those that begin with a dot, until @tell has had enough: 1; 0, or -errno */
static int each_name(const char *dir, uint64_t max, bool (*tell)(void *ctx, const char *name),
		     void *ctx)
{
	auto_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_Alignas(struct dirent64) char block[4096];
	ssize_t n = fd < 0 ? -1 : 0;

	while (fd >= 0 && max && (n = getdents64(fd, block, sizeof(block))) > 0)
		for (ssize_t next = 0; next < n && max;) {
			const struct dirent64 *entry = (const void *)(block + next);

			next += entry->d_reclen;
			if (entry->d_name[0] == '.')
				continue;
			max--;
			if (tell(ctx, entry->d_name))
				return 1;
		}
	return n < 0 ? -errno : 0;
}

struct search {
	int to, err; /* of what is there and was passed over: the first */
	uint64_t max;
	const char *path;
	int dir_len; /* before a "//" in it */
};

/* whether it has been sent, or sending it has failed: the search is over, and how is in @err */
static bool send_if_there(struct search *s, const char *path)
{
	struct errand_piece piece = { .n = (uint32_t)strlen(path) + 1 };
	int fd = open_plain(AT_FDCWD, path);
	int r = fd;
	struct stat st;

	if (fd >= 0)
		r = fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	if (r == 0)
		s->err = send_all(s->to, &piece, sizeof(piece)) && send_all(s->to, path, piece.n)
				 ? send_file(s->to, fd, s->max)
				 : -EPIPE;
	else if (s->err == -ENOENT && r != -ENOTDIR)
		s->err = r;
	if (fd >= 0)
		close(fd);
	return r == 0;
}

static bool send_if_below(void *ctx, const char *name)
{
	struct search *s = ctx;
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%.*s/%s%s", s->dir_len, s->path, name,
			 s->path + s->dir_len + 1);

	return n < PATH_MAX && send_if_there(s, path);
}

static int send_first(int to, const struct errand_question *q)
{
	struct search s = { .to = to, .err = -ENOENT, .max = q->max };
	bool is_over = false;

	for (s.path = q->path; *s.path && !is_over; s.path += strlen(s.path) + 1) {
		const char *any = strstr(s.path, "//");
		char dir[PATH_MAX];

		s.dir_len = any ? (int)(any - s.path) : 0;
		snprintf(dir, sizeof(dir), "%.*s", s.dir_len, s.path);
		is_over = any ? each_name(dir, ERRAND_NAMES_MAX, send_if_below, &s) > 0
			      : send_if_there(&s, s.path);
	}
	return s.err;
}

/* records on their way, as many together as a piece holds */
struct batch {
	int to, err;
	struct errand_piece piece;
	char bytes[ERRAND_PIECE_MAX];
};

static void send_batch(struct batch *b)
{
	if (b->piece.n && (!send_all(b->to, &b->piece, sizeof(b->piece)) ||
			   !send_all(b->to, b->bytes, b->piece.n)))
		b->err = -EPIPE;
	b->piece.n = 0;
}

static void add(struct batch *b, const void *data, size_t n)
{
	if (b->piece.n + n > sizeof(b->bytes))
		send_batch(b);
	if (n)
		memcpy(b->bytes + b->piece.n, data, n);
	b->piece.n += (uint32_t)n;
}

static void give(void *ctx, const struct hostfile_found *f, struct str name)
{
	add(ctx, f, sizeof(*f));
	add(ctx, name.ptr, name.len);
}

static int send_host_files(int to, const struct errand_question *q)
{
	struct batch b = { .to = to };
	int r = q->wish == WISH_HOST_FILES ? hostfiles_read(q->path, q->max, give, &b)
					   : hostfiles_read_watches(q->path, q->max, give, &b);

	send_batch(&b);
	return r < 0 ? r : b.err;
}

static bool give_name(void *ctx, const char *name)
{
	add(ctx, name, strlen(name) + 1);
	return false;
}

static int send_names(int to, const struct errand_question *q)
{
	struct batch b = { .to = to };
	int r = each_name(q->path, q->max, give_name, &b);

	send_batch(&b);
	return r < 0 ? r : b.err;
}

static int send_what_is_at(int to, const struct errand_question *q, int task)
{
	int fd = q->wish == WISH_READ ? open_plain(AT_FDCWD, q->path)
		 : q->wish == WISH_READ_TASK
			 ? open_plain(task, q->path)
			 : open_inside(task, q->path, O_RDONLY | O_NOCTTY | O_NONBLOCK,
				       RESOLVE_NO_XDEV);
	int r;

	if (fd < 0)
		return fd;
	r = send_file(to, fd, q->max);
	close(fd);
	return r;
}

/* the question and its descriptors (-1: none); false: the socket has ended */
static bool receive(int from, struct errand_question *q, int fds[static ERRAND_FDS_MAX])
{
	union {
		char bytes[CMSG_SPACE(ERRAND_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { q, sizeof(*q) };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	const struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(from, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	for (size_t i = 0; i < ERRAND_FDS_MAX; i++)
		fds[i] = -1;
	c = CMSG_FIRSTHDR(&message);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len <= CMSG_LEN(ERRAND_FDS_MAX * sizeof(int)))
		memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	return n == (ssize_t)sizeof(*q);
}

static int fulfil(int socket, const struct errand_question *q, const int fds[static ERRAND_FDS_MAX])
{
	switch (q->wish) {
	case WISH_MARK_INSIDE:
		return mark_inside(socket, fds[0], fds[1], q->path);
	case WISH_NAME_INSIDE:
		return name_inside(socket, fds[0], q);
	case WISH_LOOK:
		return look_at_links(socket, fds[0], q);
	case WISH_PROTOCOL:
		return send_protocol(socket, fds[0], q->path);
	case WISH_HAS_FILE:
		return has_file(socket, q);
	case WISH_LIST:
		return send_names(socket, q);
	case WISH_HOST_FILES:
	case WISH_HOST_WATCHES:
		return send_host_files(socket, q);
	case WISH_READ_FIRST:
		return send_first(socket, q);
	case WISH_READ:
	case WISH_READ_INSIDE:
	case WISH_READ_TASK:
		break;
	}
	return send_what_is_at(socket, q, fds[0]);
}

static void serve(int socket)
{
	struct errand_question q;
	int fds[ERRAND_FDS_MAX];

	while (receive(socket, &q, fds)) {
		struct errand_piece end = { 0 };

		q.path[sizeof(q.path) - 1] = '\0';
		end.err = fulfil(socket, &q, fds);
		for (size_t i = 0; i < ERRAND_FDS_MAX; i++)
			if (fds[i] >= 0)
				close(fds[i]);
		if (!send_all(socket, &end, sizeof(end)))
			return;
	}
}

__attribute__((noreturn)) void errand_helper_run(int socket, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "watchcap-errand");
	if (getppid() == parent && dup2(socket, HELPER_FD) == HELPER_FD) {
		syscall(SYS_close_range, HELPER_FD + 1, ~0U, 0);
		serve(HELPER_FD);
	}
	_exit(0);
}
