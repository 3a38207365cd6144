// SPDX-License-Identifier: Apache-2.0
/*
 * Counting different events in a bounded set of hashes.
 *
 * Neighbouring serials share a cache line: events come nearly in order, so that the set costs about one
 * memory access for eight of them. Memory that cannot be had makes the set forget, never fail.
 */
#include "daemon/distinct.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"

#define CAP_MIN 4096
#define LINE 8 /* slots in a cache line */
#define PROBES 2048

static size_t power_of_two(size_t n)
{
	size_t p = CAP_MIN;

	while (p < n)
		p *= 2;
	return p;
}

int distinct_init(struct distinct *d, size_t max)
{
	*d = (struct distinct){ .cap = CAP_MIN, .max = power_of_two(max) };
	d->slots = calloc(d->cap, sizeof(*d->slots));
	return d->slots ? 0 : -ENOMEM;
}

void distinct_release(struct distinct *d)
{
	free(d->slots);
	d->slots = NULL;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

/* the low half says where: eight neighbours side by side; both halves together are the identity */
static uint64_t key_of(struct str node, uint64_t time, uint64_t serial)
{
	uint64_t where =
		mix(time / NS_PER_S + mix(serial / LINE)) & UINT32_MAX & ~(uint64_t)(LINE - 1);
	uint64_t exactly = mix(time + (node.ptr ? str_hash(node, 0) : 0)) & ~(uint64_t)UINT32_MAX;
	uint64_t key = exactly | where | serial % LINE;

	return key ? key : UINT64_MAX;
}

/* the slot of @key: it holds the key, or is free, or is the one to give up in a crowd */
static uint64_t *slot_of(uint64_t *slots, size_t cap, uint64_t key)
{
	for (size_t i = 0; i < PROBES; i++) {
		uint64_t *slot = &slots[(key + i) & (cap - 1)];

		if (*slot == key || *slot == 0)
			return slot;
	}
	return &slots[key & (cap - 1)];
}

/* twice as much, or a fresh start: at half full the chains are still short */
static void make_room(struct distinct *d)
{
	size_t cap = d->cap * 2;
	uint64_t *slots = cap <= d->max ? calloc(cap, sizeof(*slots)) : NULL;

	if (!slots) {
		memset(d->slots, 0, d->cap * sizeof(*d->slots));
		d->used = 0;
		return;
	}
	for (size_t i = 0; i < d->cap; i++)
		if (d->slots[i])
			*slot_of(slots, cap, d->slots[i]) = d->slots[i];
	free(d->slots);
	d->slots = slots;
	d->cap = cap;
}

bool distinct_add(struct distinct *d, struct str node, uint64_t time, uint64_t serial)
{
	uint64_t key = key_of(node, time, serial);
	uint64_t *slot;

	if (d->used >= d->cap / 2)
		make_room(d);
	slot = slot_of(d->slots, d->cap, key);
	if (*slot == key)
		return false;
	d->count++;
	d->used++;
	*slot = key;
	return true;
}
