/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a feed into the kernel and taking it out again.
 *
 * Adds only what is not there, remembers what it added (an equal rule that was there before is not ours),
 * removes just those. What was added is also written to a file, so that the next start removes what a crash
 * left. Refuses under failure mode 2 and under enabled=2. With no audit daemon registered it also sets
 * enabled, backlog limit and wait time, and restores them; with one registered it says what it would set.
 */
#ifndef WC_FEED_LOAD_H
#define WC_FEED_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "feed/feed.h"

struct feed_loader;

/* where the record of our own rules is kept */
#define FEED_RECORD_PATH "/run/watchcap/audit-rules"

/*
 * Opens audit control and removes what an earlier run left. @record_path: NULL = FEED_RECORD_PATH.
 * NULL with the reason in @d.
 */
struct feed_loader *feed_loader_new(const char *record_path, struct diag *d);
/* removes what was added and restores the settings (as feed_unload) */
void feed_loader_free(struct feed_loader *l);
DEFINE_AUTO(feed_loader)

/*
 * Make the kernel's list hold @f: add what is missing, take back what we added and @f has no more. Call
 * it again whenever the rules or the watches change. 0, or -errno with the reasons in @d; a line that
 * cannot be loaded is an error in @d and does not stop the others. Notes in @d say what was left alone.
 */
int feed_load(struct feed_loader *l, const struct feed *f, struct diag *d);
int feed_unload(struct feed_loader *l, struct diag *d);
/* how many rules in the kernel are ours now */
size_t feed_loaded(const struct feed_loader *l);

/* the kernel's list against @f */
struct feed_difference {
	size_t present;
	size_t *missing; /* indexes into f->lines */
	size_t n_missing;
	struct str *foreign; /* rules that are in nobody's table but may keep ours from matching */
	size_t n_foreign;
};
int feed_diff(const struct feed *f, struct feed_difference *out, struct arena *a, struct diag *d);

#endif
