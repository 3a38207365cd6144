/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule asks to be done besides telling: kill, kill-container, freeze. First act, then tell:
 * the result becomes part of the alert.
 *
 * [respond] mode is the one switch over all of it. Whom to spare was decided by state (struct
 * target); nothing is looked up here. Used by one thread, the one that tells.
 */
#ifndef WC_RESPOND_H
#define WC_RESPOND_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alert.h"
#include "base/cleanup.h"
#include "base/diag.h"

struct responder;

struct respond_options {
	bool enforce; /* false: observe, and say what would have been done */
	unsigned budget; /* acts a minute; 0: none */
	uint64_t freeze_for; /* ns after which a frozen container is thawed; 0: never */
	const char *proc; /* NULL = "/proc" */
};

/* NULL on ENOMEM */
struct responder *responder_new(const struct respond_options *o);
void responder_free(struct responder *r);
DEFINE_AUTO(responder)
/* do what @a wants, at most once; fills @a's actions. @now: CLOCK_MONOTONIC, for the budget */
void responder_act(struct responder *r, struct alert *a, uint64_t now);
/* thaw what has been frozen long enough; how many there were. A notice for each goes to @tell. */
typedef void (*respond_notice)(void *ctx, struct str message);
unsigned responder_tick(struct responder *r, uint64_t now, respond_notice tell, void *ctx);

#endif
