/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody was seen to write in procfs or sysfs: who it was, which knob, and a look at what became of it. */
#ifndef WC_WRITTEN_H
#define WC_WRITTEN_H

#include "event/event.h"
#include "state/scene.h"

struct state;

void written_observe(struct state *s, const struct event *ev, struct scene *out);

#endif
