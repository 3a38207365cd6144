/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's rules against a feed: what is missing, and what may keep records from being made. */
#ifndef WC_FEED_DIFF_H
#define WC_FEED_DIFF_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "feed/feed.h"

struct feed_difference {
	size_t present;
	size_t *missing; /* indexes into f->lines */
	size_t n_missing;
	struct str *foreign; /* rules that keep records from being made, in auditctl form */
	size_t n_foreign;
	struct str *
		surplus; /* by key rules of watchcap's that are not among the lines, in that form */
	size_t n_surplus;
	const char *remark; /* what keeps rules from being loaded, or from working; NULL: nothing */
};

/* 0, or -errno with the reason in @d */
int feed_diff(const struct feed *f, struct feed_difference *out, struct arena *a, struct diag *d);

struct kaudit_rules;
struct kaudit_status;
/* the comparison behind it, against a given list */
int feed_compare(const struct feed *f, const struct kaudit_rules *rules,
		 const struct kaudit_status *status, struct feed_difference *out, struct arena *a,
		 struct diag *d);

#endif
