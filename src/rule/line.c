/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lexical checks of single lines of rule files. No state: what a line means is the reader's
 * business.
 */
#include "rule/line.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/escape.h"
#include "base/nearest.h"
#include "rule/names.h"
#include "rule/rulefile.h"

static bool __attribute__((format(printf, 5, 6)))
complain(struct complaint *why, size_t offset, size_t width, const char *code, const char *fmt, ...)
{
	va_list ap;

	*why = (struct complaint){ .offset = offset, .width = width, .code = code };
	va_start(ap, fmt);
	vsnprintf(why->message, sizeof(why->message), fmt, ap);
	va_end(ap);
	return false;
}

/* bytes of the UTF-8 character at the start of @s; 0: none */
static size_t character_length(struct str s)
{
	for (size_t n = 1; n <= 4 && n <= s.len; n++)
		if (utf8_valid(str_first(s, n)))
			return n;
	return 0;
}

bool line_check_bytes(struct str line, struct complaint *why)
{
	size_t n;

	if (line.len > RULEFILE_LINE_MAX)
		return complain(why, RULEFILE_LINE_MAX, 0, "line-too-long",
				"line longer than %d bytes", RULEFILE_LINE_MAX);
	for (size_t i = 0; i < line.len; i += n) {
		unsigned char c = (unsigned char)line.ptr[i];

		if (c == 0)
			return complain(why, i, 1, "bad-encoding", "NUL byte");
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return complain(why, i, 1, "bad-encoding", "control character 0x%02x", c);
		n = c < 0x80 ? 1 : character_length(str_from(line, i));
		if (n == 0)
			return complain(why, i, 1, "bad-encoding", "invalid UTF-8");
	}
	return true;
}

static bool header_kind(struct header *h, unsigned kinds, struct str word, size_t at,
			struct complaint *why)
{
	struct nearest near = nearest_to(word);
	int kind = section_kind_by_name(kinds, word);
	auto_buf struct buf known = { 0 };

	if (kind >= 0) {
		h->kind = (enum section_kind)kind;
		return true;
	}
	for (int i = 0; i < SECTION_KINDS; i++) {
		const char *name = section_def_at((enum section_kind)i)->name;

		if (!(kinds & 1u << i))
			continue;
		buf_printf(&known, "%s%s", known.len ? ", " : "", name);
		nearest_offer(&near, str_of(name));
	}
	if (near.best.ptr)
		return complain(why, at, word.len, "unknown-section",
				"unknown section kind '%.*s'; did you mean '%.*s'?", STR_ARG(word),
				STR_ARG(near.best));
	return complain(why, at, word.len, "unknown-section",
			"unknown section kind '%.*s'; there is %s", STR_ARG(word), buf_z(&known));
}

static bool header_name(struct header *h, size_t at, struct complaint *why)
{
	const struct section_def *def = section_def_at(h->kind);
	ssize_t slash = h->kind == SECTION_EXCEPTION ? str_chr(h->whole, '/') : -1;

	if (h->whole.len == 0)
		return complain(why, at, 1, "bad-name", "[%s] needs a name", def->name);
	h->name = str_from(h->whole, (size_t)(slash + 1));
	h->rule = slash < 0 ? STR_ABSENT : str_first(h->whole, (size_t)slash);
	if (h->kind == SECTION_EXCEPTION && !is_rule_id(h->rule))
		return complain(why, at, h->whole.len, "bad-name",
				"an exception is named [exception RULE-ID/NAME]");
	if (h->kind == SECTION_RULE ? !is_rule_id(h->name) : !is_object_name(h->name))
		return complain(why, at, h->whole.len, "bad-name",
				"bad name of a %s; allowed are %s", def->name, def->name_form);
	if ((h->kind == SECTION_LIST || h->kind == SECTION_MACRO) && is_reserved_word(h->name))
		return complain(why, at, h->whole.len, "reserved-word",
				"'%.*s' is a word of the condition language", STR_ARG(h->name));
	return true;
}

bool line_header(struct str line, unsigned kinds, struct header *out, struct complaint *why)
{
	ssize_t end = str_chr(line, ']');
	struct str inside, word;

	if (end < 0)
		return complain(why, line.len, 0, "bad-section",
				"expected ']' at the end of the section header");
	for (size_t i = (size_t)end + 1; i < line.len; i++) {
		if (line.ptr[i] == ';' && is_blank(line.ptr[i - 1]))
			break;
		if (!is_blank(line.ptr[i]))
			return complain(why, i, 0, "bad-section",
					"unexpected text behind the section header");
	}
	word = inside = str_trim(str_from(str_first(line, (size_t)end), 1));
	word.len = 0;
	while (word.len < inside.len && !is_blank(inside.ptr[word.len]))
		word.len++;
	*out = (struct header){ .whole = str_trim(str_from(inside, word.len)) };
	return header_kind(out, kinds, word, (size_t)(word.ptr - line.ptr), why) &&
	       header_name(out, (size_t)(out->whole.ptr - line.ptr), why);
}

bool line_key(struct str line, struct str *key, struct str *value, struct complaint *why)
{
	size_t n = 0, sign;

	while (n < line.len && is_key_char(line.ptr[n], n == 0))
		n++;
	for (sign = n; sign < line.len && is_blank(line.ptr[sign]);)
		sign++;
	if (n == 0)
		return complain(why, 0, 0, "bad-line",
				"expected a key in lower case, a section header or a comment");
	if (sign < line.len && line.ptr[sign] == ':')
		return complain(why, sign, 1, "bad-line",
				"expected '=' between key and value, not ':'");
	if (sign == line.len || line.ptr[sign] != '=')
		return complain(why, sign, 0, "bad-line", "expected '=' behind the key '%.*s'",
				STR_ARG(str_first(line, n)));
	*key = str_first(line, n);
	*value = str_from(line, sign + 1);
	return true;
}
