/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a task that waits to a scene.
 *
 * The record of the event is written first and decoded like any other, so that what is judged here is
 * what the main process and a replay will see. Must not open, stat by path or execute anything: what is
 * asked of is /proc, which takes no permission marks, and the event's own descriptor.
 */
#include "guard/opener.h"

#include <errno.h>
#include <libaudit.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "base/clock.h"
#include "state/credentials.h"
#include "state/object.h"

#define SERIAL_FIRST (UINT64_C(3) << 32) /* above the kernel's, the recorder's, the connector's */

#if defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH AUDIT_ARCH_X86_64
#endif

void opener_release(struct opener *o)
{
	buf_release(&o->body);
}

/* what it waits for */

static void tell_call(struct opener *o, const struct call *call)
{
	bool is_open = o->permission.ask == ASK_OPEN;

	o->permission.has_flags = is_open && call->is_known;
	o->task.arch = ARCH;
	o->task.number = is_open ? SYS_openat : SYS_execve;
	o->task.flags = o->permission.has_flags ? call->flags : 0;
}

static int read_object(struct opener *o, int fd)
{
	struct permission *p = &o->permission;
	const struct mark *mark;
	char path[PATH_MAX];
	struct stat st;
	char link[32];
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	p->has_inode = true;
	p->inode = st.st_ino;
	p->dev_major = major(st.st_dev);
	p->dev_minor = minor(st.st_dev);
	p->mode = st.st_mode;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	p->path = n > 0 ? arena_str(o->arena, str_mem(path, (size_t)n)) : STR_ABSENT;
	mark = marks_find(o->marks, p->dev_major, p->dev_minor, p->inode);
	if (!mark)
		return 0;
	p->knob = text_str(&mark->knob);
	p->is_protected = mark->is_protected;
	if (mark->path.len)
		p->path = text_str(&mark->path);
	return 0;
}

/* who */

static bool is_started_by_kernel(const struct procfs *proc, int32_t ppid, struct arena *a)
{
	auto_close int parent = procfs_task(proc, ppid);
	struct procfs_stat stat;

	return parent >= 0 && procfs_stat(parent, &stat, a) == 0 && stat.is_kernel_thread;
}

static int read_task(struct opener *o, int task)
{
	struct facts_process *f = &o->process_facts;
	struct procfs_status status;
	struct procfs_stat stat;
	int r = procfs_thread_stat(task, o->permission.tid, &stat, o->arena);

	if (r == 0)
		r = procfs_status(task, &status);
	if (r < 0)
		return r;
	f->pid = status.tgid;
	f->ppid = stat.ppid;
	f->start_ticks = stat.start_ticks;
	f->comm = stat.comm;
	memcpy(f->uid, status.uid, sizeof(f->uid));
	memcpy(f->gid, status.gid, sizeof(f->gid));
	f->has_caps = status.has_caps;
	f->cap_inheritable = status.cap_inheritable;
	f->cap_permitted = status.cap_permitted;
	f->cap_effective = status.cap_effective;
	f->cap_bounding = status.cap_bounding;
	f->cap_ambient = status.cap_ambient;
	f->no_new_privs = status.no_new_privs;
	f->seccomp = status.seccomp;
	f->loginuid = procfs_loginuid(task, o->arena);
	/* the two that tell its container are known already; others are of no use to a rule here */
	f->ns[NS_USER] = procfs_namespace(task, PROCFS_NS_USER);
	if (procfs_link(task, "exe", o->arena, &f->exe) < 0)
		f->exe = STR_ABSENT;
	return 0;
}

static void tell_task(struct opener *o)
{
	const struct facts_process *f = &o->process_facts;
	struct permission_task *t = &o->task;

	t->pid = f->pid;
	t->ppid = f->ppid;
	t->auid = f->loginuid;
	t->uid = f->uid[0];
	t->euid = f->uid[1];
	t->suid = f->uid[2];
	t->fsuid = f->uid[3];
	t->gid = f->gid[0];
	t->egid = f->gid[1];
	t->sgid = f->gid[2];
	t->fsgid = f->gid[3];
	t->comm = f->comm;
	/* of an exec the subject is the program about to run */
	t->exe = o->permission.ask == ASK_OPEN ? f->exe : o->permission.path;
}

/* the scene */

static struct text borrowed(struct str s)
{
	return (struct text){ .ptr = (char *)(uintptr_t)s.ptr,
			      .len = (uint32_t)s.len,
			      .set = s.ptr != NULL };
}

static void make_process(struct opener *o)
{
	const struct facts_process *f = &o->process_facts;
	const struct permission *p = &o->permission;

	o->process = (struct process){
		.ref = { .pid = f->pid,
			 .generation = 1,
			 .start_ticks = f->start_ticks,
			 .pidfd = -1 },
		.ppid = f->ppid,
		.comm = borrowed(f->comm),
		.exe = borrowed(o->task.exe),
		.has_exe_inode = p->ask != ASK_OPEN && p->has_inode,
		.exe_inode = p->inode,
		.exe_dev_major = p->dev_major,
		.exe_dev_minor = p->dev_minor,
		.loginuid = f->loginuid,
		.id_source = o->container || !o->is_foreign ? ID_PROC : ID_UNKNOWN,
	};
	credentials_from_status(&o->process.cred, f, o->known->host_ns[NS_USER], 0);
}

static void make_scene(struct opener *o)
{
	make_process(o);
	o->scene = (struct scene){
		.event = &o->event,
		.process = &o->process,
		.container = o->container,
		.id_source = o->process.id_source,
		.is_container_unknown = !o->container && o->is_foreign,
		.before = o->process.cred,
		.after = o->process.cred,
	};
	object_of_permission(&o->permission, &o->scene.object);
}

/* what the main process shall know of the task as well: soon it may have changed */
static void tell_who(struct opener *o)
{
	const struct credentials *c = &o->process.cred;
	struct permission *p = &o->permission;

	p->container = o->scene.container ? text_str(&o->scene.container->id) : STR_ABSENT;
	p->container_type = o->scene.container ? text_str(&o->scene.container->type) : STR_ABSENT;
	p->has_caps = c->has_caps && c->has_bounding;
	p->cap_inheritable = c->cap_inheritable;
	p->cap_permitted = c->cap_permitted;
	p->cap_effective = c->cap_effective;
	p->cap_bounding = c->cap_bounding;
	p->cap_ambient = c->cap_ambient;
	p->no_new_privs = c->no_new_privs;
	p->seccomp = c->seccomp;
	p->userns_is_host = c->userns_is_host;
}

/* the record */

static int decode(struct opener *o)
{
	uint64_t now = clock_realtime();

	o->record = (struct record){ .type = RECORD_GUARD,
				     .time = now - now % NS_PER_MS,
				     .serial = SERIAL_FIRST + o->serial++ };
	buf_clear(&o->body);
	permission_write(&o->permission, &o->task, &o->body);
	if (buf_failed(&o->body))
		return -ENOMEM;
	o->record.body = buf_str(&o->body);
	return event_decode(&o->event, &o->record, 1, o->arena);
}

/* 0; OPENER_FREE, OPENER_STRANGER: it is in none that is known; -errno */
static int find_container(struct opener *o, int task)
{
	int r;

	arena_reset(o->arena);
	o->process_facts = (struct facts_process){ 0 };
	r = known_read(task, &o->process_facts, o->arena);
	if (r < 0)
		return r;
	o->container = known_find(o->known, task, &o->process_facts, &o->is_foreign);
	if (!o->container && o->is_foreign)
		o->container = o->told;
	if (o->container)
		return 0;
	if (o->is_foreign)
		return OPENER_STRANGER;
	return o->process_facts.cgroup.ptr ? OPENER_FREE : -EFBIG;
}

/* @r of who opens: whom to ask about is known as well */
static int name_stranger(struct opener *o, int task, int r)
{
	struct procfs_status status;
	int e = r == OPENER_STRANGER ? procfs_status(task, &status) : 0;

	if (r == OPENER_STRANGER && e == 0)
		o->process_facts.pid = status.tgid;
	return e < 0 ? e : r;
}

bool opener_is_hosts(struct opener *o, int32_t tid)
{
	auto_close int task = procfs_task(o->proc, tid);

	return task >= 0 && known_is_at_home(o->known, task) &&
	       find_container(o, task) == OPENER_FREE;
}

int opener_look(struct opener *o, const struct fan_event *asked, const struct call *call)
{
	auto_close int task = procfs_task(o->proc, asked->tid);
	int r = task < 0 ? task : find_container(o, task);

	o->permission = (struct permission){ .tid = asked->tid };
	if (r < 0)
		return r;
	if (r != 0 && !(asked->what & FAN_WHAT_EXEC))
		return name_stranger(o, task, r);
	r = read_task(o, task);
	if (r < 0)
		return r;
	if (asked->what & FAN_WHAT_EXEC)
		o->permission.ask = is_started_by_kernel(o->proc, o->process_facts.ppid, o->arena)
					    ? ASK_HELPER
					    : ASK_EXEC;
	r = read_object(o, asked->fd);
	if (r < 0)
		return r;
	tell_call(o, call);
	tell_task(o);
	r = decode(o);
	if (r == 0)
		make_scene(o);
	return r;
}

struct str opener_tell(struct opener *o, enum permission_answer verdict, struct str rules,
		       uint64_t waited)
{
	tell_who(o);
	o->permission.verdict = verdict;
	o->permission.rules = rules;
	o->permission.waited = waited;
	buf_clear(&o->body);
	buf_printf(&o->body,
		   "audit(%llu.%03llu:%llu): ", (unsigned long long)(o->record.time / NS_PER_S),
		   (unsigned long long)(o->record.time % NS_PER_S / NS_PER_MS),
		   (unsigned long long)o->record.serial);
	permission_write(&o->permission, &o->task, &o->body);
	return buf_failed(&o->body) ? STR_ABSENT : buf_str(&o->body);
}
