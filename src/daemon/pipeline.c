// SPDX-License-Identifier: Apache-2.0
/*
 * Threads around the engine. intake: source to ring; worker: ring to alerts; output: alerts to sinks, and
 * the status file; main: signals and reloads.
 *
 * What threads share: the ring, the outbox, the next generation (an atomic pointer, taken by the worker
 * between events) and the worker's numbers (a locked copy, made once a second).
 */
#include "daemon/pipeline.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/cgroup_watch.h"
#include "daemon/guardian.h"
#include "daemon/handover.h"
#include "daemon/intake.h"
#include "daemon/knob_watch.h"
#include "daemon/losses.h"
#include "daemon/outbox.h"
#include "daemon/report.h"
#include "daemon/roles.h"
#include "daemon/signals.h"
#include "daemon/snapshot_file.h"
#include "daemon/status.h"
#include "kernel/auditctl.h"
#include "kernel/cgroup_control.h"
#include "source/recorder.h"
#include "source/verdicts.h"

#define TICK NS_PER_S
#define IDLE_MS 500 /* how long the worker sleeps when there is nothing */
#define STATUS_MS 3000

struct pipeline {
	const struct pipeline_options *options;
	struct config *config; /* the main thread's; replaced by a reload */
	char run_dir[PATH_MAX];
	struct intake intake;
	struct facts *facts;
	struct recorder *recorder;
	struct engine *engine; /* the worker's */
	struct outbox *outbox;
	struct responder *responder;
	struct guardian *guardian; /* NULL: no rule denies */
	struct modifications *modifications; /* NULL: no fanotify here */
	struct knob_watch *knob_watch;
	struct cgroup_watch *cgroup_watch;
	int stop_fd; /* tells the intake thread to end */
	int ended_fd; /* tells the main thread that it did */
	int intake_result;
	_Atomic(struct handover *) next;

	struct losses losses; /* the worker's */
	struct roles roles; /* the worker's */
	atomic_bool is_whole; /* all threads are there: a signal to one of them is one to us */
	pthread_mutex_t lock;
	struct status status; /* under lock */
	struct kernel_view kernel; /* under lock */
	struct snapshot_file snapshot;
	uint64_t worker_began; /* of the monotonic clock; the worker's */
	int status_result; /* of the last writing; the output thread's */
};

static void wake(int fd)
{
	uint64_t one = 1;

	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* intake thread */

static void *intake_thread(void *arg)
{
	struct pipeline *p = arg;
	struct source_consumer to = intake_consumer(&p->intake);

	p->intake_result = p->options->intake(p->options->ctx, &to, p->stop_fd);
	ring_close(p->intake.ring);
	wake(p->ended_fd);
	return NULL;
}

/* worker thread */

static void on_alert(void *ctx, struct alert *a)
{
	struct pipeline *p = ctx;

	outbox_put(p->outbox, a);
}

static void on_needs(void *ctx, const struct ruleset *rules, const struct state *state)
{
	struct pipeline *p = ctx;

	p->options->needs(p->options->ctx, rules, state);
}

static void on_fact(void *ctx, uint32_t record_type, struct str body)
{
	struct pipeline *p = ctx;

	recorder_fact(p->recorder, record_type, body);
}

static void take_next_generation(struct pipeline *p)
{
	struct handover *next = atomic_exchange(&p->next, NULL);

	if (!next)
		return;
	if (engine_swap_rules(p->engine, next->rules, next->hostname) < 0)
		log_error("reload: out of memory: the old rules stay");
	free(next);
}

static void publish_numbers(struct pipeline *p, uint64_t now)
{
	struct engine_stats engine;

	engine_stats(p->engine, &engine);
	pthread_mutex_lock(&p->lock);
	p->status.written = now;
	p->status.engine = engine;
	p->status.state = *state_stats(engine_state(p->engine));
	p->status.rules = enabled_rules(engine_rules(p->engine));
	pthread_mutex_unlock(&p->lock);
}

/* what comes beside the stream of records */
static void wait_for_news(struct pipeline *p)
{
	const int beside[] = { guardian_verdicts(p->guardian), guardian_questions(p->guardian),
			       modifications_fd(p->modifications) };

	ring_wait_beside(p->intake.ring, beside, ARRAY_LEN(beside),
			 modifications_timeout(p->modifications, IDLE_MS));
}

/* those who were there before us, a few beside each batch of records; false: all are known */
static bool meet_more(struct pipeline *p, uint64_t now)
{
	if (engine_advance(p->engine, now))
		return true;
	log_debug("all that were running are known: %llu processes after %llu ms",
		  (unsigned long long)state_stats(engine_state(p->engine))->processes,
		  (unsigned long long)(clock_monotonic() - p->worker_began) / NS_PER_MS);
	return false;
}

/* what the sensor sees of its own sight */
static void mind_telemetry(struct pipeline *p, const struct source_consumer *engine, uint64_t now)
{
	struct kernel_view kernel;

	pthread_mutex_lock(&p->lock);
	kernel = p->kernel;
	pthread_mutex_unlock(&p->lock);
	losses_of_time(&p->losses, engine, clock_monotonic(), now);
	losses_of_kernel(&p->losses, engine, &kernel, now);
	if (!atomic_load(&p->is_whole))
		return;
	roles_tell(&p->roles, engine, ROLE_SENSOR, getpid(), now);
	roles_tell(&p->roles, engine, ROLE_GUARD, guardian_pid(p->guardian), now);
	roles_tell(&p->roles, engine, ROLE_AUDITD, kernel.daemon, now);
}

static void *worker_thread(void *arg)
{
	struct pipeline *p = arg;
	struct source_consumer engine = engine_consumer(p->engine);
	uint64_t next_tick = 0, end;
	bool drained, advances = true;

	p->worker_began = clock_monotonic();
	if (engine_begin(p->engine, clock_realtime()) < 0)
		log_warning("not all running processes could be looked at: containers are known "
			    "from now on");
	snapshot_file_restore(&p->snapshot, p->engine);
	do {
		bool closed = ring_closed(p->intake.ring);
		uint64_t now = clock_realtime();

		take_next_generation(p);
		if (now >= next_tick || now + 2 * TICK < next_tick) {
			mind_telemetry(p, &engine, now);
			engine_tick(p->engine, now);
			losses_tell(&p->losses, p->engine, p->guardian, p->outbox, now, false);
			publish_numbers(p, now);
			snapshot_file_render(&p->snapshot, p->engine, now, false);
			next_tick = now + TICK;
		}
		/* the verdict on a call was there before audit told of it: it must be heard before */
		end = ring_end(p->intake.ring);
		verdicts_drain(guardian_verdicts(p->guardian), &engine);
		knob_watch_follow(p->knob_watch, engine_state(p->engine));
		cgroup_watch_follow(p->cgroup_watch, engine_state(p->engine));
		drained = intake_drain(&p->intake, end, &engine);
		modifications_drain(p->modifications, &engine);
		/* and is told at once of the container whose first program runs by now */
		if (p->guardian)
			guardian_follow(p->guardian, engine_state(p->engine));
		if (!drained && closed)
			break;
		if (advances)
			advances = meet_more(p, now);
		else
			wait_for_news(p);
	} while (true);
	/* what the snapshot keeps is of all: a start that was short leaves nobody out */
	while (advances)
		advances = meet_more(p, clock_realtime());
	engine_finish(p->engine);
	snapshot_file_render(&p->snapshot, p->engine, clock_realtime(), true);
	losses_tell(&p->losses, p->engine, p->guardian, p->outbox, clock_realtime(), true);
	publish_numbers(p, clock_realtime());
	return NULL;
}

/* output thread */

/* once for each kind of trouble: it is tried again every few seconds */
static void tell_status_trouble(struct pipeline *p, int result)
{
	if (result < 0 && result != p->status_result)
		log_warning("the status file in %s cannot be written: %s", p->run_dir,
			    strerror(-result));
	p->status_result = result;
}

static void look_at_kernel(struct pipeline *p, struct status *s)
{
	struct kernel_view view;

	if (!p->options->control || kernel_view_take(p->options->control, &view) < 0)
		return;
	s->audit_lost = view.lost;
	s->audit_backlog = view.backlog;
	pthread_mutex_lock(&p->lock);
	p->kernel = view;
	pthread_mutex_unlock(&p->lock);
}

static void write_status(struct pipeline *p)
{
	struct outbox_stats outbox = { 0 };
	struct status s;

	if (p->outbox)
		outbox_stats(p->outbox, &outbox);
	pthread_mutex_lock(&p->lock);
	s = p->status;
	pthread_mutex_unlock(&p->lock);
	s.intake_lost = atomic_load(&p->intake.full);
	s.ring_used = ring_used(p->intake.ring);
	s.recorder_lost = p->recorder ? recorder_lost(p->recorder) : 0;
	s.alerts_lost = outbox.lost;
	s.sinks_told = outbox.sinks.told;
	s.sinks_failed = outbox.sinks.failed;
	guardian_stats(p->guardian, &s.guard);
	s.modifications = modifications_stats(p->modifications);
	look_at_kernel(p, &s);
	tell_status_trouble(p, status_write(p->run_dir, &s));
}

static void on_thawed(void *ctx, struct str message)
{
	struct pipeline *p = ctx;
	struct alert *a = alert_new_internal(clock_realtime(), PRIORITY_NOTICE, STR("thawed"),
					     STR("Container Thawed"), message, STR_ABSENT);

	if (a)
		outbox_put(p->outbox, a);
}

static void every(void *ctx)
{
	struct pipeline *p = ctx;

	if (p->outbox)
		responder_tick(p->responder, clock_monotonic(), on_thawed, p);
	write_status(p);
	snapshot_file_write(&p->snapshot);
}

/* main thread */

static void count_reload(struct pipeline *p, bool done)
{
	pthread_mutex_lock(&p->lock);
	p->status.reloads += done;
	p->status.reloads_failed += !done;
	pthread_mutex_unlock(&p->lock);
}

static void reload(struct pipeline *p)
{
	AUTO(diag) d = diag_new();
	struct config *config;
	struct sinks sinks;
	struct handover *to =
		handover_load(p->options->origin, p->options->stdout_too, &config, &sinks, d);

	report_log(d);
	count_reload(p, to);
	if (!to) {
		log_error("reload refused: the old options and rules stay in force");
		return;
	}
	handover_tell_unchanged(p->config, config);
	log_notice("reloaded: %zu rules enabled", enabled_rules(to->rules));
	handover_free(atomic_exchange(&p->next, to));
	outbox_replace_sinks(p->outbox, sinks);
	if (p->guardian)
		guardian_renew(p->guardian);
	if (p->recorder)
		recorder_reopen(p->recorder);
	config_free(p->config);
	p->config = config;
	if (log_is_to_stderr())
		log_to_stderr((int)config->log_level);
	else
		log_to_syslog(config->syslog_path, (int)config->log_level);
}

static void mind_signals(struct pipeline *p)
{
	struct pollfd fds[] = { { p->options->signal_fd, POLLIN, 0 }, { p->ended_fd, POLLIN, 0 } };
	enum signal_meaning meaning = SIGNAL_NONE;

	while (meaning != SIGNAL_STOP) {
		if (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents)
			return;
		meaning = signals_next(p->options->signal_fd, p->options->obey);
		if (meaning == SIGNAL_RELOAD)
			reload(p);
	}
}

static int run_threads(struct pipeline *p, struct diag *d)
{
	pthread_t worker, intake;
	int r = pthread_create(&worker, NULL, worker_thread, p);

	if (r == 0) {
		r = pthread_create(&intake, NULL, intake_thread, p);
		if (r == 0) {
			atomic_store(&p->is_whole, true);
			mind_signals(p);
			wake(p->stop_fd);
			pthread_join(intake, NULL);
		} else {
			ring_close(p->intake.ring);
		}
		pthread_join(worker, NULL);
	}
	if (r != 0) {
		diag_error(d, NULL, "threads", "a thread cannot be made: %s", strerror(r));
		return -r;
	}
	if (p->intake_result < 0)
		diag_error(d, NULL, "source", "the stream of records broke off: %s",
			   strerror(-p->intake_result));
	return p->intake_result;
}

static int open_recorder(struct pipeline *p, struct diag *d)
{
	if (!p->config->record_file[0])
		return 0;
	p->recorder = recorder_open(p->config->record_file, d);
	return p->recorder ? 0 : -EIO;
}

static struct engine *make_engine(struct pipeline *p, struct ruleset *rules)
{
	char hostname[HOSTNAME_SIZE];

	config_hostname(p->config, hostname);
	return engine_new(&(struct engine_options){
		.facts = p->facts,
		.rules = rules,
		.hostname = hostname,
		.is_live = true,
		.own_pid = getpid(),
		.processes_max = p->config->processes_max,
		.containers_max = p->config->containers_max,
		.aggregate_window = p->config->aggregate_window,
		.recorder = p->recorder,
		.alert = on_alert,
		.needs = p->options->needs ? on_needs : NULL,
		.ctx = p,
	});
}

static uint64_t cgroups_writable(void)
{
	struct procfs proc = { .root = -1 };
	uint64_t is_possible = procfs_init(&proc, NULL) == 0 && cgroup_control_is_possible(&proc);

	procfs_release(&proc);
	return is_possible;
}

/* in order; what was made is released by pipeline_release() */
static int pipeline_init(struct pipeline *p, struct diag *d)
{
	struct sinks sinks;
	int r;

	pthread_mutex_init(&p->lock, NULL);
	snapshot_file_init(&p->snapshot, p->options->generation->config->run_dir);
	p->guardian = guardian_start(p->options->origin, p->options->generation, d);
	if (!p->guardian && diag_errors(d) > 0)
		return -EIO;
	p->config = take_ptr(p->options->generation->config);
	p->modifications = modifications_open(d);
	p->knob_watch = knob_watch_new(p->modifications);
	p->cgroup_watch = cgroup_watch_new(p->modifications);
	snprintf(p->run_dir, sizeof(p->run_dir), "%s", p->config->run_dir);
	p->status.mode = p->options->mode;
	p->status.pid = (uint64_t)getpid();
	p->status.cgroups_writable = cgroups_writable();
	p->status.started = p->status.written = clock_realtime();
	p->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	p->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = open_recorder(p, d);
	if (r < 0)
		return r;
	p->facts = facts_live(NULL, p->recorder ? on_fact : NULL, p);
	p->engine = p->facts ? make_engine(p, take_ptr(p->options->generation->rules)) : NULL;
	if (!p->engine || !p->knob_watch || !p->cgroup_watch || p->stop_fd < 0 || p->ended_fd < 0 ||
	    intake_init(&p->intake, p->config->ring_size) < 0) {
		diag_error(d, NULL, NULL, "out of memory or descriptors");
		return -ENOMEM;
	}
	r = sinks_open(&sinks, p->config, p->options->stdout_too, d);
	if (r < 0)
		return r;
	p->responder = responder_new(&(struct respond_options){
		.enforce = p->config->respond_mode == RESPOND_ENFORCE,
		.budget = (unsigned)p->config->respond_budget,
		.freeze_for = p->config->respond_freeze_for,
	});
	if (!p->responder) {
		sinks_release(&sinks);
		return -ENOMEM;
	}
	write_status(p);
	p->outbox = outbox_start(p->config->queue_size, sinks, p->responder, every, STATUS_MS, p);
	return p->outbox ? 0 : -ENOMEM;
}

static void pipeline_release(struct pipeline *p)
{
	outbox_finish(p->outbox);
	snapshot_file_write(&p->snapshot);
	snapshot_file_release(&p->snapshot);
	guardian_stop(p->guardian);
	knob_watch_free(p->knob_watch);
	cgroup_watch_free(p->cgroup_watch);
	modifications_free(p->modifications);
	responder_free(p->responder);
	status_remove(p->run_dir);
	engine_free(p->engine);
	handover_free(atomic_exchange(&p->next, NULL));
	facts_free(p->facts);
	recorder_close(p->recorder);
	intake_release(&p->intake);
	config_free(p->config);
	cleanup_close(&p->stop_fd);
	cleanup_close(&p->ended_fd);
	pthread_mutex_destroy(&p->lock);
}

int pipeline_run(const struct pipeline_options *o, struct diag *d)
{
	struct pipeline p = { .options = o, .stop_fd = -1, .ended_fd = -1 };
	int r = pipeline_init(&p, d);

	if (r == 0)
		r = run_threads(&p, d);
	pipeline_release(&p);
	return r;
}
