/* SPDX-License-Identifier: Apache-2.0 */
/* Texts put together in an arena; untrusted bytes, NUL included, pass as they are. */
#ifndef WC_JOIN_H
#define WC_JOIN_H

#include "base/arena.h"
#include "base/str.h"

/*
 * @n parts with @between (0: nothing) in between; absent parts count as empty; absent: the arena
 * is exhausted
 */
struct str join(const struct str *parts, size_t n, char between, struct arena *a);

#endif
