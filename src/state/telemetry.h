/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sensor knows of its own sight: gaps, who must live for it, and what containers say in the audit trail.
 *
 * Each becomes a `telemetry` event. Everything comes in records (notices, mostly), so a recording tells the same.
 */
#ifndef WC_TELEMETRY_H
#define WC_TELEMETRY_H

#include "base/notice.h"
#include "base/str.h"
#include "event/event.h"
#include "state/scene.h"

#define WORDS_RATE 10 /* messages a second, of one container: more is told */

struct state;

struct telemetry {
	int32_t pid[NOTICE_ROLES]; /* by enum notice_role; 0: nobody that we know */
	uint64_t generation; /* changes whenever one of these does */
};

/* what @ev says of gaps and roles; other notices are passed over */
void telemetry_notice(struct state *s, const struct event *ev);
/* nothing was seen between @from and the time of @ev */
void telemetry_gap(struct state *s, const struct event *ev, struct str what, uint64_t from);
/*
 * @ev is a message of user space, @out says whose. A container's is marked as ignored and counted; more than WORDS_RATE in
 * a second are told, once in that second.
 */
void telemetry_words(struct state *s, const struct event *ev, struct scene *out);

enum notice_role telemetry_role(const struct state *s, int32_t pid);
/* "sensor", "guard", "auditd"; absent for none */
struct str telemetry_role_name(enum notice_role role);

#endif
