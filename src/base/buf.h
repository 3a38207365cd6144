/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growable byte buffer that is reused: what texts and JSON lines are rendered into.
 *
 * Failure is sticky: after an allocation failed or @max was reached, appends do nothing and
 * buf_failed() is true until buf_clear(). So a renderer checks once, at its end.
 */
#ifndef WC_BUF_H
#define WC_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf {
	char *ptr;
	size_t len, cap;
	size_t max; /* 0 = 16 MiB */
	bool failed;
};

void buf_release(struct buf *b);
static inline void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
}
static inline bool buf_failed(const struct buf *b)
{
	return b->failed;
}
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){ b->ptr ? b->ptr : "", b->len };
}
#define auto_buf __attribute__((cleanup(buf_release)))

void buf_add(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_u64(struct buf *b, uint64_t v);
/* NUL-terminated view of what is there (the NUL is not part of len); "" on failure */
const char *buf_z(struct buf *b);
/* take @n bytes off the front */
void buf_consume(struct buf *b, size_t n);

#endif
