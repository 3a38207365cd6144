/* SPDX-License-Identifier: Apache-2.0 */
/* Which enabled rules need a row of the table, and which calls nobody brings. */
#ifndef WC_FEED_NEEDS_H
#define WC_FEED_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "feed/table.h"
#include "filter/program.h"
#include "rule/ruleset.h"

struct needs {
	const struct ruleset *rules; /* NULL: none */
	size_t n_rules;
	struct event_set
		*audited; /* by a rule's number: types of events of audit that can make it hold */
	struct filter_frame *frame;
	uint64_t calls; /* bit i: call i of the row at hand is needed */
	bool *fed; /* by event type: a row that was asked about brings it */
	size_t n_types;
	struct arena *arena;
};

/* 0 or -ENOMEM; needs_release() is due either way */
int needs_init(struct needs *w, const struct ruleset *rules, struct arena *a);
void needs_release(struct needs *w);
/*
 * Ids of the rules that need @row at a place with files of @classes (struct hostfile_watch; 0: of any), "a, b", "" if
 * attribution alone does; absent: nobody. Sets @w->calls.
 */
struct str needs_of(struct needs *w, const struct feed_row *row, uint32_t classes);
/* calls that enabled rules name and that none of the rows asked about brings; 0 or -ENOMEM */
int needs_unfed(struct needs *w, struct str *out);

#endif
