/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runtime processes and their children are: roles at exec, the init stage, its end.
 *
 * runc: `runc create ID` runs itself as `runc init`, which may run a sealed copy of itself (once),
 * whose CLONE_PARENT children are children of `runc create` too; the last of them sets the
 * container up and runs its program. crun forks without running itself. `exec` is the same, but
 * joins what exists.
 */
#include "state/runtime_stage.h"

#include <sched.h>

#include "state/credentials.h"
#include "state/evidence.h"
#include "state/lineage.h"
#include "state/runtime.h"
#include "state/state_parts.h"
#include "state/trespass.h"
#include "state/whereabouts.h"

/* `runc init`, then its sealed copy */
#define INIT_EXECS_MAX 2

bool runtime_stage_begins(const struct process *parent)
{
	if (parent->is_runtime_init)
		return true;
	return parent->role == RUNTIME_OCI &&
	       (parent->verb == VERB_CREATE || parent->verb == VERB_RUN ||
		parent->verb == VERB_EXEC);
}

/*
 * the file itself: for a script its interpreter, which the kernel opened second under the name of
 * argv[0]
 */
static bool exec_file(const struct event *ev, struct path_record *out)
{
	struct path_record second;
	struct str argv0 = event_argv(ev, 0);

	if (!event_path(ev, 0, out) || !out->has_inode)
		return false;
	if (argv0.ptr && !str_eq(out->name, argv0) && event_path(ev, 1, &second) &&
	    second.has_inode && str_eq(second.name, argv0))
		*out = second;
	return true;
}

static bool is_same_file(const struct process *p, const struct path_record *path)
{
	return p->has_exe_inode && p->exe_inode == path->inode &&
	       p->exe_dev_major == path->dev_major && p->exe_dev_minor == path->dev_minor;
}

/* what runc calls its own program when it runs itself */
static bool is_own_name(struct str name)
{
	static const char *const prefixes[] = {
		"/proc/self/",
		"/proc/thread-self/",
		"/dev/fd/",
		"/memfd:",
	};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (str_starts(name, str_of(prefixes[i])))
			return true;
	return name.len == 0;
}

/* the runtime runs itself (or its sealed copy), not what it was asked to run */
static bool runs_itself(const struct process *runtime, const struct event *ev)
{
	struct path_record path;

	if (runtime_is_clone(ev->sys.exe))
		return true;
	if (!exec_file(ev, &path))
		return false;
	if (is_same_file(runtime, &path))
		return true;
	return is_own_name(path.name) && event_argc(ev) == 2 &&
	       str_eq(event_argv(ev, 1), STR("init"));
}

static void exe_from_exec(struct process *p, const struct event *ev)
{
	struct path_record path;

	p->has_exe_inode = exec_file(ev, &path);
	if (!p->has_exe_inode)
		return;
	p->exe_inode = path.inode;
	p->exe_dev_major = path.dev_major;
	p->exe_dev_minor = path.dev_minor;
}

/* beginning */

/*
 * The first that is seen of a runtime's child is another program: a hook on the host's side, or,
 * where records of the stage are missing, the container's program already. Hooks run where the
 * runtime stands.
 */
static bool is_hook(struct state *s, struct process *p, const struct process *parent,
		    const struct event *ev)
{
	struct facts_process f;
	struct str cwd = event_cwd(ev);

	if (state_can_ask(s, process_node(p)) && lineage_ask(s, p->ref.pid, ev, &f) == 0) {
		lineage_fill(s, p, &f);
		return !lineage_by_cgroup(s, &f, parent);
	}
	if (!cwd.ptr)
		return false;
	return str_eq(cwd, text_str(&parent->cwd)) ||
	       (parent->served && str_eq(cwd, text_str(&parent->served->bundle)));
}

void runtime_stage_begin(struct state *s, struct process *p, const struct process *parent,
			 const struct event *ev)
{
	struct container *c = parent->is_runtime_init ? parent->container : parent->served;

	if (ev && !parent->is_runtime_init && event_is_exec(ev) && ev->sys.success &&
	    !runs_itself(parent, ev) && is_hook(s, p, parent, ev)) {
		lineage_belong(s, p, NULL, ID_INHERITED, ev->arena);
		return;
	}
	p->is_runtime_init = true;
	/*
	 * what the stage itself forks (hooks inside the container) is not the container's program
	 */
	p->verb = parent->is_runtime_init && !parent->forks_in_steps ? VERB_OTHER : parent->verb;
	p->forks_in_steps = parent->forks_in_steps;
	/* with its path: a record that shows another one shows another file */
	text_set(&p->exe, text_str(&parent->exe), PATH_KEPT);
	p->has_exe_inode = parent->has_exe_inode;
	p->exe_inode = parent->exe_inode;
	p->exe_dev_major = parent->exe_dev_major;
	p->exe_dev_minor = parent->exe_dev_minor;
	credentials_forget_caps(&p->cred);
	/* the stage itself needs no description, so no memory for one */
	lineage_belong(s, p, c ? c : &s->containers.lost, ID_RUNTIME_ARGS, NULL);
}

bool runtime_stage_is_helper(const struct process *shim, const struct event *ev)
{
	struct path_record path;

	return event_is_exec(ev) && runtime_role_of(ev->sys.exe) != RUNTIME_NONE &&
	       exec_file(ev, &path) && shim->has_exe_inode &&
	       shim->exe_dev_major == path.dev_major && shim->exe_dev_minor == path.dev_minor;
}

/* inside */

void runtime_stage_entered(struct process *p, const struct event *ev)
{
	struct path_record root;

	switch (ev->type) {
	case EVT_UNSHARE:
		if (p->is_runtime_init && p->container && ev->sys.arg[0] & CLONE_NEWUSER)
			p->container->has_userns = true;
		p->is_adrift = !p->is_runtime_init && !p->container;
		break;
	case EVT_CAPSET:
		p->is_inside = p->is_runtime_init;
		break;
	case EVT_PIVOT_ROOT:
	case EVT_CHROOT:
		if (p->is_runtime_init && event_path(ev, 0, &root))
			evidence_learn_root(p, &root);
		/* fallthrough */
	case EVT_SETNS:
		p->is_inside = p->is_runtime_init;
		p->is_adrift = !p->is_runtime_init && !p->container;
		break;
	default:
		break;
	}
}

/* end */

/* the container's program runs: what is its first, and what does it start with? */
static bool tell_once(struct state *s, struct process *p, const struct event *ev)
{
	struct container *c = p->container;

	if (c->told)
		return false;
	c->told = c != &s->containers.lost;
	s->containers_told++;
	c->init_pid = p->ref.pid;
	c->start_time = ev->time;
	return true;
}

static bool stage_end(struct state *s, struct process *p, const struct event *ev)
{
	enum runtime_verb verb = p->verb;
	struct container *by_cgroup = NULL;
	struct path_record file;
	struct facts_process f = { 0 };

	if (!p->container->has_root_device && event_path(ev, 0, &file))
		evidence_learn_root(p, &file);
	p->is_runtime_init = false;
	p->is_of_hook = verb == VERB_OTHER;
	p->verb = VERB_NONE;
	/* a task is put into its cgroup before its first exec: now it says where it is */
	if (state_can_ask(s, process_node(p)) && lineage_ask(s, p->ref.pid, ev, &f) == 0) {
		lineage_fill(s, p, &f);
		by_cgroup = lineage_by_cgroup(s, &f, NULL);
	}
	if (by_cgroup)
		lineage_belong(s, p, by_cgroup, ID_PROC, ev->arena);
	else
		lineage_describe(s, p->container, ev->arena);
	whereabouts_learn(s, p, &f, ev->arena);
	trespass_learn(s, p, &f);
	/* what a container starts with is measured by its configuration */
	if (verb == VERB_CREATE || verb == VERB_RUN)
		p->cap_granted = 0;
	else if (!f.has_caps)
		p->cap_granted = UINT64_MAX;
	p->cap_told = 0;
	if (p->container->is_identified && p->container->has_userns)
		p->cred.userns_is_host = 0;
	return (verb == VERB_CREATE || verb == VERB_RUN) && tell_once(s, p, ev);
}

/* roles */

static void serve(struct state *s, struct process *p, const struct runtime_call *call,
		  struct str cwd)
{
	uint32_t node = process_node(p);
	struct container *c;

	if (!call->id.ptr)
		return;
	if (call->role == RUNTIME_OCI && call->verb == VERB_OTHER) {
		if (!node && !container_find(&s->containers, node, call->id))
			roll_finish(s);
		process_set_served(p, container_find(&s->containers, node, call->id));
		return;
	}
	c = lineage_container(s, node, call->id, call->type.ptr ? call->type : STR_ABSENT);
	if (c == &s->containers.lost)
		return;
	if (call->verb == VERB_CREATE || call->verb == VERB_RUN) {
		/* a name may be given again: another container */
		container_forget(c);
	} else if (call->verb == VERB_EXEC && !c->init_pid) {
		/* joins what was there before us */
		c->told = true;
	}
	/* what others than root name is theirs to fill: not read */
	if (call->has_bundle && p->cred.has_ids && p->cred.euid == 0 && call->verb != VERB_EXEC)
		text_set(&c->bundle,
			 call->bundle.len && call->bundle.ptr[0] == '/' ? call->bundle : cwd,
			 PATH_KEPT);
	if (call->role == RUNTIME_OCI || call->serves_one)
		process_set_served(p, c);
}

static void take_role(struct state *s, struct process *p, const struct str *argv, size_t argc,
		      struct str exe, struct str cwd)
{
	struct runtime_call call;

	process_set_served(p, NULL);
	p->is_runtime = runtime_parse(exe, argv, argc, &call);
	p->role = call.role;
	p->verb = call.verb;
	p->forks_in_steps = call.forks_in_steps;
	if (p->is_runtime)
		serve(s, p, &call, cwd);
}

void runtime_stage_learn(struct state *s, struct process *p, const struct facts_process *f)
{
	struct str argv[RUNTIME_ARGS_MAX], rest = f->cmdline;
	size_t argc = 0;

	if (runtime_role_of(f->exe) == RUNTIME_NONE)
		return;
	while (argc < RUNTIME_ARGS_MAX && str_cut(&rest, '\0', &argv[argc]))
		argc++;
	take_role(s, p, argv, argc, f->exe, f->cwd);
}

static void host_exec(struct state *s, struct process *p, const struct event *ev)
{
	struct str argv[RUNTIME_ARGS_MAX];
	size_t argc = 0;

	if (runtime_role_of(ev->sys.exe) != RUNTIME_NONE)
		for (argc = 0; argc < event_argc(ev) && argc < RUNTIME_ARGS_MAX; argc++)
			argv[argc] = event_argv(ev, argc);
	take_role(s, p, argv, argc, ev->sys.exe, event_cwd(ev));
}

/* it changed its namespaces: a runtime that we do not know may have put it into a container */
static void look_again(struct state *s, struct process *p, const struct event *ev)
{
	struct facts_process f;
	struct container *c;

	p->is_adrift = false;
	if (!state_can_ask(s, process_node(p)) || lineage_ask(s, p->ref.pid, ev, &f) < 0)
		return;
	lineage_fill(s, p, &f);
	c = lineage_by_cgroup(s, &f, NULL);
	if (c)
		lineage_belong(s, p, c, ID_PROC, ev->arena);
}

bool runtime_stage_exec(struct state *s, struct process *p, const struct event *ev)
{
	bool due = false;

	if (p->is_runtime_init && !p->is_inside && p->init_execs < INIT_EXECS_MAX &&
	    runs_itself(p, ev)) {
		p->init_execs++;
		exe_from_exec(p, ev);
		return false;
	}
	if (p->is_runtime_init) {
		due = stage_end(s, p, ev);
	} else {
		if (!p->container && p->is_adrift)
			look_again(s, p, ev);
		if (p->container)
			due = p->container->is_identified && !p->is_of_hook && tell_once(s, p, ev);
		else
			host_exec(s, p, ev);
	}
	exe_from_exec(p, ev);
	return due;
}
