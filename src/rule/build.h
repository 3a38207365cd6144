/* SPDX-License-Identifier: Apache-2.0 */
/* From merged definitions to compiled rules. */
#ifndef WC_BUILD_H
#define WC_BUILD_H

#include "rule/merge.h"
#include "rule/ruleset.h"

struct built {
	struct rule *rules;
	size_t n;
	size_t shared_results;
};

/*
 * Every rule of @m, in load order, compiled; rules of other sources and those dropped by
 * skip_if_unknown_filter are left out. 0, or -ENOMEM; faults of content are told in m->d and leave
 * the rule incomplete.
 */
int build_rules(const struct merge *m, const struct schema *schema, struct built *out);

#endif
