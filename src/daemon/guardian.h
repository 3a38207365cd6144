/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who looks after the guard process: starts it, starts it anew when it has ended (guard/deadman.h ends one that stands still,
 * and the kernel then lets everybody go on), and tells it what to watch.
 *
 * Two threads come here: the guardian's own, and the worker with guardian_follow().
 */
#ifndef WC_GUARDIAN_H
#define WC_GUARDIAN_H

#include "daemon/generation.h"
#include "daemon/guard_numbers.h"
#include "state/state.h"

struct guardian;
struct guard_message; /* guard/protocol.h */

/* some enabled rule denies, so that there is something to guard */
bool guardian_is_wanted(const struct ruleset *rules);
/*
 * Start a guard for the rules with `deny`, with the command line of @origin. NULL without an error in @d:
 * no rule denies; NULL with one: it cannot be.
 */
struct guardian *guardian_start(const struct origin *origin, const struct generation *g,
				struct diag *d);
/* the guard is ended; everybody who waits may go on */
void guardian_stop(struct guardian *g);
/*
 * Worker: tell the guard what @state has come to know since the last call, and what it has asked; cheap when that is nothing.
 */
void guardian_follow(struct guardian *g, const struct state *state);
/* the message's first @size bytes behind its kind, with descriptor @fd if there is one; 0 or -EAGAIN */
int guardian_tell(struct guardian *g, const struct guard_message *m, size_t size, int fd);
/* rules have changed: the next guard loads them anew */
void guardian_renew(struct guardian *g);
/* readable when the guard asks something that guardian_follow() answers; -1: there is no guard */
int guardian_questions(const struct guardian *g);
/* the guard that lives now; 0: none */
int32_t guardian_pid(struct guardian *g);
/* where its verdicts can be read (source/verdicts.h); -1: @g is NULL */
int guardian_verdicts(const struct guardian *g);
/* all 0 where @g is NULL */
void guardian_stats(struct guardian *g, struct guardian_stats *out);

#endif
