// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap plugin: what auditd starts, records on standard input (auditd-plugins(5)).
 *
 * auditd restarts a plugin that dies, ten times and without a pause, and waits for one that does not read.
 * So it never ends for a fault of its configuration: it reads on and throws away, says so once a minute,
 * and tries again on HUP. The end of input, or SIGTERM from auditd, is the only way out.
 */
#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/logsock.h"
#include "cli/command.h"
#include "daemon/lock.h"
#include "daemon/pipeline.h"
#include "daemon/privileges.h"
#include "daemon/report.h"
#include "daemon/signals.h"
#include "kernel/auditctl.h"
#include "source/connector.h"
#include "source/plugin.h"

#define SAY_EVERY (60 * NS_PER_S)
#define LOCK_AGAIN_MS 1000

static const struct switch_def switches[] = {
	SWITCH_CONFIG,
	SWITCH_SET,
};

/* why it idles, and when that was last said */
struct fault {
	char reason[512];
	bool is_lock; /* the holder may go at any time */
	uint64_t said;
};

enum next { NEXT_EXIT, NEXT_TRY };

/* what the plugin holds open */
struct plugin {
	struct connector *connector; /* NULL: not to be had, or not wanted */
	struct kaudit control; /* the output thread's */
};

static void plugin_release(struct plugin *p)
{
	connector_free(p->connector);
	kaudit_close(&p->control);
}

static int intake(void *ctx, const struct source_consumer *to, int stop_fd)
{
	struct plugin *p = ctx;

	return plugin_read(STDIN_FILENO, p->connector, stop_fd, to);
}

static void fault_set(struct fault *f, const struct diag *d, bool is_lock)
{
	char reason[sizeof(f->reason)];

	report_first(d, reason, sizeof(reason));
	if (strcmp(reason, f->reason) != 0) {
		memcpy(f->reason, reason, sizeof(reason));
		f->said = 0;
	}
	f->is_lock = is_lock;
}

static void fault_say(struct fault *f)
{
	uint64_t now = clock_monotonic();

	if (f->said > 0 && now - f->said < SAY_EVERY)
		return;
	f->said = now;
	log_error("records are thrown away: %s; SIGHUP makes watchcap try again", f->reason);
}

static enum next idle(struct fault *f, int signals)
{
	uint64_t again = clock_monotonic() + LOCK_AGAIN_MS * NS_PER_MS;
	pid_t parent = getppid();

	for (;;) {
		fault_say(f);
		if (plugin_drain(STDIN_FILENO, signals, LOCK_AGAIN_MS) <= 0)
			return NEXT_EXIT;
		switch (signals_next(signals, parent)) {
		case SIGNAL_STOP:
			return NEXT_EXIT;
		case SIGNAL_RELOAD:
			return NEXT_TRY;
		case SIGNAL_NONE:
			break;
		}
		if (f->is_lock && clock_monotonic() >= again)
			return NEXT_TRY;
	}
}

/* watch until the end; NEXT_TRY: it could not begin, and @f says why */
static enum next watch(struct call *c, int signals, struct fault *f)
{
	AUTO(diag) d = diag_new();
	AUTO(generation) g = generation_load(&c->origin, d);
	__attribute__((cleanup(plugin_release))) struct plugin plugin = { .control.fd = -1 };
	auto_close int lock = -1;
	struct pipeline_options options = {
		.mode = "plugin",
		.intake = intake,
		.origin = &c->origin,
		.generation = g,
		.obey = getppid(),
		.signal_fd = signals,
	};

	if (g) {
		log_to_syslog(g->config->syslog_path, (int)g->config->log_level);
		lock = lock_take(g->config->run_dir, "plugin", d);
	}
	if (!g || lock < 0) {
		fault_set(f, d, lock == -EBUSY);
		return NEXT_TRY;
	}
	if (g->config->connector_buffer)
		plugin.connector = connector_open(g->config->connector_buffer, d);
	if (kaudit_open(&plugin.control, d) == 0)
		options.control = &plugin.control;
	options.ctx = &plugin;
	report_log(d);
	diag_clear(d);
	if (privileges_drop(generation_privileges(g), d) == 0) {
		log_info("watching: %zu rules", enabled_rules(g->rules));
		if (pipeline_run(&options, d) == 0)
			return NEXT_EXIT;
	}
	report_log(d);
	fault_set(f, d, false);
	return NEXT_TRY;
}

static int run(struct call *c)
{
	struct fault fault = { 0 };
	int signals = signals_open();

	log_to_syslog(LOGSOCK_PATH, LOG_INFO);
	if (signals < 0)
		log_error("no signalfd: %s; only the end of input will end this process",
			  strerror(-signals));
	while (watch(c, signals, &fault) == NEXT_TRY && idle(&fault, signals) == NEXT_TRY)
		;
	cleanup_close(&signals);
	return EXIT_FINE;
}

const struct command command_plugin = {
	.name = "plugin",
	.operands = "",
	.summary = "Watch this host as a plugin of auditd, records on standard input.",
	.details = "Started by auditd from /etc/audit/plugins.d/watchcap.conf (format = string). A "
		   "configuration\n"
		   "that does not load, or another watchcap that runs, makes it idle, not exit: it "
		   "says so in syslog\n"
		   "once a minute. Ends at the end of input and at SIGTERM from its parent.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
