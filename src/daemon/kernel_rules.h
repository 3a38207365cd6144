/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's side of a live daemon that loads its own audit rules: what the enabled rules need goes in,
 * follows them, and comes out at the end. Used by one thread at a time.
 */
#ifndef WC_KERNEL_RULES_H
#define WC_KERNEL_RULES_H

#include "daemon/config.h"
#include "rule/ruleset.h"
#include "state/state.h"

struct kernel_rules;

/* load what @rules need, hierarchies not yet; NULL with the reason in @d */
struct kernel_rules *kernel_rules_load(const struct config *c, const struct ruleset *rules,
				       struct diag *d);
/* follow: what cannot be loaded is told in @d, the rest is */
void kernel_rules_follow(struct kernel_rules *k, const struct ruleset *rules,
			 const struct state *state, struct diag *d);
size_t kernel_rules_count(const struct kernel_rules *k);
/* take ours out again and restore the settings; what stays is told in @d */
void kernel_rules_unload(struct kernel_rules *k, struct diag *d);
/* unloads too, if that was not done */
void kernel_rules_free(struct kernel_rules *k);
DEFINE_AUTO(kernel_rules)

#endif
