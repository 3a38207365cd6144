/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled output template: literal text and fields (language.md 7.1). Rendering gives the text
 * and the fields as typed values, so that alert can write output_fields.
 */
#ifndef WC_TEMPLATE_H
#define WC_TEMPLATE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "filter/schema.h"

struct template;

/* @where: of the text's first byte, on one line */
struct template *template_compile(struct str text, const struct schema *schema,
				  const struct place *where, struct arena *arena, struct diag *d);
/* the same for a text with its own map of places (rule/phrase.h) */
struct phrase;
struct template *template_compile_phrase(const struct phrase *text, const struct schema *schema,
					 struct arena *arena, struct diag *d);
/*
 * The message alone: no time, no priority; SUMMARY_MARK where %evt.summary stands. Values are
 * escaped and cut; @scratch for getters.
 */
void template_render(const struct template *t, const struct scene *scene, struct arena *scratch,
		     struct buf *out);
/*
 * the distinct fields named anywhere in the template, also inside calls, as written
 * ("proc.aname[2]")
 */
size_t template_fields(const struct template *t);
const struct field_use *template_field(const struct template *t, size_t i, struct str *key);
/* %evt.summary is used */
bool template_wants_summary(const struct template *t);

#endif
