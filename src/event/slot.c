/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records of one open event and their bytes. Settled bytes of a slot lie in one piece of memory
 * that is kept for the next event, unless it has grown out of the ordinary.
 */
#include "event/slot.h"

#include <errno.h>
#include <linux/audit.h>
#include <stdlib.h>

#include "event/assembler.h"

#define RECORDS_FIRST 16
#define RECORDS_KEPT 64
#define BYTES_KEPT 16384
/* twice what is used of a command line, in hex; the paths behind it must still find room */
#define EXECVE_BYTES_MAX (4 * 16384)

void slot_list_insert(struct slot_list *list, struct slot *at, struct slot *s)
{
	s->older = at;
	s->newer = at ? at->newer : list->oldest;
	*(at ? &at->newer : &list->oldest) = s;
	*(s->newer ? &s->newer->older : &list->newest) = s;
	list->n++;
}

struct slot *slot_list_remove(struct slot_list *list, struct slot *s)
{
	*(s->older ? &s->older->newer : &list->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &list->newest) = s->older;
	list->n--;
	return s;
}

int slot_start(struct slot *s, const struct record *r)
{
	if (!s->records) {
		s->records = calloc(RECORDS_FIRST, sizeof(*s->records));
		if (!s->records)
			return -ENOMEM;
		s->cap = RECORDS_FIRST;
	}
	s->time = r->time;
	s->serial = r->serial;
	s->node = r->node;
	s->n = s->settled = s->bytes_len = s->size = s->execve_size = 0;
	s->is_ended = false;
	return 0;
}

static int slot_grow(struct slot *s)
{
	struct record *records = realloc(s->records, s->cap * 2 * sizeof(*records));
	if (!records)
		return -ENOMEM;
	s->records = records;
	s->cap *= 2;
	return 0;
}

int slot_add(struct slot *s, const struct record *r)
{
	size_t size = r->body.len + r->enriched.len;
	bool is_execve = r->type == AUDIT_EXECVE;
	if (is_execve && s->execve_size >= EXECVE_BYTES_MAX)
		return 0;
	if (s->size + size > EVENT_BYTES_MAX)
		return -E2BIG;
	if (s->n == s->cap && slot_grow(s) < 0)
		return -ENOMEM;
	s->records[s->n++] = *r;
	s->size += size;
	s->execve_size += is_execve ? size : 0;
	return 0;
}

static void move_view(struct str *view, const char *from, const char *to)
{
	if (view->ptr)
		view->ptr = to + (view->ptr - from);
}

/* the views into the settled bytes follow them to @bytes */
static void move_views(struct slot *s, const char *bytes)
{
	for (size_t i = 0; i < s->settled; i++) {
		move_view(&s->records[i].body, s->bytes, bytes);
		move_view(&s->records[i].enriched, s->bytes, bytes);
	}
	if (s->settled)
		move_view(&s->node, s->bytes, bytes);
}

static int make_room(struct slot *s, size_t need)
{
	char *bytes;
	if (s->bytes && need <= s->bytes_cap)
		return 0;
	need = need * 2 + 64;
	bytes = malloc(need);
	if (!bytes)
		return -ENOMEM;
	if (s->bytes_len)
		memcpy(bytes, s->bytes, s->bytes_len);
	move_views(s, bytes);
	free(s->bytes);
	s->bytes = bytes;
	s->bytes_cap = need;
	return 0;
}

/* absent stays absent, empty stays empty */
static void own(struct slot *s, struct str *view)
{
	if (!view->ptr)
		return;
	if (view->len)
		memcpy(s->bytes + s->bytes_len, view->ptr, view->len);
	view->ptr = s->bytes + s->bytes_len;
	s->bytes_len += view->len;
}

int slot_settle(struct slot *s)
{
	if (s->settled == s->n)
		return 0;
	if (make_room(s, s->size + s->node.len) < 0)
		return -ENOMEM;
	if (s->settled == 0)
		own(s, &s->node);
	for (size_t i = s->settled; i < s->n; i++) {
		own(s, &s->records[i].body);
		own(s, &s->records[i].enriched);
	}
	for (size_t i = 0; i < s->n; i++)
		s->records[i].node = s->node;
	s->settled = s->n;
	return 0;
}

void slot_rest(struct slot *s)
{
	if (s->bytes_cap > BYTES_KEPT) {
		free(s->bytes);
		s->bytes = NULL;
		s->bytes_cap = 0;
	}
	if (s->cap > RECORDS_KEPT) {
		free(s->records);
		s->records = NULL;
		s->cap = 0;
	}
}

void slot_release(struct slot *s)
{
	free(s->records);
	free(s->bytes);
}
