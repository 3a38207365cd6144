/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our end of the socket: a question with a path and perhaps descriptors goes to the helper, pieces of the file and
 * the result come back; who is late is killed.
 */
#include "kernel/errand.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "kernel/errand_helper.h"
#include "kernel/silence.h"

struct errand {
	unsigned deadline_ms;
	pid_t helper; /* 0: none */
	int socket;
	uint64_t party; /* who is asked */
	struct {
		pid_t pid;
		uint64_t party; /* who holds it */
	} hung[ERRAND_HUNG_MAX];
	size_t n_hung;
	struct silence waits;
	struct errand_stats stats;
};

static void bury(struct errand *e)
{
	size_t left = 0;

	for (size_t i = 0; i < e->n_hung; i++)
		if (waitpid(e->hung[i].pid, NULL, WNOHANG) == 0)
			e->hung[left++] = e->hung[i];
	e->n_hung = left;
}

static void helper_end(struct errand *e)
{
	if (!e->helper)
		return;
	kill(e->helper, SIGKILL);
	close(e->socket);
	e->hung[e->n_hung].pid = e->helper;
	e->hung[e->n_hung++].party = e->party;
	e->helper = 0;
	bury(e);
}

void errand_for(struct errand *e, uint64_t party)
{
	e->party = party;
}

static bool is_refused(struct errand *e)
{
	if (!e->party)
		return false;
	if (silence_lasts(&e->waits, e->party, clock_monotonic()))
		return true;
	bury(e);
	for (size_t i = 0; i < e->n_hung; i++)
		if (e->hung[i].party == e->party)
			return true;
	return false;
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
		errand_helper_run(pair[1], parent);
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

static int ask(struct errand *e, const struct errand_question *q, const int *fds, size_t n)
{
	union {
		char bytes[CMSG_SPACE(ERRAND_FDS_MAX * sizeof(int))];
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
	struct errand_piece piece;
	char block[ERRAND_PIECE_MAX];

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

static ssize_t fetch_answer(struct errand *e, const struct errand_question *q, const int *fds,
			    size_t n, struct buf *out)
{
	ssize_t r = 0;

	if (is_refused(e))
		return -ETIMEDOUT;
	/* a helper that somebody killed is worth one more */
	for (int attempt = 0; attempt < 2; attempt++) {
		r = e->helper ? 0 : helper_start(e);
		if (r == 0)
			r = ask(e, q, fds, n);
		if (r == 0)
			r = answer(e, out);
		if (r != -EPIPE && r != -ETIMEDOUT)
			return r;
		helper_end(e);
		if (r == -ETIMEDOUT) {
			e->stats.late++;
			if (e->party)
				silence_note(&e->waits, e->party, clock_monotonic());
			return r;
		}
	}
	return r;
}

static ssize_t fetch(struct errand *e, struct errand_question *q, const int *fds, size_t n,
		     const char *path, struct buf *out)
{
	size_t len = strlen(path);

	if (len >= sizeof(q->path))
		return -ENAMETOOLONG;
	memcpy(q->path, path, len + 1);
	return fetch_answer(e, q, fds, n, out);
}

ssize_t errand_read(struct errand *e, const char *path, size_t max, struct buf *out)
{
	struct errand_question q = { .max = max, .wish = WISH_READ };

	return fetch(e, &q, NULL, 0, path, out);
}

ssize_t errand_read_first(struct errand *e, struct str paths, size_t max, struct buf *out)
{
	struct errand_question q = { .max = max, .wish = WISH_READ_FIRST };

	if (paths.len >= sizeof(q.path))
		return -ENAMETOOLONG;
	memcpy(q.path, paths.ptr, paths.len);
	return fetch_answer(e, &q, NULL, 0, out);
}

ssize_t errand_read_inside(struct errand *e, int task, const char *path, size_t max,
			   struct buf *out)
{
	struct errand_question q = { .max = max, .wish = WISH_READ_INSIDE };

	return task < 0 ? -EBADF : fetch(e, &q, &task, 1, path, out);
}

ssize_t errand_read_task(struct errand *e, int task, const char *name, size_t max, struct buf *out)
{
	struct errand_question q = { .max = max, .wish = WISH_READ_TASK };

	return task < 0 ? -EBADF : fetch(e, &q, &task, 1, name, out);
}

ssize_t errand_read_protocol(struct errand *e, int task, const char *name, struct buf *out)
{
	struct errand_question q = { .wish = WISH_PROTOCOL };

	return task < 0 ? -EBADF : fetch(e, &q, &task, 1, name, out);
}

static int fetch_number(struct errand *e, struct errand_question *q, const int *fds, size_t n,
			const char *path, uint64_t *number)
{
	auto_buf struct buf out = { 0 };
	ssize_t r = fetch(e, q, fds, n, path, &out);

	if (r < 0)
		return (int)r;
	if (out.len != sizeof(*number))
		return -EPROTO;
	memcpy(number, buf_str(&out).ptr, sizeof(*number));
	return 0;
}

int errand_has_file(struct errand *e, const char *dir, const char *path)
{
	struct errand_question q = { .wish = WISH_HAS_FILE, .max = strlen(dir) + 1 };
	size_t len = strlen(path);
	uint64_t found = 0;
	int r;

	if (q.max + len >= sizeof(q.path))
		return -ENAMETOOLONG;
	memcpy(q.path + q.max, path, len + 1);
	r = fetch_number(e, &q, NULL, 0, dir, &found);
	return r < 0 ? r : (int)found;
}

ssize_t errand_list(struct errand *e, const char *dir, size_t max, struct buf *out)
{
	struct errand_question q = { .max = max, .wish = WISH_LIST };

	return fetch(e, &q, NULL, 0, dir, out);
}

int errand_mark_inside(struct errand *e, int task, int group, const char *path, dev_t *instance)
{
	const int fds[] = { task, group };
	struct errand_question q = { .wish = WISH_MARK_INSIDE };
	uint64_t dev = 0;
	int r = task < 0 || group < 0 ? -EBADF
				      : fetch_number(e, &q, fds, ARRAY_LEN(fds), path, &dev);

	*instance = (dev_t)dev;
	return r;
}

const struct knob_def *errand_name_inside(struct errand *e, int task, const char *path,
					  dev_t instance, ino_t inode)
{
	struct errand_question q = { .wish = WISH_NAME_INSIDE, .dev = instance, .inode = inode };
	uint64_t i = 0;

	if (task < 0 || fetch_number(e, &q, &task, 1, path, &i) < 0)
		return NULL;
	return knob_at((size_t)i);
}

int errand_look(struct errand *e, int task, const char *names, struct errand_handle *out, size_t n)
{
	struct errand_question q = { .max = n, .wish = WISH_LOOK };
	auto_buf struct buf found = { 0 };
	ssize_t r = task < 0 ? -EBADF : fetch(e, &q, &task, 1, names, &found);

	if (r < 0)
		return (int)r;
	if (found.len != n * sizeof(*out))
		return -EPROTO;
	memcpy(out, buf_str(&found).ptr, found.len);
	return 0;
}

ssize_t errand_read_host_files(struct errand *e, const char *root, size_t row, bool watches,
			       struct buf *out)
{
	struct errand_question q = { .max = row,
				     .wish = watches ? WISH_HOST_WATCHES : WISH_HOST_FILES };

	return fetch(e, &q, NULL, 0, root, out);
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

/* but for @left who can end has ended by now, or ends in a moment: no zombie is left behind */
static void bury_all_but(struct errand *e, size_t left)
{
	for (int i = 0; e->n_hung > left && i < 20; i++) {
		poll(NULL, 0, 5);
		bury(e);
	}
}

void errand_rest(struct errand *e)
{
	size_t hung;

	bury(e);
	hung = e->n_hung;
	helper_end(e);
	bury_all_but(e, hung);
}

void errand_free(struct errand *e)
{
	if (!e)
		return;
	helper_end(e);
	bury_all_but(e, 0);
	free(e);
}
