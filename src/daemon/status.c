// SPDX-License-Identifier: Apache-2.0
/*
 * The status file: a table of members makes its JSON, its text form and their order.
 *
 * The daemon writes it every few seconds; whoever reads it asks the lock whether that daemon still lives.
 */
#include "daemon/status.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "daemon/lock.h"

#define STATUS_MAX (64 * 1024)

enum number_kind { COUNT, TIME };

static const struct {
	const char *key;
	enum number_kind kind;
	size_t at;
	const char *help;
} numbers[] = {
#define ROW(kind, key, member, help)                                                               \
	{                                                                                          \
		key, kind, offsetof(struct status, member), help                                   \
	}
	ROW(COUNT, "pid", pid, "process of the daemon"),
	ROW(TIME, "started", started, "when it started"),
	ROW(TIME, "written", written, "when these numbers were taken"),
	ROW(COUNT, "rules", rules, "enabled rules"),
	ROW(COUNT, "records", engine.records, "audit records read"),
	ROW(COUNT, "events", engine.events, "events they made"),
	ROW(COUNT, "malformed", engine.malformed, "records that could not be read"),
	ROW(COUNT, "incomplete", engine.incomplete, "events that lacked records"),
	ROW(COUNT, "unattributed", engine.unattributed,
	    "events whose container is not known for sure"),
	ROW(COUNT, "lost", engine.lost, "records lost before they were read"),
	ROW(COUNT, "ring_lost", intake_lost, "of these, because the worker was too slow"),
	ROW(COUNT, "ring_used", ring_used, "bytes of records that wait for the worker"),
	ROW(COUNT, "kernel_lost", audit_lost, "records the kernel says it lost"),
	ROW(COUNT, "kernel_backlog", audit_backlog, "records that wait in the kernel"),
	ROW(COUNT, "evaluations", engine.evaluations, "conditions evaluated"),
	ROW(COUNT, "alerts", engine.alerts, "alerts told"),
	ROW(COUNT, "repeats", engine.repeats, "matches that were counted in an alert"),
	ROW(COUNT, "alerts_failed", engine.failed, "matches that memory was too short to tell"),
	ROW(COUNT, "alerts_lost", alerts_lost, "alerts dropped because the sinks were too slow"),
	ROW(COUNT, "sinks_told", sinks_told, "alerts delivered, over all sinks"),
	ROW(COUNT, "sinks_failed", sinks_failed, "alerts a sink could not deliver"),
	ROW(COUNT, "recorder_lost", recorder_lost,
	    "events the recorder dropped because its disk was too slow"),
	ROW(COUNT, "processes", state.processes, "processes remembered"),
	ROW(COUNT, "containers", state.containers, "containers remembered"),
	ROW(COUNT, "evicted", state.evicted, "processes forgotten for want of room"),
	ROW(COUNT, "bundles_refused", state.refused,
	    "files of container runtimes that were not read, whole or in part"),
	ROW(COUNT, "host_files_unread", state.host_files_unread,
	    "groups of files of the host that a silent file system keeps from being looked at, "
	    "now"),
	ROW(COUNT, "hierarchies_rowless", state.rowless,
	    "cgroup v1 hierarchies too many to keep: a planted value is told all the same"),
	ROW(COUNT, "hierarchies_unread", state.blind_looks,
	    "times that the cgroup v1 hierarchies could not be read"),
	ROW(COUNT, "helpers_unseen", state.helpers_unseen,
	    "programs that the kernel started and that had gone before they were looked at"),
	ROW(COUNT, "user_messages", state.user_messages,
	    "messages of containers in the audit trail: no rule looks at them"),
	ROW(COUNT, "mounts_unseen", state.mounts_unseen,
	    "looks at a container's mounts that were put off, or had too many before them"),
	ROW(COUNT, "derived_dropped", state.dropped, "events found by looking that found no room"),
	ROW(COUNT, "looks_put_off", state.looks_put_off,
	    "looks at a container that came up to a second later: it ran or held too much"),
	ROW(COUNT, "looks_blind", state.looks_blind,
	    "looks at what a process holds that its many mounts or threads prevented"),
	ROW(COUNT, "resyncs", state.resyncs,
	    "times that /proc was looked through again after a loss"),
	ROW(COUNT, "questions", state.questions,
	    "questions asked of /proc since the start, beside each second's look at the kernel's "
	    "settings"),
	ROW(COUNT, "guard_starts", guard.starts,
	    "guard processes started; more than one: some ended"),
	ROW(COUNT, "guard_asked", guard.asked, "opens that waited for an answer"),
	ROW(COUNT, "guard_denied", guard.denied, "of these, refused or to be refused"),
	ROW(COUNT, "guard_late", guard.late, "answers that came too late"),
	ROW(COUNT, "guard_blind", guard.blind, "let go because /proc did not say who they are"),
	ROW(COUNT, "guard_strangers", guard.strangers,
	    "in namespaces that no known container has: waited to be told whose they are"),
	ROW(COUNT, "guard_unknown", guard.unknown,
	    "of these, let go because nobody could say it in time"),
	ROW(COUNT, "guard_overdue", guard.overdue,
	    "let go unjudged, because too many waited for the deadline to hold"),
	ROW(COUNT, "guard_execs", guard.execs, "starts of programs that waited for an answer"),
	ROW(COUNT, "guard_exec_armed", guard.exec_armed,
	    "1: programs that the kernel starts are watched now"),
	ROW(COUNT, "guard_exec_disarms", guard.exec_disarms,
	    "times that this ended because answers came too slowly"),
	ROW(COUNT, "guard_unmarked", guard.unmarked,
	    "files and file systems that the kernel did not let the guard watch"),
	ROW(COUNT, "guard_untold", guard.untold, "verdicts that found no room on their way here"),
	ROW(COUNT, "guard_unopened", guard.unopened,
	    "refused by the kernel itself, as where somebody has a lease on what they opened"),
	ROW(COUNT, "guard_p50_us", guard.p50_us,
	    "half of those who asked waited no longer for the guard's answer (microseconds, in "
	    "steps of a quarter)"),
	ROW(COUNT, "guard_p99_us", guard.p99_us, "99 of 100 waited no longer"),
	ROW(COUNT, "guard_slowest_us", guard.slowest_us,
	    "the longest wait for an answer, in microseconds"),
	ROW(COUNT, "cgroups_writable", cgroups_writable,
	    "0: cgroups are read-only here (auditd's unit): no freeze, no kill-container"),
	ROW(COUNT, "knob_writes", modifications.told,
	    "writes to kernel knobs, or to any file of a container's /proc or /sys"),
	ROW(COUNT, "knob_overflows", modifications.overflows,
	    "times that the kernel could not tell of all of them"),
	ROW(COUNT, "reloads", reloads, "reloads since the start"),
	ROW(COUNT, "reloads_failed", reloads_failed, "reloads refused: the old rules stayed"),
#undef ROW
};

static int status_path(const char *run_dir, char path[static PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/status", run_dir);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static void render_json(const struct status *s, struct buf *out)
{
	struct json j = json_start(out);

	json_object(&j);
	json_put(&j, "version", str, str_of(WATCHCAP_VERSION));
	json_put(&j, "mode", str, str_of(s->mode));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		uint64_t value = *(const uint64_t *)((const char *)s + numbers[i].at);
		char iso[CLOCK_ISO_SIZE];

		json_key(&j, str_of(numbers[i].key));
		if (numbers[i].kind == COUNT) {
			json_u64(&j, value);
			continue;
		}
		clock_iso8601(value, iso);
		json_str(&j, str_of(iso));
	}
	json_object_end(&j);
	buf_char(out, '\n');
}

int status_write(const char *run_dir, const struct status *s)
{
	char path[PATH_MAX];
	auto_buf struct buf json = { 0 };
	int r = status_path(run_dir, path);

	if (r < 0)
		return r;
	render_json(s, &json);
	return buf_failed(&json) ? -ENOMEM : file_replace(path, buf_str(&json), 0644);
}

void status_remove(const char *run_dir)
{
	char path[PATH_MAX];

	if (status_path(run_dir, path) == 0)
		unlink(path);
}

int status_read(const char *run_dir, struct buf *json, struct diag *d)
{
	char path[PATH_MAX];
	struct lock_holder holder;
	struct place where = { .file = path };
	int r = status_path(run_dir, path);

	if (r == 0)
		r = lock_inspect(run_dir, &holder);
	if (r == -ESRCH) {
		diag_error(d, NULL, "not-running", "no watchcap runs here (its lock in %s is free)",
			   run_dir);
		return r;
	}
	if (r == -EACCES) {
		diag_error(d, NULL, "not-root", "the lock in %s is root's to look at", run_dir);
		return r;
	}
	if (r == 0)
		r = (int)file_read_at(AT_FDCWD, path, STATUS_MAX, json);
	if (r < 0)
		diag_error(d, &where, "unreadable", "%s", strerror(-r));
	return r < 0 ? r : 0;
}

const char *status_help(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (str_eq(key, str_of(numbers[i].key)))
			return numbers[i].help;
	return "";
}
