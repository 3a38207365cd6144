/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How soon whoever reads a stream comes back for more. What comes alone is taken at once; where much comes, eight
 * milliseconds of it are taken together, for to be woken for every record costs more than the record.
 */
#ifndef WC_PACE_H
#define WC_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	uint64_t window_end; /* ns, monotonic */
	unsigned seen; /* in this window */
	bool is_busy; /* so it was in the one before */
};

/* @n records came at @now */
void pace_count(struct pace *p, unsigned n, uint64_t now);
/* let it gather. 1, 0: @stop_fd is readable, -errno */
int pace_wait(int stop_fd);

#endif
