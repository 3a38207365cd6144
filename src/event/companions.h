/* SPDX-License-Identifier: Apache-2.0 */
/* Records beside the one that leads an event: what event_decode() reads of them at once. */
#ifndef WC_COMPANIONS_H
#define WC_COMPANIONS_H

#include "event/event.h"

/* fills ev->paths: nearly every event is asked for them, and more than once */
void event_read_paths(struct event *ev);

#endif
