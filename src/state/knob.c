/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_agent: which (device, inode) is one, what it holds, who planted it.
 *
 * Owns the table of cgroup v1 hierarchies. Data comes from facts (live and recorded) or, in a bare
 * log, from records; changes leave as knob_change events. Must not decide whether a change is an
 * attack: a change made by the host is told as the host's.
 */
#include "state/knob.h"

#include "state/credentials.h"
#include "state/fact.h"
#include "state/object.h"
#include "state/state_parts.h"

#define RELEASE_AGENT STR("release_agent")

void knob_table_release(struct knob_table *t)
{
	for (size_t i = 0; i < HIERARCHIES_MAX; i++) {
		struct hierarchy *h = &t->hierarchies[i];

		text_release(&h->controllers);
		text_release(&h->mount_point);
		text_release(&h->release_agent);
		text_release(&h->options);
	}
	for (size_t i = 0; i < MOUNTS_MAX; i++)
		text_release(&t->mounts[i].target);
}

/* who */

static struct toucher toucher_of(struct process *p)
{
	if (!p)
		return (struct toucher){ 0 };
	return (struct toucher){
		.known = true,
		.process = p,
		.process_generation = p->ref.generation,
		.container = p->container,
		.container_generation = p->container ? p->container->generation : 0,
		.id_source = p->id_source,
	};
}

/* subject and container of a change; nobody known: a container cannot be ruled out */
static void scene_from_toucher(struct scene *scene, const struct toucher *t)
{
	scene->id_source = ID_UNKNOWN;
	scene->is_container_unknown = true;
	if (!t->known)
		return;
	if (t->process && t->process->ref.generation == t->process_generation) {
		scene->process = t->process;
		scene->before = scene->after = t->process->cred;
	}
	if (!t->container) {
		scene->id_source = t->id_source;
		scene->is_container_unknown = t->id_source == ID_UNKNOWN;
	} else if (t->container->generation == t->container_generation) {
		scene->container = t->container;
		scene->id_source = t->id_source;
		scene->is_container_unknown = !t->container->is_identified;
	}
}

/* changes */

/* where the host has it mounted; else the path inside its file system */
static struct str knob_path(const struct hierarchy *h, struct arena *a)
{
	return arena_printf(a, "%.*s/release_agent", STR_ARG(text_str(&h->mount_point)));
}

static void object_of_hierarchy(struct object *o, const struct hierarchy *h, struct arena *a)
{
	o->knob = RELEASE_AGENT;
	o->fstype = STR("cgroup");
	o->realpath = knob_path(h, a);
}

static void tell_change(struct state *s, const struct event *ev, const struct hierarchy *h,
			struct str old, const struct toucher *who, struct arena *a)
{
	struct derived *d = state_derive(s);

	if (!d)
		return;
	d->event = ev ? *ev : (struct event){ .time = s->now, .arena = a };
	d->event.type = EVT_KNOB_CHANGE;
	d->event.origin = ORIGIN_PROC;
	d->event.has_syscall = false;
	d->event.knob.name = RELEASE_AGENT;
	d->event.knob.old = old;
	d->event.knob.new = arena_str(a, text_str(&h->release_agent));
	/* mounted nowhere in our namespace: its controllers are all that is known of its options */
	d->event.knob.options =
		arena_str(a, text_str(h->options.set ? &h->options : &h->controllers));
	d->event.knob.path = knob_path(h, a);
	d->event.knob.has_inode = h->has_inode;
	d->event.knob.inode = h->inode;
	d->event.knob.dev_major = h->dev_major;
	d->event.knob.dev_minor = h->dev_minor;
	d->scene = (struct scene){
		.state = s,
		.before = CREDENTIALS_UNKNOWN,
		.after = CREDENTIALS_UNKNOWN,
		.object = { .exists = true,
			    .has_inode = h->has_inode,
			    .inode = h->inode,
			    .dev_major = h->dev_major,
			    .dev_minor = h->dev_minor },
	};
	object_of_hierarchy(&d->scene.object, h, a);
	d->scene.object.name = d->scene.object.realpath;
	scene_from_toucher(&d->scene, who);
}

static bool is_planted(const struct hierarchy *h)
{
	return h->release_agent.len > 0 ||
	       str_find(text_str(&h->options), STR("release_agent=")) >= 0;
}

/* one hierarchy is another's namesake only on the same device: names can be given again */
static struct hierarchy *hierarchy_find(struct knob_table *t, const struct facts_hierarchy *f)
{
	for (size_t i = 0; i < t->n_hierarchies; i++) {
		struct hierarchy *h = &t->hierarchies[i];

		if (h->is_present && str_eq(text_str(&h->controllers), f->controllers) &&
		    h->has_inode == f->has_inode && h->inode == f->inode &&
		    h->dev_major == f->dev_major && h->dev_minor == f->dev_minor)
			return h;
	}
	return NULL;
}

static struct hierarchy *hierarchy_add(struct knob_table *t)
{
	struct hierarchy *h = NULL;

	for (size_t i = 0; i < t->n_hierarchies && !h; i++)
		if (!t->hierarchies[i].is_present)
			h = &t->hierarchies[i];
	if (!h && t->n_hierarchies < HIERARCHIES_MAX)
		h = &t->hierarchies[t->n_hierarchies++];
	if (h)
		h->opener = h->maker = (struct toucher){ 0 };
	return h;
}

static void hierarchy_set(struct hierarchy *h, const struct facts_hierarchy *f)
{
	text_set(&h->controllers, f->controllers, PATH_KEPT);
	text_set(&h->mount_point, f->mount_point, PATH_KEPT);
	/* unreadable now is no news: what was read before stands */
	if (f->release_agent.ptr || !h->is_present)
		text_set(&h->release_agent, f->release_agent, PATH_KEPT);
	text_set(&h->options, f->options, PATH_KEPT);
	h->is_present = true;
	h->has_inode = f->has_inode;
	h->inode = f->inode;
	h->dev_major = f->dev_major;
	h->dev_minor = f->dev_minor;
}

/*
 * Found while an event is at hand, a change can be ahead of its writer's record, which is still on its way.
 * Told now it would be nobody's, and the writer's own event a repetition of it: the next tick finds it again.
 */
static bool waits_for_writer(const struct hierarchy *h, const struct event *ev)
{
	return ev && !h->opener.known && !h->maker.known;
}

/* true: something is not as it was */
static bool hierarchy_apply(struct state *s, const struct facts_hierarchy *f,
			    const struct event *ev, const struct toucher *who, struct arena *a)
{
	struct knob_table *t = &s->knobs;
	struct hierarchy *h = hierarchy_find(t, f);
	struct str old = STR_ABSENT;
	bool is_new = !h, changed;

	if (is_new && !(h = hierarchy_add(t)))
		return false;
	if (is_new) {
		h->maker = *who;
		h->maker.process = NULL;
	} else {
		old = arena_str(a, text_str(&h->release_agent));
	}
	changed = is_new || (f->release_agent.ptr && !str_eq(old, f->release_agent)) ||
		  !str_eq(text_str(&h->options), f->options);
	if (!changed && str_eq(text_str(&h->mount_point), f->mount_point))
		return false;
	if (!is_new && changed && t->has_baseline && waits_for_writer(h, ev))
		return false;
	hierarchy_set(h, f);
	t->generation++;
	if (t->has_baseline && changed && (!is_new || is_planted(h)))
		tell_change(s, ev, h, old,
			    is_new	      ? who
			    : h->opener.known ? &h->opener
					      : &h->maker,
			    a);
	return true;
}

static bool is_listed(const struct hierarchy *h, const struct facts_hierarchy *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (h->inode == list[i].inode && h->dev_major == list[i].dev_major &&
		    h->dev_minor == list[i].dev_minor &&
		    str_eq(text_str(&h->controllers), list[i].controllers))
			return true;
	return false;
}

static bool knob_apply(struct state *s, const struct facts_hierarchy *list, size_t n,
		       const struct event *ev, struct process *p, struct arena *a)
{
	struct knob_table *t = &s->knobs;
	struct toucher who = p ? toucher_of(p) : t->mounter;
	bool changed = false;

	for (size_t i = 0; i < t->n_hierarchies; i++) {
		struct hierarchy *h = &t->hierarchies[i];

		if (!h->is_present || is_listed(h, list, n))
			continue;
		h->is_present = false;
		t->generation++;
		changed = true;
	}
	for (size_t i = 0; i < n; i++)
		changed |= hierarchy_apply(s, &list[i], ev, &who, a);
	t->has_baseline = true;
	t->mounter = (struct toucher){ 0 };
	return changed;
}

void knob_look(struct state *s, const struct event *ev, struct process *p)
{
	struct arena *a = ev ? ev->arena : s->scratch;
	struct fact told = { .kind = FACT_HIERARCHIES };
	auto_buf struct buf body = { 0 };

	if (p && !state_can_ask(s, process_node(p)))
		return;
	state_asked(s);
	if (facts_ask_hierarchies(s->facts, &told.list.hierarchies, &told.list.n, a) < 0)
		return;
	if (!knob_apply(s, told.list.hierarchies, told.list.n, ev, p, a) || ev || s->is_sweeping)
		return;
	if (fact_write(&told, &body) == 0)
		facts_tell_knob(s->facts, buf_str(&body));
}

/* as the sweeper saw it: its news belong to no event, in a replay neither */
void knob_replay(struct state *s, const struct event *ev, struct str body)
{
	struct fact told;

	if (fact_read(body, &told, ev->arena) == 0 && told.kind == FACT_HIERARCHIES && !told.err)
		knob_apply(s, told.list.hierarchies, told.list.n, NULL, NULL, ev->arena);
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
		text_set(&m->target, path_absolute(event_cwd(ev), path.name, ev->arena), PATH_KEPT);
	}
	knob_look(s, ev, p);
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

static struct hierarchy *hierarchy_of_object(struct knob_table *t, const struct object *o)
{
	for (size_t i = 0; i < t->n_hierarchies; i++) {
		struct hierarchy *h = &t->hierarchies[i];

		if (h->is_present && h->has_inode && h->inode == o->inode &&
		    h->dev_major == o->dev_major && h->dev_minor == o->dev_minor)
			return h;
	}
	return NULL;
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
	       (!facts_is_live(s->facts) && !s->knobs.has_baseline &&
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
	struct hierarchy *h;
	uint64_t flags;

	if (!o->has_inode)
		return;
	h = node ? NULL : hierarchy_of_object(t, o);
	if (!h && !is_learnt(t, node, o)) {
		if (!str_eq(str_basename(o->name), RELEASE_AGENT) &&
		    !event_has_key(ev, STR("wc_cg1")))
			return;
		/* perhaps a hierarchy that was made since the last look */
		knob_look(s, ev, p);
		h = node ? NULL : hierarchy_of_object(t, o);
		if (!h && !log_proves(s, ev, p, o))
			return;
		if (!h)
			learn(t, node, o);
	}
	o->knob = RELEASE_AGENT;
	o->fstype = STR("cgroup");
	if (!h)
		return;
	object_of_hierarchy(o, h, ev->arena);
	if (ev->sys.success && (!event_open_flags(ev, &flags) || (flags & 3)))
		h->opener = toucher_of(p);
}

/* what is worth a kernel rule */

uint64_t state_watch_generation(const struct state *s)
{
	return s->knobs.generation;
}

size_t state_watches(const struct state *s, struct state_watch *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < s->knobs.n_hierarchies && n < max; i++) {
		const struct hierarchy *h = &s->knobs.hierarchies[i];

		if (!h->is_present || !h->has_inode)
			continue;
		out[n++] = (struct state_watch){
			.controllers = text_str(&h->controllers),
			.mount_point = text_str(&h->mount_point),
			.inode = h->inode,
			.dev_major = h->dev_major,
			.dev_minor = h->dev_minor,
		};
	}
	return n;
}
