/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From records to a typed event: which record leads, which type follows from it, where companions
 * stand.
 *
 * Pure: no I/O, no clock, no state; everything lives in the event's arena or in the records' bytes.
 * What companions say is decoded by their accessors (companions.c, execve.c), only when somebody
 * asks.
 */
#include "event/event.h"

#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <limits.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "event/companions.h"
#include "event/execve.h"
#include "event/notice_text.h"
#include "event/scan.h"
#include "event/syscall_record.h"

#ifndef AUDIT_URINGOP
#define AUDIT_URINGOP 1336 /* linux/audit.h, since 5.16 */
#endif

const struct record *event_record(const struct event *ev, uint32_t type)
{
	for (size_t i = 0; i < ev->n_records; i++)
		if (ev->records[i].type == type)
			return &ev->records[i];
	return NULL;
}

static evt_type type_of_call(const struct syscall_record *sys)
{
	evt_type type = event_type_of_syscall(sys->arch, sys->number);
	int call = type == EVT_SOCKETCALL ? socketcall_event_type(sys->arg[0]) : -1;
	return call >= 0 ? (evt_type)call : type;
}

/* its record says who and with which result; the submitter's SYSCALL record, if any, the rest */
static void take_operation(struct event *ev, struct syscall_record *op)
{
	if (ev->has_syscall) {
		op->arch = ev->sys.arch;
		op->auid = ev->sys.auid;
		op->ses = ev->sys.ses;
		op->tty = ev->sys.tty;
		op->comm = ev->sys.comm;
		op->exe = ev->sys.exe;
		if (!op->key.ptr)
			op->key = ev->sys.key;
	}
	ev->sys = *op;
	ev->is_uring = ev->has_syscall = true;
}

static void decode_operations(struct event *ev)
{
	struct syscall_record op, best = { 0 };
	unsigned rank, best_rank = UINT_MAX;
	for (size_t i = 0; i < ev->n_records; i++) {
		int type;
		if (ev->records[i].type != AUDIT_URINGOP ||
		    !syscall_record_parse(ev->records[i].body, &op, ev->arena))
			continue;
		type = uring_event_type(op.number, &rank);
		if (rank >= best_rank)
			continue;
		best_rank = rank;
		best = op;
		ev->type = type < 0 ? EVT_UNKNOWN : (evt_type)type;
	}
	if (best_rank != UINT_MAX)
		take_operation(ev, &best);
}

/* a lone record names its process itself, in the words of SYSCALL: pid=, uid=, comm= ... */
static void decode_lone(struct event *ev)
{
	ev->type = EVT_RECORD;
	ev->has_syscall = false;
	/* false only means that the record names no call, as it cannot; what it names is taken */
	(void)syscall_record_parse(ev->records[0].body, &ev->sys, ev->arena);
}

static bool decode_permission(struct event *ev)
{
	static const evt_type types[] = {
		[ASK_OPEN] = EVT_OPENAT,
		[ASK_EXEC] = EVT_EXECVE,
		[ASK_HELPER] = EVT_USERMODEHELPER,
	};

	if (!permission_read(ev->records[0].body, &ev->permission, ev->arena) ||
	    !syscall_record_parse(ev->records[0].body, &ev->sys, ev->arena))
		return false;
	ev->type = types[ev->permission.ask];
	ev->origin = ORIGIN_FANOTIFY;
	ev->is_permission = true;
	ev->has_syscall = ev->type != EVT_USERMODEHELPER;
	ev->sys.success = true; /* so far: nothing has stood in its way */
	return true;
}

static int decode_notice(struct event *ev)
{
	struct notice *n = arena_alloc(ev->arena, sizeof(*n));
	if (!n || notice_read(ev->records[0].body, n, ev->arena) < 0)
		return -EINVAL;
	ev->type = EVT_UNKNOWN;
	ev->origin = ORIGIN_CONNECTOR;
	ev->notice = n;
	return 0;
}

static int decode_modification(struct event *ev)
{
	struct modification *m = arena_alloc(ev->arena, sizeof(*m));
	if (!m || !modification_read(ev->records[0].body, m, ev->arena))
		return -EINVAL;
	ev->type = EVT_WRITE;
	ev->origin = ORIGIN_FANOTIFY;
	ev->has_syscall = false;
	ev->modification = m;
	return 0;
}

/*
 * Records that the kernel writes by itself, and that bring the SYSCALL record of whatever call was going on
 * (kernel/audit.c, audit_get_stamp()): they come first.
 */
static bool is_leading(uint32_t type)
{
	switch (type) {
	case AUDIT_CONFIG_CHANGE:
	case AUDIT_NETFILTER_CFG:
	case AUDIT_ANOM_PROMISCUOUS:
	case AUDIT_MAC_STATUS:
	case AUDIT_MAC_POLICY_LOAD:
	case AUDIT_MAC_CONFIG_CHANGE:
		return true;
	}
	return false;
}

/* calls that say nothing themselves: what they carry is the event */
static bool is_carrier(evt_type type)
{
	static const struct str names[] = {
		{ "sendto", 6 },      { "sendmsg", 7 },	    { "sendmmsg", 8 },
		{ "setsockopt", 10 }, { "getsockopt", 10 }, { "ioctl", 5 },
		{ "write", 5 },	      { "writev", 6 },	    { "close", 5 },
	};
	struct str name = event_type_name(type);

	if (type == EVT_UNKNOWN || type == EVT_SOCKETCALL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

static bool is_companion(uint32_t type)
{
	switch (type) {
	case AUDIT_PATH:
	case AUDIT_CWD:
	case AUDIT_EXECVE:
	case AUDIT_PROCTITLE:
	case AUDIT_SOCKADDR:
	case AUDIT_BPRM_FCAPS:
	case AUDIT_CAPSET:
	case AUDIT_OBJ_PID:
		return true;
	}
	return false;
}

static bool lacks_records(const struct event *ev)
{
	size_t paths = 0;
	bool has_companion = false;
	for (size_t i = 0; i < ev->n_records; i++) {
		paths += ev->records[i].type == AUDIT_PATH;
		has_companion |= is_companion(ev->records[i].type);
	}
	return ev->has_syscall ? paths < ev->sys.items : has_companion;
}

int event_decode(struct event *ev, const struct record *records, size_t n, struct arena *arena)
{
	const struct record *call = NULL;
	bool has_operation = false;
	if (n == 0)
		return -EINVAL;
	*ev = (struct event){
		.time = records[0].time,
		.serial = records[0].serial,
		.node = records[0].node,
		.records = records,
		.n_records = n,
		.arena = arena,
		.origin = ORIGIN_AUDIT,
	};
	if (records[0].type == RECORD_NOTICE)
		return decode_notice(ev);
	for (size_t i = 0; i < n; i++) {
		if (records[i].type == AUDIT_SYSCALL && !call)
			call = &records[i];
		has_operation |= records[i].type == AUDIT_URINGOP;
	}
	if (call && syscall_record_parse(call->body, &ev->sys, arena)) {
		ev->has_syscall = true;
		ev->type = type_of_call(&ev->sys);
	}
	if (has_operation)
		decode_operations(ev);
	if (!ev->has_syscall && (call || has_operation))
		return -EINVAL;
	if (records[0].type == RECORD_WRITE)
		return decode_modification(ev);
	if (records[0].type == RECORD_GUARD)
		return decode_permission(ev) ? 0 : -EINVAL;
	if (!ev->has_syscall)
		decode_lone(ev);
	else if (is_leading(records[0].type) && is_carrier(ev->type))
		ev->type = EVT_RECORD;
	ev->is_incomplete = lacks_records(ev);
	event_read_paths(ev);
	if (ev->type == EVT_EXECVE || ev->type == EVT_EXECVEAT)
		execve_decode(ev);
	return 0;
}

bool event_open_flags(const struct event *ev, uint64_t *flags)
{
	uint64_t mode, resolve;
	if (!ev->has_syscall || ev->is_uring || (ev->is_permission && !ev->permission.has_flags))
		return false;
	switch (ev->type) {
	case EVT_OPEN:
		*flags = ev->sys.arg[1];
		return true;
	case EVT_OPENAT:
	case EVT_OPEN_BY_HANDLE_AT:
		*flags = ev->sys.arg[2];
		return true;
	case EVT_CREAT:
		*flags = O_CREAT | O_WRONLY | O_TRUNC;
		return true;
	case EVT_OPENAT2:
		return event_openat2(ev, flags, &mode, &resolve);
	}
	return false;
}

bool event_has_key(const struct event *ev, struct str key)
{
	struct str rest = ev->sys.key, one;
	while (str_cut(&rest, '\x01', &one))
		if (str_eq(one, key))
			return true;
	return false;
}

struct str event_id(const struct event *ev, struct arena *arena)
{
	return arena_printf(arena, "%llu.%03llu:%llu", (unsigned long long)(ev->time / NS_PER_S),
			    (unsigned long long)(ev->time % NS_PER_S / NS_PER_MS),
			    (unsigned long long)ev->serial);
}
