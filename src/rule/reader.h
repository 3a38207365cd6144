/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the bytes of a rule file to sections of keys and values (language.md 1.2).
 *
 * libinih does the framing of keys, values and continuation lines, through a line reader of ours
 * that refuses what libinih would cut, merge or hide, and that knows the exact place of every byte.
 */
#ifndef WC_READER_H
#define WC_READER_H

#include "rule/section.h"

#define READER_VALUE_MAX 65535

/*
 * All sections of @f in order, which may be of @kinds (keys.h); NULL with *r == 0: none. *r is -errno when memory ran out, else 0.
 */
struct section *reader_read(const struct rulefile *f, unsigned kinds, struct arena *a,
			    struct diag *d, int *r);

#endif
