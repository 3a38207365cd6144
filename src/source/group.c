/* SPDX-License-Identifier: Apache-2.0 */
/* A poll loop around the multicast socket; one batch, one settling. */
#include "source/group.h"

#include <errno.h>

#include "base/clock.h"
#include "kernel/multicast.h"
#include "source/connector.h"
#include "source/pace.h"

int group_read(struct multicast *m, struct connector *c, int stop_fd,
	       const struct source_consumer *to)
{
	struct pace pace = { 0 };

	for (;;) {
		int r, n = multicast_fetch(m);

		if (n < 0 && n != -EAGAIN && n != -ENOBUFS)
			return n;
		connector_drain(c, to);
		if (n > 0)
			multicast_give(m, n, to->message, to->ctx);
		else if (n == -ENOBUFS)
			to->lost(to->ctx, 1);
		to->settle(to->ctx);
		pace_count(&pace, n > 0 ? (unsigned)n : 0, clock_monotonic());
		/* a flood must not hide the order to stop: look at it between batches too */
		r = pace.is_busy && n < MULTICAST_BATCH
			    ? pace_wait(stop_fd)
			    : connector_wait(c, multicast_fd(m), stop_fd, to);
		if (r <= 0)
			return r;
	}
}
