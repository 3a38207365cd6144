// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap audit-rules: the kernel audit rules that the enabled detection rules need, on this host.
 */
#include <errno.h>
#include <libaudit.h>

#include "cli/command.h"
#include "feed/diff.h"
#include "feed/feed.h"
#include "feed/rules_text.h"

static const char *const machines[] = { "x86_64", "aarch64", NULL };

static const struct switch_def switches[] = {
	{ 'd', "diff", NULL, SWITCH_FLAG, offsetof(struct call, diff), NULL, NULL,
	  "compare with the rules in the kernel; exit code 1 if some are missing" },
	{ 's', "static", NULL, SWITCH_FLAG, offsetof(struct call, only_static), NULL, NULL,
	  "print the file that loads on any host, whatever rules are enabled" },
	{ 'a', "arch", "x86_64|aarch64", SWITCH_TEXT, offsetof(struct call, arch), NULL, machines,
	  "for this machine instead of the one it runs on" },
	SWITCH_RULES,
	SWITCH_ENABLE,
	SWITCH_DISABLE,
	SWITCH_MIN_PRIORITY,
	SWITCH_CONFIG,
	SWITCH_SET,
};

static int machine_of(const char *name)
{
	if (!name)
		return FEED_THIS_MACHINE;
	return strcmp(name, "x86_64") == 0 ? MACH_86_64 : MACH_AARCH64;
}

/* the hierarchies of this host, each with a release_agent to watch, as state finds them, and its files */
static int derive(struct call *c, const struct ruleset *rules, struct state *state, struct arena *a,
		  struct feed *feed)
{
	struct state_watch watches[STATE_WATCHES_MAX];
	struct feed_places places = { .hierarchies = watches };
	AUTO(hostfiles) h = hostfiles_new("/");
	struct hostfile_watch *files;
	int r = h ? state_start(state) : -ENOMEM;

	if (r == 0)
		r = hostfiles_watches(h, &files, &places.n_files, a);
	if (r < 0)
		return r;
	places.files = files;
	places.n_hierarchies = state_watches(state, watches, STATE_WATCHES_MAX);
	return feed_derive(rules, &places, machine_of(c->arch), a, feed);
}

static int look_and_derive(struct call *c, const struct ruleset *rules, struct arena *a,
			   struct feed *feed)
{
	struct facts *facts = facts_live(NULL, NULL, NULL);
	struct state *state = facts ? state_new(&(struct state_options){ 0 }, facts) : NULL;
	int r = state ? derive(c, rules, state, a, feed) : -ENOMEM;

	state_free(state);
	facts_free(facts);
	return r;
}

static int print_rules(const struct feed *feed)
{
	auto_buf struct buf out = { 0 };
	const struct feed_line *before = NULL;

	buf_add(&out, STR("# Kernel audit rules for watchcap, made by `watchcap audit-rules` for "
			  "this host.\n"));
	if (feed->unfed.len > 0)
		buf_printf(&out,
			   "# Enabled rules also name these calls, which no line brings: %.*s\n",
			   STR_ARG(feed->unfed));
	for (size_t i = 0; i < feed->n; i++) {
		feed_line_text(&feed->lines[i], before, &out);
		before = &feed->lines[i];
	}
	return print(&out);
}

static int print_difference(const struct feed *feed, struct arena *a, struct diag *d)
{
	auto_buf struct buf out = { 0 };
	struct feed_difference difference;
	const struct feed_line *before = NULL;
	int printed;

	if (feed_diff(feed, &difference, a, d) < 0) {
		report(d);
		return EXIT_WRONG;
	}
	buf_printf(&out, "# %zu rules are in the kernel, %zu are missing\n", difference.present,
		   difference.n_missing);
	if (difference.remark)
		buf_printf(&out, "# %s\n", difference.remark);
	for (size_t i = 0; i < difference.n_missing; i++) {
		feed_line_text(&feed->lines[difference.missing[i]], before, &out);
		before = &feed->lines[difference.missing[i]];
	}
	for (size_t i = 0; i < difference.n_surplus; i++)
		buf_printf(&out,
			   "\n# ours by its key, and no enabled rule needs it here:\n# %.*s\n",
			   STR_ARG(difference.surplus[i]));
	for (size_t i = 0; i < difference.n_foreign; i++)
		buf_printf(&out, "\n# may keep ours from matching:\n# %.*s\n",
			   STR_ARG(difference.foreign[i]));
	printed = print(&out);
	return printed == EXIT_FINE && difference.n_missing > 0 ? EXIT_FOUND : printed;
}

static int print_static(struct arena *a)
{
	auto_buf struct buf out = { 0 };

	buf_add(&out, feed_static_file(a));
	return print(&out);
}

static int run(struct call *c)
{
	AUTO(arena) a = arena_new(64 * 1024, 16 * 1024 * 1024);
	AUTO(diag) d = diag_new();
	AUTO(generation) g = NULL;
	struct feed feed;
	int r;

	if (!a || !d)
		return EXIT_WRONG;
	if (c->only_static)
		return print_static(a);
	g = generation_load(&c->origin, d);
	if (!g) {
		report(d);
		return EXIT_WRONG;
	}
	r = look_and_derive(c, g->rules, a, &feed);
	if (r < 0) {
		fprintf(stderr, "watchcap audit-rules: they cannot be derived: %s\n", strerror(-r));
		return EXIT_WRONG;
	}
	return c->diff ? print_difference(&feed, a, d) : print_rules(&feed);
}

const struct command command_audit_rules = {
	.name = "audit-rules",
	.operands = "",
	.summary = "Print the kernel audit rules that the enabled rules need on this host.",
	.details =
		"Lines are for auditctl(8): load them with `auditctl -R FILE`, or put them into\n"
		"/etc/audit/rules.d and run augenrules --load.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
