/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views of bytes: pointer and length, never owned, never NUL-terminated.
 *
 * Every untrusted byte of watchcap (record text, /proc text, rule text) travels as a struct str.
 * ptr == NULL means *absent*, which is not the same as the empty string.
 */
#ifndef WC_STR_H
#define WC_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_ABSENT ((struct str){ NULL, 0 })
/* for printf("%.*s", STR_ARG(s)): trusted text only, untrusted text goes through escape.h */
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct str str_of(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

static inline struct str str_mem(const void *ptr, size_t len)
{
	return (struct str){ ptr, len };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len &&
	       (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

/* the part of s from byte @from on (empty if s is shorter) */
static inline struct str str_from(struct str s, size_t from)
{
	if (from > s.len)
		from = s.len;
	return (struct str){ s.ptr ? s.ptr + from : NULL, s.len - from };
}

static inline struct str str_first(struct str s, size_t n)
{
	return (struct str){ s.ptr, n < s.len ? n : s.len };
}

/* byte order like memcmp, the shorter first; <0, 0, >0 */
int str_cmp(struct str a, struct str b);
/* offset of the first/last @c, or -1 */
ssize_t str_chr(struct str s, char c);
ssize_t str_rchr(struct str s, char c);
/* offset of the first @needle, or -1; the empty needle is at 0 */
ssize_t str_find(struct str s, struct str needle);
/* take the bytes before the next @sep off *rest; false when *rest is absent (used up) */
bool str_cut(struct str *rest, char sep, struct str *head);
/* without blanks (space, tab, CR, LF) at both ends */
struct str str_trim(struct str s);
/* the part behind the last '/' ; the whole if there is none */
struct str str_basename(struct str s);
/* strict numbers over the whole view: 0, or -EINVAL (not a number), -ERANGE */
int str_to_u64(struct str s, unsigned base, uint64_t *out);
int str_to_i64(struct str s, int64_t *out);
/* decode hex pairs into @out (room for s.len / 2); number of bytes, or -EINVAL */
ssize_t str_unhex(struct str s, char *out);
/* a hash for tables (not for security against chosen keys: see map.h, which seeds it) */
uint64_t str_hash(struct str s, uint64_t seed);

#endif
