/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where untrusted bytes become printable. */
#include "base/escape.h"

/*
 * Length of the well-formed UTF-8 sequence at the front of @s (Unicode table 3-7: no overlong
 * forms, no surrogates, nothing past U+10FFFF), 0 if there is none.
 */
static size_t utf8_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (s.len < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool utf8_valid(struct str s)
{
	while (s.len) {
		size_t n = utf8_length(s);

		if (n == 0)
			return false;
		s = str_from(s, n);
	}
	return true;
}

static void escape_control(struct buf *out, unsigned char c)
{
	static const char named[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};

	if (c < sizeof(named) && named[c])
		buf_printf(out, "\\%c", named[c]);
	else
		buf_printf(out, "\\u%04x", c);
}

/*
 * Marks that turn the direction of what follows (Unicode bidirectional algorithm, 2.2 to 2.6), and
 * line separators: a terminal or an editor may show the text in another order than it stands in.
 * 0: none.
 */
static unsigned reordering(struct str s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned c;

	if (n == 2 && p[0] == 0xd8 && p[1] == 0x9c)
		return 0x061c;
	if (n != 3 || p[0] != 0xe2)
		return 0;
	c = 0x2000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
	return (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
			       (c >= 0x2066 && c <= 0x2069)
		       ? c
		       : 0;
}

static void escape(struct buf *out, struct str s, size_t max, bool json)
{
	size_t taken = 0;

	while (s.len) {
		unsigned char c = (unsigned char)s.ptr[0];
		size_t n = utf8_length(s);

		if (taken + (n ? n : 1) > max) {
			buf_add(out, STR("[...]"));
			return;
		}
		if (n == 0)
			buf_add(out, STR("\xef\xbf\xbd"));
		else if (c < 0x20 || c == 0x7f)
			escape_control(out, c);
		else if (n == 2 && c == 0xc2 && (unsigned char)s.ptr[1] < 0xa0)
			/* C1 controls: terminals may obey them */
			escape_control(out, (unsigned char)s.ptr[1]);
		else if (reordering(s, n))
			buf_printf(out, "\\u%04x", reordering(s, n));
		else if (json && (c == '"' || c == '\\'))
			buf_printf(out, "\\%c", c);
		else
			buf_add(out, str_first(s, n));
		n = n ? n : 1;
		taken += n;
		s = str_from(s, n);
	}
}

void escape_text(struct buf *out, struct str s, size_t max)
{
	escape(out, s, max, false);
}

void escape_json(struct buf *out, struct str s, size_t max)
{
	escape(out, s, max, true);
}
