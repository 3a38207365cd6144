// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap status: how the running daemon does, from the file it writes.
 */
#include "cli/command.h"
#include "daemon/status.h"

static const struct switch_def switches[] = {
	{ 'f', "format", "text|json", SWITCH_TEXT, offsetof(struct call, format), NULL,
	  words_text_json, "how to print it (default text)" },
	SWITCH_CONFIG,
	SWITCH_SET,
};

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(config) config = generation_config(&c->origin, d);
	auto_buf struct buf json = { 0 };
	auto_buf struct buf text = { 0 };

	if (!config || status_read(config->run_dir, &json, d) < 0) {
		report(d);
		return EXIT_WRONG;
	}
	if (c->format && strcmp(c->format, "json") == 0)
		return print(&json);
	if (status_render_text(buf_str(&json), &text) < 0) {
		fputs("watchcap status: the status file is damaged\n", stderr);
		return EXIT_WRONG;
	}
	return print(&text);
}

const struct command command_status = {
	.name = "status",
	.operands = "",
	.summary = "Show how the running daemon does: what it read, lost, told.",
	.details = "The numbers are a few seconds old at most. Exit code 2: no daemon runs here.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
