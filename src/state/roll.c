/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Owns rows and memory of one round, and gives both back at its end. Asks /proc through facts; what is asked in
 * the midst of an event goes into a recording ahead of it, for a replay has no roll.
 */
#include "state/roll.h"

#include <errno.h>
#include <stdlib.h>

#include "state/birth.h"
#include "state/lineage.h"
#include "state/recall.h"
#include "state/state_parts.h"

#define ANSWERS_FIRST 65536
#define ANSWERS_LIMIT (4 * 1024 * 1024)
#define LINE_MAX 64 /* ancestors that are met before their descendant */

void roll_release(struct roll *r)
{
	free(r->rows);
	arena_free(r->answers);
	recall_free(r->recall);
	*r = (struct roll){ 0 };
}

static int row_cmp(const void *a, const void *b)
{
	int32_t x = ((const struct roll_row *)a)->pid, y = ((const struct roll_row *)b)->pid;

	return (x > y) - (x < y);
}

static int draw_up(struct state *s, struct roll *r)
{
	int32_t *pids;
	size_t n;
	int error = facts_ask_pids(s->facts, &pids, &n, r->answers);

	if (error < 0)
		return error;
	r->rows = calloc(n + 1, sizeof(*r->rows));
	if (!r->rows)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		r->rows[i].pid = pids[i];
	r->n = n;
	qsort(r->rows, n, sizeof(*r->rows), row_cmp);
	return 0;
}

int roll_begin(struct state *s, bool is_first)
{
	struct roll *r = &s->roll;
	int error = -ENOMEM;

	s->unreadable = 0;
	roll_release(r);
	r->answers = arena_new(ANSWERS_FIRST, ANSWERS_LIMIT);
	if (r->answers)
		error = draw_up(s, r);
	if (error < 0)
		roll_release(r);
	else
		r->is_first = is_first;
	return error;
}

static struct roll_row *row_of(const struct roll *r, int32_t pid)
{
	const struct roll_row wanted = { .pid = pid };

	return bsearch(&wanted, r->rows, r->n, sizeof(*r->rows), row_cmp);
}

/* looking at one */

static int ask_quietly(struct state *s, int32_t pid, struct facts_process *f)
{
	int r;

	arena_reset(s->roll.answers);
	facts_set_quiet(s->facts, true);
	r = facts_ask_process(s->facts, pid, f, s->roll.answers);
	facts_set_quiet(s->facts, false);
	return r;
}

/* as at the start: a container that began unseen is one that was there before */
static void learn(struct state *s, const struct facts_process *f)
{
	struct arena *a = s->roll.answers;
	const struct process *p;

	facts_tell_process(s->facts, f);
	lineage_learn(s, f, a);
	p = process_find(&s->processes, 0, f->pid);
	if (p && p->container)
		lineage_describe(s, p->container, a);
	if (s->roll.recall)
		recall_apply(s, s->roll.recall, f->pid);
}

/* its birth was told: what was read would say no more */
static bool is_born(const struct state *s, int32_t pid)
{
	const struct process *p = process_find(&s->processes, 0, pid);

	return p && !p->is_dead && birth_is_certain(s, p);
}

static struct roll_row *row_to_meet(const struct state *s, int32_t pid)
{
	struct roll_row *row = s->roll.is_first ? row_of(&s->roll, pid) : NULL;

	return row && !row->is_done && !is_born(s, pid) ? row : NULL;
}

/* the eldest first: what a child is may follow from its parent */
static void meet(struct state *s, int32_t pid)
{
	int32_t line[LINE_MAX];
	bool was_sweeping = s->is_sweeping;
	size_t n = 0;

	s->is_sweeping = true;
	for (line[n++] = pid; n > 0;) {
		struct facts_process f;
		int r = ask_quietly(s, line[n - 1], &f);
		struct roll_row *parent = r == 0 && n < LINE_MAX ? row_to_meet(s, f.ppid) : NULL;

		if (parent) {
			parent->is_done = true;
			line[n++] = f.ppid;
			continue;
		}
		if (r == 0)
			learn(s, &f);
		else
			s->unreadable += r != -ESRCH && r != -ENOENT;
		n--;
	}
	s->is_sweeping = was_sweeping;
}

/* in a later round: whoever has this pid now, is it the one that is known? */
static bool is_known(struct state *s, int32_t pid)
{
	const struct process *p = process_find(&s->processes, 0, pid);
	struct facts_process f;
	int r;

	if (!p || p->is_dead)
		return false;
	if (birth_is_certain(s, p))
		return true;
	arena_reset(s->roll.answers);
	facts_set_quiet(s->facts, true);
	r = facts_ask_cgroup(s->facts, pid, &f, s->roll.answers);
	facts_set_quiet(s->facts, false);
	if (r < 0)
		return true; /* the census will find it gone */
	return lineage_is_same(p, &f);
}

/* the round */

static void end(struct state *s)
{
	if (!s->roll.is_first) {
		s->must_resync = s->must_resync_again;
		s->must_resync_again = false;
		s->stats.resyncs++;
	}
	roll_release(&s->roll);
	state_count(s);
}

static void advance(struct state *s, size_t n)
{
	struct roll *r = &s->roll;

	while (r->next < r->n && n > 0) {
		struct roll_row *row = &r->rows[r->next++];

		if (row->is_done)
			continue;
		row->is_done = true;
		n--;
		if (r->is_first ? !is_born(s, row->pid) : !is_known(s, row->pid))
			meet(s, row->pid);
	}
	if (r->next == r->n)
		end(s);
}

bool roll_advance(struct state *s, size_t n)
{
	if (!s->roll.rows)
		return false;
	facts_begin(s->facts, NULL);
	advance(s, n);
	return s->roll.rows;
}

void roll_meet(struct state *s, int32_t pid)
{
	struct roll_row *row = row_to_meet(s, pid);
	bool was_apart;

	if (!row)
		return;
	row->is_done = true;
	was_apart = facts_set_apart(s->facts, true);
	meet(s, pid);
	facts_set_apart(s->facts, was_apart);
}

void roll_finish(struct state *s)
{
	bool was_apart;

	/* in the midst of it there is nothing to wait for */
	if (!s->roll.is_first || s->is_sweeping)
		return;
	was_apart = facts_set_apart(s->facts, true);
	advance(s, SIZE_MAX);
	facts_set_apart(s->facts, was_apart);
}
