// SPDX-License-Identifier: Apache-2.0
/*
 * The table of options, and values between their text and struct config.
 *
 * Owns the table; a config owns its values in one arena. Reading files is config_file.c's business.
 * Must not look at the machine: whether a path exists is found out by who opens it.
 */
#include "daemon/config.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/nearest.h"

static const char *const levels[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", NULL };
static const char *const priorities[] = { "emergency", "alert", "critical", "error", "warning",
					  "notice", "informational", "debug", NULL };
static const char *const facilities[] = { "auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail",
					  "news", "syslog", "user", "uucp", "local0", "local1", "local2",
					  "local3", "local4", "local5", "local6", "local7", NULL };
static const char *const formats[] = { "text", "json", NULL };

#define AT(member) .at = offsetof(struct config, member)
#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

/* the options of one section stand together */
static const struct option_def options[] = {
	{ "daemon.hostname", OPTION_TEXT, "", AT(hostname), .help = "host name in alerts; empty: the kernel's" },
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

	{ "syslog.enabled", OPTION_BOOL, "yes", AT(syslog_enabled), .help = "tell alerts to syslog" },
	{ "syslog.facility", OPTION_WORD, "authpriv", AT(syslog_facility), .words = facilities,
	  .help = "facility of alerts in syslog" },
	{ "syslog.tag", OPTION_TEXT, "watchcap", AT(syslog_tag), .help = "program name of alerts in syslog" },
	{ "syslog.path", OPTION_TEXT, "/dev/log", AT(syslog_path), .help = "socket of the syslog daemon" },

	{ "json.file", OPTION_TEXT, "", AT(json_file),
	  .help = "append alerts to this file as JSON lines; empty: do not" },

	{ "output.enabled", OPTION_BOOL, "yes", AT(output_enabled),
	  .help = "print alerts to standard output (run only)" },
	{ "output.format", OPTION_WORD, "text", AT(output_format), .words = formats,
	  .help = "how alerts are printed to standard output" },
	{ "output.queue", OPTION_NUMBER, "1024", AT(queue_size), 16, 65536, .at_start = true,
	  .help = "alerts that may wait to be told; more are counted as lost" },

	{ "audit.load_rules", OPTION_BOOL, "no", AT(load_audit_rules), .at_start = true,
	  .help = "load the kernel audit rules that the enabled rules need, remove them at exit (run only)" },
	{ "audit.backlog", OPTION_NUMBER, "8192", AT(audit_backlog), 64, 1048576, .at_start = true,
	  .help = "records the kernel may hold back, when the audit rules are ours to load" },

	{ "intake.ring_size", OPTION_SIZE, "8M", AT(ring_size), 64 * KIB, 1024 * MIB, .at_start = true,
	  .help = "room for records that wait for the worker; more are counted as lost" },
	{ "state.processes_max", OPTION_NUMBER, "8192", AT(processes_max), 256, 1048576, .at_start = true,
	  .help = "processes that are remembered at once" },
	{ "state.containers_max", OPTION_NUMBER, "1024", AT(containers_max), 16, 65536, .at_start = true,
	  .help = "containers that are remembered at once" },
	{ "aggregate.window", OPTION_SECONDS, "60", AT(aggregate_window), 1, 86400, .at_start = true,
	  .help = "seconds in which equal alerts are told once and then counted" },
	{ "record.file", OPTION_TEXT, "", AT(record_file), .at_start = true,
	  .help = "record the audit stream and the facts behind it to this file, for replay; empty: do not" },
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

/* one value on its way in: what it is, where it goes, where it stands */
struct setting {
	struct config *config;
	const struct option_def *option;
	struct str value;
	bool more;
	void *to;
};

/* each gives 0, -EINVAL (the value does not fit) or -ENOMEM */
static int set_text(const struct setting *s)
{
	struct str text = arena_str(s->config->arena, s->value);

	if (!text.ptr)
		return -ENOMEM;
	if (s->value.len > 0 && memchr(s->value.ptr, '\0', s->value.len))
		return -EINVAL;
	*(const char **)s->to = text.ptr;
	return 0;
}

int words_add(struct words *w, struct str word, struct arena *arena)
{
	const char **grown = arena_array_of(arena, const char *, w->n + 2);
	struct str copy = arena_str(arena, word);

	if (!grown || !copy.ptr)
		return -ENOMEM;
	if (w->n > 0)
		memcpy(grown, w->at, w->n * sizeof(*grown));
	grown[w->n++] = copy.ptr;
	w->at = grown;
	return 0;
}

static int set_list(const struct setting *s)
{
	struct words *list = s->to;
	struct words made = s->more ? *list : (struct words){ 0 };
	struct str rest = s->value, item;

	if (!made.at)
		made.at = arena_array_of(s->config->arena, const char *, 1);
	if (!made.at)
		return -ENOMEM;
	while (str_cut(&rest, ',', &item)) {
		item = str_trim(item);
		int r = item.len > 0 ? words_add(&made, item, s->config->arena) : 0;
		if (r < 0)
			return r;
	}
	*list = made;
	return 0;
}

static int set_bool(const struct setting *s)
{
	static const struct {
		struct str word;
		bool value;
	} table[] = {
		{ STR("yes"), true },  { STR("true"), true },	{ STR("on"), true },   { STR("1"), true },
		{ STR("no"), false },  { STR("false"), false }, { STR("off"), false }, { STR("0"), false },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (str_eq(s->value, table[i].word)) {
			*(bool *)s->to = table[i].value;
			return 0;
		}
	}
	return -EINVAL;
}

static int number_in_range(const struct setting *s, struct str digits, uint64_t unit, uint64_t *out)
{
	uint64_t n;

	if (str_to_u64(digits, 10, &n) < 0 || n > s->option->max / unit || n * unit < s->option->min)
		return -EINVAL;
	*out = n * unit;
	return 0;
}

static int set_number(const struct setting *s)
{
	return number_in_range(s, s->value, 1, s->to);
}

static int set_size(const struct setting *s)
{
	if (str_ends(s->value, STR("K")))
		return number_in_range(s, str_first(s->value, s->value.len - 1), KIB, s->to);
	if (str_ends(s->value, STR("M")))
		return number_in_range(s, str_first(s->value, s->value.len - 1), MIB, s->to);
	return number_in_range(s, s->value, 1, s->to);
}

static int set_seconds(const struct setting *s)
{
	uint64_t seconds;
	int r = number_in_range(s, s->value, 1, &seconds);

	if (r == 0)
		*(uint64_t *)s->to = seconds * NS_PER_S;
	return r;
}

static int set_word(const struct setting *s)
{
	for (unsigned i = 0; s->option->words[i]; i++) {
		if (str_eq(s->value, str_of(s->option->words[i]))) {
			*(unsigned *)s->to = i;
			return 0;
		}
	}
	return -EINVAL;
}

static void show_text(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_add(out, str_of(*(const char *const *)from));
}

static void show_list(const void *from, const struct option_def *o, struct buf *out)
{
	const struct words *w = from;

	(void)o;
	for (size_t i = 0; i < w->n; i++)
		buf_printf(out, "%s%s", i ? ", " : "", w->at[i]);
}

static void show_bool(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_add(out, *(const bool *)from ? STR("yes") : STR("no"));
}

static void show_number(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_u64(out, *(const uint64_t *)from);
}

static void show_size(const void *from, const struct option_def *o, struct buf *out)
{
	uint64_t n = *(const uint64_t *)from;
	uint64_t unit = n % MIB == 0 ? MIB : n % KIB == 0 ? KIB : 1;

	(void)o;
	buf_u64(out, n / unit);
	buf_add(out, unit == MIB ? STR("M") : unit == KIB ? STR("K") : STR(""));
}

static void show_seconds(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_u64(out, *(const uint64_t *)from / NS_PER_S);
}

static void show_word(const void *from, const struct option_def *o, struct buf *out)
{
	buf_add(out, str_of(o->words[*(const unsigned *)from]));
}

static void expect_plain(const struct option_def *o, struct buf *out)
{
	buf_add(out, o->kind == OPTION_LIST ? STR("a list, comma separated") :
		     o->kind == OPTION_BOOL ? STR("yes or no") : STR("text"));
}

static void expect_number(const struct option_def *o, struct buf *out)
{
	buf_printf(out, "a number from %" PRIu64 " to %" PRIu64, o->min, o->max);
}

static void expect_size(const struct option_def *o, struct buf *out)
{
	buf_add(out, STR("a size from "));
	show_size(&o->min, o, out);
	buf_add(out, STR(" to "));
	show_size(&o->max, o, out);
}

static void expect_seconds(const struct option_def *o, struct buf *out)
{
	buf_printf(out, "seconds from %" PRIu64 " to %" PRIu64, o->min, o->max);
}

static void expect_word(const struct option_def *o, struct buf *out)
{
	for (size_t i = 0; o->words[i]; i++)
		buf_printf(out, "%s%s", i ? ", " : "one of ", o->words[i]);
}

static const struct {
	int (*set)(const struct setting *s);
	void (*show)(const void *from, const struct option_def *o, struct buf *out);
	void (*expect)(const struct option_def *o, struct buf *out);
} kinds[] = {
	[OPTION_TEXT] = { set_text, show_text, expect_plain },
	[OPTION_LIST] = { set_list, show_list, expect_plain },
	[OPTION_BOOL] = { set_bool, show_bool, expect_plain },
	[OPTION_NUMBER] = { set_number, show_number, expect_number },
	[OPTION_SIZE] = { set_size, show_size, expect_size },
	[OPTION_SECONDS] = { set_seconds, show_seconds, expect_seconds },
	[OPTION_WORD] = { set_word, show_word, expect_word },
};

void option_render_kind(const struct option_def *o, struct buf *out)
{
	kinds[o->kind].expect(o, out);
}

int config_set(struct config *c, const struct option_def *o, struct str value, bool more,
	       const struct place *where, struct diag *d)
{
	struct setting s = { c, o, value, more, (char *)c + o->at };
	int r = kinds[o->kind].set(&s);

	if (r == -ENOMEM) {
		diag_error(d, where, NULL, "out of memory");
	} else if (r < 0) {
		auto_buf struct buf expected = { 0 };

		option_render_kind(o, &expected);
		diag_error(d, where, "bad-value", "'%s' takes %s", o->name, buf_z(&expected));
	}
	return r;
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
	struct str name = str_trim(str_first(text, (size_t)equals));
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
	return config_set(c, o, str_trim(value), false, &where, d);
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

void config_render_value(const struct config *c, const struct option_def *o, struct buf *out)
{
	kinds[o->kind].show((const char *)c + o->at, o, out);
}

void config_render_file(struct buf *out)
{
	struct str section = STR("");

	buf_add(out, STR("# watchcap.conf: options of the watchcap daemon, all shown at their defaults.\n"
			 "# Made by `watchcap list options --format conf`; lines that begin with # or ; are comments.\n"));
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
		buf_printf(out, "#%s =%s%s\n", o->name + dot + 1, o->fallback[0] ? " " : "", o->fallback);
	}
}
