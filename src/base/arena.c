/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bump allocation in a chain of chunks, each twice as large as the one before. A reset keeps the
 * chunks and starts again at the first, so the same work the next time asks malloc for nothing.
 */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

#define ALIGNMENT 16

struct chunk {
	struct chunk *next;
	size_t size, used;

	_Alignas(ALIGNMENT) char bytes[];
};

struct arena {
	struct chunk *first, *current;
	size_t next_size; /* of the next chunk that malloc has to give */
	size_t held, limit;
	bool exhausted;
};

struct arena *arena_new(size_t first_chunk, size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->next_size = first_chunk < 64 ? 64 : first_chunk;
	a->limit = limit;
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->first, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

void arena_reset(struct arena *a)
{
	for (struct chunk *c = a->first; c && c->used; c = c->next)
		c->used = 0;
	a->current = a->first;
	a->exhausted = false;
}

bool arena_exhausted(const struct arena *a)
{
	return a->exhausted;
}

size_t arena_used(const struct arena *a)
{
	size_t used = 0;

	for (const struct chunk *c = a->first; c; c = c->next)
		used += c->used;
	return used;
}

static struct chunk *chunk_add(struct arena *a, size_t size)
{
	struct chunk *c, **tail = a->current ? &a->current->next : &a->first;
	size_t want = a->next_size < size ? size : a->next_size;

	if (size > a->limit || a->held > a->limit - size)
		return NULL;
	if (want > a->limit - a->held)
		want = a->limit - a->held;
	c = malloc(sizeof(*c) + want);
	if (!c)
		return NULL;
	c->size = want;
	c->used = 0;
	c->next = *tail;
	*tail = c;
	a->held += want;
	a->next_size = want * 2;
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p;
	if (a->exhausted)
		return NULL;
	if (__builtin_add_overflow(size, ALIGNMENT - 1, &size)) {
		a->exhausted = true;
		return NULL;
	}
	size &= ~(size_t)(ALIGNMENT - 1);
	if (!a->current)
		a->current = a->first;
	while (!a->current || size > a->current->size - a->current->used) {
		if (a->current && a->current->next && size <= a->current->next->size) {
			a->current = a->current->next;
			continue;
		}
		struct chunk *added = chunk_add(a, size);
		if (!added) {
			a->exhausted = true;
			return NULL;
		}
		a->current = added;
	}
	p = a->current->bytes + a->current->used;
	a->current->used += size;
	return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
	size_t total;

	void *p = NULL;
	if (!__builtin_mul_overflow(n, size, &total))
		p = arena_alloc(a, total);
	if (p)
		memset(p, 0, total);
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *copy;

	if (!s.ptr)
		return STR_ABSENT;
	copy = arena_alloc(a, s.len + 1);
	if (!copy)
		return STR_ABSENT;
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = 0;
	return str_mem(copy, s.len);
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = len < 0 ? NULL : arena_alloc(a, (size_t)len + 1);
	if (!text)
		return STR_ABSENT;
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return str_mem(text, (size_t)len);
}
