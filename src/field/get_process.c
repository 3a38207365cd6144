/* SPDX-License-Identifier: Apache-2.0 */
/* What the process table says of the subject and its ancestors. */
#include "field/get_process.h"

#include <libaudit.h>

#include "field/join.h"
#include "field/row.h"
#include "kernel/descriptors.h"
#include "state/bounds.h"
#include "state/state.h"

#define X32_BIT 0x40000000

static const struct process *parent_of(const struct scene *s)
{
	return s->process ? scene_ancestor(s, 1) : NULL;
}

static bool give_id(const struct process *p, enum process_id which, struct values *out)
{
	int32_t id = 0;

	if (!p)
		return false;
	switch (which) {
	case ID_PID:
		return values_int(out, p->ref.pid);
	case ID_PPID:
		/* 0 is the true parent of pid 1 and of kernel threads */
		return values_int(out, p->ppid);
	case ID_VPID:
		id = p->vpid;
		break;
	case ID_SESSION:
		id = p->sid;
		break;
	case ID_GROUP:
		id = p->pgid;
		break;
	}
	return id > 0 && values_int(out, id);
}

GETTER(get_process_id)
{
	return give_id(s->process, (enum process_id)use->param, out);
}

GETTER(get_parent_id)
{
	return give_id(parent_of(s), (enum process_id)use->param, out);
}

GETTER(get_process_text)
{
	struct str text = process_text(s->process, (enum process_text)use->param, out->arena);

	if (!text.ptr && use->def->flags & FIELD_SAYS_NA)
		text = STR("<NA>");
	return give_str(out, text);
}

GETTER(get_parent_text)
{
	return give_str(out, process_text(parent_of(s), (enum process_text)use->param, out->arena));
}

/* the ancestor at use->index, or all of them, each through @give */
static bool each_ancestor(const struct scene *s, const struct field_use *use, struct values *out,
			  bool (*give)(const struct process *p, const struct field_use *use,
				       struct values *out))
{
	const struct process *p;

	if (!s->process)
		return false;
	if (use->selector.ptr) {
		p = use->index <= UINT16_MAX ? scene_ancestor(s, (unsigned)use->index) : NULL;
		return p && give(p, use, out);
	}
	for (unsigned i = 1; (p = scene_ancestor(s, i)); i++)
		give(p, use, out);
	return out->n > 0;
}

static bool give_ancestor_text(const struct process *p, const struct field_use *use,
			       struct values *out)
{
	return give_str(out, process_text(p, (enum process_text)use->param, out->arena));
}

static bool give_ancestor_pid(const struct process *p, const struct field_use *use,
			      struct values *out)
{
	(void)use;
	return values_int(out, p->ref.pid);
}

GETTER(get_ancestor_text)
{
	return each_ancestor(s, use, out, give_ancestor_text);
}

GETTER(get_ancestor_pid)
{
	return each_ancestor(s, use, out, give_ancestor_pid);
}

GETTER(get_session_text)
{
	return give_str(out, process_text(scene_leader(s, LEADER_SESSION),
					  (enum process_text)use->param, out->arena));
}

GETTER(get_group_text)
{
	return give_str(out, process_text(scene_leader(s, LEADER_GROUP),
					  (enum process_text)use->param, out->arena));
}

GETTER(get_args)
{
	if (use->selector.ptr)
		return give_str(out, process_argument(s->process, (size_t)use->index));
	return give_str(out, process_text(s->process, PROCESS_ARGS, out->arena));
}

GETTER(get_args_count)
{
	uint64_t count, bytes;

	return process_count_args(s->process, &count, &bytes) &&
	       values_uint(out, use->param ? bytes : count);
}

GETTER(get_cwd)
{
	struct str cwd = event_cwd(s->event);

	(void)use;
	if (!cwd.ptr && s->process)
		cwd = text_str(&s->process->cwd);
	if (!cwd.ptr || str_ends(cwd, STR("/")))
		return give_str(out, cwd);
	return give_str(out, join((struct str[]){ cwd, STR("/") }, 2, 0, out->arena));
}

/*
 * names that the kernel gives to terminals, drivers/tty; their numbers: Documentation/admin-
 * guide/devices.txt
 */
static bool tty_number(struct str name, uint64_t *out)
{
	static const struct {
		struct str head;
		uint32_t major, minor;
	} rows[] = {
		{ { "pts", 3 }, 136, 0 },
		{ { "ttyS", 4 }, 4, 64 },
		{ { "tty", 3 }, 4, 0 },
	};
	uint64_t n;

	if (str_eq(name, STR("console"))) {
		*out = 5 << 8 | 1;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!str_starts(name, rows[i].head) ||
		    str_to_u64(str_from(name, rows[i].head.len), 10, &n) < 0 || n > 2047)
			continue;
		/* terminals past 255 go on under the next major number */
		*out = (rows[i].major + (rows[i].minor + n) / 256) << 8 | (rows[i].minor + n) % 256;
		return true;
	}
	return false;
}

GETTER(get_tty)
{
	struct str name = s->event->sys.tty;
	uint64_t number;

	(void)use;
	if (s->event->has_syscall && !name.ptr)
		return values_uint(out, 0);
	if (s->event->has_syscall && tty_number(name, &number))
		return values_uint(out, number);
	return s->process && values_uint(out, s->process->tty);
}

GETTER(get_is_leader)
{
	const struct process *p = s->process;
	int32_t id = !p ? 0 : use->param == LEADER_SESSION ? p->sid : p->pgid;

	return id > 0 && values_bool(out, id == p->ref.pid);
}

static bool is_shell(struct str name)
{
	static const char *const shells[] = {
		"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish",
	};

	for (size_t i = 0; i < ARRAY_LEN(shells); i++)
		if (str_eq(name, str_of(shells[i])))
			return true;
	return false;
}

GETTER(get_login_shell)
{
	const struct process *p, *oldest = NULL;

	(void)use;
	for (unsigned i = 0; s->process && (p = scene_ancestor(s, i)); i++)
		if (is_shell(text_str(&p->comm)))
			oldest = p;
	return oldest && values_int(out, oldest->ref.pid);
}

static uint64_t start_of(const struct scene *s, const struct field_use *use)
{
	const struct process *p = use->param ? parent_of(s) : s->process;

	return p ? p->start_time : 0;
}

GETTER(get_age)
{
	uint64_t start = start_of(s, use);

	/* start times lie on clock ticks: the first event may seem older */
	return start && give_duration(out, s->event->time > start ? s->event->time - start : 0);
}

GETTER(get_start)
{
	uint64_t start = start_of(s, use);

	return start && values_time(out, start);
}

GETTER(get_is_memfd)
{
	struct str exe = process_text(s->process, PROCESS_EXEPATH, out->arena);

	(void)use;
	return exe.ptr && values_bool(out, descriptor_is_memfd(exe));
}

GETTER(get_exe_inode)
{
	(void)use;
	return s->process && s->process->has_exe_inode && values_uint(out, s->process->exe_inode);
}

GETTER(get_arch)
{
	const struct syscall_record *sys = &s->event->sys;
	uint32_t arch = s->event->has_syscall ? sys->arch : 0;

	(void)use;
	if (arch == AUDIT_ARCH_I386)
		return values_str(out, STR("i386"));
	if (arch == AUDIT_ARCH_ARM)
		return values_str(out, STR("arm"));
	if (arch == AUDIT_ARCH_X86_64 && sys->number & X32_BIT)
		return values_str(out, STR("x32"));
	return values_str(out, STR("native"));
}

GETTER(get_is_helper)
{
	const struct process *parent = parent_of(s);
	bool is_child = parent && parent->is_kernel_thread && !s->process->is_kernel_thread;

	(void)use;
	return values_bool(out, s->event->type == EVT_USERMODEHELPER || is_child);
}

GETTER(get_is_runtime_init)
{
	(void)use;
	return values_bool(out, s->process && s->process->is_runtime_init);
}

GETTER(get_is_runtime)
{
	(void)use;
	return values_bool(out, s->process && s->process->is_runtime);
}

GETTER(get_namespace)
{
	const uint64_t *host = s->state ? state_host_ns(s->state) : NULL;
	uint64_t mine = s->process ? scene_credentials(s)->ns[use->param] : 0;

	return host && host[use->param] && mine && values_bool(out, mine == host[use->param]);
}

GETTER(get_outside_root)
{
	(void)use;
	return s->container && s->process && s->process->outside &&
	       give_str(out, bounds_names(s->process->outside, out->arena));
}
