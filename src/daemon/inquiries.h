/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guard asks while somebody waits: whose he is. It is answered as soon as notices and records say, which may be a few
 * milliseconds after the question; nobody else is held up for that, and the guard does not wait beyond its deadline.
 */
#ifndef WC_INQUIRIES_H
#define WC_INQUIRIES_H

#include <stddef.h>
#include <stdint.h>

struct guardian;
struct state;

#define INQUIRIES_MAX 256 /* as many as can wait (STRANGERS_MAX) */

struct inquiries {
	struct inquiry {
		int32_t pid;
		uint64_t until; /* CLOCK_MONOTONIC: nobody waits for the answer any more */
	} rows[INQUIRIES_MAX];
	size_t n;
};

/* take the questions that have come on @fd, and tell @g the answers that @state has by now */
void inquiries_follow(struct inquiries *q, int fd, struct guardian *g, const struct state *state);

#endif
