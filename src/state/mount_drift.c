/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about mounts, and the event.
 *
 * Owns nothing: baseline and what was told are the container's. Must not walk a path, nor decide who belongs to which
 * container.
 */
#include "state/mount_drift.h"

#include <errno.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "state/credentials.h"
#include "state/mount_judge.h"
#include "state/object.h"
#include "state/state_parts.h"
#include "state/whereabouts.h"

#define LOOKS_PER_SWEEP 16
#define FOUND_LASTS 2 /* rounds of the sweeper: in one of them nobody may have been there to ask */
#define ORDERS_FROM 8 /* ancestors: a runtime, what reaps for it, the builder, its shell */
#define LOOKS_PER_SECOND 50 /* of one container, at calls: the sweeper sees the rest */
#define COMPARES_A_LOOK                                                                            \
	(64 * 64) /* each mount with each: who has many is looked at as much less often */

/* asking */

static bool is_same(const struct process *p, const struct facts_mounts *f)
{
	return !p->ref.start_ticks || p->ref.start_ticks == f->start_ticks;
}

static bool ask_one(struct state *s, const struct process *p, struct facts_mounts *out,
		    struct arena *a)
{
	state_asked(s);
	return facts_ask_mounts(s->facts, container_party(p->container), p->ref.pid, out, a) == 0 &&
	       is_same(p, out);
}

/* the container's first process, else the eldest that was seen */
static struct process *witness(struct state *s, const struct container *c)
{
	struct process *p = process_find(&s->processes, 0, c->init_pid ? c->init_pid : c->ns_pid);

	return p && p->container == c && !p->is_runtime_init ? p : NULL;
}

/* programs that mount are gone in no time: then whoever is likely to have the same mounts */
static struct process *ask(struct state *s, struct process *p, struct facts_mounts *out,
			   struct arena *a)
{
	struct process *parent = process_find(&s->processes, 0, p->ppid);
	struct process *const candidates[] = { p, parent, witness(s, p->container) };

	for (size_t i = 0; i < ARRAY_LEN(candidates); i++) {
		struct process *one = candidates[i];

		if (one && one->container == p->container && !one->is_runtime_init &&
		    !one->is_dead && (i < 2 || one != parent) && ask_one(s, one, out, a))
			return one;
	}
	return NULL;
}

/* judging */

static bool is_own(const struct container *c, uint64_t ns)
{
	return !c->ns[NS_MNT] || c->ns[NS_MNT] == ns;
}

/* who is in the host's namespace, or another container's, is told as that */
static bool is_of_others(const struct state *s, const struct container *c, uint64_t ns)
{
	if (ns == s->host_ns[NS_MNT] || c->spec.marks & SPEC_HOST_MOUNT)
		return true;
	for (size_t i = 0; !is_own(c, ns) && i < s->containers.used; i++)
		if (&s->containers.rows[i] != c && s->containers.rows[i].ns[NS_MNT] == ns)
			return true;
	return false;
}

/* the last of what was told, in a list whose entries a NUL ends: a path has none */
static void show(struct container *c, const struct mount_finding *f, struct arena *a)
{
	struct str name = mount_reason_name(f->reason), old = text_str(&c->drift), entry, one;
	auto_buf struct buf all = { 0 };

	entry = arena_printf(a, "%.*s %.*s", STR_ARG(name), STR_ARG(f->path));
	entry = str_first(entry, MOUNT_DRIFT_MAX - 1);
	while (old.len + entry.len + 1 > MOUNT_DRIFT_MAX && str_cut(&old, '\0', &one))
		;
	old = arena_str(a, old);
	buf_add(&all, old.ptr ? old : STR(""));
	buf_add(&all, entry);
	buf_char(&all, '\0');
	if (!buf_failed(&all))
		text_set(&c->drift, buf_str(&all), MOUNT_DRIFT_MAX);
}

/* as findmnt(8) shows it */
static struct str source_of(const struct mountinfo *m, struct arena *a)
{
	if (str_eq(m->root, STR("/")))
		return arena_str(a, m->source);
	return arena_printf(a, "%.*s[%.*s]", STR_ARG(m->source), STR_ARG(m->root));
}

/* @actor: who did it; NULL: not known */
static void tell(struct state *s, const struct process *actor, const struct process *asked,
		 const struct event *ev, const struct mount_finding *f, struct arena *a)
{
	struct derived *d = state_derive_found(s, asked, ev, EVT_MOUNT_CHANGE, a);
	const struct mountinfo *m = f->mount;

	if (!d)
		return;
	d->event.mount.change = mount_reason_change(f->reason);
	d->event.mount.reason = mount_reason_name(f->reason);
	d->event.mount.target = arena_str(a, f->path);
	d->scene.process = actor;
	d->scene.before = d->scene.after = actor ? actor->cred : CREDENTIALS_UNKNOWN;
	if (!m)
		return;
	d->event.mount.source = source_of(m, a);
	d->event.mount.options =
		arena_printf(a, "%.*s,%.*s", STR_ARG(m->options), STR_ARG(m->super_options));
	d->scene.object.fstype = arena_str(a, m->fstype);
}

/* where a call mounted or unmounted something, as far as its path says; absent: it names none */
static struct str call_target(const struct event *ev, struct arena *a)
{
	struct path_record path;
	size_t at = 0;

	if (ev->type == EVT_MOVE_MOUNT && ev->n_paths)
		at = ev->n_paths - 1;
	else if (ev->type != EVT_MOUNT && ev->type != EVT_UMOUNT2)
		return STR_ABSENT;
	if (!event_path(ev, at, &path) || !path.name.len)
		return STR_ABSENT;
	return path_absolute(event_cwd(ev), path.name, a);
}

/*
 * Others may have made calls whose records are still on their way: what a call names is its own, at the head of @found (how
 * many), and the rest is for theirs, or for the sweeper.
 */
static size_t keep_own(struct mount_finding *found, size_t n, struct str target)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (mount_path_below(found[i].path, target))
			found[kept++] = found[i];
	return kept;
}

/* what was there, and is gone or otherwise, lies on the device of what the call names */
static bool is_on_device(const struct mount_finding *f, const struct event *ev)
{
	struct path_record path;

	return f->was && event_path(ev, 0, &path) && path.has_inode &&
	       f->was->major == path.dev_major && f->was->minor == path.dev_minor;
}

/*
 * It names none of them, by a link perhaps: a mount may be gone, or a mask be back, by the next look, so what it can have
 * done is told, and nobody accused.
 */
static size_t keep_likely(struct mount_finding *found, size_t n, const struct event *ev)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (is_on_device(&found[i], ev) ||
		    (ev->type != EVT_UMOUNT2 &&
		     str_eq(mount_reason_change(found[i].reason), STR("attach"))))
			found[kept++] = found[i];
	return kept;
}

/* one that finds no room is found by the next look again */
static bool tell_new(struct state *s, const struct process *actor, const struct process *asked,
		     const struct event *ev, const struct mount_finding *f, struct arena *a)
{
	struct container *c = asked->container;

	if (mount_told_has(&c->mounts_told, f->reason, f->path) || !state_has_room(s))
		return false;
	s->stats.mounts_unseen += f->reason == REASON_TOO_MANY;
	tell(s, actor, asked, ev, f, a);
	(void)mount_told_add(&c->mounts_told, f->reason, f->path);
	show(c, f, a);
	return true;
}

/* a tick can be ahead of a call's record, which names who made it: what it finds must still be there at the next look */
static bool must_wait(const struct state *s, struct container *c)
{
	uint64_t found = c->mounts_found;
	bool is_first =
		!found || found >= s->now || s->mounts_round - c->mounts_found_round > FOUND_LASTS;

	c->mounts_found = is_first ? s->now : 0;
	c->mounts_found_round = s->mounts_round;
	return is_first;
}

/* the commands of the host that led to it: of who builds, say; shims and runtimes between */
static struct str orders_for(const struct state *s, const struct process *p, struct arena *a)
{
	const struct scene scene = { .state = s, .process = p };
	const struct process *ancestor;
	auto_buf struct buf orders = { 0 };

	for (unsigned n = 1; n <= ORDERS_FROM && (ancestor = scene_ancestor(&scene, n)); n++) {
		if (ancestor->container)
			continue;
		buf_add(&orders, text_str(&ancestor->args));
		buf_char(&orders, '\0');
	}
	return buf_failed(&orders) ? STR_ABSENT : arena_str(a, buf_str(&orders));
}

/* true: something is known or told that was not. @is_tick: the sweeper looks */
static bool judge(struct state *s, const struct process *actor, const struct process *asked,
		  const struct facts_mounts *f, const struct event *ev, bool is_tick,
		  struct arena *a)
{
	struct container *c = asked->container;
	struct mount_finding found[MOUNT_FINDINGS_MAX];
	struct mount_list now, before;
	struct mount_case one = { .now = &now,
				  .is_cut = f->is_cut,
				  .spec = &c->spec,
				  .arena = a,
				  .told = &c->mounts_told };
	struct str target = ev ? call_target(ev, a) : STR_ABSENT;
	bool is_news = false;
	size_t n, own;

	if (!f->ns || is_of_others(s, c, f->ns) || mount_list_read(f->text, &now, a) < 0)
		return false;
	/* the list of a chroot proves nothing, and another namespace's is no baseline */
	if ((!f->is_cut && !mount_list_at(&now, STR("/"))) || (!c->mounts.set && !is_own(c, f->ns)))
		return false;
	if (c->mounts.set) {
		if (mount_list_read(text_str(&c->mounts), &before, a) < 0)
			return false;
		one.before = &before;
		one.is_cut |= c->mounts_cut;
	} else {
		one.orders = orders_for(s, asked, a);
	}
	c->mount_looks += (unsigned)(now.n * now.n / COMPARES_A_LOOK);
	n = mount_judge(&one, found);
	if (is_tick && n && one.before && must_wait(s, c))
		return false;
	/* of a first look all is told: it is the baseline from then on */
	own = target.ptr && one.before ? keep_own(found, n, target) : n;
	if (!own && n) {
		actor = NULL;
		own = keep_likely(found, n, ev);
	}
	for (size_t i = 0; i < own; i++)
		is_news |= tell_new(s, actor, asked, ev, &found[i], a);
	if (one.before)
		return is_news;
	c->mounts_cut = f->is_cut;
	text_set(&c->mounts, f->text, MOUNT_TEXT_MAX);
	return true;
}

/* when */

static void look(struct state *s, struct process *p, const struct event *ev)
{
	struct facts_mounts f;
	struct process *asked = ask(s, p, &f, ev->arena);

	if (asked)
		judge(s, p, asked, &f, ev, false, ev->arena);
	else
		s->stats.mounts_unseen += facts_is_live(s->facts);
}

void mount_drift_begin(struct state *s, struct process *p, const struct event *ev)
{
	if (whereabouts_can_look(s, p))
		look(s, p, ev);
}

static bool may_change_mounts(const struct event *ev)
{
	static const evt_type types[] = {
		EVT_MOUNT,    EVT_UMOUNT2,	 EVT_MOVE_MOUNT, EVT_PIVOT_ROOT,
		EVT_FSCONFIG, EVT_MOUNT_SETATTR, EVT_SETNS,
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (ev->type == types[i])
			return true;
	return false;
}

static bool may_look(struct container *c, uint64_t now)
{
	uint64_t second = now / NS_PER_S;

	if (c->mount_looks_second != second) {
		c->mount_looks_second = second;
		c->mount_looks = 0;
	}
	return c->mount_looks++ < LOOKS_PER_SECOND;
}

/* a program that mounts has often ended by the time that its record comes: others can be asked */
static bool may_ask_for(const struct state *s, const struct process *p)
{
	return p->container && p->container->is_identified && !p->is_runtime_init &&
	       state_can_ask(s, process_node(p));
}

void mount_drift_call(struct state *s, struct process *p, const struct event *ev)
{
	if (!may_change_mounts(ev) || !may_ask_for(s, p))
		return;
	if (may_look(p->container, ev->time))
		look(s, p, ev);
	else
		s->stats.mounts_unseen++;
}

void mount_drift_moved(struct state *s, struct process *p, const struct event *ev)
{
	uint64_t ns = p->cred.ns[NS_MNT];

	if (whereabouts_can_look(s, p) && ns && !is_own(p->container, ns) &&
	    !is_of_others(s, p->container, ns) && may_look(p->container, ev->time))
		look(s, p, ev);
}

/* @p may be asked about by the sweeper: once a round for the namespace that it shares with its container */
static bool is_due(const struct state *s, const struct process *p)
{
	const struct container *c = p->container;
	uint64_t ns = p->cred.ns[NS_MNT];

	if (ns && !is_own(c, ns))
		return !is_of_others(s, c, ns);
	return c->mounts_round != s->mounts_round + 1;
}

/* nobody is known to have done it, but who is alone in a namespace has it from nobody else */
static const struct process *actor_of(const struct process *p, const struct facts_mounts *f)
{
	return is_own(p->container, f->ns) ? NULL : p;
}

static void look_quietly(struct state *s, struct process *p)
{
	struct fact f = { .kind = FACT_MOUNTS, .id = p->ref.pid };
	auto_buf struct buf body = { 0 };
	bool found;

	/* lists are long; what events hold stays */
	if (!s->derived_n)
		arena_reset(s->scratch);
	facts_set_quiet(s->facts, true);
	found = ask_one(s, p, &f.mounts, s->scratch) &&
		judge(s, actor_of(p, &f.mounts), p, &f.mounts, NULL, true, s->scratch);
	facts_set_quiet(s->facts, false);
	if (found && fact_write(&f, &body) == 0)
		facts_tell(s->facts, buf_str(&body));
}

void mount_drift_sweep(struct state *s)
{
	struct process_table *t = &s->processes;
	unsigned looks = 0;

	for (size_t i = 0; i < t->used && looks < LOOKS_PER_SWEEP; i++) {
		struct process *p;

		if (s->next_mounts >= t->used) {
			s->next_mounts = 0;
			s->mounts_round++;
		}
		p = &t->rows[s->next_mounts++];
		if (!whereabouts_can_look(s, p) || !is_due(s, p))
			continue;
		p->container->mounts_round = s->mounts_round + 1;
		looks++;
		look_quietly(s, p);
	}
}

void mount_drift_replay(struct state *s, const struct fact *f, struct arena *a)
{
	struct process *p = process_find(&s->processes, 0, f->id);

	if (p && whereabouts_can_look(s, p) && is_same(p, &f->mounts))
		judge(s, actor_of(p, &f->mounts), p, &f->mounts, NULL, false, a);
}

void mount_drift_recall(struct container *c, const struct facts_given *g)
{
	if (c->mounts.set || !g->mounts.ptr)
		return;
	text_set(&c->mounts, g->mounts, MOUNT_TEXT_MAX);
	text_set(&c->mounts_told, g->mounts_told, MOUNT_TOLD_BYTES);
	text_set(&c->drift, g->drift, MOUNT_DRIFT_MAX);
	c->mounts_cut = g->mounts_cut;
}

struct str mount_drift_text(const struct container *c, struct arena *a)
{
	struct str rest = text_str(&c->drift), one, all = STR("");

	if (!c->mounts.set)
		return STR_ABSENT;
	while (str_cut(&rest, '\0', &one))
		if (one.len)
			all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.len ? ", " : "",
					   STR_ARG(one));
	return all;
}
