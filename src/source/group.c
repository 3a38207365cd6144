/* SPDX-License-Identifier: Apache-2.0 */
/* A poll loop around the multicast socket; one batch, one settling. */
#include "source/group.h"

#include <errno.h>

#include "kernel/multicast.h"
#include "source/connector.h"

int group_read(struct multicast *m, struct connector *c, int stop_fd,
	       const struct source_consumer *to)
{
	for (;;) {
		int r, n = multicast_fetch(m);
		if (n < 0 && n != -EAGAIN && n != -ENOBUFS)
			return n;
		connector_drain(c, to);
		if (n > 0) {
			multicast_give(m, n, to->message, to->ctx);
			to->settle(to->ctx);
		} else if (n == -ENOBUFS) {
			to->lost(to->ctx, 1);
		}
		/* a flood must not hide the order to stop: look at it between batches too */
		r = connector_wait(c, multicast_fd(m), stop_fd, to);
		if (r <= 0)
			return r;
	}
}
