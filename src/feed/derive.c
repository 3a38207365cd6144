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
#include "feed/auditrule.h"
#include "feed/needs.h"
#include "feed/table.h"

#define CGROUP_ROOT STR("/sys/fs/cgroup/")
#define NAME_SIZE 64
#define NEAR 16
#define SHARED_KEY "wc_calls"
#define URING STR("-a always,io_uring")

enum { ARCH_NONE, ARCH_B64, ARCH_B32 };

/* the calls that need no condition, of one ABI */
struct shared_line {
	struct buf calls; /* "a,b" */
	struct buf reasons; /* struct feed_reason */
};

struct deriver {
	struct needs needs;
	int machine[3]; /* of ARCH_B64, ARCH_B32; -1: none */
	bool is_static; /* only calls that every machine with a table has */
	struct arena *arena;
	const struct feed_places *places;
	struct buf lines; /* struct feed_line */
	struct shared_line shared[3]; /* of ARCH_B64, ARCH_B32 */
};

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

static bool lists(struct str list, struct str call)
{
	struct str one;

	while (str_cut(&list, ',', &one))
		if (str_eq(one, call))
			return true;
	return false;
}

/* "a,b,428" of what is needed and this ABI has, each once; false: nothing was */
static bool list_calls(struct deriver *d, const char *calls, int arch, struct buf *list)
{
	struct str rest = str_of(calls), call;
	bool any = false;

	for (unsigned i = 0; str_cut(&rest, ',', &call); i++) {
		char name[NAME_SIZE];
		bool as_number;

		snprintf(name, sizeof(name), "%.*s", STR_ARG(call));
		if (!(d->needs.calls >> i & 1) || !has_call(d, name, arch, &as_number))
			continue;
		any = true;
		if (as_number)
			snprintf(name, sizeof(name), "%d",
				 feed_call_number(name, d->machine[arch], &as_number));
		if (lists(buf_str(list), str_of(name)))
			continue;
		if (list->len)
			buf_char(list, ',');
		buf_add(list, str_of(name));
	}
	return any;
}

/* false: nothing is left */
static bool write_calls(struct deriver *d, const char *calls, int arch, struct buf *out)
{
	auto_buf struct buf list = { 0 };
	bool any = list_calls(d, calls, arch, &list);

	out->failed |= list.failed;
	if (any)
		buf_add(out, STR(" -S "));
	buf_add(out, buf_str(&list));
	return any;
}

/* " -F a0=5 -F success=1" */
static void write_fields(struct str fields, struct buf *out)
{
	struct str field;

	while (fields.len > 0 && str_cut(&fields, ' ', &field)) {
		buf_add(out, STR(" -F "));
		buf_add(out, field);
	}
}

/* @reasons live in the arena */
static void line_add(struct deriver *d, const char *key, const struct feed_reason *reasons,
		     size_t n, struct buf *text)
{
	struct feed_line line = { .reasons = reasons, .n_reasons = n };

	buf_printf(text, " -F key=%s", key);
	line.text = arena_str(d->arena, buf_str(text));
	line.needs_loader = str_starts(line.text, URING);
	if (buf_failed(text) || !line.text.ptr)
		d->lines.failed = true;
	buf_add(&d->lines, str_mem(&line, sizeof(line)));
}

static void line_end(struct deriver *d, const struct feed_row *row, const struct feed_reason *why,
		     struct buf *text)
{
	line_add(d, row->key, why, 1, text);
}

static void line_start(int arch, struct buf *text)
{
	buf_clear(text);
	buf_printf(text, "-a always,exit -F arch=%s", arch == ARCH_B64 ? "b64" : "b32");
}

static void write_line(struct deriver *d, const struct feed_row *row, const struct feed_reason *why,
		       int arch, struct str fields)
{
	auto_buf struct buf text = { 0 };

	line_start(arch, &text);
	if (!write_calls(d, row->calls, arch, &text))
		return;
	write_fields(fields, &text);
	line_end(d, row, why, &text);
}

static void share_line(struct deriver *d, const struct feed_row *row, const struct feed_reason *why,
		       int arch)
{
	struct shared_line *to = &d->shared[arch];

	if (list_calls(d, row->calls, arch, &to->calls))
		buf_add(&to->reasons, str_mem(why, sizeof(*why)));
}

static void write_shared(struct deriver *d, int arch)
{
	const struct shared_line *from = &d->shared[arch];
	size_t n = from->reasons.len / sizeof(struct feed_reason);
	struct feed_reason *reasons = arena_array_of(d->arena, struct feed_reason, n + 1);
	auto_buf struct buf text = { 0 };

	if (!reasons || buf_failed(&from->calls) || buf_failed(&from->reasons))
		d->lines.failed = true;
	if (d->lines.failed || n == 0)
		return;
	memcpy(reasons, from->reasons.ptr, from->reasons.len);
	line_start(arch, &text);
	buf_add(&text, STR(" -S "));
	buf_add(&text, buf_str(&from->calls));
	line_add(d, SHARED_KEY, reasons, n, &text);
}

/* a line for each of its conditions */
static void write_row(struct deriver *d, const struct feed_row *row, const struct feed_reason *why,
		      int arch)
{
	struct str conditions = str_of(row->fields ? row->fields : ""), fields;

	if (!row->key || (row->seldom32 && arch == ARCH_B32)) {
		share_line(d, row, why, arch);
		return;
	}
	while (str_cut(&conditions, ',', &fields))
		write_line(d, row, why, arch, fields);
}

/* auditctl has no quoting */
static bool is_plain(struct str path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] <= ' ' || path.ptr[i] >= 0x7f)
			return false;
	return path.len > 0;
}

static void write_watch(struct deriver *d, const struct feed_row *row,
			const struct feed_reason *why, int arch, const struct state_watch *watch)
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
	buf_printf(&text, " -F perm=%s", row->perm);
	line_end(d, row, why, &text);
}

/*
 * A directory's rule is compared with every call that it names: only those that change something, and what is opened for
 * reading is passed over before the tree is looked at. That of a file is found by its inode, which the kernel follows when the
 * file is made anew. A socket is not opened: who connects has it among his paths (kernel net/unix/af_unix.c,
 * unix_find_bsd()).
 */
static void write_file(struct deriver *d, const struct feed_row *row, const struct feed_reason *why,
		       int arch, const struct hostfile_watch *file)
{
	auto_buf struct buf text = { 0 };

	line_start(arch, &text);
	if (!is_plain(file->path) || !write_calls(d, row->calls, arch, &text))
		return;
	if (row->perm)
		buf_printf(&text, " -F perm=%s", row->perm);
	if (file->inode)
		buf_printf(&text, " -F inode=%llu", (unsigned long long)file->inode);
	else
		buf_printf(&text, " -F %s=%.*s", file->is_directory ? "dir" : "path",
			   STR_ARG(file->path));
	line_end(d, row, why, &text);
}

static void write_uring(struct deriver *d, const struct feed_row *row,
			const struct feed_reason *why)
{
	struct str rest = str_of(row->calls), operation;
	auto_buf struct buf text = { 0 };
	const char *before = " -S ";

	buf_add(&text, URING);
	for (unsigned i = 0; str_cut(&rest, ',', &operation); i++) {
		if (!(d->needs.calls >> i & 1))
			continue;
		buf_printf(&text, "%s%.*s", before, STR_ARG(operation));
		before = ",";
	}
	line_end(d, row, why, &text);
}

static int in_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/*
 * The numbers of a process's threads lie near each other: a line for each neighbourhood, and whoever else has a number in it is
 * told of, too. auditctl(8) takes no negative ones.
 */
static void write_tasks(struct deriver *d, const struct feed_row *row,
			const struct feed_reason *why, int arch)
{
	size_t n = d->places->n_tasks;
	uint32_t *tasks = arena_array_of(d->arena, uint32_t, n + 1);
	char fields[64];

	if (!tasks)
		return;
	for (size_t i = 0; i < n; i++)
		tasks[i] = (uint32_t)d->places->tasks[i];
	qsort(tasks, n, sizeof(*tasks), in_order);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && tasks[next] - tasks[next - 1] <= NEAR;)
			next++;
		snprintf(fields, sizeof(fields),
			 tasks[i] == tasks[next - 1] ? "a0=%u" : "a0>=%u a0<=%u", tasks[i],
			 tasks[next - 1]);
		write_line(d, row, why, arch, str_of(fields));
	}
}

/* NULL: nobody needs it there */
static const struct feed_reason *reason_of(struct deriver *d, const struct feed_row *row,
					   uint32_t classes)
{
	struct str rules = needs_of(&d->needs, row, classes);
	struct feed_reason *why = rules.ptr ? arena_new_of(d->arena, struct feed_reason) : NULL;

	if (why)
		*why = (struct feed_reason){ row->code, row->why, row->volume, rules };
	return why;
}

static void derive_files(struct deriver *d, const struct feed_row *row, enum hostfile_act act)
{
	for (size_t i = 0; i < d->places->n_files; i++) {
		const struct hostfile_watch *file = &d->places->files[i];
		const struct feed_reason *why =
			file->act == act ? reason_of(d, row, file->classes) : NULL;

		if (!why)
			continue;
		write_file(d, row, why, ARCH_B64, file);
		write_file(d, row, why, ARCH_B32, file);
	}
}

static void write_abi(struct deriver *d, const struct feed_row *row, const struct feed_reason *why,
		      int arch)
{
	const struct feed_places *places = d->places;

	switch (row->list) {
	case FEED_WATCH:
		for (size_t i = 0; i < places->n_hierarchies; i++)
			write_watch(d, row, why, arch, &places->hierarchies[i]);
		break;
	case FEED_TASK:
		write_tasks(d, row, why, arch);
		break;
	default:
		if (row->list != (arch == ARCH_B64 ? FEED_EXIT_B32 : FEED_EXIT_B64))
			write_row(d, row, why, arch);
	}
}

static void derive_row(struct deriver *d, const struct feed_row *row)
{
	const struct feed_reason *why = reason_of(d, row, 0);

	if (!why)
		return;
	if (row->list == FEED_URING) {
		write_uring(d, row, why);
		return;
	}
	write_abi(d, row, why, ARCH_B64);
	write_abi(d, row, why, ARCH_B32);
}

static void derive_any(struct deriver *d, const struct feed_row *row)
{
	switch (row->list) {
	case FEED_FILES:
		derive_files(d, row, HOSTFILE_CHANGED);
		break;
	case FEED_SOCKETS:
		derive_files(d, row, HOSTFILE_CONNECTED);
		break;
	case FEED_SECRETS:
		derive_files(d, row, HOSTFILE_READ);
		break;
	case FEED_LOGS:
		derive_files(d, row, HOSTFILE_LINKED);
		break;
	case FEED_KERNEL:
		derive_files(d, row, HOSTFILE_SEEN);
		break;
	default:
		derive_row(d, row);
	}
}

static int derive(struct deriver *d, const struct ruleset *rules, struct feed *out)
{
	if (needs_init(&d->needs, rules, d->arena) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < feed_row_count(); i++)
		derive_any(d, feed_row_at(i));
	write_shared(d, ARCH_B64);
	write_shared(d, ARCH_B32);
	out->n = d->lines.len / sizeof(*out->lines);
	out->lines = arena_array_of(d->arena, struct feed_line, out->n + 1);
	if (!out->lines || buf_failed(&d->lines) || arena_exhausted(d->arena))
		return -ENOMEM;
	if (out->n)
		memcpy(out->lines, d->lines.ptr, d->lines.len);
	return needs_unfed(&d->needs, &out->unfed);
}

static void deriver_release(struct deriver *d)
{
	needs_release(&d->needs);
	buf_release(&d->lines);
	for (size_t i = 0; i < ARRAY_LEN(d->shared); i++) {
		buf_release(&d->shared[i].calls);
		buf_release(&d->shared[i].reasons);
	}
}

static const struct feed_places nowhere;

int feed_derive(const struct ruleset *rules, const struct feed_places *places, int machine,
		struct arena *a, struct feed *out)
{
	int machine64 = machine == FEED_THIS_MACHINE ? auditrule_this_machine() : machine;
	struct deriver d = {
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
	r = derive(&d, rules, out);
	deriver_release(&d);
	return r;
}

int feed_derive_static(struct arena *a, struct feed *out)
{
	struct deriver d = {
		.machine = { [ARCH_NONE] = -1, [ARCH_B64] = MACH_86_64, [ARCH_B32] = MACH_X86 },
		.is_static = true,
		.places = &nowhere,
		.arena = a,
	};
	int r = derive(&d, NULL, out);

	deriver_release(&d);
	return r;
}
