// SPDX-License-Identifier: Apache-2.0
/*
 * The single-threaded core: every stage is called here, in the order in which data goes its way.
 *
 * Owns the assembler, the state, the rules in force, the matches and their scratch memory. Must not do
 * I/O, ask clocks or log. Records come through the source_consumer, alerts leave through the callback.
 */
#include "daemon/engine.h"

#include <errno.h>
#include <linux/audit.h>

#include "base/clock.h"
#include "daemon/config.h"
#include "daemon/distinct.h"
#include "daemon/force.h"
#include "daemon/matches.h"
#include "daemon/withheld.h"
#include "event/assembler.h"
#include "event/notice_text.h"
#include "event/scan.h"
#include "source/recorder.h"
#include "state/snapshot.h"

#define ARENA_FIRST (256 * 1024)
#define ARENA_LIMIT (8 * 1024 * 1024)
#define PROCESSES_AT_ONCE 16 /* less than a millisecond */
#define WITHHELD_FOR (3 * NS_PER_S)
#define REORDER_WINDOW 64 /* events of a log that may come out of order */

struct engine {
	struct engine_options options;
	char hostname[HOSTNAME_SIZE];
	struct assembler *assembler;
	struct state *state;
	struct force force;
	struct arena *arena; /* of the event at hand */
	struct distinct seen;
	struct matches matches;
	struct withheld withheld;
	struct engine_stats stats;
	uint64_t now, next_tick; /* of a log: its own time */
	uint64_t tick_serial; /* of the next notice of the time */
	uint64_t watch_generation;
	bool is_first_line,
		is_recording; /* of the file that is being read; a live stream is none */
	bool rules_removed; /* somebody took an audit rule out of the kernel; it may be one of ours */
};

static void evaluate(struct engine *e, const struct scene *scene)
{
	if (e->options.look) {
		filter_frame_begin(e->force.frame, scene);
		e->options.look(e->options.ctx, scene, e->force.frame);
	}
	force_judge(&e->force, scene, &e->matches);
}

static void evaluate_waiting(struct engine *e)
{
	struct scene scene;

	while (state_next(e->state, &scene))
		evaluate(e, &scene);
}

static void tell_needs(struct engine *e)
{
	e->watch_generation = state_watch_generation(e->state);
	e->rules_removed = false;
	if (!e->options.needs)
		return;
	e->options.needs(e->options.ctx, e->force.rules, e->state);
	state_recheck(e->state);
	evaluate_waiting(e);
}

/* what is found now is news of its own, not part of the event at hand: a recording keeps them apart */
static void follow_watches(struct engine *e)
{
	if (state_watch_generation(e->state) != e->watch_generation)
		tell_needs(e);
}

/* a log has no clock beside it: its events are the clock */
static void log_time(struct engine *e, uint64_t time)
{
	if (e->options.is_live || time <= e->now)
		return;
	e->now = time;
	if (time < e->next_tick)
		return;
	e->next_tick = time + NS_PER_S;
	matches_summarize(&e->matches, time);
}

static bool is_own(const struct engine *e, const struct event *event)
{
	return e->options.own_pid && event->has_syscall &&
	       (event->sys.pid == e->options.own_pid ||
		event->sys.pid == facts_helper(e->options.facts)) &&
	       facts_is_local(e->options.facts, event->node);
}

/* augenrules(8), for one, takes out all before it loads its own */
static bool tells_rule_removed(const struct event *event)
{
	const struct record *change = event_record(event, AUDIT_CONFIG_CHANGE);
	struct scan_field op;

	return change && scan_find(change->body, STR("op"), &op) &&
	       str_eq(op.value, STR("remove_rule"));
}

/* a birth, a death, a loss: what state makes of it may be news */
static void on_notice(struct engine *e, const struct event *event, const struct record *records,
		      size_t n)
{
	if (e->options.recorder)
		recorder_begin(e->options.recorder, records, n);
	state_notice(e->state, event);
	evaluate_waiting(e);
	if (e->options.recorder)
		recorder_end(e->options.recorder);
}

/* a log has its events in order */
static bool must_wait(struct engine *e, const struct event *event, const struct record *records)
{
	int32_t pid = e->options.is_live && event->modification ? event->modification->pid : 0;

	if (!pid)
		return false;
	state_meet(e->state, pid);
	if (!state_awaits_records(e->state, pid) || !withheld_put(&e->withheld, records, pid))
		return false;
	state_set_late(e->state, true);
	return true;
}

/* 0: it was not dealt with, or tells no time of audit's; else what was called before that has been told */
static uint64_t deal_with(struct engine *e, const struct record *records, size_t n, bool can_wait)
{
	struct event event;
	struct scene scene;

	arena_reset(e->arena);
	if (event_decode(&event, records, n, e->arena) < 0) {
		e->stats.malformed++;
		return 0;
	}
	if (event.notice) {
		on_notice(e, &event, records, n);
		return 0;
	}
	e->stats.incomplete += event.is_incomplete;
	log_time(e, event.time);
	e->rules_removed |= tells_rule_removed(&event);
	if (is_own(e, &event) || (can_wait && must_wait(e, &event, records)))
		return 0;
	if (e->options.recorder)
		recorder_begin(e->options.recorder, records, n);
	state_observe(e->state, &event, &scene);
	if (event.is_permission)
		force_take_verdict(&e->force, &scene, &e->matches);
	else if (!scene.is_ignored)
		evaluate(e, &scene);
	evaluate_waiting(e);
	if (e->options.recorder)
		recorder_end(e->options.recorder);
	follow_watches(e);
	return event.has_syscall && event.origin == ORIGIN_AUDIT ? event.time : 0;
}

static void deal_with_withheld(struct engine *e, uint64_t until)
{
	const struct withheld_row *row;

	while ((row = withheld_first(&e->withheld)) &&
	       (row->record.time <= until || !state_awaits_records(e->state, row->pid))) {
		struct record record = withheld_take(&e->withheld);

		state_give_up_records(e->state, row->pid);
		(void)deal_with(e, &record, 1, false);
		state_set_late(e->state, withheld_first(&e->withheld));
	}
}

/* the eldest makes room: its records have had the most time, and the newest's none */
static void make_room(struct engine *e)
{
	struct record record;

	if (!withheld_is_full(&e->withheld))
		return;
	record = withheld_take(&e->withheld);
	(void)deal_with(e, &record, 1, false);
}

static void on_event(void *ctx, const struct record *records, size_t n)
{
	struct engine *e = ctx;

	if (records->type == RECORD_WRITE)
		make_room(e);
	if (records->type != RECORD_NOTICE)
		distinct_add(&e->seen, records->node, records->time, records->serial);
	deal_with_withheld(e, deal_with(e, records, n, true));
}

static void on_record(struct engine *e, int parsed, const struct record *record)
{
	if (parsed < 0) {
		e->stats.malformed++;
		return;
	}
	e->stats.records++;
	(void)assembler_feed(e->assembler, record); /* it counts what it drops */
}

static void on_begin(void *ctx)
{
	struct engine *e = ctx;

	e->is_first_line = true;
	e->is_recording = false;
}

/* false: it says that it is one of ours, where none can be */
static bool may_be_believed(struct engine *e, const struct record *record)
{
	bool is_own = record_type_is_own(record->type);

	if (e->is_first_line)
		e->is_recording = is_own;
	e->is_first_line = false;
	return !is_own || e->is_recording;
}

static void on_line(void *ctx, struct str line)
{
	struct engine *e = ctx;
	struct record record;
	int r;

	if (line.len == 0)
		return;
	r = record_parse_line(line, &record);
	if (r == 0 && !may_be_believed(e, &record))
		r = -EINVAL;
	if (r < 0 || record.type != RECORD_RECORDING)
		on_record(e, r, &record);
}

static void on_message(void *ctx, uint32_t type, struct str payload)
{
	struct record record;

	on_record(ctx, record_parse_message(type, payload, &record), &record);
}

static void on_settle(void *ctx)
{
	struct engine *e = ctx;

	(void)assembler_settle(e->assembler); /* events that break off are incomplete */
}

static void on_lost(void *ctx, uint64_t n)
{
	struct engine *e = ctx;

	e->stats.lost += n;
}

struct source_consumer engine_consumer(struct engine *e)
{
	return (struct source_consumer){
		.ctx = e,
		.begin = on_begin,
		.line = on_line,
		.message = on_message,
		.settle = on_settle,
		.lost = on_lost,
	};
}

static void set_hostname(struct engine *e, const char *hostname)
{
	snprintf(e->hostname, sizeof(e->hostname), "%s", hostname);
	e->options.hostname = e->hostname;
}

struct engine *engine_new(const struct engine_options *o)
{
	AUTO(engine) e = calloc(1, sizeof(*e));

	if (!e) {
		ruleset_free(o->rules);
		return NULL;
	}
	e->options = *o;
	set_hostname(e, o->hostname);
	e->tick_serial = NOTICE_SERIAL_ENGINE;
	e->arena = arena_new(ARENA_FIRST, ARENA_LIMIT);
	e->assembler = assembler_new(
		&(struct assembler_options){ .reorder = o->is_live ? 0 : REORDER_WINDOW }, on_event,
		e);
	e->state =
		state_new(&(struct state_options){ o->processes_max, o->containers_max }, o->facts);
	if (force_init(&e->force, o->rules) < 0 || !e->arena || !e->assembler || !e->state ||
	    distinct_init(&e->seen, o->events_max) < 0 ||
	    matches_init(&e->matches, &(struct matches_options){ .state = e->state,
								 .hostname = e->hostname,
								 .arena = e->arena,
								 .window = o->aggregate_window,
								 .alert = o->alert,
								 .ctx = o->ctx }) < 0)
		return NULL;
	return take_ptr(e);
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	matches_release(&e->matches);
	withheld_release(&e->withheld);
	state_free(e->state);
	assembler_free(e->assembler);
	force_release(&e->force);
	arena_free(e->arena);
	distinct_release(&e->seen);
	free(e);
}

int engine_start(struct engine *e)
{
	int r = state_start(e->state);

	evaluate_waiting(e);
	tell_needs(e);
	return r;
}

int engine_begin(struct engine *e, uint64_t now)
{
	int r;

	now -= now % NS_PER_MS;
	if (e->options.recorder)
		recorder_tick(e->options.recorder, now);
	r = state_begin(e->state, now);
	evaluate_waiting(e);
	tell_needs(e);
	return r;
}

bool engine_advance(struct engine *e, uint64_t now)
{
	if (state_is_complete(e->state))
		return false;
	now -= now % NS_PER_MS; /* what a record can tell, so that a replay tells the same */
	if (e->options.recorder)
		recorder_tick(e->options.recorder, now);
	return state_advance(e->state, PROCESSES_AT_ONCE, now);
}

int engine_restore(struct engine *e, struct str snapshot, const struct snapshot_head *now,
		   struct diag *d)
{
	return snapshot_restore(e->state, snapshot, now, d);
}

/* on a host where nothing happens the time is an event, too: of the stream, so that a replay has it */
static void tell_time(struct engine *e, uint64_t now)
{
	auto_buf struct buf text = { 0 };

	if (!state_waits(e->state, now))
		return;
	notice_message(&(struct notice){ .kind = NOTICE_TICK, .at = now }, e->tick_serial++, &text);
	on_message(e, RECORD_NOTICE, buf_str(&text));
	on_settle(e);
}

void engine_tick(struct engine *e, uint64_t now)
{
	now -= now % NS_PER_MS; /* what a record can tell, so that a replay tells the same */
	if (e->options.recorder)
		recorder_tick(e->options.recorder, now);
	assembler_tick(e->assembler, now);
	/* nothing was called meanwhile, or the record was lost: the kernel had time enough */
	deal_with_withheld(e, now - WITHHELD_FOR);
	tell_time(e, now);
	if (e->options.recorder)
		recorder_gather(e->options.recorder);
	state_tick(e->state, now);
	evaluate_waiting(e);
	if (e->options.recorder)
		recorder_gather_end(e->options.recorder);
	follow_watches(e);
	/* a list of rules is removed one by one: once a tick is often enough, and our own are no storm */
	if (e->rules_removed)
		tell_needs(e);
	matches_summarize(&e->matches, now);
}

int engine_swap_rules(struct engine *e, struct ruleset *rules, const char *hostname)
{
	struct force next = { 0 };

	if (force_init(&next, rules) < 0) {
		force_release(&next);
		return -ENOMEM;
	}
	/* what was counted belongs to the old rules */
	matches_summarize(&e->matches, UINT64_MAX);
	next.stats = e->force.stats;
	force_release(&e->force);
	e->force = next;
	set_hostname(e, hostname);
	tell_needs(e);
	return 0;
}

void engine_finish(struct engine *e)
{
	assembler_flush(e->assembler);
	deal_with_withheld(e, UINT64_MAX);
	matches_summarize(&e->matches, UINT64_MAX);
}

void engine_stats(const struct engine *e, struct engine_stats *out)
{
	*out = e->stats;
	out->events = e->seen.count;
	out->evaluations = e->force.stats.evaluations;
	out->alerts = e->matches.stats.alerts;
	out->repeats = e->matches.stats.repeats;
	out->failed = e->matches.stats.failed;
	out->lost += assembler_stats(e->assembler)->dropped;
	out->unattributed = state_stats(e->state)->unattributed;
}

const char *engine_hostname(const struct engine *e)
{
	return e->hostname;
}

const struct ruleset *engine_rules(const struct engine *e)
{
	return e->force.rules;
}

const struct state *engine_state(const struct engine *e)
{
	return e->state;
}
