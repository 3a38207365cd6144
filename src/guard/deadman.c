/* SPDX-License-Identifier: Apache-2.0 */
/* The timer is set anew when an eighth of the deadline has gone: a call for every answer would cost more than some answers. */
#include "guard/deadman.h"

#include <errno.h>
#include <signal.h>

#include "base/clock.h"

#define TOUCHES_A_DEADLINE 8

static void set(struct deadman *d, uint64_t now)
{
	const struct itimerspec end = {
		.it_value = { .tv_sec = (time_t)(d->deadline / NS_PER_S),
			      .tv_nsec = (long)(d->deadline % NS_PER_S) },
	};

	if (timer_settime(d->timer, 0, &end, NULL) == 0)
		d->touched = now;
}

int deadman_hold(struct deadman *d, unsigned deadline_ms)
{
	struct sigevent kill = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };

	*d = (struct deadman){ .deadline = deadline_ms * NS_PER_MS };
	if (timer_create(CLOCK_MONOTONIC, &kill, &d->timer) < 0)
		return -errno;
	d->is_held = true;
	set(d, clock_monotonic());
	return 0;
}

void deadman_touch(struct deadman *d, uint64_t now)
{
	if (d->is_held && now - d->touched >= d->deadline / TOUCHES_A_DEADLINE)
		set(d, now);
}

void deadman_release(struct deadman *d)
{
	if (d->is_held)
		timer_delete(d->timer);
	d->is_held = false;
}
