/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Those who wait longer than others: until the main process has said whose they are.
 *
 * A container whose cgroups do not name it is known to the guard once it was told of its first process. What that does before
 * is done in namespaces that are nobody's yet; so is what a service of the host does that has some of its own. The main process
 * knows whose child it is. Nobody is held here beyond the deadline, nor more than STRANGERS_MAX at once.
 */
#ifndef WC_STRANGERS_H
#define WC_STRANGERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guard/call.h"
#include "kernel/fanotify.h"

#define STRANGERS_MAX 256

struct strangers {
	struct stranger {
		struct fan_event
			asked; /* its descriptor is the caller's again once it was taken out */
		struct call call;
		int32_t pid; /* of its process */
		uint64_t came, until; /* CLOCK_MONOTONIC */
	} rows[STRANGERS_MAX];
	size_t n;
};

/* false: there is no room, or nobody to be asked */
bool strangers_hold(struct strangers *s, const struct stranger *who);
/* take out the next of @pid; false: no more */
bool strangers_of(struct strangers *s, int32_t pid, struct stranger *out);
/* take out the next who may wait no longer at @now; false: nobody */
bool strangers_due(struct strangers *s, uint64_t now, struct stranger *out);
/* how long nothing is due: @idle_ms at most */
int strangers_timeout(const struct strangers *s, uint64_t now, int idle_ms);

#endif
