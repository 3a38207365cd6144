/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of writes that came ahead of the audit records which say who wrote, such as that of the exec by which a
 * runtime became the container's program. The kernel's audit thread may be late by as much as the machine is busy; so
 * no clock says when they have come, but a record of a later call does, for audit tells in order; or the one that was
 * missing.
 *
 * Bounded: WITHHELD_MAX at most. Owns copies.
 */
#ifndef WC_WITHHELD_H
#define WC_WITHHELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "event/record.h"

#define WITHHELD_MAX 128

struct withheld {
	struct withheld_row {
		struct buf body;
		struct record record; /* without its body */
		int32_t pid; /* who wrote */
	} rows[WITHHELD_MAX]; /* a ring, oldest first */
	size_t first, n;
};

void withheld_release(struct withheld *w);
/* no other can be put */
bool withheld_is_full(const struct withheld *w);
/* false: no room or memory; it cannot wait */
bool withheld_put(struct withheld *w, const struct record *r, int32_t pid);
/* the oldest; NULL: none */
const struct withheld_row *withheld_first(const struct withheld *w);
/* it no longer waits; its body is borrowed until the next put */
struct record withheld_take(struct withheld *w);

#endif
