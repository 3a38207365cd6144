// SPDX-License-Identifier: Apache-2.0
/*
 * Loading a generation: file, then command line, then the rules that the options name.
 *
 * Errors of options and of rules are all collected before anything is refused.
 */
#include "daemon/generation.h"

#include "daemon/guardian.h"
#include "daemon/privileges.h"

#include <errno.h>
#include <unistd.h>

#include "field/registry.h"

static int read_options(const struct origin *o, struct config *c, struct diag *d)
{
	int result = 0, r = 0;

	if (o->file)
		result = config_read_file(c, o->file, d);
	else if (access(CONFIG_PATH, F_OK) == 0)
		result = config_read_file(c, CONFIG_PATH, d);
	for (size_t i = 0; i < o->assignments.n; i++) {
		r = config_assign(c, o->assignments.at[i], d);
		if (r < 0)
			result = r;
	}
	if (o->rules.n == 0)
		return result;
	c->rules_path = (struct words){ 0 };
	for (size_t i = 0; i < o->rules.n && r == 0; i++)
		r = words_add(&c->rules_path, str_of(o->rules.at[i]), c->arena);
	return r < 0 ? r : result;
}

struct config *generation_config(const struct origin *o, struct diag *d)
{
	AUTO(config) c = config_new();
	int r = c ? read_options(o, c, d) : -ENOMEM;

	if (r == -ENOMEM)
		diag_error(d, NULL, NULL, "out of memory");
	return r < 0 ? NULL : take_ptr(c);
}

static struct ruleset *load_rules(const struct config *c, struct diag *d)
{
	struct rule_selection selection = {
		.min_priority = (enum priority)c->min_priority,
		.enable = c->rules_enable.at,
		.disable = c->rules_disable.at,
	};

	return ruleset_load(c->rules_path.at, c->rules_path.n, &selection, registry_schema(), d);
}

struct generation *generation_load(const struct origin *o, struct diag *d)
{
	AUTO(generation) g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->config = generation_config(o, d);
	if (!g->config)
		return NULL;
	g->rules = load_rules(g->config, d);
	return g->rules ? take_ptr(g) : NULL;
}

size_t enabled_rules(const struct ruleset *rules)
{
	size_t n = 0;

	for (size_t i = 0; i < ruleset_count(rules); i++)
		n += ruleset_at(rules, i)->enabled;
	return n;
}

void generation_free(struct generation *g)
{
	if (!g)
		return;
	config_free(g->config);
	ruleset_free(g->rules);
	free(g);
}

unsigned generation_privileges(const struct generation *g)
{
	return (g->config->respond_mode == RESPOND_ENFORCE ? PRIVILEGES_ACT : 0) |
	       (guardian_is_wanted(g->rules) ? PRIVILEGES_GUARD : 0);
}
