/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The core: records in, alerts out, on one thread.
 *
 * record -> assembler -> event -> state -> rules -> aggregation -> alert. It opens nothing, asks no clock
 * (time comes with the records and with engine_tick()) and allocates nothing but alerts in steady state.
 */
#ifndef WC_ENGINE_H
#define WC_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "alert/alert.h"
#include "base/cleanup.h"
#include "rule/ruleset.h"
#include "source/source.h"
#include "state/state.h"

struct engine;
struct recorder;
struct snapshot_head; /* state/snapshot.h */

struct engine_stats {
	uint64_t records;
	uint64_t events; /* different (node, time, serial) */
	uint64_t malformed; /* lines and messages that are no records, events with nothing usable */
	uint64_t incomplete; /* events that lack records */
	uint64_t unattributed; /* subjects whose container was assumed or unknown */
	uint64_t
		lost; /* told by the source: ENOBUFS, a full ring; and what the assembler had no room for */
	uint64_t evaluations; /* of conditions */
	uint64_t alerts; /* told; repetitions are in the alerts */
	uint64_t repeats; /* matches that were counted instead */
	uint64_t failed; /* matches that memory was too short to tell */
};

struct engine_options {
	struct facts *facts; /* the caller's; it outlives the engine */
	struct ruleset *rules; /* the engine's from now on, also when engine_new() fails */
	const char *hostname; /* copied */
	bool is_live; /* events end with EOE and engine_tick() brings the time; else a log, which brings its own */
	pid_t own_pid; /* whose events are passed over; 0 = none */
	size_t processes_max, containers_max;
	uint64_t aggregate_window; /* ns */
	size_t events_max; /* how many events engine_stats.events keeps apart */
	struct recorder *recorder; /* the caller's, or NULL */
	/* an alert is told: @a is the callee's */
	void (*alert)(void *ctx, struct alert *a);
	/*
	 * What the kernel has to be told to record may have changed: the rules, the cgroup hierarchies worth a
	 * watch, or what others left of the kernel's list. Afterwards state looks at these again, for what happened in the gap. May be NULL.
	 */
	void (*needs)(void *ctx, const struct ruleset *rules, const struct state *state);
	/*
	 * An event as the rules are about to see it, with a frame begun for it: for who explains a rule.
	 * May be NULL.
	 */
	void (*look)(void *ctx, const struct scene *scene, struct filter_frame *frame);
	void *ctx;
};

struct engine *engine_new(const struct engine_options *o);
void engine_free(struct engine *e);
DEFINE_AUTO(engine)

/* learn what the machine looks like before the first record; 0 or -errno */
int engine_start(struct engine *e);
/* the same beside the records, live: what is needed at once, at @now; then engine_advance() until it is false */
int engine_begin(struct engine *e, uint64_t now);
/* some of the processes that were there at the start; true: there are more */
bool engine_advance(struct engine *e, uint64_t now);
/* after that: what was known before a restart; as snapshot_restore() */
int engine_restore(struct engine *e, struct str snapshot, const struct snapshot_head *now,
		   struct diag *d);
/* where records go; lines and messages are both borrowed until settle */
struct source_consumer engine_consumer(struct engine *e);
/* between events, live: time has come to @now (ns since the epoch) */
void engine_tick(struct engine *e, uint64_t now);
/* between events: go on with @rules, which is the engine's then. 0, or -ENOMEM: the old ones stay */
int engine_swap_rules(struct engine *e, struct ruleset *rules, const char *hostname);
/* end of input: whatever still waits is told */
void engine_finish(struct engine *e);
void engine_stats(const struct engine *e, struct engine_stats *out);
const char *engine_hostname(const struct engine *e);
const struct ruleset *engine_rules(const struct engine *e);
const struct state *engine_state(const struct engine *e);

#endif
