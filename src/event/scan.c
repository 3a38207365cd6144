/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key=value pairs of a record's body, as the kernel (audit_log_format, audit_log_untrustedstring)
 * and user space (msg='...') write them. Words without '=' are skipped: some records begin with
 * prose.
 */
#include "event/scan.h"

static struct str take_quoted(struct str *rest, char quote)
{
	struct str value;
	ssize_t end = str_chr(*rest, quote);
	if (end < 0) {
		/* the closing quote was lost with the end of the line: take what there is */
		value = *rest;
		*rest = str_from(*rest, rest->len);
		return value;
	}
	value = str_first(*rest, (size_t)end);
	*rest = str_from(*rest, (size_t)end + 1);
	return value;
}

bool scan_next(struct scan *s, struct scan_field *out)
{
	const char *p = s->rest.ptr, *end = p + s->rest.len;
	for (;;) {
		const char *word;
		while (p < end && (*p == ' ' || *p == ','))
			p++;
		if (p >= end)
			return false;
		word = p;
		while (p < end && *p != '=' && *p != ' ')
			p++;
		if (p < end && *p == '=' && p > word) {
			out->key = str_mem(word, (size_t)(p - word));
			p++;
			break;
		}
		if (p < end)
			p++;
	}
	out->quote = 0;
	if (p < end && (*p == '"' || *p == '\'')) {
		out->quote = *p++;
		s->rest = str_mem(p, (size_t)(end - p));
		out->value = take_quoted(&s->rest, out->quote);
		return true;
	}
	out->value.ptr = p;
	while (p < end && *p != ' ')
		p++;
	out->value.len = (size_t)(p - out->value.ptr);
	s->rest = str_mem(p, (size_t)(end - p));
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
