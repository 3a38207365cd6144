// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap run: the standalone sensor on the audit multicast group.
 *
 * Everything that needs privileges or may fail is opened here, before threads exist, so that a host that
 * cannot is told so in one sentence. What was changed in the kernel is taken back on every way out.
 */
#include <errno.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "daemon/kernel_rules.h"
#include "daemon/lock.h"
#include "daemon/pipeline.h"
#include "daemon/privileges.h"
#include "daemon/report.h"
#include "daemon/signals.h"
#include "kernel/auditctl.h"
#include "kernel/multicast.h"
#include "source/connector.h"
#include "source/group.h"

static const struct switch_def switches[] = {
	SWITCH_RULES,
	SWITCH_ENABLE,
	SWITCH_DISABLE,
	SWITCH_MIN_PRIORITY,
	{ 'l', "load-audit-rules", NULL, SWITCH_OPTION, 0, "audit.load_rules=yes", NULL,
	  "load the kernel audit rules that the enabled rules need; remove them at exit" },
	{ 'f', "format", "text|json", SWITCH_OPTION, 0, "output.format=", words_text_json,
	  "how to print alerts (default text)" },
	{ 0, "record", "FILE", SWITCH_OPTION, 0, "record.file=", NULL,
	  "record the audit stream and the facts behind it, for replay" },
	SWITCH_CONFIG,
	SWITCH_SET,
};

/* what the sensor holds open */
struct sensor {
	int lock, signals;
	struct multicast *group;
	struct connector *connector; /* NULL: not to be had, or not wanted */
	struct kaudit control; /* the output thread's */
	struct kernel_rules *rules; /* NULL: not ours to load */
};

static int intake(void *ctx, const struct source_consumer *to, int stop_fd)
{
	struct sensor *s = ctx;

	return group_read(s->group, s->connector, stop_fd, to);
}

/* worker: rules or hierarchies have changed */
static void needs(void *ctx, const struct ruleset *rules, const struct state *state)
{
	AUTO(diag) d = diag_new();
	struct sensor *s = ctx;

	kernel_rules_follow(s->rules, rules, state, d);
	report_log(d);
}

static int check_audit(struct sensor *s, const struct config *c, struct diag *d)
{
	struct kaudit_status status;
	int r = kaudit_open(&s->control, d);

	if (r < 0)
		return r;
	r = kaudit_get_status(&s->control, &status);
	if (r < 0) {
		diag_error(d, NULL, "audit-status", "the kernel does not tell its audit status: %s",
			   strerror(-r));
		return r;
	}
	if (status.enabled == 0 && !c->load_audit_rules) {
		diag_error(d, NULL, "audit-off",
			   "kernel audit is switched off, so nothing would be seen: boot with "
			   "audit=1, say "
			   "auditctl -e 1, or start with --load-audit-rules");
		return -ENODATA;
	}
	return 0;
}

static int sensor_open(struct sensor *s, const struct generation *g, struct diag *d)
{
	int r;

	s->lock = lock_take(g->config->run_dir, "run", d);
	if (s->lock < 0)
		return s->lock;
	r = check_audit(s, g->config, d);
	if (r < 0)
		return r;
	s->group = multicast_open(d);
	if (!s->group)
		return -EPERM;
	if (g->config->connector_buffer)
		s->connector = connector_open(g->config->connector_buffer, d);
	if (g->config->load_audit_rules) {
		s->rules = kernel_rules_load(g->config, g->rules, d);
		if (!s->rules)
			return -EPERM;
	}
	return privileges_drop(generation_privileges(g), d);
}

static void sensor_close(struct sensor *s, struct diag *d)
{
	if (s->rules)
		kernel_rules_unload(s->rules, d);
	kernel_rules_free(s->rules);
	connector_free(s->connector);
	multicast_free(s->group);
	kaudit_close(&s->control);
	cleanup_close(&s->lock);
	cleanup_close(&s->signals);
}

static int watch(struct call *c, struct sensor *s, struct generation *g, struct diag *d)
{
	struct pipeline_options options = {
		.mode = "run",
		.intake = intake,
		.needs = s->rules ? needs : NULL,
		.control = &s->control,
		.ctx = s,
		.origin = &c->origin,
		.generation = g,
		.stdout_too = true,
		.signal_fd = s->signals,
	};

	log_info("watching: %zu rules, %zu kernel audit rules of ours", enabled_rules(g->rules),
		 s->rules ? kernel_rules_count(s->rules) : 0);
	return pipeline_run(&options, d);
}

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(generation) g = NULL;
	struct sensor s = { .lock = -1, .signals = -1, .control.fd = -1 };
	int r;

	/* first of all: who is told to stop while it starts, stops without a trace */
	s.signals = signals_open();
	if (geteuid() != 0)
		diag_error(d, NULL, "not-root",
			   "the audit stream is root's to read: start watchcap run as root");
	else if (s.signals < 0)
		diag_error(d, NULL, "signals", "no signalfd: %s", strerror(-s.signals));
	else
		g = generation_load(&c->origin, d);
	if (report(d) || !g)
		return EXIT_WRONG;
	diag_clear(d);
	log_to_stderr((int)g->config->log_level);
	r = sensor_open(&s, g, d);
	report(d);
	diag_clear(d);
	if (r == 0)
		r = watch(c, &s, g, d);
	sensor_close(&s, d);
	report(d);
	return r < 0 ? EXIT_WRONG : EXIT_FINE;
}

const struct command command_run = {
	.name = "run",
	.operands = "",
	.summary = "Watch this host: the standalone sensor, in the foreground.",
	.details =
		"Reads the audit multicast group; needs root, no audit daemon. SIGHUP loads "
		"options and rules\n"
		"again and reopens files; SIGTERM and SIGINT end it. Exit code 0: ended by a "
		"signal; 2: options\n"
		"or rules that do not load, or a host that cannot be watched, with the reason.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
