// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap check: options and rules are loaded as `run` would, and everything that is wrong is told.
 */
#include <unistd.h>

#include "cli/command.h"
#include "field/registry.h"
#include "rule/inspect.h"

static const struct switch_def switches[] = {
	{ 'f', "format", "text|json", SWITCH_TEXT, offsetof(struct call, format), NULL,
	  words_text_json, "how to print what was found (default text)" },
	{ 0, "condition", "EXPR", SWITCH_TEXT, offsetof(struct call, condition), NULL, NULL,
	  "check this condition alone, with the lists and macros of the rule files" },
	{ 0, "parse-only", NULL, SWITCH_FLAG, offsetof(struct call, parse_only), NULL, NULL,
	  "stop after the parser: no name is looked up" },
	SWITCH_RULES,
	SWITCH_ENABLE,
	SWITCH_DISABLE,
	SWITCH_MIN_PRIORITY,
	SWITCH_CONFIG,
	SWITCH_SET,
};

static int print_findings(const struct call *c, const struct diag *d, const struct ruleset *rules)
{
	auto_buf struct buf out = { 0 };
	size_t enabled = 0;

	if (c->format && strcmp(c->format, "json") == 0) {
		diag_render_json(d, &out);
		buf_char(&out, '\n');
		return print(&out);
	}
	diag_render_text(d, &out);
	for (size_t i = 0; rules && i < ruleset_count(rules); i++)
		enabled += ruleset_at(rules, i)->enabled;
	if (rules)
		buf_printf(&out, "%zu rules, %zu enabled; ", ruleset_count(rules), enabled);
	buf_printf(&out, "%zu errors, %zu warnings\n", diag_errors(d), diag_warnings(d));
	return print(&out);
}

/* a condition needs no rules: where nobody named any, those that are installed are taken */
static size_t existing(const struct call *c, const struct words *paths, const char **out)
{
	size_t n = 0;

	for (size_t i = 0; i < paths->n; i++)
		if (c->origin.rules.n > 0 || access(paths->at[i], F_OK) == 0)
			out[n++] = paths->at[i];
	return n;
}

static int check_condition(const struct call *c, const struct config *config, struct diag *d)
{
	const char **paths = arena_array_of(c->arena, const char *, config->rules_path.n + 1);

	if (!paths)
		return -ENOMEM;
	return inspect_condition(str_of(c->condition), paths,
				 existing(c, &config->rules_path, paths), registry_schema(), d);
}

/* what needs no set of rules */
static int check_part(const struct call *c, struct diag *d)
{
	AUTO(config) config = generation_config(&c->origin, d);

	if (!config)
		return -EINVAL;
	if (!c->parse_only)
		return check_condition(c, config, d);
	return c->condition ? inspect_syntax(str_of(c->condition), d)
			    : inspect_files(config->rules_path.at, config->rules_path.n, d);
}

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(generation) g = NULL;
	int printed, r = 0;

	if (!d)
		return EXIT_WRONG;
	if (c->condition || c->parse_only)
		r = check_part(c, d);
	else if (!(g = generation_load(&c->origin, d)))
		r = -EINVAL;
	printed = print_findings(c, d, g ? g->rules : NULL);
	if (printed != EXIT_FINE)
		return printed;
	return r < 0 ? EXIT_FOUND : EXIT_FINE;
}

const struct command command_check = {
	.name = "check",
	.operands = "",
	.summary = "Check options and rules; tell every error and warning with its place.",
	.details =
		"Exit code 0: they load (warnings or not); 1: there are errors; 2: wrong usage.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
