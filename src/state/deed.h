/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the process connector tells beside births and deaths: the events `traced` (kernel/ptrace.c, ptrace_attach(): attach
 * and seize, not PTRACE_TRACEME) and `core_dump` (kernel/signal.c, get_signal(): a process dies of a signal whose
 * default is a core dump, whether or not one is written).
 *
 * A notice overtakes records that are on their way, such as the exec that says what the process is: a deed waits until
 * a later record or time has come. At most DEEDS_MAX wait; then the oldest is told.
 */
#ifndef WC_DEED_H
#define WC_DEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

struct state;

#define DEEDS_MAX 64

struct deed {
	uint64_t at, serial;
	evt_type type;
	int32_t pid, target; /* who did it; whom it was done to, 0: nobody */
	uint32_t generation, target_generation; /* 0: not known who that was */
};

struct deeds {
	struct deed waiting[DEEDS_MAX]; /* a ring, oldest first */
	size_t first, n;
};

/* @ev: NOTICE_PTRACE or NOTICE_COREDUMP */
void deed_notice(struct state *s, const struct event *ev);
/* time has come to that of @ev: tell those that have waited long enough */
void deed_time(struct state *s, const struct event *ev);
/* one is due at @now */
bool deed_waits(const struct state *s, uint64_t now);

#endif
