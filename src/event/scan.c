/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key=value pairs of a record's body, as the kernel (audit_log_format, audit_log_untrustedstring)
 * and user space (msg='...') write them. Words without '=' are skipped: some records begin with
 * prose.
 */
#include "event/scan.h"

#include <endian.h>

static const char *skip_separators(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == ','))
		p++;
	return p;
}

/* eight bytes at a time: most values are shorter */
static inline const char *find_blank(const char *p, const char *end)
{
	const uint64_t each = UINT64_C(0x0101010101010101);

	for (; end - p >= 8; p += 8) {
		uint64_t word;

		memcpy(&word, p, sizeof(word));
		word = le64toh(word) ^ each * ' ';
		word = (word - each) & ~word & each << 7;
		if (word)
			return p + __builtin_ctzll(word) / 8;
	}
	while (p < end && *p != ' ')
		p++;
	return p;
}

/* @p: behind the '=' */
static inline void take_value(struct scan *s, const char *p, struct scan_field *out)
{
	const char *end = s->end, *behind;

	out->quote = 0;
	if (p == end || (*p != '"' && *p != '\'')) {
		s->at = find_blank(p, end);
		out->value = str_mem(p, (size_t)(s->at - p));
		return;
	}
	out->quote = *p++;
	behind = memchr(p, out->quote, (size_t)(end - p));
	/* where the closing quote was lost with the end of the line: what there is */
	s->at = behind ? behind + 1 : end;
	out->value = str_mem(p, (size_t)((behind ? behind : end) - p));
}

bool scan_next(struct scan *s, struct scan_field *out)
{
	const char *p = s->at, *end = s->end, *word;

	for (;;) {
		p = word = skip_separators(p, end);
		if (p >= end)
			return false;
		while (p < end && *p != '=' && *p != ' ')
			p++;
		if (p < end && *p == '=' && p > word)
			break;
		p += p < end;
	}
	out->key = str_mem(word, (size_t)(p - word));
	take_value(s, p + 1, out);
	return true;
}

bool scan_expected(struct scan *s, struct str key, struct scan_field *out)
{
	const char *p = skip_separators(s->at, s->end);

	if ((size_t)(s->end - p) <= key.len || p[key.len] != '=')
		return false;
	/* a few letters: sooner compared than a function is called */
	for (size_t i = 0; i < key.len; i++)
		if (p[i] != key.ptr[i])
			return false;
	out->key = key;
	take_value(s, p + key.len + 1, out);
	return true;
}

bool scan_find(struct str body, struct str key, struct scan_field *out)
{
	struct scan s = scan_start(body);
	while (scan_next(&s, out))
		if (str_eq(out->key, key))
			return true;
	return false;
}

struct str scan_untrusted(const struct scan_field *f, struct arena *arena)
{
	char *bytes;
	ssize_t n;
	if (f->quote)
		return f->value;
	if (f->value.len == 0 || str_eq(f->value, STR("(null)")) ||
	    str_eq(f->value, STR("(none)")) || str_eq(f->value, STR("?")))
		return STR_ABSENT;
	bytes = arena_alloc(arena, f->value.len / 2 + 1);
	if (!bytes)
		return STR_ABSENT;
	n = str_unhex(f->value, bytes);
	return n < 0 ? f->value : str_mem(bytes, (size_t)n);
}
