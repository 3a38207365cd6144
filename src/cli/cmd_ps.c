// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap ps: containers, their processes, and why each of them is risky; with what a daemon left, or without one.
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "daemon/lock.h"
#include "daemon/snapshot_file.h"
#include "survey/show.h"

#define OUTPUT_MAX ((size_t)1 << 30)

static const struct switch_def switches[] = {
	{ 'a', "all", NULL, SWITCH_FLAG, offsetof(struct call, all), NULL, NULL,
	  "list the host's processes with capabilities, too" },
	{ 't', "tree", NULL, SWITCH_FLAG, offsetof(struct call, tree), NULL, NULL,
	  "show children behind their parents" },
	{ 'f', "format", "text|json", SWITCH_TEXT, offsetof(struct call, format), NULL,
	  words_text_json, "how to print it (default text)" },
	SWITCH_CONFIG,
	SWITCH_SET,
};

static int daemon_runs(const char *run_dir)
{
	struct lock_holder holder;
	int r = lock_inspect(run_dir, &holder);

	return r == 0 ? 1 : r == -ESRCH ? 0 : -1;
}

/* of a terminal; a pipe takes lines of any length */
static size_t terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

/* @file and @text are what @o borrows from */
static void read_snapshot(const struct snapshot_file *file, struct survey_options *o,
			  struct buf *text, struct diag *d)
{
	if (snapshot_file_read(file, text, d) < 0)
		return;
	o->snapshot = buf_str(text);
	o->now = snapshot_file_head(file, clock_realtime());
}

static int show(const struct call *c, const struct survey *s, const struct show_options *o)
{
	auto_buf struct buf out = { .max = OUTPUT_MAX };

	if (s->inventory.error < 0) {
		fprintf(stderr, "watchcap ps: /proc cannot be listed: %s\n",
			strerror(-s->inventory.error));
		return EXIT_WRONG;
	}
	if (o->one && !s->n_containers) {
		fputs("watchcap ps: no container has an id or a name that begins so\n", stderr);
		return EXIT_WRONG;
	}
	if (c->format && strcmp(c->format, "json") == 0)
		show_json(s, o, &out);
	else
		show_text(s, o, &out);
	return print(&out);
}

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(config) config = generation_config(&c->origin, d);
	AUTO(diag) doubts = diag_new();
	AUTO(facts) facts = facts_live(NULL, NULL, NULL);
	auto_buf struct buf text = { 0 };
	__attribute__((cleanup(snapshot_file_release))) struct snapshot_file file = { 0 };
	struct survey_options o = {
		.prefix = c->n_arguments ? str_of(c->arguments[0]) : STR_ABSENT,
		.tree = c->tree,
	};
	struct show_options how = {
		.width = terminal_width(),
		.all = c->all,
		.tree = c->tree,
		.one = c->n_arguments > 0,
	};

	snapshot_file_init(&file, config ? config->run_dir : "");
	if (!config) {
		report(d);
		return EXIT_WRONG;
	}
	if (!facts || !doubts) {
		fputs("watchcap ps: /proc cannot be opened\n", stderr);
		return EXIT_WRONG;
	}
	read_snapshot(&file, &o, &text, doubts);
	AUTO(survey) s = survey_new(facts, &o, doubts);
	if (!s) {
		fputs("watchcap ps: out of memory\n", stderr);
		return EXIT_WRONG;
	}
	how.daemon = daemon_runs(config->run_dir);
	if (diag_count(doubts))
		how.refused = str_of(diag_at(doubts, 0)->message);
	return show(c, s, &how);
}

const struct command command_ps = {
	.name = "ps",
	.operands = "[CONTAINER]",
	.most = 1,
	.summary = "Show containers, their processes and capabilities, and why each is risky.",
	/* clang-format off */
	.details =
		"CONTAINER is the beginning of an id, of a name or of a pod's name. The worst come first; a\n"
		"question mark behind RISK: worse could not be ruled out. `watchcap list reasons` lists the reasons.\n"
		"CAPABILITIES: `default` is what runtimes give by default, behind + stands what exceeds that, behind !\n"
		"what the container was not given. MARK: `beyond` has such, `left` has left the container's cgroups,\n"
		"`thread` has one that differs from its first, `runtime` is starting something in it. Exit code 2: nothing\n"
		"can be read, or there is no such container. Findings are no error.\n",
	/* clang-format on */
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
