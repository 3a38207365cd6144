/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects records into events. The event of the record before is the first guess, because records
 * of one event come in a row; others are found by a hash on the serial.
 *
 * A slot in use is in one of two lists: `open` in order of arrival, or `ended` in order of serials,
 * kept back for the window. Slots and their arrays are reused; their bytes are the caller's until
 * assembler_settle(). The bytes themselves are slot.c's business.
 */
#include "event/assembler.h"

#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>

#include "base/clock.h"
#include "event/slot.h"

#define OPEN_MAX_DEFAULT 512
#define RECORDS_MAX_DEFAULT 1024
#define TIMEOUT (2 * NS_PER_S) /* auditd.conf(5) end_of_event_timeout */
#define GIVEN_MAX 1024 /* remembered keys of events already given out; power of two */

struct assembler {
	assembler_emit emit;
	void *ctx;
	size_t reorder, records_max;
	struct slot *slots, *free;
	size_t n_slots;
	struct slot_list open, ended;
	struct slot *last;
	struct slot **hash;
	size_t hash_mask, held; /* bytes of all slots in use */
	uint64_t now; /* the stream's time: of ticks, or of stamps where none come */
	bool is_ticked;
	uint64_t *given; /* hashes of the keys of recent events, by hash */
	struct assembler_stats stats;
};

struct assembler *assembler_new(const struct assembler_options *o, assembler_emit emit, void *ctx)
{
	AUTO(assembler) a = calloc(1, sizeof(*a));
	size_t buckets = 16;
	if (!a)
		return NULL;
	a->emit = emit;
	a->ctx = ctx;
	a->reorder = o ? o->reorder : 0;
	a->records_max = o && o->records_max ? o->records_max : RECORDS_MAX_DEFAULT;
	a->n_slots = a->reorder + (o && o->open_max ? o->open_max : OPEN_MAX_DEFAULT);
	while (buckets < a->n_slots)
		buckets *= 2;
	a->hash_mask = buckets - 1;
	a->slots = calloc(a->n_slots, sizeof(*a->slots));
	a->hash = calloc(buckets, sizeof(struct slot *));
	a->given = calloc(GIVEN_MAX, sizeof(*a->given));
	if (!a->slots || !a->hash || !a->given)
		return NULL;
	for (size_t i = a->n_slots; i-- > 0;) {
		a->slots[i].newer = a->free;
		a->free = &a->slots[i];
	}
	return take_ptr(a);
}

void assembler_free(struct assembler *a)
{
	if (!a)
		return;
	for (size_t i = 0; a->slots && i < a->n_slots; i++)
		slot_release(&a->slots[i]);
	free(a->slots);
	free(a->hash);
	free(a->given);
	free(a);
}

static struct slot **bucket(struct assembler *a, uint64_t serial)
{
	return &a->hash[serial & a->hash_mask];
}

static uint64_t *given(struct assembler *a, uint64_t key)
{
	return &a->given[key & (GIVEN_MAX - 1)];
}

/* @s is in no list any more */
static void give_out(struct assembler *a, struct slot *s)
{
	struct slot **at = bucket(a, s->serial);
	while (*at != s)
		at = &(*at)->chain;
	*at = s->chain;
	if (a->last == s)
		a->last = NULL;
	a->held -= s->size;
	a->stats.events++;
	*given(a, s->key) = s->key;
	a->emit(a->ctx, s->records, s->n);
	slot_rest(s);
	s->newer = a->free;
	a->free = s;
}

/*
 * The kernel numbers events as they are logged: serials are the order of what happened, stamps (of
 * the calls' entries) are not. A number far behind with a later stamp is a machine that was started
 * anew.
 */
static bool happened_before(const struct slot *s, const struct slot *other)
{
	return s->serial < other->serial && s->time <= other->time + TIMEOUT;
}

static void ended_insert(struct assembler *a, struct slot *s)
{
	struct slot *at = a->ended.newest, *behind = at;
	/* serials of other nodes do not compare: pass by them, but only to get before our own */
	for (; at; at = at->older) {
		if (!str_eq(at->node, s->node))
			continue;
		if (!happened_before(s, at))
			break;
		behind = at->older;
	}
	slot_list_insert(&a->ended, behind, s);
}

/* the event in @s is whole; it goes its way when the window is full */
static void slot_end(struct assembler *a, struct slot *s)
{
	slot_list_remove(&a->open, s);
	s->is_ended = true;
	ended_insert(a, s);
	while (a->ended.n > a->reorder)
		give_out(a, slot_list_remove(&a->ended, a->ended.oldest));
}

static void slot_time_out(struct assembler *a, struct slot *s)
{
	a->stats.timed_out++;
	slot_end(a, s);
}

static void make_room(struct assembler *a)
{
	while (!a->free || a->held > HELD_BYTES_MAX) {
		if (a->open.oldest)
			slot_time_out(a, a->open.oldest);
		else
			give_out(a, slot_list_remove(&a->ended, a->ended.oldest));
	}
}

static struct slot *slot_open(struct assembler *a, const struct record *r)
{
	struct slot *s;
	make_room(a);
	s = a->free;
	if (slot_start(s, r) < 0)
		return NULL;
	a->free = s->newer;
	s->seen = a->now;
	s->key = str_hash(r->node, r->time ^ r->serial * UINT64_C(0x9e3779b97f4a7c15)) | 1;
	a->stats.late += *given(a, s->key) == s->key;
	s->chain = *bucket(a, r->serial);
	*bucket(a, r->serial) = s;
	slot_list_insert(&a->open, a->open.newest, s);
	return s;
}

static struct slot *slot_find(struct assembler *a, const struct record *r)
{
	struct slot *s = a->last;
	if (s && slot_is_of(s, r))
		return s;
	for (s = *bucket(a, r->serial); s && !slot_is_of(s, r); s = s->chain)
		;
	return s;
}

static int slot_take(struct assembler *a, struct slot *s, const struct record *r)
{
	size_t before = s->size;
	int ret = s->n < a->records_max ? slot_add(s, r) : -E2BIG;
	a->held += s->size - before;
	a->stats.dropped += ret < 0;
	return ret == -E2BIG ? 0 : ret;
}

/* user space writes its records one by one, and so do we: they never have companions */
static bool is_lone(uint32_t type)
{
	return type == AUDIT_USER || type == RECORD_NOTICE ||
	       (type >= AUDIT_FIRST_USER_MSG && type <= AUDIT_LAST_USER_MSG) ||
	       (type >= AUDIT_FIRST_DAEMON && type <= AUDIT_LAST_DAEMON) ||
	       (type >= AUDIT_FIRST_USER_MSG2 && type <= AUDIT_LAST_USER_MSG2);
}

static void pass_time(struct assembler *a, uint64_t now)
{
	a->now = now;
	while (a->open.oldest && a->open.oldest->seen + TIMEOUT < now)
		slot_time_out(a, a->open.oldest);
	while (a->ended.oldest && a->ended.oldest->seen + TIMEOUT < now)
		give_out(a, slot_list_remove(&a->ended, a->ended.oldest));
}

void assembler_tick(struct assembler *a, uint64_t now)
{
	/* a clock that was set back, or stamps that were ahead of it, must not keep events open */
	a->is_ticked = true;
	if (now + TIMEOUT < a->now)
		for (struct slot *s = a->open.oldest; s; s = s->newer)
			s->seen = now;
	pass_time(a, now);
}

static void eoe(struct assembler *a, struct slot *s)
{
	slot_list_remove(s->is_ended ? &a->ended : &a->open, s);
	give_out(a, s);
}

int assembler_feed(struct assembler *a, const struct record *r)
{
	struct slot *s;
	int ret;
	a->stats.records++;
	if (!a->is_ticked && r->time > a->now)
		pass_time(a, r->time);
	s = slot_find(a, r);
	if (r->type == AUDIT_EOE) {
		if (s)
			eoe(a, s);
		return 0;
	}
	if (!s && !(s = slot_open(a, r))) {
		a->stats.dropped++;
		return -ENOMEM;
	}
	a->last = s;
	ret = slot_take(a, s, r);
	if (!s->is_ended && (is_lone(r->type) || (r->type == AUDIT_PROCTITLE && a->reorder)))
		slot_end(a, s);
	return ret;
}

static int settle_list(struct assembler *a, struct slot_list *list)
{
	int ret = 0;
	for (struct slot *s = list->oldest, *next; s; s = next) {
		next = s->newer;
		if (slot_settle(s) < 0) {
			/* its bytes are about to go: give it out while they are there */
			a->stats.timed_out += !s->is_ended;
			give_out(a, slot_list_remove(list, s));
			ret = -ENOMEM;
		}
	}
	return ret;
}

int assembler_settle(struct assembler *a)
{
	int open = settle_list(a, &a->open), ended = settle_list(a, &a->ended);
	return open < 0 ? open : ended;
}

void assembler_flush(struct assembler *a)
{
	/* the end of a log is the end of its events; a live stream breaks off in the middle */
	while (a->open.oldest) {
		a->stats.timed_out += a->reorder == 0;
		slot_end(a, a->open.oldest);
	}
	while (a->ended.oldest)
		give_out(a, slot_list_remove(&a->ended, a->ended.oldest));
}

const struct assembler_stats *assembler_stats(const struct assembler *a)
{
	return &a->stats;
}
