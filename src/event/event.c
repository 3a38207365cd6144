/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From records to a typed event: which record leads, which type follows from it, where companions stand.
 *
 * Pure: no I/O, no clock, no state; everything lives in the event's arena or in the records' bytes. What
 * companions say is decoded by their accessors (companions.c, execve.c), only when somebody asks.
 */
#include "event/event.h"

#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>

#include "base/clock.h"
#include "event/execve.h"
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
	if (sys->arch == AUDIT_ARCH_I386 && str_eq(event_type_name(type), STR("socketcall"))) {
		int call = socketcall_event_type(sys->arg[0]);
		if (call >= 0)
			return (evt_type)call;
	}
	return type;
}

/* a lone record names its process itself, with the same field names as SYSCALL: pid=, uid=, comm= ... */
static void decode_lone(struct event *ev)
{
	ev->type = EVT_RECORD;
	ev->has_syscall = false;
	/* false only means that the record names no call, which it cannot; what it names is taken */
	(void)syscall_record_parse(ev->records[0].body, &ev->sys, ev->arena);
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
	const struct record *lead = NULL, *uring = NULL;
	if (n == 0)
		return -EINVAL;
	*ev = (struct event){
		.time = records[0].time, .serial = records[0].serial, .node = records[0].node,
		.records = records, .n_records = n, .arena = arena, .origin = ORIGIN_AUDIT,
	};
	for (size_t i = 0; i < n; i++) {
		if (records[i].type == AUDIT_SYSCALL && !lead)
			lead = &records[i];
		else if (records[i].type == AUDIT_URINGOP && !uring)
			uring = &records[i];
	}
	if (lead) {
		if (!syscall_record_parse(lead->body, &ev->sys, arena))
			return -EINVAL;
		ev->has_syscall = true;
		ev->type = type_of_call(&ev->sys);
	}
	if (uring) {
		struct syscall_record op;
		int type;
		if (!syscall_record_parse(uring->body, &op, arena))
			return -EINVAL;
		type = uring_event_type(op.number);
		/* the operation's own record has no comm, exe, arguments: the submitter's SYSCALL has */
		op.comm = ev->sys.comm;
		op.exe = ev->sys.exe;
		op.arch = ev->sys.arch;
		if (!ev->has_syscall)
			op.auid = ID_UNSET;
		ev->sys = op;
		ev->is_uring = ev->has_syscall = true;
		ev->type = type < 0 ? EVT_UNKNOWN : (evt_type)type;
	}
	if (!ev->has_syscall)
		decode_lone(ev);
	ev->is_incomplete = lacks_records(ev);
	if (ev->type == EVT_EXECVE || ev->type == EVT_EXECVEAT)
		execve_decode(ev);
	return 0;
}

bool event_open_flags(const struct event *ev, uint64_t *flags)
{
	uint64_t mode, resolve;
	if (!ev->has_syscall || ev->is_uring)
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
			    (unsigned long long)(ev->time % NS_PER_S / NS_PER_MS), (unsigned long long)ev->serial);
}
