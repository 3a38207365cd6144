/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every field that conditions and templates may name: one row each (name, type, getter, help). The
 * rows stand in fields_*.c by topic; this is the one list, and the schema that the filter is given.
 */
#ifndef WC_REGISTRY_H
#define WC_REGISTRY_H

#include <stddef.h>

#include "filter/schema.h"

/* the schema over all rows and all event types (event/event_type.h) */
const struct schema *registry_schema(void);
size_t registry_count(void);
const struct field_def *registry_at(size_t i); /* in the order of the reference */

#endif
