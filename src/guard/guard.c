/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: what the main process says, who waits, the answer, then what is to be told of it.
 *
 * Owns the group, the marks and the table of containers.
 */
#include "guard/guard.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "guard/deadman.h"
#include "guard/exec_watch.h"
#include "guard/judge.h"
#include "guard/queue.h"

#define ROUNDS_A_DEADLINE 4
#define HEARD_A_ROUND 16 /* messages */
/* of the patience: for all that a batch has called, and for those of whom that cannot be told by then */
#define CALLS_SHARE 8
#define AGAIN_SHARE 4

struct guard {
	const struct guard_options *options;
	struct guard_pulse *pulse;
	struct deadman deadman;
	struct queue opens;
	struct exec_watch execs;
	struct procfs proc;
	struct marks marks;
	struct known known;
	struct judge judge;
	struct strangers strangers;
	struct guard_message message;
};

static void count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* what the main process says */

static void on_mark(struct guard *g, int fd)
{
	struct guard_mark *mark = &g->message.mark;

	mark->knob[sizeof(mark->knob) - 1] = mark->path[sizeof(mark->path) - 1] = 0;
	if (fd >= 0 && marks_add(&g->marks, g->opens.group, fd, mark) < 0)
		count(&g->pulse->unmarked);
}

static void show_armed(struct guard *g)
{
	atomic_store_explicit(&g->pulse->exec_armed, exec_watch_is_armed(&g->execs),
			      memory_order_relaxed);
}

/* no rule denies what could be seen there: then nobody needs to wait */
static void on_exec_mark(struct guard *g, int fd)
{
	if (fd >= 0 && judge_minds_helpers(&g->judge) && exec_watch_add(&g->execs, fd) < 0)
		count(&g->pulse->unmarked);
	show_armed(g);
}

static void on_exec_unmark(struct guard *g)
{
	exec_watch_disarm(&g->execs);
	show_armed(g);
}

static void on_container(struct guard *g)
{
	struct guard_container *c = &g->message.container;

	c->id[sizeof(c->id) - 1] = c->type[sizeof(c->type) - 1] = 0;
	known_add(&g->known, &g->proc, c);
}

/* whether he was refused */
static bool dismiss(struct guard *g, const struct stranger *who, const struct container *told)
{
	bool is_refused = judge_stranger(&g->judge, g->opens.group, who, told);

	close(who->asked.fd);
	deadman_touch(&g->deadman, clock_monotonic());
	return is_refused;
}

static void on_whose(struct guard *g)
{
	struct guard_whose *w = &g->message.whose;
	struct stranger who;

	w->id[sizeof(w->id) - 1] = w->type[sizeof(w->type) - 1] = 0;
	while (strangers_of(&g->strangers, w->pid, &who))
		(void)dismiss(g, &who,
			      w->id[0] ? known_named(&g->known, str_of(w->id),
						     str_of(w->type[0] ? w->type : NULL))
				       : NULL);
}

/* one message; 0, -EAGAIN: none, -EPIPE: nobody is there any more */
static int hear(struct guard *g)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec data = { &g->message, sizeof(g->message) };
	struct msghdr m = { .msg_iov = &data,
			    .msg_iovlen = 1,
			    .msg_control = control.bytes,
			    .msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(GUARD_CHANNEL_FD, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	auto_close int fd = -1;

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (n == 0)
		return -EPIPE;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	switch (g->message.kind) {
	case GUARD_MARK:
		on_mark(g, fd);
		break;
	case GUARD_CONTAINER:
		on_container(g);
		break;
	case GUARD_HELPERS:
		g->judge.launches.known = g->message.helpers;
		break;
	case GUARD_EXEC_MARK:
		on_exec_mark(g, fd);
		break;
	case GUARD_EXEC_UNMARK:
		on_exec_unmark(g);
		break;
	case GUARD_WHOSE:
		on_whose(g);
		break;
	}
	return 0;
}

/* who waits */

static void let_go(struct guard *g, const struct stranger *who)
{
	if (!dismiss(g, who, NULL))
		count(&g->pulse->unknown);
}

/* its descriptor is not the batch's any more */
static void hold(struct guard *g, struct queue *q, size_t i, struct stranger *who)
{
	q->asked[i].fd = -1;
	who->until = q->since + q->patience;
	count(&g->pulse->strangers);
	if (!strangers_hold(&g->strangers, who))
		let_go(g, who);
}

static void answer(struct guard *g, struct queue *q, size_t i)
{
	uint64_t since = q->came;
	struct stranger stranger;

	if (queue_is_overdue(q, clock_monotonic()))
		judge_let_go(&g->judge, q->group, &q->asked[i], since);
	else if (q == &g->execs.queue)
		judge_exec(&g->judge, q->group, &q->asked[i], since);
	else if (!judge_answer(&g->judge, q->group, q->asked, i, since, &stranger))
		hold(g, q, i, &stranger);
	if (q == &g->execs.queue && !exec_watch_keeps_up(&g->execs, clock_monotonic() - since)) {
		count(&g->pulse->exec_disarms);
		show_armed(g);
	}
}

static void answer_one(struct guard *g, struct queue *q, size_t i)
{
	/* without a group nobody waits any more */
	if (q->group >= 0)
		answer(g, q, i);
	cleanup_close(&q->asked[i].fd);
	q->asked[i].fd = -1;
	deadman_touch(&g->deadman, clock_monotonic());
}

/* and look at the others once more: who is awake holds up none of his batch */
static void answer_who_sleeps(struct guard *g, struct queue *q)
{
	judge_read_calls(&g->judge, q->asked, q->n, q->patience / CALLS_SHARE);
	for (size_t i = 0; i < q->n; i++)
		if (q->asked[i].fd >= 0 && !judge_should_wait(&g->judge, i))
			answer_one(g, q, i);
	judge_read_again(&g->judge, q->n, q->patience / AGAIN_SHARE);
}

static int answer_all(struct guard *g, struct queue *q)
{
	int n = queue_read(q, clock_monotonic());

	for (size_t i = 0; i < q->n; i++)
		if (q->asked[i].fd < 0)
			count(&g->pulse->unopened);
	if (q == &g->opens && !queue_is_overdue(q, clock_monotonic()))
		answer_who_sleeps(g, q);
	for (size_t i = 0; i < q->n; i++)
		if (q->asked[i].fd >= 0)
			answer_one(g, q, i);
	/* the same before Linux 6.13: the others wait */
	if (n < 0 && n != -EPROTO && n != -EBADF) {
		count(&g->pulse->unopened);
		return 0;
	}
	return n < 0 ? n : 0;
}

static int attend(struct guard *g, struct queue *q, short revents)
{
	if (q->group < 0)
		return 0;
	if (revents)
		return answer_all(g, q);
	queue_idle(q, clock_monotonic());
	return 0;
}

/* 0 or -errno */
static int sleep_until_asked(struct guard *g, struct pollfd *fds, nfds_t n)
{
	int idle_ms = (int)(g->options->deadline_ms / ROUNDS_A_DEADLINE), r = poll(fds, n, 0);

	if (r == 0) {
		r = poll(fds, n, strangers_timeout(&g->strangers, clock_monotonic(), idle_ms));
		queue_wake(&g->opens, clock_monotonic());
		queue_wake(&g->execs.queue, g->opens.woken);
	}
	return r < 0 && errno != EINTR ? -errno : 0;
}

static void mind_strangers(struct guard *g)
{
	uint64_t now = g->strangers.n ? clock_monotonic() : 0;
	struct stranger who;

	while (strangers_due(&g->strangers, now, &who))
		let_go(g, &who);
}

static int serve(struct guard *g)
{
	int r = 0;

	atomic_store_explicit(&g->pulse->ready, 1, memory_order_relaxed);
	while (r == 0) {
		struct pollfd fds[] = {
			{ g->opens.group, POLLIN, 0 },
			{ g->execs.queue.group, POLLIN, 0 },
			{ GUARD_CHANNEL_FD, POLLIN, 0 },
		};

		deadman_touch(&g->deadman, clock_monotonic());
		r = sleep_until_asked(g, fds, ARRAY_LEN(fds));
		if (r == 0)
			r = attend(g, &g->opens, fds[0].revents);
		if (r == 0)
			r = attend(g, &g->execs.queue, fds[1].revents);
		/* a few: some are answers for which somebody waits, and others wait for ours */
		for (unsigned i = 0; r == 0 && fds[2].revents && i < HEARD_A_ROUND; i++)
			r = hear(g);
		if (r == -EAGAIN)
			r = 0;
		mind_strangers(g);
	}
	return r == -EPIPE || r == -ECONNRESET ? 0 : r;
}

/* what it is made of */

/* none of this is vital: without it answers may only come later */
static void hold_fast(void)
{
	(void)mlockall(MCL_CURRENT | MCL_FUTURE);
	(void)setpriority(PRIO_PROCESS, 0, -20);
	(void)sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK,
				 &(struct sched_param){ .sched_priority = 1 });
}

/* a terminal's signals are the main process's to obey */
static int leave_signals(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

/* for a descriptor of each container; where there are fewer, fewer containers are known by their namespaces */
static void take_descriptors(void)
{
	struct rlimit all;

	if (getrlimit(RLIMIT_NOFILE, &all) == 0) {
		all.rlim_cur = all.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &all);
	}
}

static int guard_init(struct guard *g)
{
	struct opener with = { .proc = &g->proc, .known = &g->known, .marks = &g->marks };
	int r = leave_signals();

	take_descriptors();
	g->pulse = mmap(NULL, sizeof(*g->pulse), PROT_READ | PROT_WRITE, MAP_SHARED, GUARD_PULSE_FD,
			0);
	if (g->pulse == MAP_FAILED)
		return -errno;
	if (r == 0)
		r = procfs_init_private(&g->proc);
	if (r == 0)
		r = known_init(&g->known, &g->proc);
	if (r == 0)
		r = judge_init(&g->judge, g->options, g->pulse, &with);
	if (r < 0)
		return r;
	exec_watch_init(&g->execs, g->options->deadline_ms);
	queue_init(&g->opens, fan_open_permission(), g->options->deadline_ms);
	return g->opens.group < 0 ? g->opens.group : 0;
}

static void guard_release(struct guard *g)
{
	/* first: everybody who waits may go on */
	exec_watch_release(&g->execs);
	cleanup_close(&g->opens.group);
	deadman_release(&g->deadman);
	judge_release(&g->judge);
	marks_release(&g->marks);
	known_release(&g->known);
	procfs_release(&g->proc);
}

int guard_run(const struct guard_options *o)
{
	struct guard *g = calloc(1, sizeof(*g));
	int r;

	if (!g)
		return -ENOMEM;
	g->options = o;
	g->opens.group = g->execs.queue.group = g->proc.root = -1;
	r = guard_init(g);
	if (r == 0) {
		hold_fast();
		r = deadman_hold(&g->deadman, g->options->deadline_ms);
	}
	if (r == 0)
		r = serve(g);
	guard_release(g);
	free(g);
	return r;
}
