/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was not seen is news of its own: gaps in the stream, guards that were lost, calls that nobody judged. Used by the worker.
 */
#ifndef WC_LOSSES_H
#define WC_LOSSES_H

#include "base/clock.h"
#include "daemon/engine.h"
#include "daemon/guardian.h"
#include "daemon/outbox.h"
#include "kernel/auditctl.h"

/* what the kernel's audit said of itself (audit_get_status(3)) */
struct kernel_view {
	uint64_t asked; /* ns since the epoch, before the question; 0: it was never asked */
	uint32_t lost; /* records so far */
	uint32_t backlog, backlog_limit; /* records that wait, and may wait (0: any number) */
	uint32_t enabled;
	int32_t daemon; /* pid of the audit daemon; 0: none */
};

int kernel_view_take(const struct kaudit *control, struct kernel_view *out); /* 0 or -errno */

struct losses {
	struct losses_told {
		uint64_t n; /* so far */
		uint64_t quiet_until; /* CLOCK_MONOTONIC */
	} records, overdue, unopened, unknown;
	uint64_t guards, exec_disarms; /* as far as they were told */
	struct kernel_view kernel; /* as it was last */
	uint64_t off_since; /* ns since the epoch: kernel audit is off; 0: it is not */
	bool is_filling; /* the kernel's backlog was nearly full, and has not been half empty since */
	uint64_t alive; /* CLOCK_MONOTONIC: losses_of_time() was called last; 0: never */
	uint64_t serial; /* notices so far */
};

#define STALL (10 * NS_PER_S) /* longer than any look at the machine takes */

/*
 * The kernel's view is now @v: what it lost since the view before, that four fifths of its backlog are full, and that audit was
 * switched off or on, goes to @engine as notices of time @now. What was lost before the first view is none of ours.
 */
void losses_of_kernel(struct losses *l, const struct source_consumer *engine,
		      const struct kernel_view *v, uint64_t now);
/* call it about once a second: that this was not done for STALL goes to @engine as a notice */
void losses_of_time(struct losses *l, const struct source_consumer *engine, uint64_t monotonic,
		    uint64_t now);

/*
 * Tell what has been lost since the last call: what may go on for long not more than once a minute, but
 * @at_last. @now: the alert's time.
 */
void losses_tell(struct losses *l, const struct engine *e, struct guardian *g, struct outbox *o,
		 uint64_t now, bool at_last);

#endif
