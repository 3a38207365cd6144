/* SPDX-License-Identifier: Apache-2.0 */
/* Views of bytes: comparing, cutting, numbers. Allocates nothing, reads only inside the view. */
#include "base/str.h"

#include <errno.h>

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

ssize_t str_chr(struct str s, char c)
{
	const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return at ? at - s.ptr : -1;
}

ssize_t str_rchr(struct str s, char c)
{
	const char *at = s.len ? memrchr(s.ptr, c, s.len) : NULL;

	return at ? at - s.ptr : -1;
}

ssize_t str_find(struct str s, struct str needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	at = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
	return at ? at - s.ptr : -1;
}

bool str_cut(struct str *rest, char sep, struct str *head)
{
	ssize_t at;

	if (!rest->ptr)
		return false;
	at = str_chr(*rest, sep);
	if (at < 0) {
		*head = *rest;
		*rest = STR_ABSENT;
	} else {
		*head = str_first(*rest, (size_t)at);
		*rest = str_from(*rest, (size_t)at + 1);
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = str_from(s, 1);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_basename(struct str s)
{
	return str_from(s, (size_t)(str_rchr(s, '/') + 1));
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 255;
}

/* numbers that cannot overflow are most of a record: no more than a shift or two a digit */
#define SHORT_DECIMAL 19
#define SHORT_HEX 16

static int short_decimal(struct str s, uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned char)s.ptr[i] - (unsigned)'0';

		if (digit > 9)
			return -EINVAL;
		value = value * 10 + digit;
	}
	*out = value;
	return 0;
}

static int short_hex(struct str s, uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)digit_of(s.ptr[i]);

		if (digit > 15)
			return -EINVAL;
		value = value << 4 | digit;
	}
	*out = value;
	return 0;
}

int str_to_u64(struct str s, unsigned base, uint64_t *out)
{
	uint64_t value = 0;
	bool overflow = false;

	if (s.len == 0)
		return -EINVAL;
	if (base == 10 && s.len <= SHORT_DECIMAL)
		return short_decimal(s, out);
	if (base == 16 && s.len <= SHORT_HEX)
		return short_hex(s, out);
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)digit_of(s.ptr[i]);

		if (digit >= base)
			return -EINVAL;
		overflow |= __builtin_mul_overflow(value, base, &value);
		overflow |= __builtin_add_overflow(value, digit, &value);
	}
	if (overflow)
		return -ERANGE;
	*out = value;
	return 0;
}

int str_to_i64(struct str s, int64_t *out)
{
	uint64_t magnitude;
	bool negative = s.len && s.ptr[0] == '-';
	int ret;

	if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'))
		s = str_from(s, 1);
	ret = str_to_u64(s, 10, &magnitude);
	if (ret < 0)
		return ret;
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*out = negative ? (int64_t)-magnitude : (int64_t)magnitude;
	return 0;
}

ssize_t str_unhex(struct str s, char *out)
{
	if (s.len % 2)
		return -EINVAL;
	for (size_t i = 0; i < s.len; i += 2) {
		int high = digit_of(s.ptr[i]), low = digit_of(s.ptr[i + 1]);

		if (high > 15 || low > 15)
			return -EINVAL;
		out[i / 2] = (char)(high << 4 | low);
	}
	return (ssize_t)(s.len / 2);
}

/* wyhash-like mixing: eight bytes a step, one multiplication each */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t str_hash(struct str s, uint64_t seed)
{
	uint64_t hash = seed ^ UINT64_C(0xa0761d6478bd642f);
	const char *p = s.ptr;
	size_t n = s.len;
	uint64_t word;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		hash = mix(hash ^ word, UINT64_C(0xe7037ed1a0b428db));
	}
	word = 0;
	if (n)
		memcpy(&word, p, n);
	hash = mix(hash ^ word, UINT64_C(0x8ebc6af09c88c6e3));
	return mix(hash ^ s.len, UINT64_C(0x589965cc75374cc3));
}
