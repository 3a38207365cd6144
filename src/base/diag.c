/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics: collected as owned copies, rendered as text with a caret or as JSON. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/json.h"

#define ERRORS_TOLD 200
#define SOURCE_LINE_MAX 4096

struct diag {
	struct diag_entry *entries;
	size_t n, cap;
	size_t errors, warnings;
};

struct diag *diag_new(void)
{
	return calloc(1, sizeof(struct diag));
}

void diag_clear(struct diag *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->entries[i].file);
		free(d->entries[i].text);
		free(d->entries[i].message);
	}
	d->n = d->errors = d->warnings = 0;
}

void diag_free(struct diag *d)
{
	if (!d)
		return;
	diag_clear(d);
	free(d->entries);
	free(d);
}

static struct diag_entry *entry_add(struct diag *d)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 16;
		struct diag_entry *entries = realloc(d->entries, cap * sizeof(*entries));

		if (!entries)
			return NULL;
		d->entries = entries;
		d->cap = cap;
	}
	return &d->entries[d->n];
}

static void add(struct diag *d, enum diag_severity severity, const struct place *where,
		const char *code, const char *fmt, va_list args)
	__attribute__((format(printf, 5, 0)));

static void add(struct diag *d, enum diag_severity severity, const struct place *where,
		const char *code, const char *fmt, va_list args)
{
	struct diag_entry *e;

	if (!d)
		return;
	d->errors += severity == DIAG_ERROR;
	d->warnings += severity == DIAG_WARNING;
	if (d->errors > ERRORS_TOLD || !(e = entry_add(d)))
		return;
	*e = (struct diag_entry){ .severity = severity, .code = code };
	if (vasprintf(&e->message, fmt, args) < 0) {
		e->message = NULL;
		return;
	}
	if (where) {
		e->file = where->file ? strdup(where->file) : NULL;
		e->line = where->line;
		e->column = where->column;
		e->width = where->width;
		e->text = where->text.ptr ? strndup(where->text.ptr,
						    str_first(where->text, SOURCE_LINE_MAX).len)
					  : NULL;
	}
	d->n++;
}

void diag_error(struct diag *d, const struct place *where, const char *code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, DIAG_ERROR, where, code, fmt, args);
	va_end(args);
}

void diag_warning(struct diag *d, const struct place *where, const char *code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, DIAG_WARNING, where, code, fmt, args);
	va_end(args);
}

void diag_note(struct diag *d, const struct place *where, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, DIAG_NOTE, where, NULL, fmt, args);
	va_end(args);
}

static void __attribute__((format(printf, 5, 6)))
add_one(struct diag *d, enum diag_severity severity, const struct place *where, const char *code,
	const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, severity, where, code, fmt, args);
	va_end(args);
}

void diag_append(struct diag *to, const struct diag *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct diag_entry *e = &from->entries[i];
		struct place where = { .file = e->file,
				       .line = e->line,
				       .column = e->column,
				       .width = e->width,
				       .text = str_of(e->text) };

		add_one(to, e->severity, &where, e->code, "%s", e->message);
	}
}

size_t diag_errors(const struct diag *d)
{
	return d->errors;
}

size_t diag_warnings(const struct diag *d)
{
	return d->warnings;
}

size_t diag_count(const struct diag *d)
{
	return d->n;
}

const struct diag_entry *diag_at(const struct diag *d, size_t i)
{
	return &d->entries[i];
}

static const char *const severity_names[] = {
	[DIAG_ERROR] = "error",
	[DIAG_WARNING] = "warning",
	[DIAG_NOTE] = "note",
};

/* the offending line, and a caret below the column: tabs are copied so that both line up */
static void render_source(const struct diag_entry *e, struct buf *out)
{
	struct str text = str_of(e->text);
	size_t before = e->column ? e->column - 1 : 0, width;

	if (!e->text || !e->line)
		return;
	buf_printf(out, "%5u | ", e->line);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\t')
			buf_char(out, '\t');
		else
			escape_text(out, str_mem(text.ptr + i, 1), 1);
	}
	buf_char(out, '\n');
	if (!e->column)
		return;
	buf_add(out, STR("      | "));
	for (size_t i = 0; i < before; i++)
		buf_char(out, i < text.len && text.ptr[i] == '\t' ? '\t' : ' ');
	buf_char(out, '^');
	width = text.len > before ? text.len - before : 1;
	if (e->width < width)
		width = e->width;
	for (size_t i = 1; i < width; i++)
		buf_char(out, '~');
	buf_char(out, '\n');
}

static void render_place(const struct diag_entry *e, struct buf *out)
{
	if (!e->file)
		return;
	escape_text(out, str_of(e->file), SOURCE_LINE_MAX);
	if (e->line)
		buf_printf(out, ":%u", e->line);
	if (e->line && e->column)
		buf_printf(out, ":%u", e->column);
	buf_add(out, STR(": "));
}

static void render_note(const struct diag_entry *e, struct buf *out)
{
	buf_add(out, STR("  note: "));
	escape_text(out, str_of(e->message), SOURCE_LINE_MAX);
	if (e->file) {
		buf_add(out, STR(" at "));
		escape_text(out, str_of(e->file), SOURCE_LINE_MAX);
		if (e->line)
			buf_printf(out, ":%u", e->line);
		if (e->line && e->column)
			buf_printf(out, ":%u", e->column);
	}
	buf_char(out, '\n');
}

void diag_render_text(const struct diag *d, struct buf *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct diag_entry *e = &d->entries[i];

		if (e->severity == DIAG_NOTE) {
			render_note(e, out);
			continue;
		}
		render_place(e, out);
		buf_printf(out, "%s: ", severity_names[e->severity]);
		escape_text(out, str_of(e->message), SOURCE_LINE_MAX);
		if (e->code)
			buf_printf(out, " [%s]", e->code);
		buf_char(out, '\n');
		render_source(e, out);
	}
	if (d->errors > ERRORS_TOLD)
		buf_printf(out, "%zu errors, the first %d are shown\n", d->errors, ERRORS_TOLD);
}

void diag_render_json(const struct diag *d, struct buf *out)
{
	struct json j = json_start(out);

	json_array(&j);
	for (size_t i = 0; i < d->n; i++) {
		const struct diag_entry *e = &d->entries[i];

		json_object(&j);
		json_put(&j, "severity", str, str_of(severity_names[e->severity]));
		json_put(&j, "file", str, str_of(e->file));
		json_put(&j, "line", u64, e->line);
		json_put(&j, "column", u64, e->column);
		json_put(&j, "code", str, str_of(e->code));
		json_put(&j, "message", str, str_of(e->message));
		json_put(&j, "text", str, str_of(e->text));
		json_object_end(&j);
	}
	json_array_end(&j);
}
