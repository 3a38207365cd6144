/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the bits that are set, as a list. */
#ifndef WC_BITS_H
#define WC_BITS_H

#include "base/arena.h"

/* @name: of bit @n; the names of the bits below @count, in order, a space between two; "" for none; absent: out of memory */
struct str bits_names(unsigned bits, unsigned count, const char *(*name)(unsigned n),
		      struct arena *a);

#endif
