/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evt.* and syscall.type: the event itself. Time, result and open flags are those of its records.
 */
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "event/event_type.h"
#include "field/argument.h"
#include "field/argument_value.h"
#include "field/call_path.h"
#include "field/category.h"
#include "field/row.h"

#define HOST_NAME_SIZE 256

static bool get_number(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return values_uint(out, s->number);
}

enum time_form { TIME_OF_DAY, TIME_SECONDS, TIME_ISO, TIME_DATE };

static bool get_time_text(const struct scene *s, const struct field_use *use, struct values *out)
{
	char day[CLOCK_DAY_SIZE], iso[CLOCK_ISO_SIZE], date[sizeof("-2147483648-01-01")];
	time_t seconds = (time_t)(s->event->time / NS_PER_S);
	struct tm tm;

	clock_time_of_day(s->event->time, day);
	switch ((enum time_form)use->param) {
	case TIME_OF_DAY:
		return give_str(out, arena_str(out->arena, str_of(day)));
	case TIME_SECONDS:
		return give_str(
			out, arena_str(out->arena, str_first(str_of(day), sizeof("hh:mm:ss") - 1)));
	case TIME_ISO:
		clock_iso8601(s->event->time, iso);
		return give_str(out, arena_str(out->arena, str_of(iso)));
	case TIME_DATE:
		if (!localtime_r(&seconds, &tm) || !strftime(date, sizeof(date), "%F", &tm))
			return false;
		return give_str(out, arena_printf(out->arena, "%s %s", date, day));
	}
	return false;
}

static bool get_raw_time(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return values_time(out, s->event->time);
}

/* stamps of one stream may go back a little: then no time has passed */
static bool get_time_since(const struct scene *s, const struct field_use *use, struct values *out)
{
	uint64_t from = use->param ? s->previous_time : s->first_time;

	return give_duration(out, from && s->event->time > from ? s->event->time - from : 0);
}

static bool get_type(const struct scene *s, const struct field_use *use, struct values *out)
{
	evt_type type = s->event->type;

	if (use->param && (!event_type_is_syscall(type) || type == EVT_UNKNOWN))
		return false;
	return values_str(out, event_type_name(type));
}

static int prepare_type(struct field_use *use, const struct place *where, struct diag *d)
{
	use->index = event_type_by_name(use->selector);
	if (use->index >= 0)
		return 0;
	diag_error(d, where, "unknown-event", "unknown event type '%.*s'", STR_ARG(use->selector));
	return -EINVAL;
}

static bool get_type_is(const struct scene *s, const struct field_use *use, struct values *out)
{
	return values_uint(out, s->event->type == use->index);
}

static bool get_category(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return values_str(out, category_of(s->event->type));
}

static bool get_source(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)s, (void)use;
	return values_str(out, STR("syscall"));
}

static bool get_direction(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)s, (void)use;
	return values_str(out, STR("<"));
}

static bool get_hostname(const struct scene *s, const struct field_use *use, struct values *out)
{
	char name[HOST_NAME_SIZE];

	(void)use;
	if (s->event->node.ptr)
		return values_str(out, s->event->node);
	if (gethostname(name, sizeof(name)) < 0)
		return false;
	name[sizeof(name) - 1] = '\0';
	return give_str(out, arena_str(out->arena, str_of(name)));
}

static bool get_origin(const struct scene *s, const struct field_use *use, struct values *out)
{
	static const char *const names[] = {
		[ORIGIN_AUDIT] = "audit",
		[ORIGIN_FANOTIFY] = "fanotify",
		[ORIGIN_CONNECTOR] = "connector",
		[ORIGIN_PROC] = "proc",
	};

	(void)use;
	return values_str(out, str_of(names[s->event->origin]));
}

static bool get_summary(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)s, (void)use;
	return values_str(out, STR(SUMMARY_MARK));
}

/* no source of this version makes its caller wait */
static bool get_is_permission(const struct scene *s, const struct field_use *use,
			      struct values *out)
{
	(void)use;
	return values_bool(out, s->event->is_permission);
}

static bool get_is_uring(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return values_bool(out, s->event->is_uring);
}

/* the result */

static bool has_result(const struct scene *s)
{
	return s->event->has_syscall && s->event->sys.has_result;
}

static bool get_result(const struct scene *s, const struct field_use *use, struct values *out)
{
	const struct syscall_record *sys = &s->event->sys;
	const char *name;

	(void)use;
	if (!has_result(s))
		return false;
	if (sys->exit >= 0)
		return values_str(out, STR("SUCCESS"));
	name = sys->exit > -4096 ? audit_errno_to_name((int)-sys->exit) : NULL;
	if (name)
		return values_str(out, str_of(name));
	/* addresses as results look negative: mmap succeeds with them */
	return give_str(out, sys->success ? STR("SUCCESS")
					  : arena_printf(out->arena, "%lld", (long long)sys->exit));
}

static bool get_raw_result(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return has_result(s) && values_int(out, s->event->sys.exit);
}

static bool get_failed(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return has_result(s) && values_bool(out, !s->event->sys.success);
}

/* opens */

enum open_aspect { OPEN_READ, OPEN_WRITE, OPEN_CREATE, OPEN_EXEC };

static bool open_mode(const struct event *ev, uint64_t *mode)
{
	uint64_t flags, resolve;

	switch (ev->type) {
	case EVT_CREAT:
		return call_argument(ev, 1, mode);
	case EVT_OPEN:
		return call_argument(ev, 2, mode);
	case EVT_OPENAT:
		return call_argument(ev, 3, mode);
	case EVT_OPENAT2:
		return event_openat2(ev, &flags, mode, &resolve);
	}
	*mode = 0; /* open_by_handle_at makes no files */
	return true;
}

static bool get_is_open(const struct scene *s, const struct field_use *use, struct values *out)
{
	uint64_t flags, mode, access;
	bool creates;

	if (!event_type_is_open(s->event->type))
		return values_bool(out, false);
	if (!event_open_flags(s->event, &flags))
		/* nothing that cannot be read of a waiting task may let it through as a reader */
		return s->event->is_permission && use->param == OPEN_WRITE &&
		       values_bool(out, true);
	access = flags & O_ACCMODE;
	creates = flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY));
	switch ((enum open_aspect)use->param) {
	case OPEN_READ:
		return values_bool(out, !(flags & O_PATH) && access != O_WRONLY);
	case OPEN_WRITE:
		return values_bool(out, !(flags & O_PATH) && access != O_RDONLY);
	case OPEN_CREATE:
		return values_bool(out, !(flags & O_PATH) && creates);
	case OPEN_EXEC:
		return open_mode(s->event, &mode) && values_bool(out, creates && (mode & 0111));
	}
	return false;
}

static bool get_path(const struct scene *s, const struct field_use *use, struct values *out)
{
	if (!s->event->has_syscall || !s->event->sys.success)
		return false;
	return give_str(out, call_path_absolute(s, (enum call_path)use->param, out->arena));
}

static const struct field_def rows[] = {
	FIELD("evt.num", U, ALWAYS, get_number, 0, "number of the event, counted from 1", "", ""),
	FIELD("evt.time", S, ALWAYS, get_time_text, TIME_OF_DAY,
	      "stamp of the event as local HH:MM:SS.nnnnnnnnn", "record", ""),
	FIELD("evt.time.s", S, ALWAYS, get_time_text, TIME_SECONDS, "the same in whole seconds",
	      "record", ""),
	FIELD("evt.time.iso8601", S, ALWAYS, get_time_text, TIME_ISO,
	      "stamp of the event in UTC, ISO 8601", "record", ""),
	FIELD("evt.datetime", S, ALWAYS, get_time_text, TIME_DATE,
	      "stamp of the event with its local date", "record", ""),
	FIELD("evt.rawtime", T, ALWAYS, get_raw_time, 0, "stamp of the event, ns since the epoch",
	      "record", ""),
	FIELD("evt.reltime", D, ALWAYS, get_time_since, 0, "time since the first event, ns",
	      "record", ""),
	FIELD("evt.deltatime", D, ALWAYS, get_time_since, 1, "time since the event before, ns",
	      "record", ""),
	FIELD("evt.type", S, ALWAYS | GUARD | FIELD_EVENT_TYPE, get_type, 0,
	      "event type: a system call or one of our own", "SC", ""),
	FIELD("syscall.type", S, GUARD | FIELD_EVENT_TYPE, get_type, 1,
	      "event type of system calls only", "SC", "not a system call"),
	FIELD_SELECT("evt.type.is", U, ALWAYS | GUARD, REQUIRED, prepare_type, get_type_is, 0,
		     "evt.type.is.NAME: 1 if the event is of type NAME, else 0", "SC", ""),
	FIELD("evt.category", S, ALWAYS | GUARD, get_category, 0,
	      "file, net, process, user or other", "SC", ""),
	FIELD_CONSTANT("evt.source", GUARD, get_source, "syscall", "always syscall"),
	FIELD("evt.hostname", S, ALWAYS, get_hostname, 0,
	      "machine that the event is from: node= of its records, else this one", "record", ""),
	FIELD_CONSTANT("evt.dir", GUARD | FIELD_DEPRECATED, get_direction, "<",
		       "always <: events are told at their exit (deprecated)"),
	FIELD("evt.origin", S, ALWAYS | OURS | GUARD, get_origin, 0,
	      "who saw it: audit, fanotify, connector or proc", "", ""),
	FIELD("evt.summary", S, ALWAYS | OURS | FIELD_TEMPLATE_ONLY, get_summary, 0,
	      "one sentence made of the event's records: who did what to which object, and how it "
	      "ended",
	      "record", ""),
	FIELD("evt.is_permission", B, ALWAYS | OURS | GUARD, get_is_permission, 0,
	      "the caller waits for an answer", "FA", ""),
	FIELD("evt.is_uring", B, ALWAYS | OURS | GUARD, get_is_uring, 0,
	      "the call was made through io_uring", "URINGOP", ""),
	FIELD("evt.args", S, ALWAYS, argument_get_all, 0, "all arguments as name=value",
	      "SC PA CS OP", ""),
	FIELD("evt.info", S, ALWAYS, argument_get_all, 0, "the same as evt.args", "SC PA CS OP",
	      ""),
	FIELD_SELECT("evt.arg", S, 0, REQUIRED, argument_prepare, argument_get, 0,
		     "evt.arg.NAME, evt.arg[NAME] or evt.arg[n]: one argument as text",
		     "SC PA CS OP", "the event has no such argument, or no record carries it"),
	FIELD_SELECT("evt.rawarg", I, 0, REQUIRED, argument_prepare, argument_get_number, 0,
		     "evt.rawarg.NAME: one argument as it was passed, a number unless it is a text",
		     "SC PA CS OP", "the event has no such argument, or no record carries it"),
	FIELD("evt.res", S, 0, get_result, 0, "SUCCESS, or the error by name", "SC", "no result"),
	FIELD("evt.rawres", I, 0, get_raw_result, 0, "exit value of the call", "SC", "no result"),
	FIELD("evt.failed", B, 0, get_failed, 0, "the call failed", "SC", "no result"),
	FIELD("evt.is_open_read", B, GUARD, get_is_open, OPEN_READ,
	      "opened for reading; false on other types", "SC", "flags not known"),
	FIELD("evt.is_open_write", B, GUARD, get_is_open, OPEN_WRITE,
	      "opened for writing; false on other types", "SC", "flags not known"),
	FIELD("evt.is_open_create", B, GUARD, get_is_open, OPEN_CREATE,
	      "opened with the wish to create; false on other types", "SC", "flags not known"),
	FIELD("evt.is_open_exec", B, 0, get_is_open, OPEN_EXEC,
	      "created with an execute bit; false on other types", "SC", "flags not known"),
	FIELD("evt.abspath", S, 0, get_path, CALL_ONLY, "absolute path of calls with one path",
	      "PA CW", "call failed; no path; its directory not known"),
	FIELD("evt.abspath.src", S, 0, get_path, CALL_SOURCE,
	      "absolute first path of calls with two", "PA CW",
	      "call failed; no path; its directory not known"),
	FIELD("evt.abspath.dst", S, 0, get_path, CALL_TARGET,
	      "absolute second path of calls with two", "PA CW",
	      "call failed; no path; its directory not known"),
};
const struct field_table fields_event = FIELD_TABLE(rows);

const struct field_def field_rawarg_text =
	FIELD_SELECT("evt.rawarg", S, 0, REQUIRED, argument_prepare, argument_get_text, 0,
		     "evt.rawarg.NAME of a text", "SC PA CS OP", "as evt.rawarg");
