/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the marks of source/modifications.h on every cgroup v1 hierarchy: who writes release_agent, notify_on_release,
 * devices.allow or devices.deny is told, by whatever name, mount or descriptor. The worker's alone.
 */
#ifndef WC_CGROUP_WATCH_H
#define WC_CGROUP_WATCH_H

#include "base/cleanup.h"
#include "source/modifications.h"
#include "state/state.h"

struct cgroup_watch;

/* @m may be NULL: nothing is ever marked. NULL on ENOMEM. */
struct cgroup_watch *cgroup_watch_new(struct modifications *m);
void cgroup_watch_free(struct cgroup_watch *w);
DEFINE_AUTO(cgroup_watch)
/* mark what @state has come to know since the last call; cheap when that is nothing */
void cgroup_watch_follow(struct cgroup_watch *w, const struct state *state);

#endif
