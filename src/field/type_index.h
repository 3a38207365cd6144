/* SPDX-License-Identifier: Apache-2.0 */
/* From an event type to the row of a table that is written by names of types. */
#ifndef WC_TYPE_INDEX_H
#define WC_TYPE_INDEX_H

#include <stddef.h>
#include <stdint.h>

/*
 * For each event type the number of its row, counted from 1, and 0 if it has none. @types gives the
 * names of row @i, blank separated; names that this machine has no call for are passed over. For
 * pthread_once: a table that cannot be made at the start cannot be worked with at all, so it aborts
 * without memory.
 */
uint8_t *type_index_make(size_t n, const char *(*types)(size_t i));

#endif
