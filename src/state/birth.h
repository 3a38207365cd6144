/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Births and deaths as the process connector tells them (base/notice.h): exact, and before anything that
 * the child does.
 */
#ifndef WC_BIRTH_H
#define WC_BIRTH_H

#include "base/notice.h"
#include "event/event.h"
#include "state/process.h"

struct state;

/* learn from @ev, a notice; asks nobody */
void birth_observe(struct state *s, const struct event *ev);
/*
 * Its first record has come (@ev; NULL: that of a child): take from its parent what was the parent's when it was
 * born, as by now all records of that time are there.
 */
void birth_settle(struct state *s, struct process *p, const struct event *ev, struct arena *a);
/*
 * @ev is older than the process that has its pid now: it is of the one before. That row, or NULL: it is
 * not; *container and *source are what the one before was in.
 */
struct process *birth_previous(struct state *s, const struct event *ev,
			       const struct container **container, enum id_source *source);
/*
 * Records about @p, or who it was born of, are on their way: a notice told of more programs than records did, or it is the
 * runtime still, whose end a record tells
 */
bool birth_awaits_records(const struct state *s, const struct process *p);
/* who @p was born of, where that one runs the same program as then; else NULL */
const struct process *birth_parent(const struct state *s, const struct process *p);
/* its birth was told, and no notice has been missed since: nobody else can have this pid */
bool birth_is_certain(const struct state *s, const struct process *p);

#endif
