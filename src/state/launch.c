/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pids as bits: there are at most 4 million (PID_MAX_LIMIT), and pages without a kernel thread are never
 * touched. A table with room for some would forget just those that have been quiet for long.
 *
 * What is found goes into a recording as an event of its own, for a notice has no companions.
 */
#include "state/launch.h"

#include <errno.h>
#include <stdlib.h>

#include "state/credentials.h"
#include "state/fact.h"
#include "state/file_owner.h"
#include "state/lineage.h"
#include "state/state_parts.h"

#define PIDS_MAX (4 * 1024 * 1024)
#define KTHREADD 2 /* rest_init(), init/main.c */

int kernel_tasks_init(struct kernel_tasks *t)
{
	t->bits = calloc(PIDS_MAX / 64, sizeof(*t->bits));
	return t->bits ? 0 : -ENOMEM;
}

void kernel_tasks_release(struct kernel_tasks *t)
{
	free(t->bits);
	t->bits = NULL;
}

void kernel_tasks_set(struct kernel_tasks *t, int32_t pid, bool is_kernel)
{
	uint64_t bit = UINT64_C(1) << (pid & 63);

	if (!t->bits || pid <= 0 || pid >= PIDS_MAX)
		return;
	if (is_kernel)
		t->bits[pid / 64] |= bit;
	else if (t->bits[pid / 64] & bit)
		t->bits[pid / 64] &= ~bit;
}

bool kernel_tasks_has(const struct kernel_tasks *t, int32_t pid)
{
	return t->bits && pid > 0 && pid < PIDS_MAX && t->bits[pid / 64] >> (pid & 63) & 1;
}

static struct object object_of(const struct facts_process *f)
{
	return (struct object){ .exists = f->has_exe_inode,
				.name = f->exe,
				.realpath = f->exe,
				.has_inode = f->has_exe_inode,
				.inode = f->exe_inode,
				.dev_major = f->exe_dev_major,
				.dev_minor = f->exe_dev_minor };
}

/* the program that a row from before the exec shows is not the one that runs now */
static const struct process *without_program(const struct process *p, struct arena *a)
{
	struct process *view = p ? arena_new_of(a, struct process) : NULL;

	if (!view)
		return NULL;
	*view = *p;
	view->exe.set = view->comm.set = view->args.set = view->has_exe_inode = false;
	return view;
}

/* of a script the interpreter is what runs, and the host's; its arguments name the script */
static struct owner owner_of(const struct state *s, const struct facts_process *f,
			     const struct object *o)
{
	struct owner owner = file_owner(s, o);
	struct str rest = f->cmdline, arg;

	while (!owner.container && str_cut(&rest, '\0', &arg))
		if (str_starts(arg, STR("/")))
			owner = file_owner(s, &(struct object){ .exists = true, .realpath = arg });
	return owner;
}

static void tell(struct state *s, const struct event *ev, const struct fact *launch)
{
	const struct process *p = process_find(&s->processes, 0, launch->id);
	struct derived *d = state_derive(s);

	if (!d)
		return;
	d->event = (struct event){ .time = ev->time, .serial = ev->serial, .arena = ev->arena };
	d->event.type = EVT_USERMODEHELPER;
	d->event.origin = ORIGIN_CONNECTOR;
	d->event.sys.pid = launch->id;
	d->scene = (struct scene){ .state = s,
				   .before = CREDENTIALS_UNKNOWN,
				   .after = CREDENTIALS_UNKNOWN,
				   .id_source = ID_UNKNOWN,
				   .is_container_unknown = true,
				   .object = object_of(&launch->process) };
	if (launch->err)
		p = without_program(p, ev->arena);
	else if (p)
		d->scene.before = d->scene.after = p->cred;
	if (p)
		scene_belongs(&d->scene, p);
	d->scene.object.owner = owner_of(s, &launch->process, &d->scene.object);
}

void launch_replay(struct state *s, const struct event *ev, const struct fact *launch)
{
	if (!launch->err)
		lineage_learn(s, &launch->process, ev->arena);
	tell(s, ev, launch);
}

/* notices can be missed: who made it is looked at as well */
static bool is_of_kernel(const struct state *s, const struct facts_process *f)
{
	return !f->is_kernel_thread &&
	       (f->ppid == KTHREADD || kernel_tasks_has(&s->kernel_tasks, f->ppid));
}

static bool is_known(const struct state *s, const struct facts_process *f)
{
	return helpers_know(&s->helpers, f->exe_dev_major, f->exe_dev_minor, f->exe_inode) ||
	       facts_is_known_script(s->facts, f);
}

static void started(struct state *s, const struct event *ev, int32_t pid)
{
	struct fact launch = { .kind = FACT_LAUNCH, .id = pid };
	const struct facts_process *f = &launch.process;
	auto_buf struct buf body = { 0 };

	if (!facts_is_live(s->facts) || !s->helpers.is_known)
		return;
	roll_finish(s); /* the owner may be any container */
	facts_begin(s->facts, ev);
	facts_set_quiet(s->facts, true);
	launch.err = facts_ask_process(s->facts, pid, &launch.process, ev->arena);
	facts_set_quiet(s->facts, false);
	if (!launch.err && !f->has_exe_inode)
		launch.err = -ESRCH;
	if (!launch.err && (!is_of_kernel(s, f) || is_known(s, f)))
		return;
	s->stats.helpers_unseen += launch.err != 0;
	launch_replay(s, ev, &launch);
	(void)fact_write(&launch, &body);
	if (!buf_failed(&body))
		facts_tell_knob(s->facts, buf_str(&body));
}

void launch_notice(struct state *s, const struct event *ev, const struct notice *n)
{
	struct kernel_tasks *t = &s->kernel_tasks;

	if (n->tid != n->pid)
		return;
	switch (n->kind) {
	case NOTICE_FORK:
		kernel_tasks_set(t, n->pid, n->other == KTHREADD || kernel_tasks_has(t, n->other));
		break;
	case NOTICE_EXEC:
		if (kernel_tasks_has(t, n->pid))
			started(s, ev, n->pid);
		kernel_tasks_set(t, n->pid, false);
		break;
	case NOTICE_EXIT:
		kernel_tasks_set(t, n->pid, false);
		break;
	default:
		break;
	}
}
