/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dead man's handle: the kernel ends this process unless it is touched once a deadline.
 *
 * A timer that sends SIGKILL (timer_create(2); kernel/time/posix-timers.c, good_sigevent() takes any signal), so a
 * process that was stopped is ended, too, whatever has become of those who should watch it.
 */
#ifndef WC_DEADMAN_H
#define WC_DEADMAN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct deadman {
	timer_t timer;
	bool is_held; /* there is a timer */
	uint64_t deadline; /* ns */
	uint64_t touched; /* CLOCK_MONOTONIC: when the timer was set last */
};

/* 0 or -errno; without it nothing is ever done */
int deadman_hold(struct deadman *d, unsigned deadline_ms);
/* alive at @now; a system call now and then, not every time */
void deadman_touch(struct deadman *d, uint64_t now);
void deadman_release(struct deadman *d);

#endif
