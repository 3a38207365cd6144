/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event while it is collected: its records, whose bytes are borrowed at first and owned once
 * settled, and the lists that slots stand in. For assembler.c only.
 */
#ifndef WC_SLOT_H
#define WC_SLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "event/record.h"

struct slot {
	struct slot *older, *newer; /* of its list; newer also: the next free one */
	struct slot *chain; /* of the hash */
	uint64_t time, serial, key;
	uint64_t seen; /* the stream's time when its first record came */
	struct str node;
	struct record *records;
	size_t n, cap, settled; /* the first `settled` records point into bytes */
	size_t size, execve_size; /* bytes of all records, and of EXECVE among them */
	bool is_ended;
	char *bytes;
	size_t bytes_len, bytes_cap;
};

struct slot_list {
	struct slot *oldest, *newest;
	size_t n;
};

/* @at: the one to stand behind; NULL = first */
void slot_list_insert(struct slot_list *list, struct slot *at, struct slot *s);
/* gives @s back */
struct slot *slot_list_remove(struct slot_list *list, struct slot *s);

static inline bool slot_is_of(const struct slot *s, const struct record *r)
{
	return s->serial == r->serial && s->time == r->time && str_eq(s->node, r->node);
}
/* make it the event of @r, without records; 0 or -ENOMEM */
int slot_start(struct slot *s, const struct record *r);
/*
 * 0, -ENOMEM, or -E2BIG: the event is as large as it may be. Arguments past what anybody reads
 * (EVENT_ARGS_MAX) are left out: any command line of xargs(1) has more.
 */
int slot_add(struct slot *s, const struct record *r);
/* copy the bytes that are still borrowed; 0 or -ENOMEM */
int slot_settle(struct slot *s);
/* not in use for now: let go of memory that an ordinary event does not need */
void slot_rest(struct slot *s);
void slot_release(struct slot *s);

#endif
