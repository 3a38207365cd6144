// SPDX-License-Identifier: Apache-2.0
/*
 * The table of options, and what is made from it as a whole.
 *
 * A config owns its values in one arena. Kinds of values are config_value.c's business, files are
 * config_file.c's. Must not look at the machine: whether a path exists is found out by who opens it.
 */
#include "daemon/config.h"

#include <errno.h>
#include <unistd.h>

#include "base/nearest.h"

static const char *const levels[] = { "emerg",	"alert", "crit",  "err", "warning",
				      "notice", "info",	 "debug", NULL };
static const char *const priorities[] = { "emergency",	   "alert",   "critical",
					  "error",	   "warning", "notice",
					  "informational", "debug",   NULL };
static const char *const facilities[] = { "auth",   "authpriv", "cron",	  "daemon", "ftp",
					  "kern",   "lpr",	"mail",	  "news",   "syslog",
					  "user",   "uucp",	"local0", "local1", "local2",
					  "local3", "local4",	"local5", "local6", "local7",
					  NULL };
static const char *const formats[] = { "text", "json", NULL };
static const char *const exec_marks[] = { "off", "armed", "always", NULL };
static const char *const modes[] = { "observe", "enforce", NULL };

#define AT(member) .at = offsetof(struct config, member)
#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

/* the options of one section stand together */
static const struct option_def options[] = {
	{ "daemon.hostname", OPTION_TEXT, "", AT(hostname),
	  .help = "host name in alerts; empty: the kernel's" },
	{ "daemon.log_level", OPTION_WORD, "info", AT(log_level), .words = levels,
	  .help = "how much the daemon tells of itself" },
	{ "daemon.run_dir", OPTION_TEXT, "/run/watchcap", AT(run_dir), .at_start = true,
	  .help = "where the lock and the status file live" },

	{ "rules.path", OPTION_LIST, "/etc/watchcap/rules.d", AT(rules_path),
	  .help = "rule files, and directories of NN-topic.ini files, in load order" },
	{ "rules.min_priority", OPTION_WORD, "debug", AT(min_priority), .words = priorities,
	  .help = "rules of a lower priority are switched off" },
	{ "rules.enable", OPTION_LIST, "", AT(rules_enable),
	  .help = "rules to switch on: id, title glob or tag:NAME" },
	{ "rules.disable", OPTION_LIST, "", AT(rules_disable),
	  .help = "rules to switch off: id, title glob or tag:NAME" },

	{ "syslog.enabled", OPTION_BOOL, "yes", AT(syslog_enabled),
	  .help = "tell alerts to syslog" },
	{ "syslog.facility", OPTION_WORD, "authpriv", AT(syslog_facility), .words = facilities,
	  .help = "facility of alerts in syslog" },
	{ "syslog.tag", OPTION_TAG, "watchcap", AT(syslog_tag),
	  .help = "program name of alerts in syslog" },
	{ "syslog.path", OPTION_TEXT, "/dev/log", AT(syslog_path),
	  .help = "socket of the syslog daemon" },

	{ "json.file", OPTION_TEXT, "", AT(json_file),
	  .help = "append alerts to this file as JSON lines; empty: do not" },

	{ "output.enabled", OPTION_BOOL, "yes", AT(output_enabled),
	  .help = "print alerts to standard output (run only)" },
	{ "output.format", OPTION_WORD, "text", AT(output_format), .words = formats,
	  .help = "how alerts are printed to standard output" },
	{ "output.queue", OPTION_NUMBER, "1024", AT(queue_size), 16, 65536, .at_start = true,
	  .help = "alerts that may wait to be told; more are counted as lost" },

	{ "guard.deadline_ms", OPTION_NUMBER, "50", AT(guard_deadline_ms), 10, 1000,
	  .at_start = true,
	  .help = "milliseconds that a task may have to wait for the guard at most; then it goes "
		  "on "
		  "and the guard is replaced" },

	{ "guard.protect", OPTION_LIST, "", AT(guard_protect), .at_start = true,
	  .help = "files of the host that no container may open for writing, under any name" },
	{ "guard.exec_mark", OPTION_WORD, "armed", AT(guard_exec_mark), .words = exec_marks,
	  .at_start = true,
	  .help = "when programs are watched for helpers that were planted in the kernel, while "
		  "all "
		  "that start wait for the guard: armed: for five minutes after a cgroup "
		  "hierarchy or a knob that names a program changed" },

	{ "respond.mode", OPTION_WORD, "observe", AT(respond_mode), .words = modes,
	  .at_start = true,
	  .help = "observe: rules that act only say what they would have done; enforce: they do "
		  "it" },
	{ "respond.budget", OPTION_NUMBER, "10", AT(respond_budget), 0, 1000, .at_start = true,
	  .help = "acts a minute; what is asked for beyond is told and not done" },
	{ "respond.freeze_for", OPTION_SECONDS, "0", AT(respond_freeze_for), 0, 86400,
	  .at_start = true,
	  .help = "seconds after which a frozen container is thawed; 0: by `watchcap thaw` only" },

	{ "audit.load_rules", OPTION_BOOL, "no", AT(load_audit_rules), .at_start = true,
	  .help = "load the kernel audit rules that the enabled rules need, remove them at exit "
		  "(run only)" },
	{ "audit.backlog", OPTION_NUMBER, "8192", AT(audit_backlog), 64, 1048576, .at_start = true,
	  .help = "records the kernel may hold back, when the audit rules are ours to load" },

	{ "intake.ring_size", OPTION_SIZE, "8M", AT(ring_size), 64 * KIB, 1024 * MIB,
	  .at_start = true,
	  .help = "room for records that wait for the worker; more are counted as lost" },
	{ "intake.connector_buffer", OPTION_SIZE, "16M", AT(connector_buffer), 0, 1024 * MIB,
	  .at_start = true,
	  .help = "room in the kernel for notices of forks, execs and exits (the process "
		  "connector); "
		  "0: do without them" },
	{ "state.processes_max", OPTION_NUMBER, "8192", AT(processes_max), 256, 1048576,
	  .at_start = true, .help = "processes that are remembered at once" },
	{ "state.containers_max", OPTION_NUMBER, "1024", AT(containers_max), 16, 65536,
	  .at_start = true, .help = "containers that are remembered at once" },
	{ "aggregate.window", OPTION_SECONDS, "60", AT(aggregate_window), 1, 86400,
	  .at_start = true,
	  .help = "seconds in which equal alerts are told once and then counted" },
	{ "record.file", OPTION_TEXT, "", AT(record_file), .at_start = true,
	  .help = "record the audit stream and the facts behind it to this file, for replay; "
		  "empty: do not" },
};

size_t option_count(void)
{
	return ARRAY_LEN(options);
}

const struct option_def *option_at(size_t i)
{
	return i < ARRAY_LEN(options) ? &options[i] : NULL;
}

const struct option_def *option_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (str_eq(name, str_of(options[i].name)))
			return &options[i];
	return NULL;
}

struct str option_nearest(struct str name)
{
	struct nearest near = nearest_to(name);

	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		nearest_offer(&near, str_of(options[i].name));
	return near.best;
}

const char *config_facility(const struct config *c)
{
	return facilities[c->syslog_facility];
}

int config_assign(struct config *c, const char *assignment, struct diag *d)
{
	struct str text = str_of(assignment);
	struct place where = { .file = "-o", .line = 1, .column = 1, .text = text };
	ssize_t equals = str_chr(text, '=');

	if (equals < 0) {
		diag_error(d, &where, "bad-option", "write it as section.key=value");
		return -EINVAL;
	}
	bool more = equals > 0 && text.ptr[equals - 1] == '+';
	struct str name = str_trim(str_first(text, (size_t)equals - more));
	const struct option_def *o = option_find(name);
	if (!o) {
		struct str near = option_nearest(name);

		where.width = (unsigned)equals;
		diag_error(d, &where, "unknown-option", "there is no such option");
		if (near.ptr)
			diag_note(d, NULL, "did you mean '%.*s'?", STR_ARG(near));
		return -EINVAL;
	}
	struct str value = str_from(text, (size_t)equals + 1);
	where.column = (unsigned)equals + 2;
	where.width = (unsigned)value.len;
	if (more && o->kind != OPTION_LIST) {
		diag_error(d, &where, "bad-option", "only a list can be added to");
		return -EINVAL;
	}
	return config_set(c, o, str_trim(value), more, &where, d);
}

void config_hostname(const struct config *c, char out[static HOSTNAME_SIZE])
{
	if (c->hostname[0])
		snprintf(out, HOSTNAME_SIZE, "%s", c->hostname);
	else if (gethostname(out, HOSTNAME_SIZE) < 0)
		snprintf(out, HOSTNAME_SIZE, "localhost");
	out[HOSTNAME_SIZE - 1] = '\0';
}

struct config *config_new(void)
{
	AUTO(arena) arena = arena_new(8192, 4 * MIB);
	struct config *c = arena ? arena_new_of(arena, struct config) : NULL;

	if (!c)
		return NULL;
	c->arena = arena;
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (config_set(c, &options[i], str_of(options[i].fallback), false, NULL, NULL) < 0)
			return NULL;
	(void)take_ptr(arena);
	return c;
}

void config_free(struct config *c)
{
	if (c)
		arena_free(c->arena);
}

void config_render_file(struct buf *out)
{
	struct str section = STR("");

	buf_add(out, STR("# watchcap.conf: options of the watchcap daemon, all shown at their "
			 "defaults.\n"
			 "# Made by `watchcap list options --format conf`; lines that begin with # "
			 "or ; are comments.\n"));
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		const struct option_def *o = &options[i];
		struct str name = str_of(o->name);
		size_t dot = (size_t)str_chr(name, '.');

		if (!str_eq(section, str_first(name, dot))) {
			section = str_first(name, dot);
			buf_printf(out, "\n[%.*s]\n", STR_ARG(section));
		}
		buf_printf(out, "\n# %s\n", o->help);
		if (o->kind != OPTION_TEXT) {
			buf_add(out, STR("# "));
			option_render_kind(o, out);
			buf_char(out, '\n');
		}
		buf_printf(out, "#%s =%s%s\n", o->name + dot + 1, o->fallback[0] ? " " : "",
			   o->fallback);
	}
}
