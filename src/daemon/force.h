/* SPDX-License-Identifier: Apache-2.0 */
/* The rules in force, and what they say of a scene. The worker's. */
#ifndef WC_FORCE_H
#define WC_FORCE_H

#include <stdbool.h>

#include "daemon/matches.h"
#include "filter/filter.h"
#include "rule/ruleset.h"

struct force {
	struct ruleset *rules;
	struct filter_frame *frame;
	bool *limited; /* by rule number: it was told that a regex of it hit a limit */
	struct filter_stats stats;
};

/* takes @rules over, also when it fails. 0 or -ENOMEM; force_release() also then. */
int force_init(struct force *f, struct ruleset *rules);
void force_release(struct force *f);
/* each rule that holds goes to @matches */
void force_judge(struct force *f, const struct scene *scene, struct matches *matches);
/* those that the guard found to hold while the task waited: rules with `deny` */
void force_take_verdict(const struct force *f, const struct scene *scene, struct matches *matches);

#endif
