/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guard saw and let through, held back for a moment: audit will tell of the same call with its
 * result, and one alert shall tell both. Bounded; the oldest goes when there is no room.
 */
#ifndef WC_PENDING_H
#define WC_PENDING_H

#include "alert/alert.h"

#define PENDING_MAX 32

struct pending {
	struct pending_row {
		struct alert *alert; /* owned; NULL: a free row */
		int32_t pid;
		uint64_t inode;
		uint32_t dev_major, dev_minor;
		uint64_t until;
	} rows[PENDING_MAX];
};

void pending_release(struct pending *p);
/* hold @a (owned from now on); the alert that had to make room for it, to be told, or NULL */
struct alert *pending_put(struct pending *p, struct alert *a, const struct scene *scene,
			  uint64_t until);
/* the one that tells of the same act as @scene does, the caller's; NULL: none */
struct alert *pending_take(struct pending *p, const struct rule *rule, const struct scene *scene);
/* the next whose time is over at @now; NULL: none */
struct alert *pending_due(struct pending *p, uint64_t now);

#endif
