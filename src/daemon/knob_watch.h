/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the marks of source/modifications.h where they belong: on every procfs and sysfs that a container has,
 * from its start or from the mount that made it. The worker's alone.
 */
#ifndef WC_KNOB_WATCH_H
#define WC_KNOB_WATCH_H

#include "base/cleanup.h"
#include "source/modifications.h"
#include "state/state.h"

struct knob_watch;

/* @m may be NULL: nothing is ever marked. NULL on ENOMEM. */
struct knob_watch *knob_watch_new(struct modifications *m);
void knob_watch_free(struct knob_watch *w);
DEFINE_AUTO(knob_watch)
/* mark what @state has come to know since the last call; cheap when that is nothing */
void knob_watch_follow(struct knob_watch *w, const struct state *state);

#endif
