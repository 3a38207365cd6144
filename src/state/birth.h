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
/* its birth was told, and no notice has been missed since: nobody else can have this pid */
bool birth_is_certain(const struct state *s, const struct process *p);

#endif
