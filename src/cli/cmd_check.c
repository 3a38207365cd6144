// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap check: options and rules are loaded as `run` would, and everything that is wrong is told.
 */
#include "cli/command.h"

static const struct switch_def switches[] = {
	{ 'f', "format", "text|json", SWITCH_TEXT, offsetof(struct call, format), NULL,
	  words_text_json, "how to print what was found (default text)" },
	SWITCH_RULES,
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

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(generation) g = generation_load(&c->origin, d);
	int printed = print_findings(c, d, g ? g->rules : NULL);

	if (printed != EXIT_FINE)
		return printed;
	return g ? EXIT_FINE : EXIT_FOUND;
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
