// SPDX-License-Identifier: Apache-2.0
/*
 * The guard's life, seen from outside.
 *
 * Owns the process, the channel to it, the page of memory they share and the pairs of sockets for verdicts and questions,
 * which outlive each guard. The lock is held for moving numbers and for sends that never wait; the guard
 * itself knows no locks.
 */
#include "daemon/guardian.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/exec_mark.h"
#include "daemon/guard_numbers.h"
#include "daemon/guard_process.h"
#include "daemon/inquiries.h"
#include "daemon/protect.h"
#include "guard/protocol.h"
#include "kernel/cgroupfs.h"
#include "kernel/pidfd.h"
#include "state/facts.h"

#define START (5 * NS_PER_S) /* to load its rules */
#define START_LOOK_MS 10
#define PAUSE_MS 1000 /* between two guards that did not live */
#define LIFE (10 * NS_PER_S) /* one that ends before has not lived long */
#define BRIEF_LIVES 3 /* in a row, before they are as good as none */

struct guardian {
	const struct origin *origin;
	bool enforce;
	pthread_t thread;
	bool has_thread;
	int stop_fd, renew_fd; /* eventfd(2) */
	int verdicts[2], questions[2]; /* ours, the guard's */
	int pulse_fd;
	struct guard_pulse *pulse;

	pthread_mutex_t lock;
	int channel; /* -1: no guard */
	pid_t pid;
	uint64_t starts;
	struct guardian_stats before; /* of the guards that are gone */

	/* the worker's: what the guard of that number was told */
	uint64_t told_guard, told_watches, told_containers;
	uint32_t round;
	struct procfs proc;
	struct exec_mark exec_mark;
	struct protect protect;
	struct inquiries inquiries;
	uint64_t told_disarms;
};

static void wake(int eventfd)
{
	const uint64_t one = 1;

	(void)!write(eventfd, &one, sizeof(one));
}

/* false: nobody did */
static bool was_asked(int eventfd)
{
	uint64_t n;

	return read(eventfd, &n, sizeof(n)) == sizeof(n);
}

/* birth */

static int guard_begin(struct guardian *g)
{
	int pair[2], r;
	pid_t pid = 0;

	memset(g->pulse, 0, sizeof(*g->pulse));
	(void)was_asked(g->renew_fd); /* this one reads what is new */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	r = guard_process_spawn(&(struct guard_process){ .origin = g->origin,
							 .enforce = g->enforce,
							 .channel_fd = pair[1],
							 .pulse_fd = g->pulse_fd,
							 .verdict_fd = g->verdicts[1],
							 .question_fd = g->questions[1] },
				&pid);
	close(pair[1]);
	if (r < 0) {
		close(pair[0]);
		return r;
	}
	pthread_mutex_lock(&g->lock);
	g->channel = pair[0];
	g->pid = pid;
	g->starts++;
	pthread_mutex_unlock(&g->lock);
	return 0;
}

/* death */

static uint64_t number(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

/* its wait status */
static int guard_end(struct guardian *g)
{
	int channel, status = 0;

	kill(g->pid, SIGKILL);
	while (waitpid(g->pid, &status, 0) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&g->lock);
	channel = g->channel;
	g->channel = -1;
	g->pid = 0;
	guard_numbers_add(g->pulse, &g->before);
	memset(g->pulse, 0, sizeof(*g->pulse));
	pthread_mutex_unlock(&g->lock);
	close(channel);
	return status;
}

/* life */

enum end { END_ORDERED, END_RENEWAL, END_GONE, END_STILLBORN };

/*
 * Until it is ordered to end, or has ended: of itself, or by the kernel because it did not move for a deadline
 * (guard/deadman.h). So nobody need look at it while it lives; only to come to life it has no longer than START.
 */
static enum end guard_watch(struct guardian *g)
{
	auto_close int exit_fd = pidfd_hold(&g->proc, g->pid, 0, clock_realtime());
	struct pollfd fds[] = { { g->stop_fd, POLLIN, 0 },
				{ exit_fd, POLLIN, 0 },
				{ g->renew_fd, POLLIN, 0 } };
	uint64_t born = clock_monotonic();

	for (;;) {
		bool is_ready = number(&g->pulse->ready);
		int r = poll(fds, ARRAY_LEN(fds), is_ready ? -1 : START_LOOK_MS);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return END_GONE;
		if (fds[0].revents)
			return END_ORDERED;
		if (fds[1].revents || exit_fd < 0)
			return number(&g->pulse->ready) ? END_GONE : END_STILLBORN;
		if (fds[2].revents && was_asked(g->renew_fd))
			return END_RENEWAL;
		if (!is_ready && clock_monotonic() - born > START)
			return END_STILLBORN;
	}
}

static void tell_end(struct guardian *g, enum end end, int status)
{
	const char *reason = NULL;

	if (end == END_STILLBORN)
		reason = "does not start";
	else if (end == END_GONE && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		reason = "was killed, by somebody or because it did not move for its deadline";
	else if (end == END_GONE)
		reason = "has ended";
	if (!reason)
		return;
	pthread_mutex_lock(&g->lock);
	g->before.lost++;
	pthread_mutex_unlock(&g->lock);
	log_error(
		"the guard process %s: nothing is refused until the next one is there (start %llu)",
		reason, (unsigned long long)g->starts);
}

/* one that lived is followed at once; those that keep dying must not take the machine's time */
static bool needs_pause(enum end end, uint64_t born, unsigned *brief)
{
	bool was_brief = end != END_RENEWAL && clock_monotonic() - born < LIFE;

	*brief = was_brief ? *brief + 1 : 0;
	return end == END_STILLBORN || *brief > BRIEF_LIVES;
}

static void *guardian_thread(void *arg)
{
	struct guardian *g = arg;
	struct pollfd stop = { g->stop_fd, POLLIN, 0 };
	enum end end = END_GONE;
	unsigned brief = 0;

	while (end != END_ORDERED) {
		uint64_t born = clock_monotonic();
		int r = guard_begin(g), status = 0;

		end = r == 0 ? guard_watch(g) : END_STILLBORN;
		if (r == 0)
			status = guard_end(g);
		tell_end(g, end, status);
		if (end != END_ORDERED && needs_pause(end, born, &brief) &&
		    poll(&stop, 1, PAUSE_MS) > 0)
			end = END_ORDERED;
	}
	return NULL;
}

/* what it is told */

int guardian_tell(struct guardian *g, const struct guard_message *m, size_t size, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec data = { (void *)(uintptr_t)m, offsetof(struct guard_message, mark) + size };
	struct msghdr head = { .msg_iov = &data, .msg_iovlen = 1 };
	ssize_t n;

	if (fd >= 0) {
		struct cmsghdr *c = &control.align;

		head.msg_control = control.bytes;
		head.msg_controllen = sizeof(control.bytes);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	pthread_mutex_lock(&g->lock);
	n = g->channel < 0 ? -1 : sendmsg(g->channel, &head, MSG_DONTWAIT | MSG_NOSIGNAL);
	pthread_mutex_unlock(&g->lock);
	return n < 0 ? -EAGAIN : 0;
}

static int tell_watch(struct guardian *g, const struct state_watch *w)
{
	const struct cgroupfs cgroupfs = { .proc = &g->proc, .can_mount = true };
	struct guard_message m = { .kind = GUARD_MARK, .mark.round = g->round };
	auto_close int fd = cgroupfs_agent_open(&cgroupfs, w->controllers);

	/* one that went meanwhile needs no watch */
	if (fd < 0)
		return 0;
	snprintf(m.mark.knob, sizeof(m.mark.knob), "release_agent");
	snprintf(m.mark.path, sizeof(m.mark.path), "%.*s/release_agent", STR_ARG(w->mount_point));
	return guardian_tell(g, &m, sizeof(m.mark), fd);
}

static int tell_watches(struct guardian *g, const struct state *state)
{
	struct state_watch watches[STATE_WATCHES_MAX];
	size_t n = state_watches(state, watches, STATE_WATCHES_MAX);
	int r = 0;

	g->round++;
	for (size_t i = 0; i < n && r == 0; i++)
		r = tell_watch(g, &watches[i]);
	return r;
}

static int tell_containers(struct guardian *g, const struct state *state)
{
	size_t next = 0;
	struct state_container c;
	int r = 0;

	while (r == 0 && state_container_next(state, &next, &c)) {
		struct guard_message m = { .kind = GUARD_CONTAINER };

		snprintf(m.container.id, sizeof(m.container.id), "%.*s", STR_ARG(c.id));
		snprintf(m.container.type, sizeof(m.container.type), "%.*s", STR_ARG(c.type));
		m.container.init_pid = c.init_pid;
		m.container.pid_ns = c.ns[NS_PID];
		m.container.mnt_ns = c.ns[NS_MNT];
		r = guardian_tell(g, &m, sizeof(m.container), -1);
	}
	return r;
}

/* of this guard: its page is cleared when it ends */
static void heed_disarms(struct guardian *g)
{
	uint64_t disarms = number(&g->pulse->exec_disarms);

	if (disarms > g->told_disarms) {
		log_warning(
			"answers to execs came too slowly: programs are not watched for a minute");
		exec_mark_rest(&g->exec_mark);
	}
	g->told_disarms = disarms;
}

void guardian_follow(struct guardian *g, const struct state *state)
{
	uint64_t watches = state_watch_generation(state) + 1;
	uint64_t containers = state_container_generation(state) + 1, guard;

	/* also those of a guard that is gone */
	inquiries_follow(&g->inquiries, g->questions[0], g, state);
	pthread_mutex_lock(&g->lock);
	guard = g->channel < 0 ? 0 : g->starts;
	pthread_mutex_unlock(&g->lock);
	if (!guard)
		return;
	if (guard != g->told_guard) {
		g->told_watches = g->told_containers = g->told_disarms = 0;
		exec_mark_forget(&g->exec_mark);
		protect_forget(&g->protect);
	}
	g->told_guard = guard;
	if (watches != g->told_watches && tell_watches(g, state) == 0)
		g->told_watches = watches;
	/* those of the start all at once */
	if (containers != g->told_containers && state_is_complete(state) &&
	    tell_containers(g, state) == 0)
		g->told_containers = containers;
	protect_follow(&g->protect, g);
	heed_disarms(g);
	exec_mark_follow(&g->exec_mark, g, &g->proc, state);
}

void guardian_renew(struct guardian *g)
{
	wake(g->renew_fd);
}

int32_t guardian_pid(struct guardian *g)
{
	int32_t pid;

	if (!g)
		return 0;
	pthread_mutex_lock(&g->lock);
	pid = g->pid;
	pthread_mutex_unlock(&g->lock);
	return pid;
}

int guardian_verdicts(const struct guardian *g)
{
	return g ? g->verdicts[0] : -1;
}

int guardian_questions(const struct guardian *g)
{
	return g ? g->questions[0] : -1;
}

void guardian_stats(struct guardian *g, struct guardian_stats *out)
{
	*out = (struct guardian_stats){ 0 };
	if (!g)
		return;
	pthread_mutex_lock(&g->lock);
	*out = g->before;
	guard_numbers_add(g->pulse, out);
	guard_numbers_settle(out);
	out->starts = g->starts;
	out->exec_armed = number(&g->pulse->exec_armed);
	out->is_ready = number(&g->pulse->ready) != 0;
	pthread_mutex_unlock(&g->lock);
}

/* what it is made of */

static int pulse_make(struct guardian *g)
{
	g->pulse_fd = memfd_create("watchcap-pulse", MFD_CLOEXEC);
	if (g->pulse_fd < 0 || ftruncate(g->pulse_fd, sizeof(*g->pulse)) < 0)
		return -errno;
	g->pulse =
		mmap(NULL, sizeof(*g->pulse), PROT_READ | PROT_WRITE, MAP_SHARED, g->pulse_fd, 0);
	return g->pulse == MAP_FAILED ? -errno : 0;
}

static int pair_make(int pair[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair);
}

static int guardian_init(struct guardian *g, const struct config *config, struct diag *d)
{
	int r = procfs_init(&g->proc, NULL);

	g->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	g->renew_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r == 0 && (g->stop_fd < 0 || g->renew_fd < 0 || pair_make(g->verdicts) < 0 ||
		       pair_make(g->questions) < 0))
		r = -errno;
	if (r == 0)
		r = pulse_make(g);
	if (r == 0)
		r = exec_mark_init(&g->exec_mark, (enum exec_mark_mode)config->guard_exec_mark);
	if (r == 0)
		r = protect_init(&g->protect, &config->guard_protect, d);
	if (r == 0)
		r = -pthread_create(&g->thread, NULL, guardian_thread, g);
	g->has_thread = r == 0;
	return r;
}

bool guardian_is_wanted(const struct ruleset *rules)
{
	for (size_t i = 0; i < ruleset_count(rules); i++)
		if (ruleset_at(rules, i)->enabled && ruleset_at(rules, i)->actions & ACTION_DENY)
			return true;
	return false;
}

struct guardian *guardian_start(const struct origin *origin, const struct generation *gen,
				struct diag *d)
{
	struct guardian *g;
	int r;

	if (!guardian_is_wanted(gen->rules)) {
		if (gen->config->guard_protect.n)
			diag_warning(
				d, NULL, "guard-protect",
				"guard.protect: no enabled rule denies, so nothing is guarded");
		return NULL;
	}
	g = calloc(1, sizeof(*g));
	if (!g) {
		diag_error(d, NULL, "guard", "out of memory");
		return NULL;
	}
	g->origin = origin;
	g->enforce = gen->config->respond_mode == RESPOND_ENFORCE;
	g->stop_fd = g->renew_fd = g->pulse_fd = g->channel = g->proc.root = -1;
	g->verdicts[0] = g->verdicts[1] = g->questions[0] = g->questions[1] = -1;
	g->exec_mark.mounts_fd = -1;
	g->pulse = MAP_FAILED;
	pthread_mutex_init(&g->lock, NULL);
	r = guardian_init(g, gen->config, d);
	if (r < 0) {
		diag_error(d, NULL, "guard", "the guard process cannot be made: %s", strerror(-r));
		guardian_stop(g);
		return NULL;
	}
	return g;
}

void guardian_stop(struct guardian *g)
{
	if (!g)
		return;
	if (g->has_thread) {
		wake(g->stop_fd);
		pthread_join(g->thread, NULL);
	}
	if (g->pulse != MAP_FAILED)
		munmap(g->pulse, sizeof(*g->pulse));
	cleanup_close(&g->pulse_fd);
	cleanup_close(&g->stop_fd);
	cleanup_close(&g->renew_fd);
	for (size_t i = 0; i < 2; i++) {
		cleanup_close(&g->verdicts[i]);
		cleanup_close(&g->questions[i]);
	}
	exec_mark_release(&g->exec_mark);
	protect_release(&g->protect);
	procfs_release(&g->proc);
	pthread_mutex_destroy(&g->lock);
	free(g);
}
