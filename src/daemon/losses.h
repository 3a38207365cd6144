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
};

/*
 * Tell what has been lost since the last call: what may go on for long not more than once a minute, but
 * @at_last. @now: the alert's time.
 */
void losses_tell(struct losses *l, const struct engine *e, struct guardian *g, struct outbox *o,
		 uint64_t now, bool at_last);

#endif
