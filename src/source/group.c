/* SPDX-License-Identifier: Apache-2.0 */
/* A poll loop around the multicast socket; one batch, one settling. */
#include "source/group.h"

#include <errno.h>
#include <poll.h>

#include "kernel/multicast.h"

int group_read(struct multicast *m, int stop_fd, const struct source_consumer *to)
{
	struct pollfd fds[] = { { multicast_fd(m), POLLIN, 0 }, { stop_fd, POLLIN, 0 } };
	for (;;) {
		int n = multicast_read(m, to->message, to->ctx);
		if (n > 0)
			to->settle(to->ctx);
		else if (n == -ENOBUFS)
			to->lost(to->ctx, 1);
		else if (n < 0 && n != -EAGAIN && n != -EINTR)
			return n;
		/* a flood must not hide the order to stop: look at it between batches too */
		if (poll(fds, ARRAY_LEN(fds), n == -EAGAIN ? -1 : 0) < 0 && errno != EINTR)
			return -errno;
		if (fds[1].revents)
			return 0;
	}
}
