/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of cgroup v1 hierarchies: what each release_agent holds, who planted it, whose the
 * hierarchy is.
 *
 * Owns the rows; changes leave as knob_change events. Must not decide whether a change is an attack,
 * and must never take a container's hierarchy for the host's: what nobody is known to have made is
 * nobody's.
 */
#include "state/hierarchy.h"

#include "state/knob_change.h"
#include "state/state_parts.h"

#define MADE_AROUND_FOUND (2 * UINT64_C(1000000000)) /* ns; a tick and what it may be late */

static void hierarchy_release(struct hierarchy *h)
{
	text_release(&h->controllers);
	text_release(&h->mount_point);
	text_release(&h->release_agent);
	text_release(&h->options);
}

void hierarchy_table_release(struct hierarchy_table *t)
{
	for (size_t i = 0; i < HIERARCHIES_MAX; i++)
		hierarchy_release(&t->rows[i]);
}

/* changes */

/* where the host has it mounted; else the path inside its file system */
static struct str knob_path(const struct hierarchy *h, struct arena *a)
{
	return arena_printf(a, "%.*s/release_agent", STR_ARG(text_str(&h->mount_point)));
}

void hierarchy_name_object(const struct hierarchy *h, struct object *o, struct arena *a)
{
	o->knob = STR("release_agent");
	o->fstype = STR("cgroup");
	o->realpath = knob_path(h, a);
}

static void tell_change(struct state *s, const struct event *ev, const struct hierarchy *h,
			struct str old, const struct toucher *who, struct arena *a)
{
	knob_change_tell(
		s, ev,
		&(struct knob_change){
			.name = STR("release_agent"),
			.fstype = STR("cgroup"),
			.path = knob_path(h, a),
			.old = old,
			.new = arena_str(a, text_str(&h->release_agent)),
			/* mounted nowhere in our namespace: its controllers are all that is known */
			.options = arena_str(
				a, text_str(h->options.set ? &h->options : &h->controllers)),
			.has_inode = h->has_inode,
			.inode = h->inode,
			.dev_major = h->dev_major,
			.dev_minor = h->dev_minor,
		},
		who, a);
}

static bool holds_planted(struct str release_agent, struct str options)
{
	return release_agent.len > 0 || str_find(options, STR("release_agent=")) >= 0;
}

static bool is_planted(const struct hierarchy *h)
{
	return holds_planted(text_str(&h->release_agent), text_str(&h->options));
}

static const struct toucher *last_toucher(const struct hierarchy *h)
{
	return h->opener.known ? &h->opener : &h->maker;
}

/* to be told when there is room */
static void put_off(struct hierarchy_table *t, struct hierarchy *h)
{
	t->n_untold += !h->is_untold;
	h->is_untold = true;
}

static void tell_or_put_off(struct state *s, const struct event *ev, struct hierarchy *h,
			    struct str old, const struct toucher *who, struct arena *a)
{
	if (state_has_room(s))
		tell_change(s, ev, h, old, who, a);
	else
		put_off(&s->hierarchies, h);
}

void hierarchies_tell_late(struct state *s)
{
	struct hierarchy_table *t = &s->hierarchies;

	for (size_t i = 0; t->n_untold && i < t->n; i++) {
		struct hierarchy *h = &t->rows[i];

		if (!h->is_untold)
			continue;
		h->is_untold = false;
		t->n_untold--;
		tell_change(s, NULL, h, STR_ABSENT, last_toucher(h), s->scratch);
		return;
	}
}

/* rows */

static bool is_same(const struct hierarchy *h, const struct facts_hierarchy *f)
{
	return h->dev_minor == f->dev_minor && h->dev_major == f->dev_major &&
	       h->inode == f->inode && h->has_inode == f->has_inode &&
	       str_eq(text_str(&h->controllers), f->controllers);
}

/* one hierarchy is another's namesake only on the same device: names can be given again */
static struct hierarchy *hierarchy_find(struct hierarchy_table *t, const struct facts_hierarchy *f)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].is_present && is_same(&t->rows[i], f))
			return &t->rows[i];
	return NULL;
}

/* of those without a value the last one goes; what was there before us keeps its row */
static struct hierarchy *hierarchy_evict(struct hierarchy_table *t)
{
	for (size_t i = t->n; i--;)
		if (t->rows[i].found && !t->rows[i].is_untold && !is_planted(&t->rows[i]))
			return &t->rows[i];
	return NULL;
}

static struct hierarchy *hierarchy_add(struct hierarchy_table *t, bool planted)
{
	struct hierarchy *h = NULL;

	for (size_t i = 0; i < t->n && !h; i++)
		if (!t->rows[i].is_present && !t->rows[i].is_untold)
			h = &t->rows[i];
	if (!h && t->n < HIERARCHIES_MAX)
		h = &t->rows[t->n++];
	if (!h && planted)
		h = hierarchy_evict(t);
	if (!h)
		return NULL;
	h->is_present = false;
	h->found = 0;
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

/* of many, those that the looks before have not told: no number of decoys keeps one untold for good */
static void tell_rowless(struct state *s, const struct facts_hierarchy *f, const struct event *ev,
			 const struct toucher *who, struct arena *a)
{
	struct hierarchy_table *t = &s->hierarchies;
	struct hierarchy passing = { 0 };

	if (t->n_rowless++ < t->rowless_told || !state_has_room(s))
		return;
	t->rowless_told++;
	hierarchy_set(&passing, f);
	tell_change(s, ev, &passing, STR_ABSENT, who, a);
	hierarchy_release(&passing);
}

/* true: it is in the table now, or was told */
static bool hierarchy_appeared(struct state *s, const struct facts_hierarchy *f,
			       const struct event *ev, const struct toucher *who, struct arena *a)
{
	struct hierarchy_table *t = &s->hierarchies;
	bool planted = holds_planted(f->release_agent, f->options);
	struct hierarchy *h = hierarchy_add(t, planted);

	if (!h) {
		s->stats.rowless++;
		if (planted && t->has_baseline)
			tell_rowless(s, f, ev, who, a);
		return planted;
	}
	h->maker = *who;
	h->maker.process = NULL;
	h->found = t->has_baseline ? s->now : 0;
	hierarchy_set(h, f);
	t->generation++;
	if (planted && t->has_baseline)
		tell_or_put_off(s, ev, h, STR_ABSENT, who, a);
	return true;
}

/* true: something is not as it was */
static bool hierarchy_compare(struct state *s, struct hierarchy *h, const struct facts_hierarchy *f,
			      const struct event *ev, struct arena *a)
{
	struct hierarchy_table *t = &s->hierarchies;
	struct str old = arena_str(a, text_str(&h->release_agent));
	bool changed = (f->release_agent.ptr && !str_eq(old, f->release_agent)) ||
		       !str_eq(text_str(&h->options), f->options);

	if (!changed && str_eq(text_str(&h->mount_point), f->mount_point))
		return false;
	if (changed && t->has_baseline && waits_for_writer(h, ev))
		return false;
	hierarchy_set(h, f);
	t->generation++;
	if (t->has_baseline && changed)
		tell_or_put_off(s, ev, h, old, last_toucher(h), a);
	return true;
}

static bool is_listed(const struct hierarchy *h, const struct facts_hierarchy *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_same(h, &list[i]))
			return true;
	return false;
}

/* true: some have gone */
static bool forget_gone(struct hierarchy_table *t, const struct facts_hierarchy *list, size_t n)
{
	bool changed = false;

	for (size_t i = 0; i < t->n; i++) {
		struct hierarchy *h = &t->rows[i];

		if (!h->is_present || is_listed(h, list, n))
			continue;
		h->is_present = false;
		t->generation++;
		changed = true;
	}
	return changed;
}

bool hierarchies_apply(struct state *s, const struct facts_hierarchy *list, size_t n,
		       const struct event *ev, const struct toucher *who, struct arena *a)
{
	struct hierarchy_table *t = &s->hierarchies;
	bool changed = forget_gone(t, list, n);

	s->stats.rowless = t->n_rowless = 0;
	for (size_t i = 0; i < n; i++) {
		struct hierarchy *h = hierarchy_find(t, &list[i]);

		changed |= h ? hierarchy_compare(s, h, &list[i], ev, a)
			     : hierarchy_appeared(s, &list[i], ev, who, a);
	}
	if (t->rowless_told >= t->n_rowless)
		t->rowless_told = 0;
	t->has_baseline = true;
	return changed;
}

/* whose */

/* by a recheck the time is that of the event at hand, which may be earlier than the mount's */
static bool may_be_made_at(const struct hierarchy *h, uint64_t time)
{
	if (h->maker.known)
		return time <= h->found && h->found - time <= MADE_AROUND_FOUND;
	return (time > h->found ? time - h->found : h->found - time) <= MADE_AROUND_FOUND;
}

void hierarchies_adopt(struct state *s, const struct event *ev, struct process *p)
{
	struct hierarchy_table *t = &s->hierarchies;

	for (size_t i = 0; p->container && i < t->n; i++) {
		struct hierarchy *h = &t->rows[i];

		if (!h->is_present || (h->maker.known && h->maker.container) ||
		    !may_be_made_at(h, ev->time))
			continue;
		h->maker = toucher_of(p);
		h->maker.process = NULL;
		if (is_planted(h) && !h->opener.known)
			put_off(t, h);
	}
}

struct hierarchy *hierarchy_of_object(struct hierarchy_table *t, const struct object *o)
{
	for (size_t i = 0; i < t->n; i++) {
		struct hierarchy *h = &t->rows[i];

		if (h->is_present && h->has_inode && h->inode == o->inode &&
		    h->dev_major == o->dev_major && h->dev_minor == o->dev_minor)
			return h;
	}
	return NULL;
}

/* across a restart */

void hierarchy_recall(struct state *s, struct str controllers, struct str agent)
{
	struct hierarchy_table *t = &s->hierarchies;

	for (size_t i = 0; agent.ptr && i < t->n; i++)
		if (t->rows[i].is_present && str_eq(text_str(&t->rows[i].controllers), controllers))
			text_set(&t->rows[i].release_agent, agent, PATH_KEPT);
}

/* what is worth a kernel rule */

uint64_t state_watch_generation(const struct state *s)
{
	return s->hierarchies.generation + s->telemetry.generation;
}

size_t state_watches(const struct state *s, struct state_watch *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < s->hierarchies.n && n < max; i++) {
		const struct hierarchy *h = &s->hierarchies.rows[i];

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
