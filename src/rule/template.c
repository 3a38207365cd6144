/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rendering output templates. Nothing can fail here: what is absent prints <NA>, what is hostile is
 * escaped and cut.
 */
#include "rule/template.h"

#include "base/escape.h"
#include "filter/check.h"
#include "filter/evaluate.h"
#include "rule/template_parts.h"

static void render_subject(const struct piece *p, struct filter_frame *frame, struct buf *raw)
{
	bool list = operand_is_list(p->subject);
	struct values values = { .arena = frame->scratch };

	if (!operand_values(p->subject, frame, &values) || (values.n == 0 && !list)) {
		buf_add(raw, STR("<NA>"));
		return;
	}
	if (!p->is_many)
		values.n = 1;
	if (list)
		buf_char(raw, '(');
	for (size_t i = 0; i < values.n; i++) {
		if (i > 0)
			buf_char(raw, list ? ',' : ' ');
		value_render(&values.at[i], raw);
	}
	if (list)
		buf_char(raw, ')');
}

/* cut or pad what stands in @out from @start on to @width characters */
static void fit(struct buf *out, size_t start, size_t width)
{
	size_t characters = 0;

	for (size_t i = start; i < out->len; i++) {
		if (((unsigned char)out->ptr[i] & 0xc0) == 0x80)
			continue;
		if (characters == width) {
			out->len = i;
			return;
		}
		characters++;
	}
	for (; characters < width; characters++)
		buf_char(out, ' ');
}

void template_render(const struct template *t, const struct scene *scene, struct arena *scratch,
		     struct buf *out)
{
	struct filter_frame frame = { .scene = scene, .scratch = scratch };
	auto_buf struct buf raw = { 0 };

	for (const struct piece *p = t->pieces; p; p = p->next) {
		size_t start = out->len;

		if (p->literal.ptr) {
			buf_add(out, p->literal);
			continue;
		}
		buf_clear(&raw);
		render_subject(p, &frame, &raw);
		escape_text(out, buf_str(&raw), ESCAPE_VALUE_MAX);
		if (p->width)
			fit(out, start, p->width);
	}
}

size_t template_fields(const struct template *t)
{
	return t->n_uses;
}

const struct field_use *template_field(const struct template *t, size_t i, struct str *key)
{
	*key = t->uses[i]->key;
	return t->uses[i]->use;
}

bool template_wants_summary(const struct template *t)
{
	return t->wants_summary;
}
