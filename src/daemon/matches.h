/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a match to an alert: equal ones are told once and counted, what the guard let through waits for
 * audit to tell its result. Owns both memories; the worker's.
 */
#ifndef WC_MATCHES_H
#define WC_MATCHES_H

#include "alert/aggregate.h"
#include "daemon/pending.h"
#include "state/state.h"

struct matches_options {
	struct state *state; /* the caller's, as all of these */
	const char *hostname;
	struct arena *arena; /* of the event at hand */
	uint64_t window; /* ns: aggregate_options.window */
	void (*alert)(void *ctx, struct alert *a); /* told: @a is the callee's */
	void *ctx;
};

struct matches_stats {
	uint64_t alerts; /* told; repetitions are in the alerts */
	uint64_t repeats; /* matches that were counted instead */
	uint64_t failed; /* matches that memory was too short to tell */
};

struct matches {
	struct matches_options options;
	struct aggregate *aggregate;
	struct pending pending;
	struct matches_stats stats;
};

/* 0 or -ENOMEM */
int matches_init(struct matches *m, const struct matches_options *o);
void matches_release(struct matches *m);
/* @rule holds for @scene */
void matches_add(struct matches *m, const struct rule *rule, const struct scene *scene);
/* an alert of the daemon's own, or one whose time has come; @alert is taken over */
void matches_tell(struct matches *m, struct alert *alert);
/* tell what has been held or counted long enough at @now (UINT64_MAX: all) */
void matches_summarize(struct matches *m, uint64_t now);

#endif
