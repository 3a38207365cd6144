/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The helper and its socket: a question with a path and perhaps a descriptor goes there, pieces of
 * the file and the result come back.
 *
 * The helper is forked and does not exec: it needs no file of ours to be there, and no exec of ours
 * shows in the records that we read. Other threads may hold any lock at the fork, so it calls
 * nothing but system calls on memory of its own stack, and ends when its socket does.
 */
#include "kernel/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>

#include "kernel/fanotify.h"

#define PIECE_MAX 16384
#define HELPER_FD 3
#define FDS_MAX 2

enum wish { WISH_READ, WISH_READ_INSIDE, WISH_MARK_INSIDE };

/* descriptors that come with it: of /proc/PID for what is inside, of the group for a mark */
struct question {
	uint64_t max;
	enum wish wish;
	char path[PATH_MAX];
};

/* before each piece; n == 0: the end, and how it went */
struct piece {
	uint32_t n;
	int32_t err;
};

struct errand {
	unsigned deadline_ms;
	pid_t helper; /* 0: none */
	int socket;
	pid_t hung[ERRAND_HUNG_MAX];
	size_t n_hung;
	struct errand_stats stats;
};

/* the helper */

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

static int mark_inside(int task, int group, const char *path)
{
	int fd = open_inside(task, path, O_PATH, 0);
	struct statfs fs;
	int r;

	if (fd < 0)
		return fd;
	r = fstatfs(fd, &fs) < 0 ? -errno : 0;
	if (r == 0 && fs.f_type != PROC_SUPER_MAGIC && fs.f_type != SYSFS_MAGIC)
		r = -EXDEV;
	if (r == 0)
		r = fan_mark_filesystem(group, FAN_WHAT_WRITE, fd);
	close(fd);
	return r;
}

static int open_plain(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);

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

static int send_file(int to, int fd, uint64_t max)
{
	char block[PIECE_MAX];
	uint64_t sum = 0;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));
		struct piece piece = { .n = n > 0 ? (uint32_t)n : 0 };

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

static int send_what_is_at(int to, const struct question *q, int task)
{
	int fd = q->wish == WISH_READ ? open_plain(q->path)
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
static bool receive(int from, struct question *q, int fds[static FDS_MAX])
{
	union {
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
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
	for (size_t i = 0; i < FDS_MAX; i++)
		fds[i] = -1;
	c = CMSG_FIRSTHDR(&message);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len <= CMSG_LEN(FDS_MAX * sizeof(int)))
		memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	return n == (ssize_t)sizeof(*q);
}

static void serve(int socket)
{
	struct question q;
	int fds[FDS_MAX];

	while (receive(socket, &q, fds)) {
		struct piece end = { 0 };

		q.path[sizeof(q.path) - 1] = '\0';
		end.err = q.wish == WISH_MARK_INSIDE ? mark_inside(fds[0], fds[1], q.path)
						     : send_what_is_at(socket, &q, fds[0]);
		for (size_t i = 0; i < FDS_MAX; i++)
			if (fds[i] >= 0)
				close(fds[i]);
		if (!send_all(socket, &end, sizeof(end)))
			return;
	}
}

__attribute__((noreturn)) static void helper(int socket, pid_t parent)
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

/* our side */

static void bury(struct errand *e)
{
	size_t left = 0;

	for (size_t i = 0; i < e->n_hung; i++)
		if (waitpid(e->hung[i], NULL, WNOHANG) == 0)
			e->hung[left++] = e->hung[i];
	e->n_hung = left;
}

static void helper_end(struct errand *e)
{
	if (!e->helper)
		return;
	kill(e->helper, SIGKILL);
	close(e->socket);
	e->hung[e->n_hung++] = e->helper;
	e->helper = 0;
	bury(e);
}

static int helper_start(struct errand *e)
{
	pid_t parent = getpid(), pid;
	int pair[2];

	bury(e);
	if (e->n_hung == ERRAND_HUNG_MAX)
		return -EBUSY;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		helper(pair[1], parent);
	close(pair[1]);
	if (pid < 0) {
		int r = -errno;

		close(pair[0]);
		return r;
	}
	e->helper = pid;
	e->socket = pair[0];
	e->stats.started++;
	return 0;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* 0, or -ETIMEDOUT, -EPIPE: the helper is gone */
static int receive_all(struct errand *e, void *to, size_t n, uint64_t deadline)
{
	char *at = to;

	while (n) {
		uint64_t now = now_ms();
		struct pollfd p = { .fd = e->socket, .events = POLLIN };
		ssize_t got;

		if (now >= deadline)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)(deadline - now)) <= 0)
			continue;
		got = recv(e->socket, at, n, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return -EPIPE;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

static int ask(struct errand *e, const struct question *q, const int *fds, size_t n)
{
	union {
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (void *)(uintptr_t)q, sizeof(*q) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n > 0) {
		struct cmsghdr *c;

		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	return sendmsg(e->socket, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(*q) ? 0 : -EPIPE;
}

static ssize_t answer(struct errand *e, struct buf *out)
{
	uint64_t deadline = now_ms() + e->deadline_ms;
	size_t before = out->len;
	struct piece piece;
	char block[PIECE_MAX];

	for (;;) {
		int r = receive_all(e, &piece, sizeof(piece), deadline);

		if (r == 0 && piece.n > sizeof(block))
			r = -EPIPE;
		if (r == 0)
			r = receive_all(e, block, piece.n, deadline);
		if (r < 0) {
			out->len = before;
			return r;
		}
		if (piece.n) {
			buf_add(out, str_mem(block, piece.n));
			continue;
		}
		if (piece.err == 0 && buf_failed(out))
			piece.err = -ENOMEM;
		if (piece.err < 0)
			out->len = before;
		return piece.err < 0 ? piece.err : (ssize_t)(out->len - before);
	}
}

static ssize_t fetch(struct errand *e, enum wish wish, const int *fds, size_t n, const char *path,
		     size_t max, struct buf *out)
{
	struct question q = { .max = max, .wish = wish };
	size_t len = strlen(path);
	ssize_t r = 0;

	if (len >= sizeof(q.path))
		return -ENAMETOOLONG;
	memcpy(q.path, path, len + 1);
	/* a helper that somebody killed is worth one more */
	for (int attempt = 0; attempt < 2; attempt++) {
		r = e->helper ? 0 : helper_start(e);
		if (r == 0)
			r = ask(e, &q, fds, n);
		if (r == 0)
			r = answer(e, out);
		if (r != -EPIPE && r != -ETIMEDOUT)
			return r;
		helper_end(e);
		if (r == -ETIMEDOUT) {
			e->stats.late++;
			return r;
		}
	}
	return r;
}

ssize_t errand_read(struct errand *e, const char *path, size_t max, struct buf *out)
{
	return fetch(e, WISH_READ, NULL, 0, path, max, out);
}

ssize_t errand_read_inside(struct errand *e, int task, const char *path, size_t max,
			   struct buf *out)
{
	return task < 0 ? -EBADF : fetch(e, WISH_READ_INSIDE, &task, 1, path, max, out);
}

int errand_mark_inside(struct errand *e, int task, int group, const char *path)
{
	const int fds[] = { task, group };
	auto_buf struct buf nothing = { 0 };

	if (task < 0 || group < 0)
		return -EBADF;
	return (int)fetch(e, WISH_MARK_INSIDE, fds, ARRAY_LEN(fds), path, 0, &nothing);
}

int32_t errand_helper(const struct errand *e)
{
	return e->helper;
}

const struct errand_stats *errand_stats(const struct errand *e)
{
	return &e->stats;
}

struct errand *errand_new(unsigned deadline_ms)
{
	struct errand *e = calloc(1, sizeof(*e));

	if (e)
		e->deadline_ms = deadline_ms;
	return e;
}

void errand_free(struct errand *e)
{
	if (!e)
		return;
	helper_end(e);
	/* who can end has ended by now, or ends in a moment: no zombie is left behind */
	for (int i = 0; e->n_hung && i < 20; i++) {
		poll(NULL, 0, 5);
		bury(e);
	}
	free(e);
}
