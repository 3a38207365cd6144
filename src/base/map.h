/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash tables with pointers as values: struct map by text, struct intmap by number.
 *
 * Keys of a map are borrowed: they must live as long as their entry (usually inside the value).
 * Values must not be NULL. Order of iteration is arbitrary; deleting while iterating is not
 * allowed.
 */
#ifndef WC_MAP_H
#define WC_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct map_slot {
	struct str key;
	uint64_t hash;
	void *value;
};

struct map {
	struct map_slot *slots;
	size_t len, cap; /* cap is 0 or a power of two */
	uint64_t seed;
};

/* for str_hash(), where others choose the keys; not 0 */
uint64_t map_seed(void);
void map_release(struct map *m);
void *map_get(const struct map *m, struct str key);
/* adds or replaces; 0 or -ENOMEM */
int map_put(struct map *m, struct str key, void *value);
/* the value that was there, or NULL */
void *map_del(struct map *m, struct str key);
/* *at starts at 0; NULL when done */
void *map_next(const struct map *m, size_t *at, struct str *key);

struct intmap_slot {
	uint64_t key;
	void *value;
};

struct intmap {
	struct intmap_slot *slots;
	size_t len, cap;
};

void intmap_release(struct intmap *m);
void *intmap_get(const struct intmap *m, uint64_t key);
int intmap_put(struct intmap *m, uint64_t key, void *value);
void *intmap_del(struct intmap *m, uint64_t key);
void *intmap_next(const struct intmap *m, size_t *at, uint64_t *key);
/* make room for @n entries at once, so that later puts up to it cannot fail; 0 or -ENOMEM */
int intmap_reserve(struct intmap *m, size_t n);

#endif
