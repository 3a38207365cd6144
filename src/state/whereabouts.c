/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The home of a container: the lines of /proc/PID/cgroup that name it, each cut behind its name.
 * Hierarchies that do not name it are none of its affair: runtimes leave their processes there
 * wherever they stood.
 *
 * Owns nothing; the home is the container's, inner id and desertion are the process's. Must not
 * change who belongs to which container.
 */
#include "state/whereabouts.h"

#include <errno.h>

#include "base/clock.h"
#include "kernel/cgroupfs.h"
#include "state/bounds.h"
#include "state/cgroup_path.h"
#include "state/credentials.h"
#include "state/lineage.h"
#include "state/runtime.h"
#include "state/state_parts.h"
#include "state/threads.h"
#include "state/trespass.h"

#define HOME_MAX 8192
#define LOOKS_PER_SECOND                                                                           \
	100 /* for one container, at execs; and as many at calls that lead elsewhere */
#define LOOKS_PER_SWEEP 64

/* the last part of "/a/b" and of "slice:prefix:name" */
static struct str cgroups_path_name(struct str path)
{
	struct str name = str_basename(path);

	return str_from(name, (size_t)(str_rchr(name, ':') + 1));
}

static void learn_home(struct container *c, struct str cgroup, struct arena *a)
{
	struct str home;

	if (c->home.set || !c->is_identified)
		return;
	home = cgroup_path_cut(cgroup, text_str(&c->id), a);
	if (!home.ptr && c->spec.cgroups_path.ptr)
		home = cgroup_path_cut(cgroup, cgroups_path_name(c->spec.cgroups_path), a);
	if (home.len <= HOME_MAX)
		text_set(&c->home, home, HOME_MAX);
}

static bool is_below(struct str path, struct str home)
{
	return str_starts(path, home) && (path.len == home.len || path.ptr[home.len] == '/');
}

/* the path of the first hierarchy in which the process is not at home; absent: it is in all */
static struct str stray_path(const struct container *c, struct str cgroup)
{
	struct str home = text_str(&c->home);
	struct cgroup_line own, now;

	while (cgroup_line_next(&home, &own)) {
		struct str rest = cgroup;

		while (cgroup_line_next(&rest, &now))
			if (now.hierarchy == own.hierarchy &&
			    str_eq(now.controllers, own.controllers) &&
			    !is_below(now.path, own.path))
				return now.path;
	}
	return STR_ABSENT;
}

/* in namespaces of mounts and of pids that are neither its container's nor the host's, as what a runtime in there starts */
static bool is_apart(const struct state *s, const struct container *c,
		     const uint64_t ns[static NS_COUNT])
{
	static const enum facts_ns own[] = { NS_MNT, NS_PID };

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (!ns[own[i]] || !c->ns[own[i]] || ns[own[i]] == c->ns[own[i]] ||
		    ns[own[i]] == s->host_ns[own[i]])
			return false;
	return true;
}

/*
 * Below its own cgroup a container calls what it likes a container. Elsewhere only who is apart is in one: called as its
 * runtime called the cgroup, in whatever shape.
 */
static struct str inner_of(const struct container *c, struct str cgroup, bool apart,
			   char unescaped[static CGROUP_ID_MAX + 1])
{
	struct str id = text_str(&c->id), rest = cgroup, leaf, inner;
	struct cgroup_line line;

	while (cgroup_line_below(&rest, &line)) {
		inner = cgroup_path_inner(line.path, id, unescaped);
		if (inner.ptr && (apart || cgroup_path_is_in(line.path, id)))
			return inner;
	}
	leaf = apart ? str_basename(stray_path(c, cgroup)) : STR_ABSENT;
	return leaf.len && !str_eq(leaf, id) ? leaf : STR_ABSENT;
}

static void learn_inner(const struct state *s, struct process *p, const struct facts_process *f)
{
	char unescaped[CGROUP_ID_MAX + 1];
	struct str inner =
		inner_of(p->container, f->cgroup, is_apart(s, p->container, f->ns), unescaped);

	if (inner.ptr || p->inner.set)
		text_set(&p->inner, inner, CGROUP_ID_MAX);
}

void whereabouts_learn(const struct state *s, struct process *p, const struct facts_process *f,
		       struct arena *a)
{
	if (!p->container)
		return;
	learn_home(p->container, f->cgroup, a);
	learn_inner(s, p, f);
}

void whereabouts_inherit(struct process *p, const struct process *parent)
{
	if (p->container != parent->container)
		return;
	p->has_deserted = parent->has_deserted;
	p->ns_told = parent->ns_told;
	p->threads.ns = parent->threads.ns;
	p->userns_told = parent->userns_told;
	p->outside = parent->outside;
	p->outside_told = parent->outside_told;
	p->cap_granted = parent->cap_granted;
	p->cap_told = parent->cap_told;
	if (parent->inner.set)
		text_set(&p->inner, text_str(&parent->inner), CGROUP_ID_MAX);
}

static void tell(struct state *s, const struct process *p, const struct event *ev, struct str path,
		 struct arena *a)
{
	struct derived *d = state_derive_found(s, p, ev, EVT_DESERTION, a);

	if (d)
		d->event.cgroup = arena_str(a, path);
}

/* by its name or by the cgroup's, which say no more than that it may be worth a second's patience */
static bool seems_to_start_container(const struct state *s, const struct process *p,
				     struct str stray)
{
	char unescaped[CGROUP_ID_MAX + 1];
	const struct process *runtime = lineage_same_program(s, p);

	return cgroup_path_inner(stray, text_str(&p->container->id), unescaped).ptr ||
	       (runtime && runtime_role_of(text_str(&runtime->exe)) == RUNTIME_OCI);
}

/*
 * A runtime in the container puts what it starts into a cgroup first, and into its namespaces then. Who is found between
 * the two is the sweeper's first, and told then, whatever it has become.
 */
static bool is_on_the_way(const struct state *s, struct process *p, struct str stray,
			  const struct event *ev)
{
	if (!ev || p->inner.set || !seems_to_start_container(s, p, stray))
		return false;
	p->is_put_off = true;
	return true;
}

static void judge(struct state *s, struct process *p, const struct facts_process *f,
		  const struct event *ev, struct arena *a)
{
	struct str stray = stray_path(p->container, f->cgroup);

	if (!p->container->home.set || !f->cgroup.ptr)
		return;
	learn_inner(s, p, f);
	if (!stray.ptr) {
		p->has_deserted = false;
	} else if (!p->has_deserted && !is_on_the_way(s, p, stray, ev)) {
		p->has_deserted = true;
		tell(s, p, ev, stray, a);
	}
}

static void judge_all(struct state *s, struct process *p, const struct facts_process *f,
		      const struct event *ev, struct arena *a)
{
	judge(s, p, f, ev, a);
	trespass_namespaces(s, p, f->ns, ev, a);
}

bool whereabouts_can_look(const struct state *s, const struct process *p)
{
	return p->container && p->container->is_identified && !p->is_runtime_init && !p->is_dead &&
	       state_can_ask(s, process_node(p));
}

/* who runs many programs must not hide by them who leaves: each kind of question has a budget of its own */
bool whereabouts_may_look(struct look_budget *b, uint64_t now)
{
	uint64_t second = now / NS_PER_S;

	if (b->second != second)
		*b = (struct look_budget){ .second = second };
	return b->looks++ < LOOKS_PER_SECOND;
}

void whereabouts_look(struct state *s, struct process *p, const struct event *ev)
{
	struct facts_process f;
	int r = -EAGAIN;

	if (!whereabouts_can_look(s, p))
		return;
	if (whereabouts_may_look(
		    event_is_exec(ev) ? &p->container->at_exec : &p->container->at_move, ev->time))
		r = lineage_ask_cgroup(s, p, ev->time, &f, ev->arena);
	p->is_put_off = r == -EAGAIN;
	s->stats.looks_put_off += p->is_put_off;
	if (r < 0)
		return;
	judge_all(s, p, &f, ev, ev->arena);
	bounds_look(s, p, ev, ev->arena);
}

void whereabouts_begin(struct state *s, struct process *p, const struct event *ev)
{
	if (whereabouts_can_look(s, p))
		bounds_look(s, p, ev, ev->arena);
}

/* what is news is asked again aloud, so that a recording has it, and nothing else */
static void look_quietly(struct state *s, struct process *p)
{
	struct facts_process f;
	bool is_stray, is_news;
	int r;

	facts_set_quiet(s->facts, true);
	r = lineage_ask_cgroup(s, p, s->now, &f, s->scratch);
	facts_set_quiet(s->facts, false);
	p->is_put_off |= r == -EAGAIN;
	if (r < 0)
		return;
	is_stray = stray_path(p->container, f.cgroup).ptr;
	is_news = (is_stray && !p->has_deserted) || trespass_is_news(s, p, f.ns);
	if (!is_stray && f.cgroup.ptr && p->container->home.set)
		p->has_deserted = false;
	if (is_news && lineage_ask_cgroup(s, p, s->now, &f, s->scratch) == 0)
		judge_all(s, p, &f, NULL, s->scratch);
}

/* of those that were put off, whoever is still there comes first; each in turn, for some are put off again and again */
static void look_at_put_off(struct state *s)
{
	struct process_table *t = &s->processes;
	unsigned looks = 0;

	for (size_t i = 0; i < t->used && looks < LOOKS_PER_SWEEP; i++) {
		struct process *p;

		s->next_put_off = s->next_put_off < t->used ? s->next_put_off : 0;
		p = &t->rows[s->next_put_off++];
		if (!p->is_put_off)
			continue;
		p->is_put_off = false;
		if (!whereabouts_can_look(s, p))
			continue;
		looks++;
		look_quietly(s, p);
		bounds_look_quietly(s, p);
		threads_catch_up(s, p);
	}
}

void whereabouts_sweep(struct state *s)
{
	struct process_table *t = &s->processes;
	unsigned looks = 0;

	look_at_put_off(s);

	for (size_t i = 0; i < t->used && looks < LOOKS_PER_SWEEP; i++) {
		struct process *p;

		s->next_look = s->next_look < t->used ? s->next_look : 0;
		p = &t->rows[s->next_look++];
		if (!whereabouts_can_look(s, p))
			continue;
		looks++;
		look_quietly(s, p);
	}
}

/* whoever has cgroups lives */
static void recover(struct state *s, struct process *p, const struct facts_process *f,
		    struct arena *a)
{
	process_revive(&s->processes, p);
	if (whereabouts_can_look(s, p))
		judge_all(s, p, f, NULL, a);
}

void whereabouts_recover(struct state *s, struct process *p)
{
	struct facts_process f;
	int r;

	facts_set_quiet(s->facts, true);
	r = lineage_ask_cgroup(s, p, s->now, &f, s->scratch);
	facts_set_quiet(s->facts, false);
	if (r == 0)
		r = lineage_ask_cgroup(s, p, s->now, &f, s->scratch);
	p->is_gone = r == -ESRCH;
	if (r == 0)
		recover(s, p, &f, s->scratch);
}

void whereabouts_settle(struct state *s, struct process *p, struct arena *a)
{
	struct facts_process f;

	threads_settle(s, p, a);
	if (whereabouts_can_look(s, p) && p->container->home.set &&
	    lineage_ask_cgroup(s, p, s->now, &f, a) == 0 && f.cgroup.ptr)
		p->has_deserted = stray_path(p->container, f.cgroup).ptr != NULL;
}

void whereabouts_replay(struct state *s, const struct facts_process *f, struct arena *a)
{
	struct process *p = process_find(&s->processes, 0, f->pid);

	if (p)
		recover(s, p, f, a);
}
