/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_agent: which (device, inode) is one, and when the hierarchies are looked at.
 *
 * Owns what a bare log told of them. Must not decide whether a change is an attack: a change made by
 * the host is told as the host's.
 */
#include "state/knob.h"

#include <sys/mount.h>
#include <sys/stat.h>

#include "kernel/cgroup_memory.h"
#include "kernel/cgroup_name.h"
#include "state/fact.h"
#include "state/object.h"
#include "state/state_parts.h"

#define RELEASE_AGENT STR("release_agent")

void knob_table_release(struct knob_table *t)
{
	for (size_t i = 0; i < MOUNTS_MAX; i++)
		text_release(&t->mounts[i].target);
}

/* who opens a release_agent has not made the hierarchy; a container that does is not far from it */
static bool knob_apply(struct state *s, const struct facts_hierarchy *list, size_t n,
		       const struct event *ev, struct process *p, struct arena *a)
{
	struct toucher who = p && p->container ? toucher_of(p) : s->knobs.mounter;

	s->knobs.mounter = (struct toucher){ 0 };
	return hierarchies_apply(s, list, n, ev, &who, a);
}

static void look(struct state *s, const struct event *ev, struct process *p,
		 const struct cgroup_wanted *wanted)
{
	struct arena *a = ev ? ev->arena : s->scratch;
	struct fact told = { .kind = FACT_HIERARCHIES };
	auto_buf struct buf body = { 0 };

	if (p && !state_can_ask(s, process_node(p)))
		return;
	if (ev)
		state_asked(s);
	if (facts_ask_hierarchies(s->facts, wanted, &told.list.hierarchies, &told.list.n, a) < 0) {
		s->stats.blind_looks += facts_is_live(s->facts);
		return;
	}
	if (!knob_apply(s, told.list.hierarchies, told.list.n, ev, p, a) || ev || s->is_sweeping)
		return;
	if (fact_write(&told, &body) == 0)
		facts_tell_knob(s->facts, buf_str(&body));
}

void knob_look(struct state *s, const struct event *ev, struct process *p)
{
	look(s, ev, p, &(struct cgroup_wanted){ 0 });
}

void knob_missed(struct state *s, const struct event *ev)
{
	look(s, ev, NULL, &(struct cgroup_wanted){ .all = true });
}

static struct cgroup_wanted wanted_of(const struct object *o)
{
	return (struct cgroup_wanted){ .dev_major = o->dev_major, .dev_minor = o->dev_minor };
}

/*
 * A hierarchy that is there takes another release_agent, and nothing is written (kernel/cgroup/cgroup-v1.c,
 * cgroup1_reconfigure()). Which one fsconfig(2) is about no record tells.
 */
static bool reconfigures(const struct event *ev)
{
	if (ev->type == EVT_FSCONFIG)
		return (uint32_t)ev->sys.arg[1] == FSCONFIG_CMD_RECONFIGURE;
	return ev->type == EVT_MOUNT && (ev->sys.arg[3] & (MS_REMOUNT | MS_BIND)) == MS_REMOUNT;
}

/* as the sweeper saw it: its news belong to no event, in a replay neither */
void knob_replay(struct state *s, const struct event *ev, struct str body)
{
	struct fact told;

	if (fact_read(body, &told, ev->arena) < 0 || (told.err && told.kind != FACT_LAUNCH))
		return;
	if (told.kind == FACT_LAUNCH)
		launch_replay(s, ev, &told);
	else if (told.kind == FACT_HIERARCHIES)
		knob_apply(s, told.list.hierarchies, told.list.n, NULL, NULL, ev->arena);
	else if (told.kind == FACT_KNOBS)
		drift_replay(s, ev, told.list.knobs, told.list.n);
}

/* what the log itself tells */

void knob_mounted(struct state *s, const struct event *ev, struct process *p)
{
	struct knob_table *t = &s->knobs;
	struct path_record path;
	size_t target = ev->type == EVT_MOVE_MOUNT ? 1 : 0;

	t->mounter = toucher_of(p);
	if (p->is_runtime_init || (!p->container && p->id_source != ID_UNKNOWN))
		return;
	if (p->container && event_path(ev, target, &path) && path.name.len > 0) {
		struct mount_seen *m = &t->mounts[t->n_mounts++ % MOUNTS_MAX];

		m->container_generation = p->container->generation;
		m->pid = process_node(p) ? 0 : p->ref.pid;
		m->init_pid = p->container->init_pid;
		text_set(&m->target, path_absolute(event_cwd(ev), path.name, ev->arena), PATH_KEPT);
	}
	if (!process_node(p))
		drift_mounted(s, p, ev->time);
	hierarchies_adopt(s, ev, p);
	look(s, ev, p, &(struct cgroup_wanted){ .all = reconfigures(ev) });
}

bool state_mount_next(const struct state *s, uint64_t *next, struct state_mount *out)
{
	const struct knob_table *t = &s->knobs;

	if (*next + MOUNTS_MAX < t->n_mounts)
		*next = t->n_mounts - MOUNTS_MAX;
	while (*next < t->n_mounts) {
		const struct mount_seen *m = &t->mounts[(*next)++ % MOUNTS_MAX];

		if (!m->pid || !m->target.set)
			continue;
		*out = (struct state_mount){ m->pid, m->init_pid, text_str(&m->target) };
		return true;
	}
	return false;
}

static bool is_below(struct str path, struct str dir)
{
	while (dir.len > 1 && dir.ptr[dir.len - 1] == '/')
		dir.len--;
	return dir.len > 0 && path.len > dir.len && str_starts(path, dir) &&
	       path.ptr[dir.len] == '/';
}

static bool is_below_own_mount(const struct knob_table *t, const struct process *p, struct str path)
{
	size_t n = t->n_mounts < MOUNTS_MAX ? t->n_mounts : MOUNTS_MAX;

	for (size_t i = 0; p && p->container && i < n; i++)
		if (t->mounts[i].container_generation == p->container->generation &&
		    is_below(path, text_str(&t->mounts[i].target)))
			return true;
	return false;
}

static bool is_learnt(const struct knob_table *t, uint32_t node, const struct object *o)
{
	size_t n = t->n_learnt < LEARNT_MAX ? t->n_learnt : LEARNT_MAX;

	for (size_t i = 0; i < n; i++)
		if (t->learnt[i].node == node && t->learnt[i].inode == o->inode &&
		    t->learnt[i].dev_major == o->dev_major &&
		    t->learnt[i].dev_minor == o->dev_minor)
			return true;
	return false;
}

/*
 * Our own rule matches a release_agent by inode, so its key proves one. A name proves nothing by
 * itself: only below a cgroup mount that nobody can look at any more is it taken for what it says.
 */
static bool log_proves(struct state *s, const struct event *ev, const struct process *p,
		       const struct object *o)
{
	if (event_has_key(ev, STR("wc_cg1")))
		return true;
	if (!str_eq(str_basename(o->name), RELEASE_AGENT))
		return false;
	return is_below_own_mount(&s->knobs, p, o->name) ||
	       (!facts_is_live(s->facts) && !s->hierarchies.has_baseline &&
		is_below(o->name, STR("/sys/fs/cgroup")));
}

static void learn(struct knob_table *t, uint32_t node, const struct object *o)
{
	t->learnt[t->n_learnt++ % LEARNT_MAX] = (struct learnt){
		.node = node,
		.inode = o->inode,
		.dev_major = o->dev_major,
		.dev_minor = o->dev_minor,
	};
}

void knob_object(struct state *s, const struct event *ev, struct process *p, struct object *o)
{
	struct knob_table *t = &s->knobs;
	uint32_t node = process_node(p);
	struct cgroup_wanted wanted = wanted_of(o);
	struct hierarchy *h;
	uint64_t flags;

	/* device nodes are opened, made and mounted in the same way, and never one */
	if (S_ISBLK(o->mode) || S_ISCHR(o->mode))
		return;
	if (!o->has_inode || (!node && drift_object(s, ev, p, o)))
		return;
	h = node ? NULL : hierarchy_of_object(&s->hierarchies, o);
	if (!h && !is_learnt(t, node, o)) {
		if (!str_eq(str_basename(o->name), RELEASE_AGENT) &&
		    !event_has_key(ev, STR("wc_cg1")))
			return;
		/* perhaps a hierarchy that was made since the last look */
		look(s, ev, p, &wanted);
		h = node ? NULL : hierarchy_of_object(&s->hierarchies, o);
		if (!h && !log_proves(s, ev, p, o))
			return;
		if (!h)
			learn(t, node, o);
	}
	o->knob = RELEASE_AGENT;
	o->fstype = STR("cgroup");
	if (!h)
		return;
	hierarchy_name_object(h, o, ev->arena);
	if (ev->sys.success && (!event_open_flags(ev, &flags) || (flags & 3)))
		h->opener = toucher_of(p);
}

/* of the others no value can be had: devices.allow takes what devices.list will hold */
void knob_written(struct state *s, const struct event *ev, struct process *p, struct object *o)
{
	struct hierarchy *h = hierarchy_of_object(&s->hierarchies, o);
	struct cgroup_wanted wanted = wanted_of(o);
	struct str old;

	o->knob = cgroup_knob(o->realpath);
	o->fstype = STR("cgroup");
	if (!h)
		return;
	old = arena_str(ev->arena, text_str(&h->release_agent));
	if (p)
		h->opener = toucher_of(p);
	look(s, ev, p, &wanted);
	h = hierarchy_of_object(&s->hierarchies, o);
	if (!h || str_eq(old, text_str(&h->release_agent)))
		return;
	o->old = old;
	o->new = arena_str(ev->arena, text_str(&h->release_agent));
}
