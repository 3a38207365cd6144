/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was not seen is news of its own: gaps in the stream, guards that were lost, calls that nobody judged. Used by the worker.
 */
#ifndef WC_LOSSES_H
#define WC_LOSSES_H

#include "daemon/engine.h"
#include "daemon/guardian.h"
#include "daemon/outbox.h"

struct losses {
	uint64_t records, guards, overdue; /* as far as they were told */
	uint64_t quiet_until, overdue_quiet_until; /* CLOCK_MONOTONIC */
	uint64_t kernel; /* what the kernel says it lost so far */
	uint64_t kernel_gaps; /* how often that grew */
	bool has_kernel; /* it said so once: what was lost before us is none of ours */
};

#define KERNEL_UNASKED UINT64_MAX

/*
 * The kernel's own count (audit_get_status(3), lost) is now @count: what it lost goes to @engine as a notice.
 */
void losses_of_kernel(struct losses *l, const struct source_consumer *engine, uint64_t count,
		      uint64_t now);

/*
 * Tell what has been lost since the last call: what may go on for long not more than once a minute, but
 * @at_last. @now: the alert's time.
 */
void losses_tell(struct losses *l, const struct engine *e, struct guardian *g, struct outbox *o,
		 uint64_t now, bool at_last);

#endif
