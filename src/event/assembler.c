/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects records into events. Open events stand in a list, oldest stamp first, and in a hash by serial;
 * the event of the record before is the first guess, because records of one event come in a row.
 *
 * An event is open (its end has not come), or ended and kept back for the reorder window (logs). Slots and
 * their arrays are reused; bytes are borrowed until assembler_settle() copies those of the slots in use.
 */
#include "event/assembler.h"

#include <errno.h>
#include <libaudit.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"

#define OPEN_MAX_DEFAULT 512
#define RECORDS_MAX_DEFAULT 1024
#define RECORDS_FIRST 16
#define TIMEOUT (2 * NS_PER_S) /* auditd.conf(5) end_of_event_timeout */
#define GIVEN_MAX 1024         /* remembered keys of events already given out; power of two */

struct slot {
	struct slot *older, *newer; /* in the list of slots in use, or newer = next free */
	struct slot *chain;         /* of the hash */
	uint64_t time, serial;
	struct str node;
	struct record *records;
	size_t n, cap, settled; /* the first `settled` records point into bytes */
	bool ended;
	char *bytes;
	size_t bytes_len, bytes_cap;
};

struct assembler {
	assembler_emit emit;
	void *ctx;
	size_t open_max, reorder, records_max;
	struct slot *slots, *free;
	struct slot *oldest, *newest, *last;
	struct slot **hash;
	size_t hash_mask, in_use, ended;
	uint64_t newest_time;
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
	a->open_max = o && o->open_max ? o->open_max : OPEN_MAX_DEFAULT;
	a->reorder = o ? o->reorder : 0;
	if (a->open_max < a->reorder + 16)
		a->open_max = a->reorder + 16;
	a->records_max = o && o->records_max ? o->records_max : RECORDS_MAX_DEFAULT;
	while (buckets < a->open_max)
		buckets *= 2;
	a->hash_mask = buckets - 1;
	a->slots = calloc(a->open_max, sizeof(*a->slots));
	a->hash = calloc(buckets, sizeof(struct slot *));
	a->given = calloc(GIVEN_MAX, sizeof(*a->given));
	if (!a->slots || !a->hash || !a->given)
		return NULL;
	for (size_t i = 0; i < a->open_max; i++) {
		a->slots[i].newer = a->free;
		a->free = &a->slots[i];
	}
	return take_ptr(a);
}

void assembler_free(struct assembler *a)
{
	if (!a)
		return;
	for (size_t i = 0; a->slots && i < a->open_max; i++) {
		free(a->slots[i].records);
		free(a->slots[i].bytes);
	}
	free(a->slots);
	free(a->hash);
	free(a->given);
	free(a);
}

static bool same_event(const struct slot *s, const struct record *r)
{
	return s->serial == r->serial && s->time == r->time && str_eq(s->node, r->node);
}

static struct slot **bucket(struct assembler *a, uint64_t serial)
{
	return &a->hash[serial & a->hash_mask];
}

static uint64_t key_hash(uint64_t time, uint64_t serial, struct str node)
{
	uint64_t hash = str_hash(node, time ^ serial * UINT64_C(0x9e3779b97f4a7c15));
	return hash ? hash : 1;
}

static bool before(const struct slot *a, const struct slot *b)
{
	return a->time != b->time ? a->time < b->time : a->serial < b->serial;
}

static void list_insert(struct assembler *a, struct slot *s)
{
	struct slot *at = a->newest;
	while (at && before(s, at))
		at = at->older;
	s->older = at;
	s->newer = at ? at->newer : a->oldest;
	*(at ? &at->newer : &a->oldest) = s;
	*(s->newer ? &s->newer->older : &a->newest) = s;
}

static void list_remove(struct assembler *a, struct slot *s)
{
	*(s->older ? &s->older->newer : &a->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &a->newest) = s->older;
}

static void give_out(struct assembler *a, struct slot *s)
{
	struct slot **at = bucket(a, s->serial);
	uint64_t hash = key_hash(s->time, s->serial, s->node);
	while (*at != s)
		at = &(*at)->chain;
	*at = s->chain;
	list_remove(a, s);
	a->in_use--;
	a->ended -= s->ended;
	a->stats.timed_out += !s->ended;
	a->stats.events++;
	if (a->last == s)
		a->last = NULL;
	a->given[hash & (GIVEN_MAX - 1)] = hash;
	a->emit(a->ctx, s->records, s->n);
	s->newer = a->free;
	a->free = s;
}

static struct slot *slot_open(struct assembler *a, const struct record *r)
{
	struct slot *s, **head = bucket(a, r->serial);
	uint64_t hash = key_hash(r->time, r->serial, r->node);
	if (a->given[hash & (GIVEN_MAX - 1)] == hash)
		a->stats.late++;
	if (!a->free)
		give_out(a, a->oldest);
	s = a->free;
	if (!s->records) {
		s->records = calloc(RECORDS_FIRST, sizeof(*s->records));
		if (!s->records)
			return NULL;
		s->cap = RECORDS_FIRST;
	}
	a->free = s->newer;
	s->time = r->time;
	s->serial = r->serial;
	s->node = r->node;
	s->n = s->settled = s->bytes_len = 0;
	s->ended = false;
	s->chain = *head;
	*head = s;
	list_insert(a, s);
	a->in_use++;
	return s;
}

static struct slot *slot_find(struct assembler *a, const struct record *r)
{
	struct slot *s = *bucket(a, r->serial);
	while (s && !same_event(s, r))
		s = s->chain;
	return s;
}

static int slot_add(struct assembler *a, struct slot *s, const struct record *r)
{
	if (s->n == a->records_max) {
		a->stats.dropped++;
		return 0;
	}
	if (s->n == s->cap) {
		struct record *records = realloc(s->records, s->cap * 2 * sizeof(*records));
		if (!records) {
			a->stats.dropped++;
			return -ENOMEM;
		}
		s->records = records;
		s->cap *= 2;
	}
	s->records[s->n++] = *r;
	return 0;
}

/*
 * Records that never have companions: those that user space writes and those the kernel writes outside a
 * system call. The kernel's own CONFIG_CHANGE, AVC, NETFILTER_CFG ... may stand before a SYSCALL record.
 */
static bool is_lone(uint32_t type)
{
	return (type >= AUDIT_FIRST_USER_MSG && type <= AUDIT_LAST_USER_MSG) ||
	       (type >= AUDIT_FIRST_DAEMON && type <= AUDIT_LAST_DAEMON) ||
	       (type >= AUDIT_FIRST_USER_MSG2 && type <= AUDIT_LAST_USER_MSG2);
}

static void window_trim(struct assembler *a)
{
	/* in order: what ended waits for older ones that are still open, but not past the window */
	while (a->oldest && a->ended > a->reorder) {
		struct slot *s = a->oldest;
		while (s && !s->ended)
			s = s->newer;
		if (!s)
			return;
		give_out(a, s);
	}
}

static void slot_end(struct assembler *a, struct slot *s)
{
	if (!s->ended) {
		s->ended = true;
		a->ended++;
	}
	window_trim(a);
}

void assembler_tick(struct assembler *a, uint64_t now)
{
	if (now > a->newest_time)
		a->newest_time = now;
	while (a->oldest && a->newest_time > TIMEOUT && a->oldest->time < a->newest_time - TIMEOUT)
		give_out(a, a->oldest);
}

int assembler_feed(struct assembler *a, const struct record *r)
{
	struct slot *s = a->last;
	int ret;
	a->stats.records++;
	if (r->time > a->newest_time)
		assembler_tick(a, r->time);
	if (!s || a->last != s || !same_event(s, r))
		s = slot_find(a, r);
	if (r->type == AUDIT_EOE) {
		if (s)
			slot_end(a, s);
		return 0;
	}
	if (!s)
		s = slot_open(a, r);
	if (!s) {
		a->stats.dropped++;
		return -ENOMEM;
	}
	a->last = s;
	ret = slot_add(a, s, r);
	if (is_lone(r->type) || (r->type == AUDIT_PROCTITLE && a->reorder))
		slot_end(a, s);
	return ret;
}

static int slot_own(struct slot *s, struct str *view)
{
	if (!view->ptr || view->len == 0)
		return 0;
	memcpy(s->bytes + s->bytes_len, view->ptr, view->len);
	view->ptr = s->bytes + s->bytes_len;
	s->bytes_len += view->len;
	return 0;
}

/* make room first and move the views that already point here: bytes may move */
static int slot_settle(struct slot *s)
{
	size_t need = s->bytes_len + s->node.len;
	char *old = s->bytes;
	if (s->settled == s->n)
		return 0;
	for (size_t i = s->settled; i < s->n; i++)
		need += s->records[i].body.len + s->records[i].enriched.len;
	if (need > s->bytes_cap) {
		char *bytes = malloc(need * 2);
		if (!bytes)
			return -ENOMEM;
		if (s->bytes_len)
			memcpy(bytes, old, s->bytes_len);
		for (size_t i = 0; i < s->settled; i++) {
			struct record *r = &s->records[i];
			r->body.ptr = bytes + (r->body.ptr - old);
			if (r->enriched.ptr)
				r->enriched.ptr = bytes + (r->enriched.ptr - old);
		}
		if (s->settled && s->node.len)
			s->node.ptr = bytes + (s->node.ptr - old);
		free(old);
		s->bytes = bytes;
		s->bytes_cap = need * 2;
	}
	if (s->settled == 0)
		slot_own(s, &s->node);
	for (size_t i = s->settled; i < s->n; i++) {
		slot_own(s, &s->records[i].body);
		slot_own(s, &s->records[i].enriched);
	}
	for (size_t i = 0; i < s->n; i++)
		s->records[i].node = s->node;
	s->settled = s->n;
	return 0;
}

int assembler_settle(struct assembler *a)
{
	int ret = 0;
	for (struct slot *s = a->oldest, *next; s; s = next) {
		next = s->newer;
		if (slot_settle(s) < 0) {
			/* its bytes are about to go: give it out while they are there */
			give_out(a, s);
			ret = -ENOMEM;
		}
	}
	return ret;
}

void assembler_flush(struct assembler *a)
{
	while (a->oldest) {
		/* the end of the input is the end of an event, not a time-out, unless it is a live stream */
		if (a->reorder && !a->oldest->ended) {
			a->oldest->ended = true;
			a->ended++;
		}
		give_out(a, a->oldest);
	}
}

const struct assembler_stats *assembler_stats(const struct assembler *a)
{
	return &a->stats;
}
