/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A value of a rule file as one text, and the way back from each of its bytes to file, line and
 * column.
 *
 * A value may stand on many lines, and after patches in many files. Texts and maps live in the
 * arena of the generation.
 */
#ifndef WC_PHRASE_H
#define WC_PHRASE_H

#include "base/arena.h"
#include "base/diag.h"
#include "filter/parse.h"
#include "rule/rulefile.h"

/* bytes that stand side by side on one physical line */
struct stretch {
	uint32_t at; /* offset of the first byte in the text */
	unsigned line, column;
	const struct rulefile *file;
};

struct phrase {
	struct str text;
	const struct stretch *stretches; /* at least one, ascending; the first may be empty */
	size_t n;
};

/* the number of the stretch that holds the byte at @offset */
size_t phrase_stretch(const struct phrase *p, size_t offset);
/* where the byte at @offset stands; one past the end is allowed */
struct place phrase_place(const struct phrase *p, size_t offset, size_t width);
/* @a, a blank, @b; false when out of memory */
bool phrase_join(struct phrase *out, const struct phrase *a, const struct phrase *b,
		 struct arena *arena);
/* for the parser: lives in @arena, as long as the trees made from it; NULL when out of memory */
const struct script *phrase_script(const struct phrase *p, struct arena *arena);
/* the text of physical line @i of the phrase; *offset is where it begins in the text */
struct str phrase_line(const struct phrase *p, size_t i, size_t *offset);

#endif
