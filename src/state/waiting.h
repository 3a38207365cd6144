/* SPDX-License-Identifier: Apache-2.0 */
/* Permission events as the guard process told them: somebody waited, and was answered. */
#ifndef WC_WAITING_H
#define WC_WAITING_H

#include "state/scene.h"

struct state;

/* @out: the task that waits, as it is known, and the object it asked for */
void waiting_observe(struct state *s, const struct event *ev, struct scene *out);

#endif
