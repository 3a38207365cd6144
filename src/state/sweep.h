/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is learnt beside the stream of events: the sweep at start, and records of our own that tell
 * of it. Functions of state.h that live here: state_start, state_tick, state_recheck; of inventory.h: all.
 */
#ifndef WC_SWEEP_H
#define WC_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

struct state;

/* WATCHCAP_FACT and WATCHCAP_KNOB: an event that begins with one tells of a sweep */
bool sweep_is_record(uint32_t record_type);
void sweep_learn(struct state *s, const struct event *ev);

#endif
