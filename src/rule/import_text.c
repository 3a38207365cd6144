/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quoting and folding for imported rules. Works on bytes: the condition's meaning is the parser's
 * business, here a text only must not fall apart in a rule file.
 */
#include "rule/import_text.h"

#include "base/escape.h"

#define LINE_WIDTH 100
#define INDENT 4
#define COMMENT_MAX 4096

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\b';
}

static bool is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* of an unquoted string */
static bool is_word(char c)
{
	return !is_white(c) && !is_quote(c) && c != '(' && c != ')' && c != ',' && c != '=';
}

static bool ends_blank(const struct buf *out)
{
	return out->len > 0 && out->ptr[out->len - 1] == ' ';
}

void text_plain(struct str s, struct buf *out)
{
	size_t start = out->len;

	s = str_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i] == '\t' || is_control(s.ptr[i]) ? ' ' : s.ptr[i];

		/* folded YAML ends its lines with one blank too many */
		if (s.ptr[i] == '\n' && ends_blank(out))
			continue;
		while (c == ';' && out->len > start && ends_blank(out))
			out->len--;
		buf_char(out, c);
	}
	while (out->len > start && ends_blank(out))
		out->len--;
}

/* one byte inside quotes */
static void quoted_byte(char c, char before, struct buf *out)
{
	if (c == '\n' && before != '\\')
		buf_add(out, STR("\\n"));
	else if (c == '\t' && before != '\\')
		buf_add(out, STR("\\t"));
	else if (c == '\n' || c == '\t')
		buf_char(out, ' ');
	else if (is_control(c) || (c == ';' && ends_blank(out)))
		buf_printf(out, "\\x%02x", (unsigned char)c);
	else
		buf_char(out, c);
}

/* the quoted string at the start of @s as it is; how long it is */
static size_t copy_quoted(struct str s, struct buf *out)
{
	size_t i = 1;

	buf_char(out, *s.ptr);
	for (; i < s.len; i++) {
		quoted_byte(s.ptr[i], s.ptr[i - 1], out);
		if (s.ptr[i] == *s.ptr && s.ptr[i - 1] != '\\')
			return i + 1;
	}
	return i;
}

static void quote(struct str s, struct buf *out)
{
	buf_char(out, '"');
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '"' || s.ptr[i] == '\\' || is_control(s.ptr[i]) || s.ptr[i] == '\t')
			buf_printf(out, "\\x%02x", (unsigned char)s.ptr[i]);
		else
			quoted_byte(s.ptr[i], 0, out);
	buf_char(out, '"');
}

static size_t word_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && is_word(s.ptr[n]))
		n++;
	return n;
}

void text_condition(struct str s, const struct text_edit *edits, size_t n, struct buf *out)
{
	size_t start = out->len, edit = 0, at = 0;

	while (at < s.len) {
		struct str rest = str_from(s, at);

		if (edit < n && edits[edit].offset == at) {
			buf_add(out, edits[edit].word);
			at += edits[edit++].width;
		} else if (is_white(*rest.ptr)) {
			if (out->len > start && !ends_blank(out))
				buf_char(out, ' ');
			at++;
		} else if (is_quote(*rest.ptr)) {
			at += copy_quoted(rest, out);
		} else if (*rest.ptr == ';' && (out->len == start || ends_blank(out))) {
			/* unquoted it would begin a comment */
			quote(str_first(rest, word_length(rest)), out);
			at += word_length(rest);
		} else {
			buf_char(out, *rest.ptr);
			at++;
		}
	}
	while (out->len > start && ends_blank(out))
		out->len--;
}

static bool is_quoted(struct str s)
{
	if (s.len < 2 || !is_quote(*s.ptr))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (s.ptr[i] == *s.ptr && s.ptr[i - 1] != '\\')
			return i + 1 == s.len;
	return false;
}

bool text_is_string(struct str s, bool *is_bare)
{
	*is_bare = s.len > 0 && word_length(s) == s.len && *s.ptr != ';' && *s.ptr != '#';
	for (size_t i = 0; i < s.len && *is_bare; i++)
		*is_bare = !is_control(s.ptr[i]);
	return *is_bare || is_quoted(s);
}

void text_string(struct str s, struct buf *out)
{
	bool is_bare;

	if (!text_is_string(s, &is_bare))
		quote(s, out);
	else if (is_bare)
		buf_add(out, s);
	else
		copy_quoted(s, out);
}

/* may a line end before the blank at @i */
static bool is_fold(struct str s, size_t i)
{
	return s.ptr[i] == ' ' && i > 0 && i + 1 < s.len && s.ptr[i - 1] != ' ' &&
	       s.ptr[i + 1] != ' ' && s.ptr[i + 1] != '\t' && s.ptr[i - 1] != '\t' &&
	       s.ptr[i + 1] != ';' && s.ptr[i + 1] != '#';
}

/* where the line that begins at @from ends */
static size_t line_end(struct str s, size_t from, size_t room)
{
	size_t end = 0;

	if (s.len - from <= room)
		return s.len;
	for (size_t i = from + 1; i < s.len; i++) {
		if (i - from > room && end)
			break;
		if (is_fold(s, i))
			end = i;
	}
	return end ? end : s.len;
}

void text_key(const char *key, struct str value, struct buf *out)
{
	size_t used = strlen(key) + 3, at = 0;

	buf_printf(out, "%s =", key);
	/* behind a blank a semicolon begins a comment */
	if (value.len > 0 && *value.ptr != ';')
		buf_char(out, ' ');
	while (at < value.len) {
		size_t end = line_end(value, at, LINE_WIDTH - used);

		buf_add(out, str_first(str_from(value, at), end - at));
		buf_char(out, '\n');
		at = end + 1;
		used = INDENT;
		if (at < value.len)
			buf_add(out, STR("    "));
	}
	if (value.len == 0)
		buf_char(out, '\n');
}

void text_comment(struct str s, struct buf *out)
{
	struct str rest = s, line;

	while (str_cut(&rest, '\n', &line)) {
		buf_add(out, STR(";"));
		if (line.len > 0)
			buf_char(out, ' ');
		escape_text(out, line, COMMENT_MAX);
		buf_char(out, '\n');
	}
}
