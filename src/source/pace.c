/* SPDX-License-Identifier: Apache-2.0 */
/* A window at a time: what one of 10 ms has shown is how the next is treated. */
#include "source/pace.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"

#define WINDOW (10 * NS_PER_MS)
/* in a window: half a dozen programs started, each of eight records and three notices */
#define BUSY 64
#define GATHER_MS 8

void pace_count(struct pace *p, unsigned n, uint64_t now)
{
	if (now >= p->window_end) {
		p->is_busy = p->seen >= BUSY && now < p->window_end + WINDOW;
		p->seen = 0;
		p->window_end = now + WINDOW;
	}
	p->seen += n;
}

int pace_wait(int stop_fd)
{
	struct pollfd stop = { stop_fd, POLLIN, 0 };
	int n = poll(&stop, 1, GATHER_MS);

	if (n < 0 && errno != EINTR)
		return -errno;
	return n <= 0;
}
