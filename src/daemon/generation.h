/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options and rules as they belong together: loaded at start, and again beside the old ones on HUP.
 */
#ifndef WC_GENERATION_H
#define WC_GENERATION_H

#include "daemon/config.h"
#include "rule/ruleset.h"

/* what the command line said: the same for every generation of a process */
struct origin {
	const char *file; /* -c; NULL: CONFIG_PATH if it exists */
	struct words assignments; /* -o, in order */
	struct words rules; /* --rules; none: option rules.path */
};

struct generation {
	struct config *config;
	struct ruleset *rules;
};

/* what privileges_drop() must leave for these options and rules */
unsigned generation_privileges(const struct generation *g);
/* options alone; NULL with all errors in @d */
struct config *generation_config(const struct origin *o, struct diag *d);
/* both; NULL with all errors in @d */
struct generation *generation_load(const struct origin *o, struct diag *d);
/* how many of them are in force */
size_t enabled_rules(const struct ruleset *rules);
void generation_free(struct generation *g);
DEFINE_AUTO(generation)

#endif
