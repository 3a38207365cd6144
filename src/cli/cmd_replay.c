// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap replay: recorded records through the same engine, on one thread, alerts to stdout.
 *
 * Asks nothing of the machine it runs on unless told to: what a recording does not say is not known.
 */
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/explanation.h"
#include "daemon/engine.h"
#include "sink/sink.h"
#include "source/replay.h"

#define EVENTS_MAX (64 * 1024 * 1024) /* that statistics keep apart */
#define EVENTS_FEW 1

static const struct switch_def switches[] = {
	SWITCH_RULES,
	SWITCH_ENABLE,
	SWITCH_DISABLE,
	SWITCH_MIN_PRIORITY,
	{ 'f', "format", "text|json", SWITCH_OPTION, 0, "output.format=", words_text_json,
	  "how to print alerts (default text)" },
	{ 's', "stats", NULL, SWITCH_FLAG, offsetof(struct call, stats), NULL, NULL,
	  "end with one JSON object on standard error: what was read, what was found" },
	{ 0, "ask-this-machine", NULL, SWITCH_FLAG, offsetof(struct call, ask_machine), NULL, NULL,
	  "look up processes and containers here and now, as if the log had just been written" },
	{ 'e', "explain", "RULE", SWITCH_TEXT, offsetof(struct call, explain), NULL, NULL,
	  "instead of alerts: why this rule, id or title, holds or comes close" },
	SWITCH_CONFIG,
	SWITCH_SET,
};

/* who the engine talks to */
struct listener {
	struct sink *out;
	struct explanation *explanation; /* NULL: alerts are told */
};

static void on_alert(void *ctx, struct alert *a)
{
	struct listener *l = ctx;

	if (!l->explanation) {
		alert_summarize(a);
		sink_tell(l->out, a);
	}
	alert_free(a);
}

static void on_look(void *ctx, const struct scene *scene, struct filter_frame *frame)
{
	struct listener *l = ctx;

	explanation_take(l->explanation, scene, frame);
}

static struct engine *make_engine(const struct call *c, struct generation *g, struct facts *facts,
				  struct listener *l)
{
	char hostname[HOSTNAME_SIZE];

	config_hostname(g->config, hostname);
	return engine_new(&(struct engine_options){
		.facts = facts,
		.rules = take_ptr(g->rules),
		.hostname = hostname,
		.processes_max = g->config->processes_max,
		.containers_max = g->config->containers_max,
		.aggregate_window = g->config->aggregate_window,
		.events_max = c->stats ? EVENTS_MAX : EVENTS_FEW,
		.alert = on_alert,
		.look = l->explanation ? on_look : NULL,
		.ctx = l,
	});
}

static void print_stats(const struct engine_stats *s, double seconds)
{
	auto_buf struct buf out = { 0 };
	struct json j = json_start(&out);

	json_object(&j);
	json_put(&j, "records", u64, s->records);
	json_put(&j, "events", u64, s->events);
	json_put(&j, "malformed", u64, s->malformed);
	json_put(&j, "incomplete", u64, s->incomplete);
	json_put(&j, "unattributed", u64, s->unattributed);
	json_put(&j, "lost", u64, s->lost);
	json_put(&j, "evaluations", u64, s->evaluations);
	json_put(&j, "alerts", u64, s->alerts);
	json_put(&j, "repeats", u64, s->repeats);
	json_put(&j, "seconds", double, seconds);
	json_object_end(&j);
	buf_char(&out, '\n');
	file_write_all(STDERR_FILENO, buf_str(&out));
}

static int replay(struct call *c, struct engine *e, struct diag *d)
{
	struct source_consumer to = engine_consumer(e);
	struct engine_stats stats;
	uint64_t start = clock_monotonic();
	int r = engine_start(e);

	/* a bare log has no sweep at its start: that is no error */
	(void)r;
	r = replay_read((const char *const *)c->arguments, c->n_arguments, &to, d);
	engine_finish(e);
	engine_stats(e, &stats);
	if (c->stats)
		print_stats(&stats, (double)(clock_monotonic() - start) / NS_PER_S);
	return r < 0 ? EXIT_WRONG : stats.alerts > 0 ? EXIT_FOUND : EXIT_FINE;
}

static int print_explanation(const struct explanation *x, bool as_json)
{
	auto_buf struct buf out = { 0 };
	int printed;

	if (as_json)
		explanation_render_json(x, &out);
	else
		explanation_render_text(x, &out);
	printed = print(&out);
	return printed == EXIT_FINE && explanation_holds(x) > 0 ? EXIT_FOUND : printed;
}

static int replay_with(struct call *c, struct generation *g, struct facts *facts,
		       struct listener *l, struct diag *d)
{
	bool as_json = g->config->output_format == CONFIG_JSON;
	AUTO(engine) e = make_engine(c, g, facts, l);
	int code;

	if (!e) {
		fputs("watchcap replay: out of memory\n", stderr);
		return EXIT_WRONG;
	}
	code = replay(c, e, d);
	sink_flush(l->out);
	/* the explained rule lives in the engine */
	return l->explanation && code != EXIT_WRONG ? print_explanation(l->explanation, as_json)
						    : code;
}

/* the rule that --explain names; NULL: there is none, told */
static const struct rule *rule_to_explain(const struct call *c, const struct ruleset *rules)
{
	const struct rule *rule = ruleset_find(rules, str_of(c->explain));
	struct str near = ruleset_nearest(rules, str_of(c->explain));

	if (rule)
		return rule;
	fprintf(stderr, "watchcap replay: there is no rule %s", c->explain);
	if (near.ptr)
		fprintf(stderr, ": did you mean %.*s?", STR_ARG(near));
	fputs(" (see watchcap list rules)\n", stderr);
	return NULL;
}

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(generation) g = generation_load(&c->origin, d);
	AUTO(explanation) explanation = NULL;
	struct listener l = { 0 };
	struct facts *facts;
	const struct rule *rule;
	int code;

	if (report(d) || !g)
		return EXIT_WRONG;
	diag_clear(d);
	if (c->explain) {
		rule = rule_to_explain(c, g->rules);
		l.explanation = explanation = rule ? explanation_new(rule) : NULL;
		if (!explanation)
			return EXIT_WRONG;
	}
	facts = c->ask_machine ? facts_live(NULL, NULL, NULL) : facts_recorded();
	l.out = sink_stdout_new(STDOUT_FILENO,
				g->config->output_format == CONFIG_JSON ? SINK_JSON : SINK_TEXT,
				true, d);
	code = facts && l.out ? replay_with(c, g, facts, &l, d) : EXIT_WRONG;
	report(d);
	if (l.out)
		sink_free(l.out);
	facts_free(facts);
	return code;
}

const struct command command_replay = {
	.name = "replay",
	.operands = "FILE...|-",
	.least = 1,
	.most = SIZE_MAX,
	.summary = "Judge recorded audit logs, or - for standard input.",
	.details =
		"Takes audit.log files, rotated and in any order, output of ausearch --raw, and "
		"recordings of\n"
		"record.file, which also hold what /proc and containers said at the time.\n"
		"With --explain, events of the rule's types are judged node by node: those for "
		"which it holds,\n"
		"and those that came closest, each kind of answer once.\n"
		"Exit code 0: no alerts; 1: alerts; 2: rules, options or files that do not load.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
