/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values against the values before.
 *
 * Owns the rows. Must not decide whether a change is an attack, and must never lay one to the host for want
 * of anybody else: a writer whom nobody saw is nobody, and may be a container.
 */
#include "state/drift.h"

#include "base/clock.h"
#include "state/fact.h"
#include "state/knob_change.h"
#include "state/state_parts.h"

/* a value is read at once after its writer was seen, and else within a tick and what that may be late */
#define LOOK_EVERY (50 * NS_PER_MS)
#define WRITER_WITHIN (3 * NS_PER_S)
#define WRITER_LATE_MAX (5 * NS_PER_S) /* nobody hides a change by writing on and on */
/* a notification is later than the look that was ahead of it by so much, on a busy machine */
#define NOTIFIED_WITHIN (200 * NS_PER_MS)

void drift_table_release(struct drift_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		text_release(&t->rows[i].name);
		text_release(&t->rows[i].path);
		text_release(&t->rows[i].class);
		text_release(&t->rows[i].value);
		text_release(&t->rows[i].found);
	}
}

static struct drift_row *row_at(struct drift_table *t, struct str path)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(text_str(&t->rows[i].path), path))
			return &t->rows[i];
	return NULL;
}

static bool was_just(uint64_t when, uint64_t now)
{
	return when && when + WRITER_WITHIN >= now;
}

/*
 * Seen at the knob itself; else at some file of another procfs just now; else, for a procfs that a container has
 * mounted for itself is seen by nobody, time alone points to that container.
 */
static const struct toucher *writer_of(const struct state *s, const struct drift_row *row)
{
	static const struct toucher nobody;
	const struct drift_table *t = &s->drift;

	if (row->writer.known && was_just(row->written, s->now))
		return &row->writer;
	if (t->scribbler.known && was_just(t->scribbled, s->now))
		return &t->scribbler;
	return was_just(t->mounted, s->now) ? &t->mounter : &nobody;
}

static struct str fstype_of(struct str path)
{
	if (str_starts(path, STR("/proc/sys/fs/binfmt_misc")))
		return STR("binfmt_misc");
	return str_starts(path, STR("/sys/")) ? STR("sysfs") : STR("proc");
}

static void tell(struct state *s, const struct event *ev, const struct drift_row *row,
		 const struct facts_knob *k, const struct toucher *who, struct arena *a)
{
	knob_change_tell(s, ev,
			 &(struct knob_change){
				 .name = k->name,
				 .fstype = fstype_of(k->path),
				 .path = k->path,
				 .old = arena_str(a, text_str(&row->value)),
				 .new = k->value,
				 .options = STR_ABSENT,
				 .has_inode = k->has_inode,
				 .inode = k->inode,
				 .dev_major = k->dev_major,
				 .dev_minor = k->dev_minor,
			 },
			 who, a);
}

static void set_object(struct drift_row *row, const struct facts_knob *k)
{
	row->has_inode = k->has_inode;
	row->inode = k->inode;
	row->dev_major = k->dev_major;
	row->dev_minor = k->dev_minor;
}

/* first seen: part of how things are, be it by a module that was just loaded */
static void add(struct drift_table *t, const struct facts_knob *k)
{
	struct drift_row *row = t->n < DRIFT_MAX ? &t->rows[t->n] : NULL;

	if (!row || text_set(&row->path, k->path, PATH_KEPT) < 0)
		return;
	t->n++;
	text_set(&row->name, k->name, NAME_MAX_KEPT);
	text_set(&row->class, k->class, NAME_MAX_KEPT);
	text_set(&row->value, k->value, PATH_KEPT);
	set_object(row, k);
}

/* its writer is known, and who that is not yet */
static bool may_be_late(const struct state *s, const struct drift_row *row)
{
	return s->are_writers_late && s->now < row->put_off + WRITER_LATE_MAX;
}

/*
 * A look can be ahead of the notification of the write that it finds: told now, the change would be nobody's, or
 * another's. It is found again by the look that the notification brings, or by the next tick, which tells it
 * whoever it was.
 */
static bool waits_for_writer(const struct state *s, struct drift_row *row, const struct event *ev,
			     struct str value)
{
	bool is_seen = (row->writer.known && was_just(row->written, s->now)) ||
		       (ev && ev->time == s->drift.scribbled);

	if (is_seen || (!ev && row->is_put_off && !may_be_late(s, row)))
		return false;
	if (!ev && !row->is_put_off) {
		row->is_put_off = text_set(&row->found, value, PATH_KEPT) == 0;
		row->put_off = s->now;
	}
	return row->is_put_off || ev;
}

static bool is_changed(const struct drift_row *row, const struct facts_knob *k)
{
	return k->value.ptr && !str_eq(text_str(&row->value), str_first(k->value, PATH_KEPT));
}

/* without room it stays as it was, for the next look */
static bool change(struct state *s, const struct event *ev, struct drift_row *row,
		   const struct facts_knob *k, const struct toucher *who, struct arena *a)
{
	if (!state_has_room(s))
		return false;
	tell(s, ev, row, k, who, a);
	text_set(&row->value, k->value, PATH_KEPT);
	row->is_put_off = false;
	return true;
}

/* the host is seen to write what it wrote now, and not what was found a while ago */
static const struct toucher *writer_of_found(const struct state *s, const struct drift_row *row)
{
	static const struct toucher nobody;
	const struct toucher *who = writer_of(s, row);

	return who->container || s->now < row->put_off + NOTIFIED_WITHIN ? who : &nobody;
}

/*
 * What was put off is gone, by the hand that set it or another's. It is told as it was found, or whoever sets
 * and puts back between two ticks would have the time from the first to the third for himself.
 */
static size_t change_to_found(struct state *s, const struct event *ev, struct drift_row *row,
			      const struct facts_knob *now, struct facts_knob *told,
			      struct arena *a)
{
	struct facts_knob was = *now;

	if (!row->is_put_off || !now->value.ptr ||
	    str_eq(text_str(&row->found), str_first(now->value, PATH_KEPT)))
		return 0;
	was.value = arena_str(a, text_str(&row->found));
	if (!was.value.ptr || !change(s, ev, row, &was, writer_of_found(s, row), a))
		return 0;
	*told = was;
	return 1;
}

/* @told: with room for twice @n, filled with what has changed and was told; how many those are */
static size_t apply(struct state *s, const struct event *ev, const struct facts_knob *list,
		    size_t n, struct facts_knob *told, struct arena *a)
{
	size_t changed = 0;

	for (size_t i = 0; i < n; i++) {
		struct drift_row *row = row_at(&s->drift, list[i].path);

		if (!row) {
			add(&s->drift, &list[i]);
			continue;
		}
		set_object(row, &list[i]);
		changed += change_to_found(s, ev, row, &list[i], &told[changed], a);
		s->drift.alarms +=
			is_changed(row, &list[i]) && str_eq(text_str(&row->class), STR("upcall"));
		if (!is_changed(row, &list[i]))
			row->is_put_off = false;
		else if (!waits_for_writer(s, row, ev, list[i].value) &&
			 change(s, ev, row, &list[i], writer_of(s, row), a))
			told[changed++] = list[i];
	}
	return changed;
}

void drift_look(struct state *s, const struct event *ev)
{
	struct arena *a = ev ? ev->arena : s->scratch;
	struct fact told = { .kind = FACT_KNOBS };
	auto_buf struct buf body = { 0 };
	struct facts_knob *list;
	size_t n;

	if (ev)
		state_asked(s);
	if (facts_ask_knobs(s->facts, &list, &n, a) < 0)
		return;
	told.list.knobs = arena_array_of(a, struct facts_knob, n ? 2 * n : 1);
	if (!told.list.knobs)
		return;
	told.list.n = apply(s, ev, list, n, told.list.knobs, a);
	/* of an event it is a fact; a tick has nothing but its findings to tell a recording */
	if (!told.list.n || ev || s->is_sweeping)
		return;
	if (fact_write(&told, &body) == 0)
		facts_tell_knob(s->facts, buf_str(&body));
}

void drift_replay(struct state *s, const struct event *ev, const struct facts_knob *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct drift_row *row = row_at(&s->drift, list[i].path);

		if (!row)
			add(&s->drift, &list[i]);
		else if (is_changed(row, &list[i]))
			(void)change(s, NULL, row, &list[i], writer_of(s, row), ev->arena);
	}
}

static void name_object(const struct drift_row *row, struct object *o, struct arena *a)
{
	o->knob = arena_str(a, text_str(&row->name));
	o->realpath = arena_str(a, text_str(&row->path));
	o->fstype = fstype_of(o->realpath);
}

bool drift_object(struct state *s, const struct event *ev, struct process *p, struct object *o)
{
	struct drift_table *t = &s->drift;
	uint64_t flags;

	for (size_t i = 0; i < t->n; i++) {
		struct drift_row *row = &t->rows[i];

		if (!row->has_inode || row->inode != o->inode || row->dev_major != o->dev_major ||
		    row->dev_minor != o->dev_minor)
			continue;
		name_object(row, o, ev->arena);
		/* an open is no write: the host's does not answer for what somebody else may do meanwhile */
		if (p->container && ev->sys.success &&
		    (!event_open_flags(ev, &flags) || (flags & 3))) {
			row->writer = toucher_of(p);
			row->written = ev->time;
		}
		return true;
	}
	return false;
}

/* a container may write to its own files of /proc as fast as it likes */
static bool is_worth_a_look(struct drift_table *t, uint64_t now)
{
	if (t->looked && now < t->looked + LOOK_EVERY && now >= t->looked)
		return false;
	t->looked = now;
	return true;
}

void drift_written(struct state *s, const struct event *ev, struct process *p, struct object *o)
{
	struct drift_table *t = &s->drift;
	struct drift_row *row = o->realpath.ptr ? row_at(t, o->realpath) : NULL;

	if (row) {
		name_object(row, o, ev->arena);
		o->has_inode = row->has_inode;
		o->inode = row->inode;
		o->dev_major = row->dev_major;
		o->dev_minor = row->dev_minor;
		row->writer = toucher_of(p);
		row->written = ev->time;
		o->old = arena_str(ev->arena, text_str(&row->value));
	} else if (p && p->container) {
		/* never the host: it would answer for a change that somebody else made */
		t->scribbler = toucher_of(p);
		t->scribbled = ev->time;
	}
	if (row || is_worth_a_look(t, ev->time))
		drift_look(s, ev);
	if (!row)
		return;
	/* it answers for what was found now, and for no later change */
	row->writer.known = false;
	if (str_eq(o->old, text_str(&row->value)))
		o->old = STR_ABSENT;
	else
		o->new = arena_str(ev->arena, text_str(&row->value));
}

void drift_mounted(struct state *s, struct process *p, uint64_t time)
{
	s->drift.mounter = toucher_of(p);
	s->drift.mounted = time;
}

void drift_recall(struct state *s, const struct facts_knob *k)
{
	struct drift_row *row = k->value.ptr ? row_at(&s->drift, k->path) : NULL;

	if (row && row->value.set)
		text_set(&row->value, k->value, PATH_KEPT);
}
