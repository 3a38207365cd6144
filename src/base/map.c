/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open addressing with linear probing and backward-shift deletion: no tombstones, so tables that
 * live for months stay fast. Both tables grow at three quarters full. The seed keeps chosen keys
 * from colliding.
 */
#include "base/map.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#define FIRST_CAP 16

uint64_t map_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uintptr_t)&seed;
	return seed | 1;
}

static bool is_full(size_t len, size_t cap)
{
	return len >= cap - cap / 4;
}

/* the slot a key hashed to @home may fill when @hole opens at a distance before it */
static bool may_move(size_t home, size_t hole, size_t at)
{
	return hole <= at ? home <= hole || home > at : home <= hole && home > at;
}

void map_release(struct map *m)
{
	free(m->slots);
	*m = (struct map){ 0 };
}

static struct map_slot *map_slot(const struct map *m, struct str key, uint64_t hash)
{
	size_t at = hash & (m->cap - 1);

	while (m->slots[at].value && (m->slots[at].hash != hash || !str_eq(m->slots[at].key, key)))
		at = (at + 1) & (m->cap - 1);
	return &m->slots[at];
}

void *map_get(const struct map *m, struct str key)
{
	return m->len ? map_slot(m, key, str_hash(key, m->seed))->value : NULL;
}

static int map_grow(struct map *m)
{
	struct map bigger = { .cap = m->cap ? m->cap * 2 : FIRST_CAP,
			      .len = m->len,
			      .seed = m->seed };

	if (!bigger.seed)
		bigger.seed = map_seed();
	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].value)
			*map_slot(&bigger, m->slots[i].key, m->slots[i].hash) = m->slots[i];
	free(m->slots);
	*m = bigger;
	return 0;
}

int map_put(struct map *m, struct str key, void *value)
{
	uint64_t hash;
	struct map_slot *slot;

	if (is_full(m->len, m->cap) && map_grow(m) < 0)
		return -ENOMEM;
	hash = str_hash(key, m->seed);
	slot = map_slot(m, key, hash);
	m->len += !slot->value;
	*slot = (struct map_slot){ key, hash, value };
	return 0;
}

void *map_del(struct map *m, struct str key)
{
	struct map_slot *slot = m->len ? map_slot(m, key, str_hash(key, m->seed)) : NULL;

	void *value = slot ? slot->value : NULL;
	size_t mask = m->cap - 1, hole;
	if (!value)
		return NULL;
	hole = (size_t)(slot - m->slots);
	for (size_t at = (hole + 1) & mask; m->slots[at].value; at = (at + 1) & mask) {
		if (!may_move(m->slots[at].hash & mask, hole, at))
			continue;
		m->slots[hole] = m->slots[at];
		hole = at;
	}
	m->slots[hole] = (struct map_slot){ 0 };
	m->len--;
	return value;
}

void *map_next(const struct map *m, size_t *at, struct str *key)
{
	while (*at < m->cap) {
		const struct map_slot *slot = &m->slots[(*at)++];

		if (!slot->value)
			continue;
		if (key)
			*key = slot->key;
		return slot->value;
	}
	return NULL;
}

void intmap_release(struct intmap *m)
{
	free(m->slots);
	*m = (struct intmap){ 0 };
}

static size_t intmap_home(const struct intmap *m, uint64_t key)
{
	/* Fibonacci hashing: consecutive pids spread, and the high bits count */
	return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (m->cap - 1);
}

static struct intmap_slot *intmap_slot(const struct intmap *m, uint64_t key)
{
	size_t at = intmap_home(m, key);

	while (m->slots[at].value && m->slots[at].key != key)
		at = (at + 1) & (m->cap - 1);
	return &m->slots[at];
}

void *intmap_get(const struct intmap *m, uint64_t key)
{
	return m->len ? intmap_slot(m, key)->value : NULL;
}

static int intmap_resize(struct intmap *m, size_t cap)
{
	struct intmap bigger = { .cap = cap, .len = m->len };

	bigger.slots = calloc(cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].value)
			*intmap_slot(&bigger, m->slots[i].key) = m->slots[i];
	free(m->slots);
	*m = bigger;
	return 0;
}

int intmap_reserve(struct intmap *m, size_t n)
{
	size_t cap = m->cap ? m->cap : FIRST_CAP;

	while (is_full(n, cap))
		cap *= 2;
	return cap == m->cap ? 0 : intmap_resize(m, cap);
}

int intmap_put(struct intmap *m, uint64_t key, void *value)
{
	struct intmap_slot *slot;

	if (is_full(m->len, m->cap) && intmap_resize(m, m->cap ? m->cap * 2 : FIRST_CAP) < 0)
		return -ENOMEM;
	slot = intmap_slot(m, key);
	m->len += !slot->value;
	*slot = (struct intmap_slot){ key, value };
	return 0;
}

void *intmap_del(struct intmap *m, uint64_t key)
{
	struct intmap_slot *slot = m->len ? intmap_slot(m, key) : NULL;

	void *value = slot ? slot->value : NULL;
	size_t mask = m->cap - 1, hole;
	if (!value)
		return NULL;
	hole = (size_t)(slot - m->slots);
	for (size_t at = (hole + 1) & mask; m->slots[at].value; at = (at + 1) & mask) {
		if (!may_move(intmap_home(m, m->slots[at].key), hole, at))
			continue;
		m->slots[hole] = m->slots[at];
		hole = at;
	}
	m->slots[hole] = (struct intmap_slot){ 0 };
	m->len--;
	return value;
}

void *intmap_next(const struct intmap *m, size_t *at, uint64_t *key)
{
	while (*at < m->cap) {
		const struct intmap_slot *slot = &m->slots[(*at)++];

		if (!slot->value)
			continue;
		if (key)
			*key = slot->key;
		return slot->value;
	}
	return NULL;
}
