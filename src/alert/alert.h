/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A match, told: owns copies of everything, so it can leave the event's thread.
 *
 * Way: match -> aggregate_admit() (told once, then counted) -> alert_new() on the worker -> output
 * thread: alert_summarize() (libauparse) -> render -> sinks.
 */
#ifndef WC_ALERT_H
#define WC_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/target.h"
#include "filter/value.h"
#include "rule/ruleset.h"
#include "state/scene.h"

/* bytes of one value in output_fields; the rest is cut with "[...]" */
#define ALERT_VALUE_MAX 65536

struct alert_field {
	struct str key; /* as written in the template */
	const struct field_def *def;
	bool present; /* there is a value; a list may have none in it */
	bool is_list;
	const struct value *values;
	size_t n;
};

enum act_result { ACT_DONE, ACT_FAILED, ACT_NOT_POSSIBLE, ACT_NOT_ENABLED };
/* something that was to be done besides telling, and what became of it */
struct alert_act {
	const char *name; /* "kill": as rules write it */
	enum act_result result;
	struct str why; /* of what was not done; absent: nothing to say */
};
#define ALERT_ACTS_MAX 4

struct alert {
	struct arena *arena; /* owns this and all below */
	uint64_t time; /* of the event; of the last one when summed up */
	struct str rule_id, title;
	enum priority priority;
	struct str source; /* "syscall", or "internal" for the daemon's own notices */
	struct str hostname;
	/* rendered template; SUMMARY_MARK for %evt.summary until alert_summarize() */
	struct str message;
	const struct str *tags;
	size_t n_tags;
	const struct alert_field *fields; /* in the order of the template */
	size_t n_fields;
	struct str event_id; /* "1767323045.123:4711"; absent for internal notices */
	unsigned origins; /* bit per enum event_origin */
	uint64_t repeat; /* 1 = told first; more: how many equal matches, that one included */
	uint64_t first, last; /* times of these matches; both = time when told first */
	bool wants_summary; /* the template names evt.summary */
	/* one sentence, escaped; absent before alert_summarize(), or if unknown */
	struct str summary;
	/* enum rule_action that still wait for respond, and whom they would hit */
	unsigned actions;
	struct target target;
	struct alert_act acts[ALERT_ACTS_MAX];
	size_t n_acts;
	/* text lines of the event, enriched, when the summary needs them; else absent */
	struct str records;
};

const char *act_result_name(enum act_result r); /* "not-enabled" */

/* NULL on ENOMEM. @hostname: unless the records name a node. @scratch: for getters. */
struct alert *alert_new(const struct rule *rule, const struct scene *scene, struct str hostname,
			struct arena *scratch);
/* the daemon's own notice: source "internal", no tags */
struct alert *alert_new_internal(uint64_t time, enum priority priority, struct str rule_id,
				 struct str title, struct str message, struct str hostname);
void alert_free(struct alert *a);
DEFINE_AUTO(alert)
/* NULL on ENOMEM */
struct alert *alert_copy(const struct alert *from);
/* the alert wants @actions done to @target, whose texts are copied; 0 or -ENOMEM */
int alert_aim(struct alert *a, unsigned actions, const struct target *target);
/* what became of one of them; @why is copied */
void alert_acted(struct alert *a, const char *name, enum act_result result, struct str why);
/*
 * Nothing more will be done: the message begins with it, "[kill=done] ...", so that no receiver's
 * limit on length cuts it off.
 */
void alert_acts_end(struct alert *a);
/* output side: let libauparse interpret the event's own records into one sentence (evt.summary) */
void alert_summarize(struct alert *a);

/* language.md 7.2: "HH:MM:SS.nnnnnnnnn: Critical message" without newline */
void alert_render_text(const struct alert *a, struct buf *out);
/* language.md 7.3: one object without newline */
void alert_render_json(const struct alert *a, struct buf *out);
/* for a terminal: as text, with colour when @colour */
void alert_render_terminal(const struct alert *a, bool colour, struct buf *out);

#endif
