/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container table: rows found by node and full id.
 *
 * Owns the rows and their texts. Must not ask anybody: what a row holds beyond its id is filled in
 * by lineage.c (disk) and runtime_stage.c (runtime arguments).
 */
#include "state/container.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "state/process.h"

#define CONTAINER_TEXTS 13
#define SPEC_MEMORY_FIRST 4096
#define SPEC_MEMORY_LIMIT (SPEC_BYTES_MAX * 2 + SPEC_ITEMS_MAX * 512)

static void container_texts(struct container *c, struct text *list[static CONTAINER_TEXTS])
{
	list[0] = &c->id;
	list[1] = &c->node;
	list[2] = &c->type;
	list[3] = &c->name;
	list[4] = &c->image;
	list[5] = &c->image_id;
	list[6] = &c->bundle;
	list[7] = &c->rootfs;
	list[8] = &c->key;
	list[9] = &c->home;
	list[10] = &c->mounts;
	list[11] = &c->drift;
	list[12] = &c->mounts_told;
}

int container_table_init(struct container_table *t, size_t max)
{
	*t = (struct container_table){ .max = max, .rows = calloc(max, sizeof(*t->rows)) };
	return t->rows ? 0 : -ENOMEM;
}

void container_table_release(struct container_table *t)
{
	struct text *list[CONTAINER_TEXTS];

	for (size_t i = 0; i < t->used; i++) {
		container_texts(&t->rows[i], list);
		for (size_t k = 0; k < CONTAINER_TEXTS; k++)
			text_release(list[k]);
		arena_free(t->rows[i].spec_memory);
	}
	free(t->rows);
	map_release(&t->by_key);
	*t = (struct container_table){ 0 };
}

void container_forget(struct container *c)
{
	struct text *const texts[] = { &c->name,   &c->image,  &c->image_id,
				       &c->bundle, &c->rootfs, &c->home,
				       &c->mounts, &c->drift,  &c->mounts_told };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		text_clear(texts[i]);
	c->spec = (struct spec){ 0 };
	c->told = c->metadata_asked = c->has_bounding = c->has_privileged = false;
	c->has_userns = c->has_root_device = false;
	c->init_pid = 0;
	c->root_mount = 0;
	memset(c->ns, 0, sizeof(c->ns));
	c->ns_since = 0;
}

void container_set_spec(struct container *c, const struct spec *spec)
{
	c->spec = (struct spec){ 0 };
	if (!c->spec_memory)
		c->spec_memory = arena_new(SPEC_MEMORY_FIRST, SPEC_MEMORY_LIMIT);
	if (!c->spec_memory)
		return;
	arena_reset(c->spec_memory);
	if (spec_copy(&c->spec, spec, c->spec_memory) < 0)
		c->spec = (struct spec){ 0 };
}

struct key {
	char bytes[sizeof(uint32_t) + CONTAINER_ID_MAX];
	size_t len;
};

static struct str key_make(struct key *k, uint32_t node, struct str id)
{
	memcpy(k->bytes, &node, sizeof(node));
	memcpy(k->bytes + sizeof(node), id.ptr, id.len);
	return str_mem(k->bytes, sizeof(node) + id.len);
}

uint64_t container_party(const struct container *c)
{
	return c ? UINT64_C(2) + c->generation : 1;
}

uint32_t container_node(const struct container *c)
{
	uint32_t node = 0;

	if (c->key.len >= sizeof(node))
		memcpy(&node, c->key.ptr, sizeof(node));
	return node;
}

static bool id_is_usable(struct str id)
{
	return id.ptr && id.len > 0 && id.len <= CONTAINER_ID_MAX;
}

struct container *container_find(const struct container_table *t, uint32_t node, struct str id)
{
	struct key k;

	return id_is_usable(id) ? map_get(&t->by_key, key_make(&k, node, id)) : NULL;
}

void container_set_root(struct container *c, uint32_t major, uint32_t minor)
{
	c->has_root_device = true;
	c->root_major = major;
	c->root_minor = minor;
}

struct container *container_of_device(const struct container_table *t, uint32_t node,
				      uint32_t major, uint32_t minor)
{
	struct container *found = NULL;

	for (size_t i = 0; i < t->used; i++) {
		struct container *c = &t->rows[i];

		if (c->has_root_device && c->root_major == major && c->root_minor == minor &&
		    c->is_identified && container_node(c) == node &&
		    (!found || c->seen > found->seen))
			found = c;
	}
	return found;
}

/* the one that costs least: without processes, then longest unseen */
static struct container *container_victim(struct container_table *t)
{
	struct container *best = &t->rows[0];

	for (size_t i = 1; i < t->used; i++) {
		struct container *c = &t->rows[i];

		if (!c->refs != !best->refs ? !c->refs : c->seen < best->seen)
			best = c;
	}
	return best;
}

static void container_evict(struct container_table *t, struct process_table *processes,
			    struct container *c)
{
	if (c->refs)
		t->evicted++;
	for (size_t i = 0; c->refs && i < processes->used; i++) {
		struct process *p = &processes->rows[i];

		if (p->container == c)
			process_set_container(p, &t->lost);
		if (p->served == c)
			process_set_served(p, NULL);
	}
	map_del(&t->by_key, text_str(&c->key));
}

static void container_blank(struct container *c)
{
	struct container kept = *c;
	struct text *list[CONTAINER_TEXTS], *old[CONTAINER_TEXTS];

	*c = (struct container){ .spec_memory = kept.spec_memory };
	container_texts(c, list);
	container_texts(&kept, old);
	for (size_t k = 0; k < CONTAINER_TEXTS; k++) {
		*list[k] = *old[k];
		text_clear(list[k]);
	}
}

struct container *container_get(struct container_table *t, struct process_table *processes,
				uint32_t node, struct str id, bool *fresh)
{
	struct container *c = container_find(t, node, id);
	struct key k;

	*fresh = false;
	if (c || !id_is_usable(id))
		return c;
	if (t->used < t->max) {
		c = &t->rows[t->used++];
	} else {
		c = container_victim(t);
		container_evict(t, processes, c);
	}
	container_blank(c);
	c->generation = ++t->generations;
	c->is_identified = true;
	*fresh = true;
	if (text_set(&c->id, id, CONTAINER_ID_MAX) < 0 ||
	    text_set(&c->key, key_make(&k, node, id), sizeof(k.bytes)) < 0 ||
	    map_put(&t->by_key, text_str(&c->key), c) < 0)
		return NULL;
	return c;
}
