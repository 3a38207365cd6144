/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A condition put together from parts of rule files: every byte that somebody wrote keeps its
 * place, the glue between takes the place of what it belongs to.
 */
#ifndef WC_WEAVE_H
#define WC_WEAVE_H

#include "base/buf.h"
#include "rule/phrase.h"

struct weave {
	struct arena *arena;
	struct buf text;
	struct stretch *map; /* in the arena */
	size_t n, cap;
	bool failed; /* out of memory; checked once, by weave_finish() */
};

static inline struct weave weave_begin(struct arena *a)
{
	return (struct weave){ .arena = a, .text = { .max = (size_t)8 << 20 } };
}
void weave_release(struct weave *w);
#define auto_weave __attribute__((cleanup(weave_release)))

/* @len bytes of @p from @at on */
void weave_part(struct weave *w, const struct phrase *p, size_t at, size_t len);
void weave_phrase(struct weave *w, const struct phrase *p);
/* @glue, in the place of the byte of @p at @at */
void weave_glue(struct weave *w, const char *glue, const struct phrase *p, size_t at);
/* false when memory ran out or the text grew too long */
bool weave_finish(struct weave *w, struct phrase *out);

#endif
