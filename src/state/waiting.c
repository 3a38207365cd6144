/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call that has not happened yet teaches nothing but who is there: credentials, program and knobs stay
 * as they were.
 */
#include "state/waiting.h"

#include "state/credentials.h"
#include "state/file_owner.h"
#include "state/lineage.h"
#include "state/object.h"
#include "state/state_parts.h"

/* of an exec the subject is the program about to run: a view of the row with that program in it */
static const struct process *about_to_run(const struct process *p, const struct event *ev)
{
	struct process *view = arena_new_of(ev->arena, struct process);
	const struct permission *asked = &ev->permission;

	if (!view)
		return p;
	*view = *p;
	view->exe = (struct text){ .ptr = (char *)(uintptr_t)asked->path.ptr,
				   .len = (uint32_t)asked->path.len,
				   .set = asked->path.ptr != NULL };
	view->has_exe_inode = asked->has_inode;
	view->exe_inode = asked->inode;
	view->exe_dev_major = asked->dev_major;
	view->exe_dev_minor = asked->dev_minor;
	view->args.set = false;
	return view;
}

/* as the guard read them while the task stood still */
static void learn_credentials(struct credentials *c, const struct event *ev)
{
	const struct permission *p = &ev->permission;

	credentials_ids(c, &ev->sys);
	c->no_new_privs = (int8_t)p->no_new_privs;
	c->seccomp = (int8_t)p->seccomp;
	if (p->userns_is_host >= 0)
		c->userns_is_host = (int8_t)p->userns_is_host;
	if (!p->has_caps)
		return;
	c->has_caps = c->has_bounding = true;
	c->cap_inheritable = p->cap_inheritable;
	c->cap_permitted = p->cap_permitted;
	c->cap_effective = p->cap_effective;
	c->cap_bounding = p->cap_bounding;
	c->cap_ambient = p->cap_ambient;
	c->cap_source = CAP_STATUS;
	c->cap_time = ev->time;
}

/* the guard saw its cgroup and namespaces; lineage stands where it knows better */
static void place(struct state *s, struct process *p, const struct event *ev)
{
	const struct permission *asked = &ev->permission;

	if (!asked->container.len || (p->container && p->container->is_identified))
		return;
	lineage_belong(
		s, p,
		lineage_container(s, process_node(p), asked->container, asked->container_type),
		ID_PROC, ev->arena);
}

void waiting_observe(struct state *s, const struct event *ev, struct scene *out)
{
	bool fresh;
	struct process *p = lineage_subject(s, ev, &fresh);

	if (ev->sys.comm.ptr && !str_eq(text_str(&p->comm), ev->sys.comm))
		text_set(&p->comm, ev->sys.comm, NAME_MAX_KEPT);
	if (!p->exe.set && ev->permission.ask == ASK_OPEN)
		text_set(&p->exe, ev->sys.exe, PATH_KEPT);
	learn_credentials(&p->cred, ev);
	place(s, p, ev);
	scene_belongs(out, p);
	out->before = out->after = p->cred;
	if (ev->permission.ask != ASK_OPEN)
		out->process = about_to_run(p, ev);
	object_of_permission(&ev->permission, &out->object);
	if (ev->type == EVT_USERMODEHELPER) {
		roll_finish(s); /* the owner may be any container */
		out->object.owner = file_owner(s, &out->object);
	}
}
