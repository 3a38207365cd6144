/* SPDX-License-Identifier: Apache-2.0 */
/* A short table, replaced as a whole. */
#include "state/helper.h"

#include <fcntl.h>
#include <limits.h>

#include "state/fact.h"
#include "state/state_parts.h"

static bool is_same(const struct facts_helper *a, const struct facts_helper *b)
{
	return a->inode == b->inode && a->dev_major == b->dev_major && a->dev_minor == b->dev_minor;
}

void helpers_release(struct helper_table *t)
{
	for (size_t i = 0; i < FACTS_HELPERS_MAX; i++)
		text_release(&t->paths[i]);
}

bool helpers_know(const struct helper_table *t, uint32_t dev_major, uint32_t dev_minor,
		  uint64_t inode)
{
	const struct facts_helper wanted = { .dev_major = dev_major,
					     .dev_minor = dev_minor,
					     .inode = inode };

	for (size_t i = 0; i < t->n; i++)
		if (is_same(&t->rows[i], &wanted))
			return true;
	return false;
}

bool helpers_apply(struct helper_table *t, const struct facts_helper *list, size_t n)
{
	bool changed = !t->is_known;

	if (n > FACTS_HELPERS_MAX)
		n = FACTS_HELPERS_MAX;
	changed |= n != t->n;
	for (size_t i = 0; i < n && !changed; i++)
		changed = !is_same(&t->rows[i], &list[i]);
	if (!changed)
		return false;
	for (size_t i = 0; i < n; i++) {
		t->rows[i] = list[i];
		text_set(&t->paths[i], list[i].path, PATH_MAX);
		t->rows[i].path = text_str(&t->paths[i]);
	}
	t->n = n;
	t->is_known = true;
	t->generation++;
	return true;
}

void helpers_look(struct state *s)
{
	struct fact told = { .kind = FACT_HELPERS };
	auto_buf struct buf body = { 0 };

	if (facts_ask_helpers(s->facts, &told.list.helpers, &told.list.n, s->scratch) < 0)
		return;
	if (helpers_apply(&s->helpers, told.list.helpers, told.list.n) && !s->is_sweeping &&
	    fact_write(&told, &body) == 0)
		facts_tell(s->facts, buf_str(&body));
}

/* what is not known counts as a yes */
static bool is_written(const struct event *ev)
{
	uint64_t flags;

	if (event_open_flags(ev, &flags))
		return (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC;
	return ev->is_uring || str_eq(event_type_name(ev->type), STR("truncate"));
}

static bool is_renamed(const struct path_record *path)
{
	return path->kind == PATH_CREATE || path->kind == PATH_DELETE;
}

static bool is_file(const struct path_record *path, const struct facts_helper *h)
{
	return path->has_inode && path->inode == h->inode && path->dev_major == h->dev_major &&
	       path->dev_minor == h->dev_minor;
}

static bool is_directory(const struct path_record *path, const struct facts_helper *h)
{
	return path->kind == PATH_PARENT && path->has_inode && h->dir_inode &&
	       path->inode == h->dir_inode && path->dev_major == h->dir_major &&
	       path->dev_minor == h->dir_minor;
}

/* the file itself, or what its name stands for, as the records have them */
static bool changes(const struct scene *call, const struct facts_helper *h)
{
	bool is_there = false, is_name = false;

	for (size_t i = 0; i < call->n_paths; i++) {
		const struct path_record *path = &call->paths[i];

		is_there |= is_directory(path, h);
		is_name |=
			is_renamed(path) && str_eq(str_basename(path->name), str_basename(h->path));
		if (is_file(path, h) && path->kind != PATH_PARENT &&
		    (is_renamed(path) || is_written(call->event)))
			return true;
	}
	return is_there && is_name;
}

static void forget(struct state *s, size_t i)
{
	struct helper_table *t = &s->helpers;
	struct text path = t->paths[i];

	facts_forget_helper(s->facts, t->rows[i].path);
	t->n--;
	t->rows[i] = t->rows[t->n];
	t->paths[i] = t->paths[t->n];
	t->paths[t->n] = path;
	t->generation++;
}

void helpers_observe(struct state *s, const struct scene *call)
{
	if (!call->container || !call->event->sys.success)
		return;
	for (size_t i = s->helpers.n; i-- > 0;)
		if (changes(call, &s->helpers.rows[i]))
			forget(s, i);
}

uint64_t state_alarm_generation(const struct state *s)
{
	return s->hierarchies.generation + s->drift.alarms;
}

uint64_t state_helper_generation(const struct state *s)
{
	return s->helpers.generation;
}

size_t state_helpers(const struct state *s, const struct facts_helper **out)
{
	*out = s->helpers.rows;
	return s->helpers.n;
}
