/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Told once, then counted. An entry is one told match and what has been counted since; entries stand in the
 * order of their first time, so closing windows are found at the front. Identity is a 64-bit hash under a
 * random seed: nobody can make two different acts look the same.
 */
#include "alert/aggregate.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/map.h"

#define WINDOW_DEFAULT (60 * NS_PER_S)
#define SAME_ACT (2 * NS_PER_S)
#define ENTRIES_DEFAULT 1024

struct entry {
	struct entry *next;    /* younger, or next free */
	uint64_t match, act;   /* keys of the two tables */
	uint64_t first, last;
	uint64_t count;        /* tellings and repetitions */
	unsigned origins;
	int32_t pid;           /* 0: the first match had no process */
	struct alert *told;
};

struct aggregate {
	uint64_t window, seed;
	size_t entries_max;
	struct entry *entries, *free, *oldest, *youngest;
	struct entry *pending; /* closed early, not yet collected */
	struct intmap by_match, by_act;
	struct entry *admitted; /* waits for aggregate_keep() */
};

struct aggregate *aggregate_new(const struct aggregate_options *o)
{
	AUTO(aggregate) g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	g->window = o && o->window ? o->window : WINDOW_DEFAULT;
	g->entries_max = o && o->entries ? o->entries : ENTRIES_DEFAULT;
	if (getrandom(&g->seed, sizeof(g->seed), GRND_NONBLOCK) != sizeof(g->seed))
		g->seed = (uintptr_t)g;
	g->entries = calloc(g->entries_max, sizeof(*g->entries));
	if (!g->entries || intmap_reserve(&g->by_match, g->entries_max) < 0 ||
	    intmap_reserve(&g->by_act, g->entries_max) < 0)
		return NULL;
	for (size_t i = 0; i < g->entries_max; i++) {
		g->entries[i].next = g->free;
		g->free = &g->entries[i];
	}
	return take_ptr(g);
}

void aggregate_free(struct aggregate *g)
{
	if (!g)
		return;
	for (size_t i = 0; g->entries && i < g->entries_max; i++)
		alert_free(g->entries[i].told);
	free(g->entries);
	intmap_release(&g->by_match);
	intmap_release(&g->by_act);
	free(g);
}

static uint64_t hash_number(uint64_t hash, uint64_t n)
{
	return str_hash(str_mem(&n, sizeof(n)), hash);
}

static uint64_t hash_object(uint64_t hash, const struct object *o)
{
	if (!o->exists)
		return hash_number(hash, 0);
	if (!o->has_inode)
		return str_hash(o->name, hash);
	return hash_number(hash_number(hash, o->inode), (uint64_t)o->dev_major << 32 | o->dev_minor);
}

/*
 * Rule, container (its whole identity), executable, object, and whether the call failed: an attempt that
 * succeeds after one that was refused is news.
 */
static uint64_t match_key(const struct aggregate *g, const struct rule *rule, const struct scene *s)
{
	uint64_t hash = str_hash(rule->id, g->seed);
	hash = str_hash(scene_container_id(s), hash);
	hash = str_hash(s->container ? text_str(&s->container->id) : STR(""), hash);
	hash = str_hash(s->process ? text_str(&s->process->exe) : STR(""), hash);
	hash = hash_number(hash, s->event->has_syscall && s->event->sys.has_result && !s->event->sys.success);
	return hash_object(hash, &s->object);
}

/* rule and object alone: the same act may show without its process in another origin */
static uint64_t act_key(const struct aggregate *g, const struct rule *rule, const struct scene *s)
{
	return s->object.has_inode ? hash_object(str_hash(rule->id, ~g->seed), &s->object) : 0;
}

static bool is_same_act(const struct entry *e, const struct scene *s)
{
	uint64_t time = s->event->time, gap = time > e->last ? time - e->last : e->last - time;
	int32_t pid = s->process ? s->process->ref.pid : 0;
	return gap <= SAME_ACT && !(e->origins & 1u << s->event->origin) && (!pid || !e->pid || pid == e->pid);
}

static void count(struct entry *e, const struct scene *s)
{
	e->count++;
	e->origins |= 1u << s->event->origin;
	if (s->event->time > e->last)
		e->last = s->event->time;
}

/* take the oldest entry out of the tables */
static struct entry *close_oldest(struct aggregate *g)
{
	struct entry *e = g->oldest;
	g->oldest = e->next;
	if (!g->oldest)
		g->youngest = NULL;
	if (intmap_get(&g->by_match, e->match) == e)
		intmap_del(&g->by_match, e->match);
	if (e->act && intmap_get(&g->by_act, e->act) == e)
		intmap_del(&g->by_act, e->act);
	return e;
}

static void recycle(struct aggregate *g, struct entry *e)
{
	alert_free(e->told);
	*e = (struct entry){ .next = g->free };
	g->free = e;
}

static struct entry *entry_take(struct aggregate *g)
{
	struct entry *e;
	if (!g->free && g->oldest) {
		e = close_oldest(g);
		if (e->count > 1 && e->told) {
			e->next = g->pending;
			g->pending = e;
		} else {
			recycle(g, e);
		}
	}
	e = g->free;
	if (e)
		g->free = e->next;
	return e;
}

bool aggregate_admit(struct aggregate *g, const struct rule *rule, const struct scene *scene)
{
	uint64_t match = match_key(g, rule, scene), act = act_key(g, rule, scene);
	uint64_t now = scene->event->time;
	struct entry *e = intmap_get(&g->by_match, match);
	g->admitted = NULL;
	if (e && now < e->first + g->window) {
		count(e, scene);
		return false;
	}
	e = act ? intmap_get(&g->by_act, act) : NULL;
	if (e && is_same_act(e, scene)) {
		count(e, scene);
		return false;
	}
	e = entry_take(g);
	if (!e)
		return true; /* everything is pending: better told twice than not at all */
	*e = (struct entry){
		.match = match, .act = act, .first = now, .last = now, .count = 1,
		.origins = 1u << scene->event->origin, .pid = scene->process ? scene->process->ref.pid : 0,
	};
	if (g->youngest)
		g->youngest->next = e;
	else
		g->oldest = e;
	g->youngest = e;
	/* room was reserved: these cannot fail */
	(void)intmap_put(&g->by_match, match, e);
	if (act)
		(void)intmap_put(&g->by_act, act, e);
	g->admitted = e;
	return true;
}

void aggregate_keep(struct aggregate *g, const struct alert *told)
{
	if (g->admitted)
		g->admitted->told = alert_copy(told);
	g->admitted = NULL;
}

/* the entry's alert as a summary; the entry is free afterwards */
static struct alert *summarize(struct aggregate *g, struct entry *e)
{
	struct alert *a = e->count > 1 ? take_ptr(e->told) : NULL;
	if (a) {
		a->time = a->last = e->last;
		a->first = e->first;
		a->repeat = e->count;
		a->origins = e->origins;
	}
	recycle(g, e);
	return a;
}

struct alert *aggregate_due(struct aggregate *g, uint64_t now)
{
	struct alert *a = NULL;
	while (!a && g->pending) {
		struct entry *e = g->pending;
		g->pending = e->next;
		a = summarize(g, e);
	}
	while (!a && g->oldest && (now == UINT64_MAX || now >= g->oldest->first + g->window))
		a = summarize(g, close_oldest(g));
	return a;
}
