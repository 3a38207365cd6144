/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bump allocation with one end of life for all: an arena per event, per ruleset generation, per
 * alert.
 *
 * arena_reset() keeps the memory, so a steady stream of events allocates nothing. @limit bounds the
 * bytes an arena may hold; past it, or out of memory, every call returns NULL (arena_exhausted()
 * then stays true until the reset).
 */
#ifndef WC_ARENA_H
#define WC_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"

struct arena;

struct arena *arena_new(size_t first_chunk, size_t limit);
void arena_free(struct arena *a);
DEFINE_AUTO(arena)

void arena_reset(struct arena *a);
bool arena_exhausted(const struct arena *a);
size_t arena_used(const struct arena *a);

/* 16-byte aligned, not cleared */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc));
/* cleared; checks n * size for overflow */
void *arena_calloc(struct arena *a, size_t n, size_t size) __attribute__((malloc));
/* a copy with a NUL behind it (not counted in len); absent on failure or if s is absent */
struct str arena_str(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define arena_new_of(a, type) ((type *)arena_calloc((a), 1, sizeof(type)))
#define arena_array_of(a, type, n) ((type *)arena_calloc((a), (n), sizeof(type)))

#endif
