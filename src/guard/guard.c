/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: what the main process says, who waits, the answer, then what is to be told of it.
 *
 * Owns the group, the marks and the table of containers. Every event gets exactly one answer, whatever
 * goes wrong: what cannot be judged is let through, as the kernel does without us.
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
#include "guard/opener.h"

#define ARENA_SIZE ((size_t)256 * 1024)
#define RULES_SIZE 4096

struct guard {
	const struct guard_options *options;
	struct guard_pulse *pulse;
	int group;
	struct procfs proc;
	struct marks marks;
	struct known known;
	struct opener opener;
	struct filter_frame *frame;
	struct filter_stats filter_stats;
	struct buf rules; /* that held, for the event at hand */
	struct guard_message message;
	pid_t own;
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
	if (fd >= 0)
		(void)marks_add(&g->marks, g->group, fd, mark);
}

static void on_container(struct guard *g)
{
	struct guard_container *c = &g->message.container;

	c->id[sizeof(c->id) - 1] = c->type[sizeof(c->type) - 1] = 0;
	known_add(&g->known, &g->proc, c);
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
	if (g->message.kind == GUARD_MARK)
		on_mark(g, fd);
	else if (g->message.kind == GUARD_CONTAINER)
		on_container(g);
	return 0;
}

/* what is said back */

static void say(struct guard *g, struct str verdict)
{
	if (!verdict.ptr ||
	    send(GUARD_VERDICT_FD, verdict.ptr, verdict.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		count(&g->pulse->untold);
}

/* who waits */

static bool rule_holds(struct guard *g, const struct rule *rule)
{
	if (!(rule->actions & ACTION_DENY) ||
	    !filter_eval(rule->filter, g->frame, &g->filter_stats))
		return false;
	if (g->rules.len)
		buf_char(&g->rules, ',');
	buf_add(&g->rules, rule->id);
	return true;
}

/* all of them, so that each that holds can be told */
static bool some_rule_holds(struct guard *g)
{
	const struct rule *const *rules;
	size_t n = ruleset_for_event(g->options->rules, g->opener.event.type, &rules);
	bool holds = false;

	buf_clear(&g->rules);
	filter_frame_begin(g->frame, &g->opener.scene);
	for (size_t i = 0; i < n; i++)
		holds |= rule_holds(g, rules[i]);
	return holds;
}

/* a deny never hits the host, nor who cannot be attributed; a helper that the kernel starts is neither */
static bool may_be_refused(const struct guard *g)
{
	return g->opener.permission.ask == ASK_HELPER ||
	       (g->opener.scene.container && g->opener.scene.container->is_identified);
}

static bool is_spared(const struct guard *g, int32_t tid)
{
	return tid == g->own || tid == 1;
}

static void note_latency(struct guard *g, uint64_t ns)
{
	struct guard_pulse *p = g->pulse;
	unsigned row = 0;

	while (row < GUARD_LATENCIES - 1 && ns >= (UINT64_C(1000) << row))
		row++;
	count(&p->latencies[row]);
	count(&p->asked);
	if (ns > atomic_load_explicit(&p->slowest, memory_order_relaxed))
		atomic_store_explicit(&p->slowest, ns, memory_order_relaxed);
}

static void answer(struct guard *g, const struct fan_event *asked, uint64_t since)
{
	bool holds = !is_spared(g, asked->tid) && opener_look(&g->opener, asked) == 0 &&
		     some_rule_holds(g) && may_be_refused(g);
	enum permission_answer verdict = !holds		       ? PERMISSION_ALLOWED
					 : g->options->enforce ? PERMISSION_DENIED
							       : PERMISSION_NOT_ENABLED;
	/*
	 * Said before it is done: so the main process hears of it before audit tells of the call that
	 * failed, and knows that both are one act.
	 */
	if (holds) {
		count(&g->pulse->denied);
		say(g, opener_tell(&g->opener, verdict, buf_str(&g->rules),
				   clock_monotonic() - since));
	}
	if (fan_answer(g->group, asked->fd, verdict != PERMISSION_DENIED) < 0)
		count(&g->pulse->unanswered);
	note_latency(g, clock_monotonic() - since);
}

static int answer_all(struct guard *g)
{
	struct fan_event asked[FAN_BATCH];
	int n = fan_read(g->group, asked);
	uint64_t since = clock_monotonic();

	for (int i = 0; i < n; i++) {
		if (asked[i].fd < 0) {
			count(&g->pulse->overflows);
			continue;
		}
		answer(g, &asked[i], since);
		close(asked[i].fd);
		atomic_store_explicit(&g->pulse->beat, clock_monotonic(), memory_order_relaxed);
	}
	/* an object that cannot be opened for us: the kernel has answered that one, and the others wait */
	if (n < 0 && n != -EPROTO && n != -EBADF) {
		count(&g->pulse->overflows);
		return 0;
	}
	return n < 0 ? n : 0;
}

static int serve(struct guard *g)
{
	struct pollfd fds[] = { { g->group, POLLIN, 0 }, { GUARD_CHANNEL_FD, POLLIN, 0 } };
	int r = 0;

	while (r == 0) {
		atomic_store_explicit(&g->pulse->beat, clock_monotonic(), memory_order_relaxed);
		if (poll(fds, ARRAY_LEN(fds), (int)g->options->beat_ms) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents)
			r = answer_all(g);
		/* one message a round: nobody waits for these */
		if (r == 0 && fds[1].revents)
			r = hear(g);
		if (r == -EAGAIN)
			r = 0;
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

static int guard_init(struct guard *g)
{
	int r = leave_signals();

	g->own = getpid();
	g->pulse = mmap(NULL, sizeof(*g->pulse), PROT_READ | PROT_WRITE, MAP_SHARED, GUARD_PULSE_FD,
			0);
	if (g->pulse == MAP_FAILED)
		return -errno;
	if (r == 0)
		r = procfs_init(&g->proc, NULL);
	if (r == 0)
		r = known_init(&g->known, &g->proc);
	if (r < 0)
		return r;
	g->frame = filter_frame_new(ruleset_shared_results(g->options->rules));
	g->opener = (struct opener){
		.proc = &g->proc,
		.known = &g->known,
		.marks = &g->marks,
		.arena = arena_new(ARENA_SIZE, ARENA_SIZE),
	};
	g->rules.max = RULES_SIZE;
	if (!g->frame || !g->opener.arena)
		return -ENOMEM;
	g->group = fan_open_permission();
	return g->group < 0 ? g->group : 0;
}

static void guard_release(struct guard *g)
{
	/* first: everybody who waits may go on */
	cleanup_close(&g->group);
	opener_release(&g->opener);
	arena_free(g->opener.arena);
	filter_frame_free(g->frame);
	marks_release(&g->marks);
	known_release(&g->known);
	buf_release(&g->rules);
	procfs_release(&g->proc);
}

int guard_run(const struct guard_options *o)
{
	struct guard *g = calloc(1, sizeof(*g));
	int r;

	if (!g)
		return -ENOMEM;
	g->options = o;
	g->group = g->proc.root = -1;
	r = guard_init(g);
	if (r == 0) {
		hold_fast();
		r = serve(g);
	}
	guard_release(g);
	free(g);
	return r;
}
