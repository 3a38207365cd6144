/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From enabled detection rules to lines of auditctl(8): which rows of the table, for which ABIs,
 * for whom.
 *
 * Pure: reads the ruleset and the watches, asks the kernel nothing. A watched path is only ever one
 * below /sys/fs/cgroup; any other hierarchy is named by device and inode, because the kernel would
 * walk the path.
 */
#include "feed/feed.h"

#include <errno.h>
#include <libaudit.h>

#include "base/buf.h"
#include "event/event_type.h"
#include "feed/auditrule.h"
#include "feed/table.h"
#include "filter/filter.h"

#define CGROUP_ROOT STR("/sys/fs/cgroup/")
#define TYPES_TOO_MANY 100 /* lint no-evttype: such a rule names no type */
#define NAME_SIZE 64

enum { ARCH_NONE, ARCH_B64, ARCH_B32 };

struct deriver {
	const struct ruleset *rules;
	size_t n_rules;
	int machine[3]; /* of ARCH_B64, ARCH_B32; -1: none */
	bool is_static; /* only calls that every machine with a table has */
	struct arena *arena;
	const struct feed_places *places;
	struct buf lines; /* struct feed_line */
	bool *needs; /* by number of the rule: it needs the row at hand */
	uint64_t calls; /* bit i: call i of the row at hand is needed */
	bool *fed; /* by event type */
	size_t n_types;
};

/* who needs a row */

static bool rule_uses(const struct rule *rule, const char *fields)
{
	struct str rest = str_of(fields), field;

	if (!fields)
		return true;
	while (str_cut(&rest, ',', &field))
		if (filter_uses(rule->filter, field))
			return true;
	return false;
}

/* false: no rule needs events of that name */
static bool need_type(struct deriver *d, const struct feed_row *row, struct str name)
{
	const struct rule *const *rules;
	int type = event_type_by_name(name);
	bool needed = row->always;
	size_t n;

	if (type < 0)
		return needed;
	n = d->rules ? ruleset_for_event(d->rules, (unsigned)type, &rules) : 0;
	for (size_t i = 0; i < n; i++) {
		if (rules[i]->number >= d->n_rules || !rule_uses(rules[i], row->uses))
			continue;
		d->needs[rules[i]->number] = needed = true;
		/* a call that only io_uring's way of it brings is as good as not fed */
		d->fed[type] |= row->list != FEED_URING;
	}
	if (row->always)
		d->fed[type] = true;
	return needed;
}

/* the calls of @row that are needed: those whose own events are, or all if what they bring is */
static void need_calls(struct deriver *d, const struct feed_row *row)
{
	struct str rest = str_of(row->calls), name;

	d->calls = 0;
	for (unsigned i = 0; str_cut(&rest, ',', &name); i++)
		d->calls |= (uint64_t)need_type(d, row, name) << i;
	rest = str_of(row->brings);
	while (str_cut(&rest, ',', &name))
		if (need_type(d, row, name))
			d->calls = UINT64_MAX;
}

/* marks the rules that need @row, and returns their ids; absent: none does */
static struct str needed_by(struct deriver *d, const struct feed_row *row)
{
	auto_buf struct buf ids = { 0 };
	bool needed = row->always;

	memset(d->needs, 0, d->n_rules * sizeof(*d->needs));
	need_calls(d, row);
	for (size_t i = 0; i < d->n_rules; i++) {
		if (!d->needs[i])
			continue;
		if (ids.len)
			buf_add(&ids, STR(", "));
		buf_add(&ids, ruleset_at(d->rules, i)->id);
		needed = true;
	}
	return needed ? arena_str(d->arena, buf_str(&ids)) : STR_ABSENT;
}

/* writing lines */

static bool machine_has(const char *call, int machine, bool *as_number)
{
	return machine >= 0 && feed_call_number(call, machine, as_number) >= 0;
}

static bool has_call(const struct deriver *d, const char *call, int arch, bool *as_number)
{
	bool ignored;

	if (!machine_has(call, d->machine[arch], as_number))
		return false;
	if (!d->is_static)
		return true;
	return arch == ARCH_B64 ? machine_has(call, MACH_86_64, &ignored) &&
					  machine_has(call, MACH_AARCH64, &ignored)
				: machine_has(call, MACH_X86, &ignored) &&
					  machine_has(call, MACH_ARM, &ignored);
}

/* " -S a,b,428" of what is needed and this ABI has; false: nothing is left */
static bool write_calls(struct deriver *d, const char *calls, int arch, struct buf *out)
{
	struct str rest = str_of(calls), call;
	bool any = false;

	for (unsigned i = 0; str_cut(&rest, ',', &call); i++) {
		char name[NAME_SIZE];
		bool as_number;

		snprintf(name, sizeof(name), "%.*s", STR_ARG(call));
		if (!(d->calls >> i & 1) || !has_call(d, name, arch, &as_number))
			continue;
		buf_add(out, any ? STR(",") : STR(" -S "));
		if (as_number)
			buf_u64(out,
				(uint64_t)feed_call_number(name, d->machine[arch], &as_number));
		else
			buf_add(out, call);
		any = true;
	}
	return any;
}

/* " -F a0=5 -F success=1", with @value for '@' */
static void write_fields(const char *fields, struct str value, struct buf *out)
{
	struct str rest = str_of(fields), field;

	while (str_cut(&rest, ' ', &field)) {
		ssize_t at = str_chr(field, '@');

		buf_add(out, STR(" -F "));
		buf_add(out, at < 0 ? field : str_first(field, (size_t)at));
		if (at >= 0)
			buf_add(out, value);
	}
}

static void line_end(struct deriver *d, const struct feed_row *row, struct str rules,
		     struct buf *text)
{
	struct feed_line line = {
		.code = row->code,
		.why = row->why,
		.volume = row->volume,
		.rules = rules,
		.needs_loader = row->list == FEED_URING,
	};

	buf_printf(text, " -F key=%s", row->key);
	line.text = arena_str(d->arena, buf_str(text));
	if (buf_failed(text) || !line.text.ptr)
		d->lines.failed = true;
	buf_add(&d->lines, str_mem(&line, sizeof(line)));
}

static void line_start(int arch, struct buf *text)
{
	buf_clear(text);
	buf_printf(text, "-a always,exit -F arch=%s", arch == ARCH_B64 ? "b64" : "b32");
}

static void write_line(struct deriver *d, const struct feed_row *row, struct str rules, int arch,
		       struct str value)
{
	auto_buf struct buf text = { 0 };

	line_start(arch, &text);
	if (!write_calls(d, row->calls, arch, &text))
		return;
	write_fields(row->fields, value, &text);
	line_end(d, row, rules, &text);
}

/* a line for each value of the row */
static void write_row(struct deriver *d, const struct feed_row *row, struct str rules, int arch)
{
	struct str values = str_of(row->values ? row->values : ""), value;

	while (str_cut(&values, ',', &value))
		write_line(d, row, rules, arch, value);
}

/* auditctl has no quoting */
static bool is_plain(struct str path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] <= ' ' || path.ptr[i] >= 0x7f)
			return false;
	return path.len > 0;
}

static void write_watch(struct deriver *d, const struct feed_row *row, struct str rules, int arch,
			const struct state_watch *watch)
{
	auto_buf struct buf text = { 0 };

	if (d->machine[arch] < 0)
		return;
	line_start(arch, &text);
	if (is_plain(watch->mount_point) && str_starts(watch->mount_point, CGROUP_ROOT))
		buf_printf(&text, " -F path=%.*s/release_agent", STR_ARG(watch->mount_point));
	else
		buf_printf(&text, " -F inode=%llu -F devmajor=%u -F devminor=%u",
			   (unsigned long long)watch->inode, watch->dev_major, watch->dev_minor);
	buf_add(&text, STR(" -F perm=wa"));
	line_end(d, row, rules, &text);
}

/*
 * A directory's rule is compared with every call that it names: only those that change something, and what is opened for
 * reading is passed over before the tree is looked at. That of a file is found by its inode, which the kernel follows when the
 * file is made anew. A socket is not opened: who connects has it among his paths (kernel net/unix/af_unix.c,
 * unix_find_bsd()).
 */
static void write_file(struct deriver *d, const struct feed_row *row, struct str rules, int arch,
		       const struct hostfile_watch *file)
{
	auto_buf struct buf text = { 0 };

	line_start(arch, &text);
	if (!is_plain(file->path) || !write_calls(d, row->calls, arch, &text))
		return;
	if (!file->is_socket)
		buf_add(&text, STR(" -F perm=wa"));
	buf_printf(&text, " -F %s=%.*s", file->is_directory ? "dir" : "path", STR_ARG(file->path));
	line_end(d, row, rules, &text);
}

static void write_uring(struct deriver *d, const struct feed_row *row, struct str rules)
{
	struct str rest = str_of(row->calls), operation;
	auto_buf struct buf text = { 0 };
	const char *before = " -S ";

	buf_add(&text, STR("-a always,io_uring"));
	for (unsigned i = 0; str_cut(&rest, ',', &operation); i++) {
		if (!(d->calls >> i & 1))
			continue;
		buf_printf(&text, "%s%.*s", before, STR_ARG(operation));
		before = ",";
	}
	line_end(d, row, rules, &text);
}

static void write_task(struct deriver *d, const struct feed_row *row, struct str rules, int arch,
		       int32_t task)
{
	char number[16];

	/* auditctl(8) takes no negative ones */
	snprintf(number, sizeof(number), "%u", (unsigned)task);
	write_line(d, row, rules, arch, str_of(number));
}

/* a line for each place */
static void write_places(struct deriver *d, const struct feed_row *row, struct str rules, int arch)
{
	const struct feed_places *places = d->places;

	switch (row->list) {
	case FEED_WATCH:
		for (size_t i = 0; i < places->n_hierarchies; i++)
			write_watch(d, row, rules, arch, &places->hierarchies[i]);
		break;
	case FEED_FILES:
	case FEED_SOCKETS:
		for (size_t i = 0; i < places->n_files; i++)
			if (places->files[i].is_socket == (row->list == FEED_SOCKETS))
				write_file(d, row, rules, arch, &places->files[i]);
		break;
	case FEED_TASK:
		for (size_t i = 0; i < places->n_tasks; i++)
			write_task(d, row, rules, arch, places->tasks[i]);
		break;
	default:
		if (row->list != (arch == ARCH_B64 ? FEED_EXIT_B32 : FEED_EXIT_B64))
			write_row(d, row, rules, arch);
	}
}

static void derive_row(struct deriver *d, const struct feed_row *row)
{
	struct str rules = needed_by(d, row);

	if (!rules.ptr)
		return;
	if (row->list == FEED_URING) {
		write_uring(d, row, rules);
		return;
	}
	write_places(d, row, rules, ARCH_B64);
	write_places(d, row, rules, ARCH_B32);
}

/* calls that nobody brings */

/* rules of no type in particular look at whatever comes and ask for nothing */
static bool *rules_of_types(struct deriver *d)
{
	size_t *types = arena_array_of(d->arena, size_t, d->n_rules + 1);
	bool *particular = arena_array_of(d->arena, bool, d->n_rules + 1);
	const struct rule *const *rules;

	if (!types || !particular)
		return NULL;
	for (unsigned type = 0; type < d->n_types; type++)
		for (size_t n = ruleset_for_event(d->rules, type, &rules); n--;)
			types[rules[n]->number]++;
	for (size_t i = 0; i < d->n_rules; i++)
		particular[i] = types[i] && types[i] <= TYPES_TOO_MANY;
	return particular;
}

static int find_unfed(struct deriver *d, struct feed *out)
{
	const bool *particular = d->rules ? rules_of_types(d) : NULL;
	const struct rule *const *rules;
	auto_buf struct buf names = { 0 };

	if (d->rules && !particular)
		return -ENOMEM;
	for (unsigned type = EVT_FIRST_SYSCALL; d->rules && type < d->n_types; type++) {
		size_t n = d->fed[type] ? 0 : ruleset_for_event(d->rules, type, &rules);
		bool wanted = false;

		while (n--)
			wanted |= particular[rules[n]->number];
		if (!wanted)
			continue;
		if (names.len)
			buf_add(&names, STR(", "));
		buf_add(&names, event_type_name((evt_type)type));
	}
	out->unfed = arena_str(d->arena, buf_str(&names));
	return out->unfed.ptr && !buf_failed(&names) ? 0 : -ENOMEM;
}

static int derive(struct deriver *d, struct feed *out)
{
	d->n_rules = d->rules ? ruleset_count(d->rules) : 0;
	d->n_types = event_type_count();
	d->needs = arena_array_of(d->arena, bool, d->n_rules + 1);
	d->fed = arena_array_of(d->arena, bool, d->n_types + 1);
	if (!d->needs || !d->fed)
		return -ENOMEM;
	for (size_t i = 0; i < feed_row_count(); i++)
		derive_row(d, feed_row_at(i));
	out->n = d->lines.len / sizeof(*out->lines);
	out->lines = arena_array_of(d->arena, struct feed_line, out->n + 1);
	if (!out->lines || buf_failed(&d->lines) || arena_exhausted(d->arena))
		return -ENOMEM;
	if (out->n)
		memcpy(out->lines, d->lines.ptr, d->lines.len);
	return find_unfed(d, out);
}

static const struct feed_places nowhere;

int feed_derive(const struct ruleset *rules, const struct feed_places *places, int machine,
		struct arena *a, struct feed *out)
{
	int machine64 = machine == FEED_THIS_MACHINE ? auditrule_this_machine() : machine;
	struct deriver d = {
		.rules = rules,
		.machine = { [ARCH_NONE] = -1,
			     [ARCH_B64] = machine64,
			     [ARCH_B32] = auditrule_machine32(machine64) },
		.places = places ? places : &nowhere,
		.arena = a,
	};
	int r;

	*out = (struct feed){ 0 };
	if (d.machine[ARCH_B32] < 0)
		return -ENOTSUP;
	r = derive(&d, out);
	buf_release(&d.lines);
	return r;
}

struct str feed_static_file(struct arena *a)
{
	struct deriver d = {
		.machine = { [ARCH_NONE] = -1, [ARCH_B64] = MACH_86_64, [ARCH_B32] = MACH_X86 },
		.is_static = true,
		.places = &nowhere,
		.arena = a,
	};
	auto_buf struct buf text = { 0 };
	const char *code = NULL;
	struct feed feed;
	int r = derive(&d, &feed);

	buf_release(&d.lines);
	if (r < 0)
		return STR_ABSENT;
	buf_add(&text,
		STR("# watchcap: what knowing processes and containers needs of kernel audit.\n"
		    "#\n"
		    "# Lines that load on any x86-64 or arm64 host. What depends on the host and "
		    "on the enabled\n"
		    "# rules comes from `watchcap audit-rules`. Advice: -b 32768, "
		    "--backlog_wait_time 0, no -r.\n"));
	for (size_t i = 0; i < feed.n; i++) {
		const struct feed_line *line = &feed.lines[i];

		if (!code || strcmp(code, line->code) != 0)
			buf_printf(&text, "\n# %s: %s (%s)\n", line->code, line->why, line->volume);
		code = line->code;
		buf_add(&text, line->text);
		buf_char(&text, '\n');
	}
	return buf_failed(&text) ? STR_ABSENT : arena_str(a, buf_str(&text));
}
