/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The INI reader: physical lines are checked here, framed by libinih, and come back as entries.
 *
 * What goes into libinih is made so that nothing in it can be cut, trimmed or taken for a comment:
 * a section is its ordinal, a value travels in fenced pieces ("|piece|") that fit into libinih's
 * line. So every call of the handler is one piece whose place we know. Headers, keys and comments
 * are judged before. What a key means is not known here.
 */
#include "rule/reader.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/map.h"
#include "rule/line.h"
#include "rule/names.h"

struct reader {
	const struct rulefile *file;
	unsigned kinds; /* of sections that the file may have */
	struct arena *arena;
	struct diag *d;
	int error; /* -errno */

	unsigned line; /* the physical line at hand, from 1 */
	struct section *first, **tail;
	struct section *section; /* NULL: none yet, or its header was refused */
	bool skip_section; /* a refused header: its lines are skipped */
	unsigned ordinal;
	bool tell_section; /* libinih has not been given the ordinal yet */
	struct map names; /* "kind name" of every section so far */

	struct entry *entry;
	bool skip_entry; /* a refused key: its continuation lines are skipped */
	bool tell_key;
	char quote; /* the quote that is open, or 0 */
	struct buf value;
	struct stretch *map;
	size_t n, cap;

	struct str rest; /* of the line, still to go through libinih; absent: none */
	unsigned rest_column;
	bool line_begins; /* the next piece is the first of its line */
};

static struct str current(const struct reader *r)
{
	return r->file->lines[r->line - 1];
}

static struct place here(const struct reader *r, size_t offset, size_t width)
{
	return rulefile_place(r->file, r->line, (unsigned)offset + 1, (unsigned)width);
}

/*
 * one error at @offset of the current line; what else the section then lacks is not worth telling
 */
static void __attribute__((format(printf, 5, 6)))
refuse(struct reader *r, size_t offset, size_t width, const char *code, const char *fmt, ...)
{
	struct place where = here(r, offset, width);
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	diag_error(r->d, &where, code, "%s", message);
	if (r->section)
		r->section->broken = true;
}

static void refuse_line(struct reader *r, const struct complaint *why)
{
	refuse(r, why->offset, why->width, why->code, "%s", why->message);
}

/* --- entries --- */

static void close_entry(struct reader *r)
{
	struct entry *e = take_ptr(r->entry);

	if (!e)
		return;
	e->value = (struct phrase){ arena_str(r->arena, buf_str(&r->value)), r->map, r->n };
	if (!e->value.text.ptr || buf_failed(&r->value))
		r->error = -ENOMEM;
	r->map = NULL;
	r->n = r->cap = 0;
}

static bool add_stretch(struct reader *r, size_t at)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 4;
		struct stretch *map = arena_array_of(r->arena, struct stretch, cap);

		if (!map) {
			r->error = -ENOMEM;
			return false;
		}
		if (r->n)
			memcpy(map, r->map, r->n * sizeof(*map));
		r->map = map;
		r->cap = cap;
	}
	r->map[r->n++] = (struct stretch){ (uint32_t)at, r->line, r->rest_column, r->file };
	return true;
}

/* a value with a hole is no value: section_entry() does not find it */
static void drop_entry(struct reader *r)
{
	r->entry = NULL;
	r->skip_entry = true;
	r->rest = STR_ABSENT;
	r->map = NULL;
	r->n = r->cap = 0;
}

/* one piece, as libinih gave it back */
static void add_piece(struct reader *r, struct str piece)
{
	if (r->line_begins) {
		if (r->value.len > 0)
			buf_char(&r->value, ' ');
		if (!add_stretch(r, r->value.len))
			return;
		r->line_begins = false;
	}
	if (r->value.len + piece.len > READER_VALUE_MAX) {
		refuse(r, r->rest_column - 1, 0, "value-too-long", "value longer than %d bytes",
		       READER_VALUE_MAX);
		drop_entry(r);
		return;
	}
	buf_add(&r->value, piece);
}

/* --- lines --- */

/*
 * Where the comment of @s begins, or its length. Tracks quotes of keys that have strings; -1: the
 * comment would begin inside one.
 */
static ssize_t comment_start(struct reader *r, struct str s, bool quotes)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == ';' && i > 0 && is_blank(s.ptr[i - 1])) {
			if (!quotes || !r->quote)
				return (ssize_t)i;
			refuse(r, (size_t)(s.ptr - current(r).ptr) + i, 1, "comment-in-string",
			       "comment inside a string; write this semicolon as \\x3b");
			return -1;
		}
		if (!quotes || (c != '"' && c != '\''))
			continue;
		if (!r->quote)
			r->quote = c;
		else if (r->quote == c && (i == 0 || s.ptr[i - 1] != '\\'))
			r->quote = 0;
	}
	return (ssize_t)s.len;
}

/* give the value in @s, a part of the current line, to libinih in pieces */
static void begin_value(struct reader *r, struct str s)
{
	bool quotes = r->entry->key->flags & KEY_QUOTED;
	ssize_t end;

	if (r->entry->key->flags & KEY_TUPLES)
		r->quote = 0;
	end = comment_start(r, s, quotes);
	if (end < 0) {
		drop_entry(r);
		return;
	}
	while (end > 0 && is_blank(s.ptr[end - 1]))
		end--;
	r->rest = str_first(s, (size_t)end);
	while (r->rest.len > 0 && is_blank(*r->rest.ptr))
		r->rest = str_from(r->rest, 1);
	r->rest_column = (unsigned)(r->rest.ptr - current(r).ptr) + 1;
	r->line_begins = true;
}

static void take_continuation(struct reader *r, size_t indent)
{
	if (r->skip_section || r->skip_entry)
		return;
	if (!r->entry) {
		refuse(r, indent, 0, "orphan-continuation",
		       "a line that begins with a blank continues a value, but none is open here");
		return;
	}
	begin_value(r, str_from(current(r), indent));
}

static void take_comment(struct reader *r, size_t indent)
{
	if (!r->entry || !r->quote || (r->entry->key->flags & KEY_TUPLES))
		return;
	refuse(r, indent, 1, "comment-in-string", "comment inside a string");
	drop_entry(r);
}

static bool known_key(struct reader *r, struct str name, struct entry *e)
{
	struct str near;

	e->key = key_find(r->section->kind, name, &e->op, &near);
	if (!e->key && near.ptr)
		refuse(r, 0, name.len, "unknown-key",
		       "unknown key '%.*s' in [%s]; did you mean '%.*s'?", STR_ARG(name),
		       section_def_at(r->section->kind)->name, STR_ARG(near));
	else if (!e->key)
		refuse(r, 0, name.len, "unknown-key", "unknown key '%.*s' in [%s]", STR_ARG(name),
		       section_def_at(r->section->kind)->name);
	else if (e->key->flags & KEY_UNSUPPORTED)
		refuse(r, 0, name.len, "unsupported-key", "key '%.*s' is not supported",
		       STR_ARG(name));
	else
		return true;
	return false;
}

static void open_entry(struct reader *r, struct str name, struct str value)
{
	struct entry **tail = &r->section->entries;
	struct entry *e = arena_new_of(r->arena, struct entry);

	r->skip_entry = true;
	if (!e || !(e->name = arena_str(r->arena, name)).ptr) {
		r->error = -ENOMEM;
		return;
	}
	if (!known_key(r, name, e))
		return;
	for (; *tail; tail = &(*tail)->next)
		if (str_eq((*tail)->name, name)) {
			refuse(r, 0, name.len, "duplicate-key",
			       "key '%.*s' was given in line %u already", STR_ARG(name),
			       (*tail)->line);
			return;
		}
	*tail = r->entry = e;
	e->line = r->line;
	r->skip_entry = false;
	r->tell_key = true;
	r->quote = 0;
	buf_clear(&r->value);
	begin_value(r, value);
}

static void take_key(struct reader *r)
{
	struct complaint why;
	struct str key, value;

	close_entry(r);
	r->skip_entry = true;
	if (r->skip_section)
		return;
	if (!r->section)
		refuse(r, 0, 0, "bad-line", "expected a section header such as [rule ID] first");
	else if (!line_key(current(r), &key, &value, &why))
		refuse_line(r, &why);
	else
		open_entry(r, key, value);
}

static bool is_new(struct reader *r, struct section *s)
{
	const char *kind = section_def_at(s->kind)->name;
	struct str key = arena_printf(r->arena, "%s %.*s", kind, STR_ARG(s->whole));
	const struct section *twin = key.ptr ? map_get(&r->names, key) : NULL;

	if (twin) {
		struct place first = section_place(twin);

		refuse(r, s->column - 1, s->whole.len, "duplicate-section",
		       "%s '%.*s' was given in this file already", kind, STR_ARG(s->whole));
		diag_note(r->d, &first, "first given here");
	} else if (!key.ptr || map_put(&r->names, key, s) < 0) {
		r->error = -ENOMEM;
	}
	return !twin;
}

static void take_header(struct reader *r)
{
	struct section *s = arena_new_of(r->arena, struct section);
	struct complaint why;
	struct header h;

	close_entry(r);
	r->section = NULL;
	r->skip_section = true;
	if (!s) {
		r->error = -ENOMEM;
		return;
	}
	if (!line_header(current(r), r->kinds, &h, &why)) {
		refuse_line(r, &why);
		return;
	}
	*s = (struct section){ .kind = h.kind,
			       .name = h.name,
			       .rule = h.rule,
			       .whole = h.whole,
			       .file = r->file,
			       .line = r->line,
			       .column = (unsigned)(h.whole.ptr - current(r).ptr) + 1 };
	if (!is_new(r, s))
		return;
	r->section = *r->tail = s;
	r->tail = &s->next;
	r->skip_section = r->skip_entry = false;
	r->tell_section = true;
	r->ordinal++;
}

static void take_line(struct reader *r)
{
	struct str line = current(r);
	struct complaint why;
	size_t indent = 0;

	if (!line_check_bytes(line, &why)) {
		refuse_line(r, &why);
		if (r->entry)
			drop_entry(r);
		return;
	}
	while (indent < line.len && is_blank(line.ptr[indent]))
		indent++;
	if (indent == line.len)
		return;
	if (line.ptr[indent] == ';' || line.ptr[indent] == '#')
		take_comment(r, indent);
	else if (indent > 0)
		take_continuation(r, indent);
	else if (*line.ptr == '[')
		take_header(r);
	else
		take_key(r);
}

/* --- libinih --- */

/* what libinih takes for fgets() */
static char *next_line(char *out, int size, void *stream)
{
	struct reader *r = stream;

	if (r->tell_section) {
		snprintf(out, (size_t)size, "[%u]\n", r->ordinal);
		r->tell_section = false;
		return out;
	}
	while (!r->rest.ptr) {
		if (r->error < 0 || r->line == r->file->n_lines)
			return NULL;
		r->line++;
		take_line(r);
		if (r->tell_section)
			return next_line(out, size, stream);
	}

	struct str start = r->tell_key ? r->entry->name : STR("\t");
	const char *sign = r->tell_key ? "=" : "";
	size_t room = (size_t)size - start.len - strlen(sign) - sizeof("||\n");
	struct str piece = str_first(r->rest, room);

	snprintf(out, (size_t)size, "%.*s%s|%.*s|\n", STR_ARG(start), sign, STR_ARG(piece));
	r->tell_key = false;
	return out;
}

/* 0 when libinih did not give back what it was given */
static int take_piece(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	struct str fenced = str_of(value), piece;
	char ordinal[16];

	snprintf(ordinal, sizeof(ordinal), "%u", r->ordinal);
	if (!r->entry || strcmp(section, ordinal) != 0 || !str_eq(str_of(name), r->entry->name) ||
	    fenced.len < 2 || *fenced.ptr != '|' || fenced.ptr[fenced.len - 1] != '|')
		return 0;
	piece = str_from(str_first(fenced, fenced.len - 1), 1);
	if (!r->rest.ptr || !str_starts(r->rest, piece))
		return 0;
	add_piece(r, piece);
	if (piece.len == r->rest.len || !r->rest.ptr) {
		r->rest = STR_ABSENT;
	} else {
		r->rest = str_from(r->rest, piece.len);
		r->rest_column += (unsigned)piece.len;
	}
	return 1;
}

struct section *reader_read(const struct rulefile *f, unsigned kinds, struct arena *a,
			    struct diag *d, int *result)
{
	struct reader r = { .file = f, .kinds = kinds, .arena = a, .d = d };
	int disagreed;

	r.tail = &r.first;
	disagreed = ini_parse_stream(next_line, &r, take_piece, &r);

	close_entry(&r);
	if (disagreed && r.error == 0)
		diag_error(d, &(struct place){ .file = f->name }, "internal",
			   "libinih and the reader disagree at call %d; the file is refused",
			   disagreed);
	map_release(&r.names);
	buf_release(&r.value);
	*result = r.error;
	return r.first;
}
