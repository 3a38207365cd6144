/* SPDX-License-Identifier: Apache-2.0 */
/* evt.category: the sort of thing that an event type is about. */
#ifndef WC_CATEGORY_H
#define WC_CATEGORY_H

#include "base/str.h"
#include "event/event_type.h"

/* "file", "net", "process", "user" or "other" */
struct str category_of(evt_type type);

#endif
