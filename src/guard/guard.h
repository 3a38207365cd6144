/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The permission process: it alone holds the fanotify permission group, and answers everybody who
 * waits in it. Started and watched by daemon/guardian.c.
 *
 * One thread, memory locked, raised priority. It logs nothing and opens nothing but /proc; what it
 * refused it says over the channel, after the answer. When the main process goes, so does it, and the
 * kernel lets everybody go on.
 */
#ifndef WC_GUARD_H
#define WC_GUARD_H

#include <stdbool.h>

#include "rule/ruleset.h"

struct guard_options {
	const struct ruleset *rules; /* those with `deny` are looked at */
	bool enforce; /* false: allow, and tell what would have been refused */
	unsigned deadline_ms; /* the longest that anybody may wait */
};

/* until the channel closes: 0; -errno: it cannot be what it should */
int guard_run(const struct guard_options *o);

#endif
