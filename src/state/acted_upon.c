/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is meant by a number in somebody else's view of the machine.
 *
 * Owns nothing. Must not take a number of a pid namespace for one of the host's: what cannot be translated is no target.
 */
#include "state/acted_upon.h"

#include <fcntl.h>
#include <stdlib.h>

#include "state/lineage.h"
#include "state/state_parts.h"
#include "state/telemetry.h"

/* of one that was gone before anybody looked: where its container's eldest is */
static uint64_t pid_ns(const struct process *p)
{
	uint64_t ns = p->cred.ns[NS_PID];

	return ns || !p->container ? ns : p->container->ns[NS_PID];
}

static bool is_in_same(const struct process *p, const struct process *caller)
{
	return !p->is_dead && pid_ns(p) && pid_ns(p) == pid_ns(caller) &&
	       process_node(p) == process_node(caller);
}

/* where the kernel does not translate (before 6.11): those whose number in there was told */
static const struct process *find_inside(const struct state *s, const struct process *caller,
					 int32_t pid)
{
	for (const struct process *p = s->processes.live.newest; p; p = p->older)
		if (p->vpid == pid && is_in_same(p, caller))
			return p;
	return NULL;
}

void acted_upon_put(struct scene *out, int32_t pid, const struct process *p)
{
	out->target = (struct scene_target){ .pid = pid, .process = p };
	if (out->state && (!out->event || facts_is_local(out->state->facts, out->event->node)))
		out->target.role = telemetry_role(out->state, pid);
	if (!p)
		return;
	out->target.comm = text_str(&p->comm);
	out->target.has_uid = p->cred.has_ids;
	out->target.uid = p->cred.ruid;
}

/* somebody else who sees what @caller saw, which may be gone by now; 0: nobody known */
static int32_t stand_in(const struct state *s, const struct process *caller)
{
	const struct process *init =
		process_find(&s->processes, process_node(caller), caller->container->init_pid);

	return init && init != caller && is_in_same(init, caller) ? init->ref.pid : 0;
}

static int ask(struct state *s, const struct process *caller, enum facts_view view, int32_t number,
	       int32_t *pid, struct arena *a)
{
	int32_t other = view == VIEW_PID ? stand_in(s, caller) : 0;
	uint64_t party = container_party(caller->container);
	int r;

	state_asked(s);
	r = facts_ask_target(s->facts, party, caller->ref.pid, view, number, pid, a);
	if (r == 0 || !other)
		return r;
	state_asked(s);
	return facts_ask_target(s->facts, party, other, view, number, pid, a);
}

/* @number: a pid in @caller's view, or a descriptor of its */
static void translate(struct state *s, const struct event *ev, const struct process *caller,
		      enum facts_view view, int32_t number, struct scene *out)
{
	const struct process *p = NULL;
	int32_t pid;

	if (!caller || !caller->container || caller->is_runtime_init || number < 0 ||
	    !state_can_ask(s, process_node(caller)))
		return;
	if (ask(s, caller, view, number, &pid, ev->arena) == 0)
		p = lineage_meet(s, pid, ev);
	else if (view == VIEW_PID)
		p = find_inside(s, caller, number);
	if (p)
		acted_upon_put(out, p->ref.pid, p);
}

/* in the host's own procfs the number is the host's; in any other it is of who mounted that */
static void observe_write(struct state *s, const struct event *ev, const struct process *p,
			  struct scene *out)
{
	const struct modification *m = ev->modification;
	struct str file;
	int32_t here = modification_process_of(m->knob, &file),
		there = modification_process_of(m->path, &file);

	if (here && p && p->container)
		acted_upon_put(out, here, lineage_meet(s, here, ev));
	else if (there && !here)
		translate(s, ev, p, VIEW_PID, there, out);
}

/*
 * Whom the kernel is to signal for a file: a group is negative, and known by its leader (fs/fcntl.c, f_setown()). Who is left out:
 * what the command points to, and a group whose leader has ended.
 */
static void observe_owner(struct state *s, const struct event *ev, const struct process *p,
			  struct scene *out)
{
	int32_t who = (int32_t)ev->sys.arg[2];

	if ((int32_t)ev->sys.arg[1] == F_SETOWN && who)
		translate(s, ev, p, VIEW_PID, who < -INT32_MAX ? who : abs(who), out);
}

/* who signals many at once is told by the one that matters */
static bool find_record(const struct state *s, const struct event *ev, struct objpid_record *out)
{
	for (size_t i = 0; event_objpid(ev, i, out); i++)
		if (telemetry_role(s, out->pid) != ROLE_NONE)
			return true;
	return event_objpid(ev, 0, out);
}

void acted_upon_observe(struct state *s, const struct event *ev, const struct process *p,
			struct scene *out)
{
	struct objpid_record record;

	if (find_record(s, ev, &record)) {
		acted_upon_put(out, record.pid, scene_process(out, record.pid));
		out->target.comm = record.comm;
		out->target.has_uid = true;
		out->target.uid = record.uid;
	} else if (ev->modification) {
		observe_write(s, ev, p, out);
	} else if (ev->type == EVT_PROCESS_VM_WRITEV || ev->type == EVT_PROCESS_VM_READV) {
		translate(s, ev, p, VIEW_PID, (int32_t)ev->sys.arg[0], out);
	} else if (ev->type == EVT_PIDFD_GETFD) {
		translate(s, ev, p, VIEW_PIDFD, (int32_t)ev->sys.arg[0], out);
	} else if (ev->type == EVT_FCNTL) {
		observe_owner(s, ev, p, out);
	}
}
