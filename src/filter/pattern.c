/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 behind a narrow door. What the language does not have (look-around, back-references, \d, lazy and
 * possessive quantifiers, inline flags) is refused before PCRE2 sees it, so that another engine could follow.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "filter/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

#include "base/escape.h"

/* enough for a group repeated over a few thousand bytes; a hostile value costs milliseconds, once */
#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 10000
#define HEAP_LIMIT_KIB 2048

struct pattern {
	pcre2_code *code;
};

struct matcher {
	pcre2_match_data
		*data; /* holds the frames of a match, which grow at most to the heap limit */
	pcre2_match_context *limits;
};

struct matcher *matcher_new(void)
{
	struct matcher *m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	m->data = pcre2_match_data_create(1, NULL);
	m->limits = pcre2_match_context_create(NULL);
	if (!m->data || !m->limits) {
		matcher_free(m);
		return NULL;
	}
	pcre2_set_match_limit(m->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(m->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(m->limits, HEAP_LIMIT_KIB);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->limits);
	free(m);
}

static void *give(PCRE2_SIZE size, void *arena)
{
	return arena_alloc(arena, size);
}

static void keep(void *p, void *arena)
{
	(void)p;
	(void)arena;
}

static const char *refused(struct str text, size_t *at)
{
	bool in_class = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
		*at = i;
		if (c == '\\') {
			if ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
			    (next >= '0' && next <= '9'))
				return "a backslash quotes punctuation only; classes are written "
				       "[[:digit:]]";
			i++;
		} else if (in_class) {
			if (str_starts(str_from(text, i), STR("[:<:]")) ||
			    str_starts(str_from(text, i), STR("[:>:]")))
				return "edges of words are not in the language";
			if (c == '[' && (next == ':' || next == '.' || next == '=')) {
				ssize_t end = str_chr(str_from(text, i + 2), ']');
				i += end < 0 ? 0 : (size_t)end + 2;
			} else if (c == ']') {
				in_class = false;
			}
		} else if (c == '[') {
			in_class = true;
			/* a ] at the front stands for itself */
			if (next == '^')
				i++;
			if (i + 1 < text.len && text.ptr[i + 1] == ']')
				i++;
		} else if (c == '(' && (next == '?' || next == '*')) {
			return "groups with (? or (* are not in the language";
		} else if ((c == '*' || c == '+' || c == '?' || c == '}') &&
			   (next == '?' || next == '+')) {
			return "lazy and possessive quantifiers are not in the language";
		}
	}
	return NULL;
}

const struct pattern *pattern_compile(const struct span *span, struct str text, struct arena *a,
				      struct diag *d)
{
	struct place where = span_place(span);
	pcre2_general_context *general = pcre2_general_context_create(give, keep, a);
	pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
	struct pattern *p = arena_new_of(a, struct pattern);
	PCRE2_SIZE offset = 0;
	PCRE2_UCHAR message[128];
	size_t at = 0;
	int error = 0;
	const char *why = refused(text, &at);
	if (text.len > PATTERN_MAX)
		why = "a pattern has at most 1024 bytes";
	if (why) {
		diag_error(d, &where, "bad-regex", "%s (at byte %zu of the pattern)", why, at + 1);
		return NULL;
	}
	/* without a context of ours PCRE2 would ask malloc, and nobody would free it */
	if (!context || !p)
		return NULL;
	p->code = pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
				PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOTALL |
					PCRE2_DOLLAR_ENDONLY | PCRE2_UTF | PCRE2_NO_AUTO_CAPTURE,
				&error, &offset, context);
	if (!p->code) {
		pcre2_get_error_message(error, message, sizeof(message));
		diag_error(d, &where, "bad-regex", "%s (at byte %zu of the pattern)",
			   (const char *)message, (size_t)offset + 1);
		return NULL;
	}
	return p;
}

/* every byte that is no UTF-8 becomes U+FFFD; NULL ptr when the scratch is exhausted */
static struct str as_utf8(struct str s, struct arena *scratch)
{
	char *out = arena_alloc(scratch, s.len * 3 + 1);
	size_t len = 0;
	if (!out)
		return STR_ABSENT;
	while (s.len) {
		size_t n = 1;
		while (n < 4 && n < s.len && !utf8_valid(str_first(s, n)))
			n++;
		if (utf8_valid(str_first(s, n))) {
			memcpy(out + len, s.ptr, n);
			len += n;
		} else {
			n = 1;
			memcpy(out + len, "\xef\xbf\xbd", 3);
			len += 3;
		}
		s = str_from(s, n);
	}
	return str_mem(out, len);
}

enum pattern_result pattern_match(const struct pattern *p, struct matcher *m, struct str s,
				  struct arena *scratch)
{
	int ret;
	if (!utf8_valid(s))
		s = as_utf8(s, scratch);
	if (!s.ptr)
		return PATTERN_LIMIT;
	ret = pcre2_match(p->code, (PCRE2_SPTR)s.ptr, s.len, 0, PCRE2_NO_UTF_CHECK, m->data,
			  m->limits);
	if (ret >= 0)
		return PATTERN_YES;
	return ret == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_LIMIT;
}
