/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of user ids, as the process connector tells them, and their causes, as audit does: the
 * `uid_change` event.
 *
 * Every commit_creds() that changes a user id is told (kernel/cred.c), be it by a call, a program with the
 * set-user-ID bit, or code that should not run in the kernel. The cause is in the audit stream, which comes
 * later: a change waits for its record, a few seconds at most. `none` is claimed only where the record must
 * have come: no loss meanwhile, calls that gain root are audited at all, and so is this process.
 */
#ifndef WC_ID_CHANGE_H
#define WC_ID_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "event/event.h"
#include "state/process.h"

struct state;

#define ID_CHANGES_MAX 64
/* records come in order, but the kernel is asked only every three seconds whether it lost some */
#define ID_CHANGE_WAIT (4 * NS_PER_S)
/* where notices alone tell the time: these overtake records that are on their way */
#define ID_CHANGE_WAIT_BESIDE (10 * NS_PER_S)

struct id_change {
	uint64_t at, serial;
	int32_t pid;
	uint32_t generation, execs, losses;
	uint32_t real, effective;
	struct credentials before;
	bool is_recorded; /* audit told of the process, or of the one that it was born of, since the last loss */
};

struct id_changes {
	struct id_change waiting[ID_CHANGES_MAX]; /* a ring, oldest first */
	size_t first, n;
	bool are_audited; /* a call that gains root was seen: the kernel has a rule for them */
};

/* @ev: NOTICE_UID */
void id_change_notice(struct state *s, const struct event *ev);
/* @ev, a record of @p that was just learned from, may be the cause; @before: credentials of before the call */
void id_change_record(struct state *s, struct process *p, const struct event *ev,
		      const struct credentials *before);
/* @ev may be a change of the configuration of audit: without its rules silence proves nothing */
void id_change_configured(struct state *s, const struct event *ev);
/* what a record that comes now makes of process.recorded_at */
uint32_t id_change_recorded(const struct state *s);
/* time has come to that of @ev: tell those that have waited long enough */
void id_change_time(struct state *s, const struct event *ev);
/* one is due at @now */
bool id_change_waits(const struct state *s, uint64_t now);

#endif
