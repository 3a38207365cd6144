/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process table: rows in one array, found by (node, pid), queued by the time of their last
 * record.
 *
 * Owns the rows and their texts. Must not know what records mean: lineage.c fills the rows. A row
 * that is needed anew comes from the front of the queue of the dead, else of the living.
 */
#include "state/process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state/container.h"
#include "state/credentials.h"

#define SECOND_CHANCES 64 /* deserters that one eviction passes over */
/* texts above this are given back when their row changes hands, so that one flood of long command lines
 * does not stay resident for ever */
#define TEXT_KEPT 512

static void queue_remove(struct process_queue *q, struct process *p)
{
	*(p->older ? &p->older->newer : &q->oldest) = p->newer;
	*(p->newer ? &p->newer->older : &q->newest) = p->older;
	p->older = p->newer = NULL;
}

static void queue_append(struct process_queue *q, struct process *p)
{
	p->older = q->newest;
	p->newer = NULL;
	*(q->newest ? &q->newest->newer : &q->oldest) = p;
	q->newest = p;
}

static struct process_queue *queue_of(struct process_table *t, const struct process *p)
{
	return p->is_dead ? &t->dead : &t->live;
}

static void set_container(struct container **where, struct container *c)
{
	if (*where == c)
		return;
	if (*where)
		(*where)->refs--;
	if (c)
		c->refs++;
	*where = c;
}

void process_set_container(struct process *p, struct container *c)
{
	set_container(&p->container, c);
}

void process_set_served(struct process *p, struct container *c)
{
	set_container(&p->served, c);
}

static struct text text_reuse(struct text *t)
{
	if (t->cap > TEXT_KEPT)
		text_release(t);
	text_clear(t);
	return *t;
}

/* everything forgotten but the memory of the texts and the place in the table */
static void process_blank(struct process *p, uint32_t generation)
{
	process_set_container(p, NULL);
	process_set_served(p, NULL);
	*p = (struct process){
		.ref = { .pid = p->ref.pid, .generation = generation, .pidfd = -1 },
		.node = p->node,
		.comm = text_reuse(&p->comm),
		.exe = text_reuse(&p->exe),
		.args = text_reuse(&p->args),
		.cwd = text_reuse(&p->cwd),
		.inner = text_reuse(&p->inner),
		.cred = CREDENTIALS_UNKNOWN,
		.loginuid = UINT32_MAX,
		.is_dead = p->is_dead,
		.key = p->key,
		.older = p->older,
		.newer = p->newer,
	};
}

int process_table_init(struct process_table *t, size_t max)
{
	*t = (struct process_table){ .max = max, .rows = calloc(max, sizeof(*t->rows)) };
	if (!t->rows)
		return -ENOMEM;
	return intmap_reserve(&t->by_key, max);
}

void process_table_release(struct process_table *t)
{
	for (size_t i = 0; i < t->used; i++) {
		struct process *p = &t->rows[i];

		text_release(&p->node);
		text_release(&p->comm);
		text_release(&p->exe);
		text_release(&p->args);
		text_release(&p->cwd);
		text_release(&p->inner);
	}
	free(t->rows);
	intmap_release(&t->by_key);
	*t = (struct process_table){ 0 };
}

struct process *process_find(const struct process_table *t, uint32_t node, int32_t pid)
{
	return intmap_get(&t->by_key, process_key(node, pid));
}

/*
 * Whose origin only its row tells, for /proc would not, gets a second chance: whoever has left its container
 * cannot be made forgotten by forking. Only so many at a time: an eviction costs the same for everybody.
 */
static struct process *live_to_evict(struct process_table *t)
{
	for (unsigned i = 0; i < SECOND_CHANCES && t->live.oldest->has_deserted; i++) {
		struct process *p = t->live.oldest;

		queue_remove(&t->live, p);
		queue_append(&t->live, p);
	}
	return t->live.oldest;
}

/* a row that nobody needs, out of map and queues */
static struct process *row_take(struct process_table *t)
{
	struct process *p;

	if (t->used < t->max)
		return &t->rows[t->used++];
	p = t->dead.oldest;
	if (!p) {
		p = live_to_evict(t);
		t->evicted++;
	}
	queue_remove(queue_of(t, p), p);
	intmap_del(&t->by_key, p->key);
	return p;
}

struct process *process_add(struct process_table *t, uint32_t node, int32_t pid)
{
	struct process *p = row_take(t);

	p->key = process_key(node, pid);
	p->ref.pid = pid;
	p->is_dead = false;
	process_blank(p, ++t->generations);
	queue_append(&t->live, p);
	/* cannot fail: room for all rows was made at the start */
	intmap_put(&t->by_key, p->key, p);
	return p;
}

void process_renew(struct process_table *t, struct process *p)
{
	queue_remove(queue_of(t, p), p);
	p->is_dead = false;
	process_blank(p, ++t->generations);
	queue_append(&t->live, p);
}

void process_touch(struct process_table *t, struct process *p, uint64_t time)
{
	p->seen = time;
	if (!p->first_seen)
		p->first_seen = time;
	if (p->is_dead || t->live.newest == p)
		return;
	queue_remove(&t->live, p);
	queue_append(&t->live, p);
}

void process_died(struct process_table *t, struct process *p, uint64_t time)
{
	if (p->is_dead)
		return;
	queue_remove(&t->live, p);
	p->is_dead = true;
	p->died = time;
	queue_append(&t->dead, p);
}

void process_revive(struct process_table *t, struct process *p)
{
	if (!p->is_dead)
		return;
	queue_remove(&t->dead, p);
	p->is_dead = p->is_gone = false;
	p->died = 0;
	queue_append(&t->live, p);
}
