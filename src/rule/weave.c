/* SPDX-License-Identifier: Apache-2.0 */
/* Putting phrases together. */
#include "rule/weave.h"

#include <string.h>

void weave_release(struct weave *w)
{
	buf_release(&w->text);
}

static void add_stretch(struct weave *w, struct stretch s)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 16;
		struct stretch *map = arena_array_of(w->arena, struct stretch, cap);

		if (!map) {
			w->failed = true;
			return;
		}
		if (w->n)
			memcpy(map, w->map, w->n * sizeof(*map));
		w->map = map;
		w->cap = cap;
	}
	s.at = (uint32_t)w->text.len;
	w->map[w->n++] = s;
}

/* stretch @i of @p as if it began at @at */
static struct stretch rest_of_stretch(const struct phrase *p, size_t i, size_t at)
{
	struct stretch s = p->stretches[i];

	s.column += (unsigned)(at - s.at);
	return s;
}

void weave_part(struct weave *w, const struct phrase *p, size_t at, size_t len)
{
	size_t end = at + len, i = phrase_stretch(p, at);

	do {
		size_t next =
			i + 1 < p->n && p->stretches[i + 1].at < end ? p->stretches[i + 1].at : end;

		add_stretch(w, rest_of_stretch(p, i++, at));
		buf_add(&w->text, str_mem(p->text.ptr + at, next - at));
		at = next;
	} while (at < end && !w->failed);
}

void weave_phrase(struct weave *w, const struct phrase *p)
{
	weave_part(w, p, 0, p->text.len);
}

void weave_glue(struct weave *w, const char *glue, const struct phrase *p, size_t at)
{
	add_stretch(w, rest_of_stretch(p, phrase_stretch(p, at), at));
	buf_add(&w->text, str_of(glue));
}

bool weave_finish(struct weave *w, struct phrase *out)
{
	*out = (struct phrase){ arena_str(w->arena, buf_str(&w->text)), w->map, w->n };
	return !w->failed && !buf_failed(&w->text) && out->text.ptr && w->n > 0;
}
