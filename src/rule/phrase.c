/* SPDX-License-Identifier: Apache-2.0 */
/* Values of rule files with their column maps. */
#include "rule/phrase.h"

#include <string.h>

size_t phrase_stretch(const struct phrase *p, size_t offset)
{
	size_t low = 0, high = p->n;

	/* the last that begins at @offset or before: one before it may be empty */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (p->stretches[middle].at <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct place phrase_place(const struct phrase *p, size_t offset, size_t width)
{
	const struct stretch *s = &p->stretches[phrase_stretch(p, offset)];
	struct place where =
		rulefile_place(s->file, s->line, s->column + (unsigned)(offset - s->at), 0);
	size_t left = where.text.len + 1 > where.column ? where.text.len + 1 - where.column : 0;

	where.width = (unsigned)(width < left ? width : left);
	return where;
}

bool phrase_join(struct phrase *out, const struct phrase *a, const struct phrase *b,
		 struct arena *arena)
{
	const char *blank = a->text.len && b->text.len ? " " : "";
	size_t shift = a->text.len + strlen(blank);
	struct stretch *map = arena_array_of(arena, struct stretch, a->n + b->n);
	struct str text =
		arena_printf(arena, "%.*s%s%.*s", STR_ARG(a->text), blank, STR_ARG(b->text));

	if (!map || !text.ptr)
		return false;
	memcpy(map, a->stretches, a->n * sizeof(*map));
	memcpy(map + a->n, b->stretches, b->n * sizeof(*map));
	for (size_t i = 0; i < b->n; i++)
		map[a->n + i].at += (uint32_t)shift;
	*out = (struct phrase){ .text = text, .stretches = map, .n = a->n + b->n };
	return true;
}

struct phrase_script {
	struct script script; /* first: the parser knows only this */
	struct phrase phrase;
};

static struct place place_in_phrase(const struct script *s, size_t offset, size_t width)
{
	return phrase_place(&((const struct phrase_script *)s)->phrase, offset, width);
}

const struct script *phrase_script(const struct phrase *p, struct arena *arena)
{
	struct phrase_script *s = arena_new_of(arena, struct phrase_script);

	if (!s)
		return NULL;
	*s = (struct phrase_script){ { .text = p->text, .place = place_in_phrase }, *p };
	return &s->script;
}

struct str phrase_line(const struct phrase *p, size_t i, size_t *offset)
{
	size_t from = p->stretches[i].at;
	size_t to = i + 1 < p->n ? p->stretches[i + 1].at : p->text.len;
	struct str line = str_first(str_from(p->text, from), to - from);

	*offset = from;
	/* the blank that joins it to the next */
	if (i + 1 < p->n && line.len > 0)
		line.len--;
	return line;
}
