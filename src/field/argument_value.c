/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From records to one argument. Numbers come from a0-a3 (or the SOCKETCALL record of i386), texts
 * from the companions. Must not say anything that no record carried.
 */
#include "field/argument_value.h"

#include <fcntl.h>
#include <libaudit.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "event/scan.h"
#include "field/call_path.h"
#include "field/endpoint.h"
#include "field/registry.h"
#include "field/subject.h"
#include "kernel/capset.h"
#include "kernel/descriptors.h"
#include "state/id_names.h"

static bool give_number(struct argument_value *out, int64_t n)
{
	*out = (struct argument_value){ .has_number = true, .number = n };
	return true;
}

static bool give_shown(struct argument_value *out, uint64_t n, struct str text)
{
	*out = (struct argument_value){ .has_number = true, .number = (int64_t)n, .text = text };
	return true;
}

static bool give_name(struct argument_value *out, int64_t n, struct str name)
{
	*out = (struct argument_value){
		.has_number = true, .number = n, .text = name, .is_name = name.ptr != NULL
	};
	return true;
}

static bool give_text(struct argument_value *out, struct str s)
{
	*out = (struct argument_value){ .text = s };
	return s.ptr != NULL;
}

/* a number field of the first record of @type; false if there is none */
static bool record_number(const struct event *ev, uint32_t type, struct str key, uint64_t *out)
{
	const struct record *r = event_record(ev, type);
	struct scan_field f;

	return r && scan_find(r->body, key, &f) && str_to_u64(f.value, 10, out) == 0;
}

bool call_argument(const struct event *ev, unsigned at, uint64_t *out)
{
	const struct record *call = event_record(ev, AUDIT_SOCKETCALL);
	static const struct str keys[] = { { "a0", 2 }, { "a1", 2 }, { "a2", 2 }, { "a3", 2 } };
	struct scan_field f;

	if (!ev->has_syscall || ev->is_uring || at >= ARRAY_LEN(keys))
		return false;
	if (call)
		return scan_find(call->body, keys[at], &f) && str_to_u64(f.value, 16, out) == 0;
	*out = ev->sys.arg[at];
	return true;
}

ARGUMENT_GETTER(argument_none)
{
	(void)s, (void)a, (void)arena, (void)out;
	return false;
}

ARGUMENT_GETTER(argument_field)
{
	struct str selector = STR_ABSENT;
	const struct field_def *def = registry_schema()->find(str_of(a->field), &selector);
	struct field_use use = { .def = def, .param = def->param };
	struct values values = { .arena = arena };

	if (!def->get(s, &use, &values) || values.n == 0)
		return false;
	if (values.at[0].type == VALUE_STRING)
		return give_text(out, values.at[0].s);
	return give_number(out, values.at[0].i);
}

ARGUMENT_GETTER(argument_result)
{
	const struct syscall_record *sys = &s->event->sys;
	const char *name;

	(void)a, (void)arena;
	if (!s->event->has_syscall || !sys->has_result)
		return false;
	name = sys->exit < 0 && sys->exit > -4096 ? audit_errno_to_name((int)-sys->exit) : NULL;
	return give_name(out, sys->exit, str_of(name));
}

ARGUMENT_GETTER(argument_new_fd)
{
	const struct syscall_record *sys = &s->event->sys;

	(void)a, (void)arena;
	if (!s->event->has_syscall || !sys->has_result)
		return false;
	return give_number(out, sys->success ? sys->exit : -1);
}

ARGUMENT_GETTER(argument_int)
{
	uint64_t n;

	(void)arena;
	if (!call_argument(s->event, a->at, &n))
		return false;
	return give_name(out, (int32_t)n,
			 a->names ? number_name(a->names, (uint32_t)n) : STR_ABSENT);
}

ARGUMENT_GETTER(argument_uint)
{
	uint64_t n;

	(void)arena;
	return call_argument(s->event, a->at, &n) && give_number(out, (uint32_t)n);
}

ARGUMENT_GETTER(argument_long)
{
	uint64_t n;

	(void)arena;
	return call_argument(s->event, a->at, &n) && give_number(out, (int64_t)n);
}

ARGUMENT_GETTER(argument_flags)
{
	uint64_t n;

	if (!call_argument(s->event, a->at, &n))
		return false;
	return give_shown(out, n, number_flags(a->names, n, arena));
}

ARGUMENT_GETTER(argument_clone_flags)
{
	uint64_t n;

	if (!call_argument(s->event, a->at, &n))
		return false;
	return give_shown(out, n, number_flags(a->names, n & ~UINT64_C(0xff), arena));
}

ARGUMENT_GETTER(argument_socket_type)
{
	uint64_t n;
	struct str name;

	if (!call_argument(s->event, a->at, &n))
		return false;
	name = number_name(flags_socket, n & 0xf);
	return give_shown(out, n,
			  !name.ptr ? STR_ABSENT
				    : arena_printf(arena, "%.*s%s%s", STR_ARG(name),
						   n & SOCK_NONBLOCK ? "|SOCK_NONBLOCK" : "",
						   n & SOCK_CLOEXEC ? "|SOCK_CLOEXEC" : ""));
}

/* ids as the caller passed them: -1 leaves an id as it is and has no name */
ARGUMENT_GETTER(argument_uid)
{
	struct user_names names;
	uint64_t n;

	(void)arena;
	if (!call_argument(s->event, a->at, &n))
		return false;
	if ((uint32_t)n == UINT32_MAX || !state_user(s, (uint32_t)n, &names))
		return give_number(out, (int32_t)n);
	return give_name(out, (uint32_t)n, names.name);
}

ARGUMENT_GETTER(argument_gid)
{
	struct str name;
	uint64_t n;

	(void)arena;
	if (!call_argument(s->event, a->at, &n))
		return false;
	if ((uint32_t)n == UINT32_MAX || !state_group(s, (uint32_t)n, &name))
		return give_number(out, (int32_t)n);
	return give_name(out, (uint32_t)n, name);
}

ARGUMENT_GETTER(argument_device)
{
	uint64_t n;

	if (!call_argument(s->event, a->at, &n))
		return false;
	return give_shown(out, n, arena_printf(arena, "%u:%u", major((dev_t)n), minor((dev_t)n)));
}

static bool is_arm(const struct event *ev)
{
	return ev->sys.arch == AUDIT_ARCH_AARCH64 || ev->sys.arch == AUDIT_ARCH_ARM;
}

ARGUMENT_GETTER(argument_open_flags)
{
	uint64_t n;
	struct str text;

	(void)a;
	if (!event_open_flags(s->event, &n))
		return false;
	text = number_flags(is_arm(s->event) ? flags_open_arm : flags_open, n, arena);
	if ((n & O_ACCMODE) == O_RDONLY)
		text = n ? arena_printf(arena, "O_RDONLY|%.*s", STR_ARG(text)) : STR("O_RDONLY");
	return give_shown(out, n, text);
}

/* a->at: where the call has its mode; an OPENAT2 record, where there is one, says it itself */
ARGUMENT_GETTER(argument_open_mode)
{
	uint64_t flags, mode, resolve;

	if (!event_openat2(s->event, &flags, &mode, &resolve) &&
	    (s->event->type == EVT_OPENAT2 || !call_argument(s->event, a->at, &mode)))
		return false;
	return give_shown(out, mode, number_flags(flags_mode, mode, arena));
}

ARGUMENT_GETTER(argument_resolve)
{
	uint64_t flags, mode, resolve;

	(void)a;
	if (!event_openat2(s->event, &flags, &mode, &resolve))
		return false;
	return give_shown(out, resolve, number_flags(flags_resolve, resolve, arena));
}

ARGUMENT_GETTER(argument_path)
{
	(void)arena;
	return a->at < s->n_paths && give_text(out, s->paths[a->at].name);
}

ARGUMENT_GETTER(argument_call_path)
{
	const struct path_record *path = call_path_record(s, (enum call_path)a->at);

	(void)arena;
	return path && give_text(out, path->name);
}

ARGUMENT_GETTER(argument_capset)
{
	struct capset_record c;
	uint64_t set;

	if (!event_capset(s->event, &c))
		return false;
	set = a->at == CAPSET_INHERITABLE ? c.inheritable
	      : a->at == CAPSET_PERMITTED ? c.permitted
	      : a->at == CAPSET_EFFECTIVE ? c.effective
					  : c.ambient;
	return give_shown(out, set, capset_names(set, arena));
}

ARGUMENT_GETTER(argument_exec_args)
{
	(void)a;
	return give_text(out, args_behind_first(s->event->args, arena));
}

ARGUMENT_GETTER(argument_exec_flags)
{
	(void)a, (void)arena;
	/*
	 * layers and permissions of the file are not in the records: without a memfd nothing is
	 * known
	 */
	if (!s->event->sys.success || !descriptor_is_memfd(s->event->sys.exe))
		return false;
	return give_text(out, STR("EXE_FROM_MEMFD"));
}

ARGUMENT_GETTER(argument_remote)
{
	struct endpoint e;

	(void)a;
	return endpoint_decode(event_sockaddr(s->event), &e) &&
	       give_text(out, endpoint_text(&e, arena));
}

ARGUMENT_GETTER(argument_module)
{
	const struct record *r = event_record(s->event, AUDIT_KERN_MODULE);
	struct scan_field f;

	(void)a;
	return r && scan_find(r->body, STR("name"), &f) &&
	       give_text(out, scan_untrusted(&f, arena));
}

ARGUMENT_GETTER(argument_bpf_program)
{
	uint64_t n;

	(void)a, (void)arena;
	return record_number(s->event, AUDIT_BPF, STR("prog-id"), &n) &&
	       give_number(out, (int64_t)n);
}

ARGUMENT_GETTER(argument_cgroup)
{
	(void)a, (void)arena;
	return give_text(out, s->event->cgroup);
}

ARGUMENT_GETTER(argument_cause)
{
	(void)a, (void)arena;
	return give_text(out, s->event->cause);
}

ARGUMENT_GETTER(argument_gained)
{
	(void)a, (void)arena;
	return give_text(out, s->event->gained);
}

ARGUMENT_GETTER(argument_gap_what)
{
	(void)a, (void)arena;
	return give_text(out, s->event->gap.what);
}

ARGUMENT_GETTER(argument_gap)
{
	uint64_t n = a->at == GAP_FROM ? s->event->gap.from
		     : a->at == GAP_TO ? s->event->gap.to
				       : s->event->gap.count;

	(void)arena;
	return n && give_number(out, (int64_t)n);
}

ARGUMENT_GETTER(argument_mount_change)
{
	(void)arena;
	return give_text(out, a->at ? s->event->mount.reason : s->event->mount.change);
}

ARGUMENT_GETTER(argument_knob)
{
	const struct event *ev = s->event;
	bool is_change = ev->type == EVT_KNOB_CHANGE;

	(void)arena;
	return give_text(out, a->at == KNOB_NAME  ? (is_change ? ev->knob.name : s->object.knob)
			      : a->at == KNOB_OLD ? (is_change ? ev->knob.old : s->object.old)
						  : (is_change ? ev->knob.new : s->object.new));
}

ARGUMENT_GETTER(argument_record_type)
{
	char name[RECORD_NAME_SIZE];
	uint32_t type = s->event->n_records ? s->event->records[0].type : 0;

	(void)a;
	if (!type)
		return false;
	return give_name(out, type, arena_str(arena, record_type_name(type, name)));
}
