// SPDX-License-Identifier: Apache-2.0
/*
 * Tables in three forms. Rows are collected first because text is aligned by the widest cell.
 */
#include "cli/listing.h"

#include <string.h>

#include "base/json.h"

void listing_add(struct listing *l, const struct str *cells)
{
	if (!str_starts(cells[0], l->prefix))
		return;
	if (l->n_rows == l->cap_rows) {
		size_t cap = l->cap_rows ? 2 * l->cap_rows : 64;
		struct str *grown = arena_array_of(l->arena, struct str, cap * l->n_columns);

		if (!grown) {
			l->failed = true;
			return;
		}
		if (l->n_rows > 0)
			memcpy(grown, l->cells, l->n_rows * l->n_columns * sizeof(*grown));
		l->cells = grown;
		l->cap_rows = cap;
	}
	for (size_t i = 0; i < l->n_columns; i++) {
		struct str *cell = &l->cells[l->n_rows * l->n_columns + i];

		*cell = arena_str(l->arena, cells[i]);
		l->failed |= cells[i].ptr && !cell->ptr;
	}
	l->n_rows++;
}

static struct str cell_at(const struct listing *l, size_t row, size_t column)
{
	return l->cells[row * l->n_columns + column];
}

static void render_text(const struct listing *l, struct buf *out)
{
	size_t widths[LISTING_COLUMNS] = { 0 };

	for (size_t row = 0; row < l->n_rows; row++)
		for (size_t i = 0; i < l->n_columns; i++)
			if (cell_at(l, row, i).len > widths[i])
				widths[i] = cell_at(l, row, i).len;
	for (size_t row = 0; row < l->n_rows; row++) {
		size_t pad = 0;

		for (size_t i = 0; i < l->n_columns; i++) {
			struct str cell = cell_at(l, row, i);

			if (cell.len > 0) {
				buf_printf(out, "%*s", (int)pad, "");
				buf_add(out, cell);
				pad = 0;
			}
			pad += widths[i] - cell.len + (widths[i] ? 2 : 0);
		}
		buf_char(out, '\n');
	}
}

static void render_json(const struct listing *l, struct buf *out)
{
	struct json j = json_start(out);

	json_array(&j);
	for (size_t row = 0; row < l->n_rows; row++) {
		json_object(&j);
		for (size_t i = 0; i < l->n_columns; i++) {
			json_key(&j, str_of(l->columns[i]));
			json_str(&j, cell_at(l, row, i));
		}
		json_object_end(&j);
	}
	json_array_end(&j);
	buf_char(out, '\n');
}

static void markdown_cell(struct str cell, struct buf *out)
{
	for (size_t i = 0; i < cell.len; i++) {
		if (cell.ptr[i] == '|' || cell.ptr[i] == '*' || cell.ptr[i] == '_' ||
		    cell.ptr[i] == '<')
			buf_char(out, '\\');
		buf_char(out, cell.ptr[i]);
	}
	buf_add(out, STR(" |"));
}

static void render_markdown(const struct listing *l, struct buf *out)
{
	buf_char(out, '|');
	for (size_t i = 0; i < l->n_columns; i++)
		buf_printf(out, " %s |", l->columns[i]);
	buf_add(out, STR("\n|"));
	for (size_t i = 0; i < l->n_columns; i++)
		buf_add(out, STR("---|"));
	for (size_t row = 0; row < l->n_rows; row++) {
		buf_add(out, STR("\n|"));
		for (size_t i = 0; i < l->n_columns; i++) {
			buf_char(out, ' ');
			markdown_cell(cell_at(l, row, i), out);
		}
	}
	buf_char(out, '\n');
}

void listing_render(const struct listing *l, const char *format, struct buf *out)
{
	static const struct {
		const char *name;
		void (*render)(const struct listing *l, struct buf *out);
	} formats[] = { { "text", render_text },
			{ "json", render_json },
			{ "markdown", render_markdown } };

	out->failed |= l->failed;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (strcmp(format ? format : "text", formats[i].name) == 0)
			formats[i].render(l, out);
}
