/* SPDX-License-Identifier: Apache-2.0 */
/* A growable byte buffer with sticky failure. One byte is always spare, for the NUL of buf_z(). */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_MAX ((size_t)16 << 20)

void buf_release(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf){ .max = b->max };
}

/* room for @n more bytes and a NUL */
static bool buf_reserve(struct buf *b, size_t n)
{
	size_t max = b->max ? b->max : DEFAULT_MAX, cap;
	char *ptr;

	if (b->failed)
		return false;
	if (n > max || b->len > max - n) {
		b->failed = true;
		return false;
	}
	if (n < b->cap - b->len)
		return true;
	cap = b->cap ? b->cap * 2 : 256;
	if (cap < b->len + n + 1)
		cap = b->len + n + 1;
	ptr = realloc(b->ptr, cap);
	if (!ptr) {
		b->failed = true;
		return false;
	}
	b->ptr = ptr;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, struct str s)
{
	if (s.len == 0 || !buf_reserve(b, s.len))
		return;
	memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
}

void buf_char(struct buf *b, char c)
{
	if (buf_reserve(b, 1))
		b->ptr[b->len++] = c;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0) {
		b->failed = true;
		return;
	}
	if (!buf_reserve(b, (size_t)len))
		return;
	va_start(args, fmt);
	vsnprintf(b->ptr + b->len, (size_t)len + 1, fmt, args);
	va_end(args);
	b->len += (size_t)len;
}

void buf_u64(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	buf_add(b, str_mem(digits + at, sizeof(digits) - at));
}

const char *buf_z(struct buf *b)
{
	if (!buf_reserve(b, 0))
		return "";
	b->ptr[b->len] = 0;
	return b->ptr;
}

void buf_consume(struct buf *b, size_t n)
{
	if (n > b->len)
		n = b->len;
	if (n && n < b->len)
		memmove(b->ptr, b->ptr + n, b->len - n);
	b->len -= n;
}
