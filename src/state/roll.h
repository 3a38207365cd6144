/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roll of processes that are still to be looked at: everybody who was there when it was drawn up, in
 * the order of pids, some at a time beside the events.
 *
 * At the start every process is on it. Whoever an event or a notice is about is looked at before, with its ancestors,
 * so an event finds what it would have found had all been looked at first. What depends on knowing all
 * of them (roll_finish()) looks at the rest at once. After a loss another roll is called: those that were born unseen
 * are met, those whose pid is another's by now are told apart; nobody waits for it.
 */
#ifndef WC_ROLL_H
#define WC_ROLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct recall; /* state/recall.h */
struct state;

struct roll_row {
	int32_t pid;
	bool is_done;
};

struct roll {
	struct roll_row *rows; /* sorted; NULL: none is called */
	size_t n, next;
	bool is_first; /* of the start */
	struct arena *answers;
	struct recall *recall; /* what a snapshot tells of those that are met; NULL: nothing */
};

/* all that are there now; one that is called is dropped. 0 or -errno */
int roll_begin(struct state *s, bool is_first);
/* the next @n; true: there are more */
bool roll_advance(struct state *s, size_t n);
/* at the start: @pid now, if it is on the roll; may evict rows */
void roll_meet(struct state *s, int32_t pid);
/* at the start: all that are left, now */
void roll_finish(struct state *s);
void roll_release(struct roll *r);

#endif
