/* SPDX-License-Identifier: Apache-2.0 */
/* What a survey could not see, in sentences: an empty place in a table must not look like a "no". */
#ifndef WC_NOTES_H
#define WC_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct survey;

/* appends the next sentence; *next from 0; false: no more */
bool notes_next(const struct survey *s, size_t *next, struct buf *out);

#endif
