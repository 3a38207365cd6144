/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a feed into the kernel and taking it out again.
 *
 * Adds only what is not there, remembers what it added (an equal rule that was there before is not
 * ours), removes just those. What was added also stands in a file (trail.h), so that the next start
 * removes what a crash left. Refuses under failure mode 2 and under enabled=2. With no audit daemon
 * registered it also sets enabled, backlog limit and wait time, and restores them; with one it says
 * what it would have set.
 */
#ifndef WC_FEED_LOAD_H
#define WC_FEED_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "feed/feed.h"

struct feed_loader;

/* where the trail is kept */
#define FEED_TRAIL_PATH "/run/watchcap/audit-rules"

/*
 * Opens audit control and undoes what an earlier run left. @trail_path: NULL = FEED_TRAIL_PATH.
 * NULL with the reason in @d.
 */
struct feed_loader *feed_loader_new(const char *trail_path, struct diag *d);
/* the least backlog limit that feed_load() sees to; 8192 unless told */
void feed_loader_set_backlog(struct feed_loader *l, uint32_t records);
/* the same as feed_unload() if that was not called */
void feed_loader_free(struct feed_loader *l);
DEFINE_AUTO(feed_loader)

/*
 * Make the kernel's list hold @f: add what is missing, take back what we added and @f has no more.
 * Call it again whenever the rules or the watches change. 0, or -errno with the reasons in @d; a
 * line that cannot be loaded is a warning in @d and does not stop the others (auditing goes on with
 * less). Other warnings in @d say what was left alone.
 */
int feed_load(struct feed_loader *l, const struct feed *f, struct diag *d);
/* 0, or -errno of the first thing that could not be undone (it stays in the trail) */
int feed_unload(struct feed_loader *l, struct diag *d);
/* how many rules in the kernel are ours now */
size_t feed_loaded(const struct feed_loader *l);

#endif
