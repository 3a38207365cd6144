/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output templates: text with %fields, compiled once and rendered for every alert (language.md 7.1).
 *
 * All names, selectors and widths are judged when compiling. Rendering cannot fail: what is absent prints
 * <NA>, what is hostile is escaped and cut.
 */
#include "rule/template.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "rule/names.h"
#include "rule/phrase.h"

#define WIDTH_MAX 4096

/* literal text, or a field when literal is absent */
struct piece {
	struct str literal;
	size_t field;
	size_t width; /* characters to pad or cut to; 0: as long as it is */
	struct piece *next;
};

struct named_use {
	struct str key;
	struct field_use use;
	struct named_use *next;
};

struct template {
	struct piece *pieces;
	struct named_use **uses;
	size_t n_uses;
	bool wants_summary;
};

static const struct { struct str name, text; } bundles[] = {
	{ STR("container.info"),
	  STR("container_id=%container.id container_name=%container.name "
	      "container_image_repository=%container.image.repository "
	      "container_image_tag=%container.image.tag k8s_ns_name=%k8s.ns.name "
	      "k8s_pod_name=%k8s.pod.name") },
	{ STR("proc.info"),
	  STR("process=%proc.name pid=%proc.pid proc_exepath=%proc.exepath parent=%proc.pname "
	      "command=%proc.cmdline terminal=%proc.tty") },
	{ STR("user.info"), STR("user=%user.name user_uid=%user.uid user_loginuid=%user.loginuid") },
	{ STR("cap.info"),
	  STR("cap_effective=%thread.cap_effective cap_permitted=%thread.cap_permitted "
	      "cap_bounding=%thread.cap_bounding cap_excess=%thread.cap_excess") },
};

struct compiler {
	const struct phrase *text;
	const struct schema *schema;
	struct arena *arena;
	struct diag *d;
	struct template *out;
	struct piece **tail;
	struct named_use *uses, **uses_tail;
	size_t bundle_at;    /* inside a bundle: offset of its name in the text */
	size_t bundle_width; /* 0: not inside one */
	int error;
};

static struct place place_of(const struct compiler *c, size_t offset, size_t width)
{
	return c->bundle_width ? phrase_place(c->text, c->bundle_at, c->bundle_width)
			       : phrase_place(c->text, offset, width);
}

static struct piece *add_piece(struct compiler *c, struct str literal)
{
	struct piece *p = arena_new_of(c->arena, struct piece);

	if (!p) {
		c->error = -ENOMEM;
		return NULL;
	}
	p->literal = literal;
	*c->tail = p;
	c->tail = &p->next;
	return p;
}

static void add_literal(struct compiler *c, struct str s)
{
	if (s.len > 0)
		add_piece(c, s);
}

/* --- names behind a percent sign --- */

static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && (is_object_name(str_mem(s.ptr + n, 1)) || (n > 0 && s.ptr[n] == '_') ||
			     (n > 0 && s.ptr[n] == '.') || (n > 0 && s.ptr[n] >= '0' && s.ptr[n] <= '9')))
		n++;
	while (n > 0 && s.ptr[n - 1] == '.')
		n--;
	return n;
}

/* the longest known field name at the start of @s; NULL: none */
static const struct field_def *longest_field(const struct compiler *c, struct str s, struct str *name,
					     struct str *selector)
{
	const struct field_def *def;

	for (size_t n = name_length(s); n > 0; n--) {
		*selector = STR_ABSENT;
		*name = str_first(s, n);
		def = c->schema->find(*name, selector);
		if (def)
			return def;
	}
	return NULL;
}

/* "[...]" at the start of @s: its length with brackets, 0 if it is no selector; *inside without quotes */
static size_t selector_length(struct str s, struct str *inside)
{
	size_t n = 1;

	if (s.len < 3 || *s.ptr != '[')
		return 0;
	if (s.ptr[1] == '"' || s.ptr[1] == '\'') {
		ssize_t end = str_chr(str_from(s, 2), s.ptr[1]);

		if (end < 1 || (size_t)end + 3 >= s.len || s.ptr[end + 3] != ']')
			return 0;
		*inside = str_first(str_from(s, 2), (size_t)end);
		return (size_t)end + 4;
	}
	while (n < s.len && !memchr(" \t[]\"'", s.ptr[n], 6))
		n++;
	if (n == 1 || n == s.len || s.ptr[n] != ']')
		return 0;
	*inside = str_first(str_from(s, 1), n - 1);
	return n + 1;
}

static void unknown_field(struct compiler *c, struct str s, size_t offset)
{
	struct str rest = str_from(s, offset);
	size_t n = name_length(rest), percent = offset - 1;
	struct place where = place_of(c, offset, n);
	struct str near = n ? c->schema->nearest(str_first(rest, n)) : STR_ABSENT;

	if (n == 0) {
		while (s.ptr[percent] != '%')
			percent--;
		where = place_of(c, percent, 1);
		diag_error(c->d, &where, "bad-template", "a lone '%%'; write '%%%%' for a percent sign");
	} else if (near.ptr) {
		diag_error(c->d, &where, "unknown-field", "unknown field '%.*s'; did you mean '%.*s'?",
			   STR_ARG(str_first(rest, n)), STR_ARG(near));
	} else {
		diag_error(c->d, &where, "unknown-field", "unknown field '%.*s'",
			   STR_ARG(str_first(rest, n)));
	}
	c->error = c->error ? c->error : -EINVAL;
}

/* the number of @key among the uses so far; a new one is appended */
static size_t add_use(struct compiler *c, struct str key, const struct field_use *use)
{
	struct named_use *named;
	size_t n = 0;

	for (named = c->uses; named; named = named->next, n++)
		if (str_eq(named->key, key))
			return n;
	named = arena_new_of(c->arena, struct named_use);
	if (!named) {
		c->error = -ENOMEM;
		return 0;
	}
	*named = (struct named_use){ .key = key, .use = *use };
	*c->uses_tail = named;
	c->uses_tail = &named->next;
	c->out->n_uses++;
	return n;
}

static int check_use(struct compiler *c, struct field_use *use, struct str key, size_t offset)
{
	struct place where = place_of(c, offset, key.len);

	if (use->def->flags & FIELD_FILTER_ONLY) {
		diag_error(c->d, &where, "filter-only-field", "'%.*s' can stand in conditions only",
			   STR_ARG(key));
		return -EINVAL;
	}
	if (use->def->selector == SELECTOR_REQUIRED && !use->selector.ptr) {
		diag_error(c->d, &where, "missing-selector", "'%.*s' needs a selector, as in %.*s[x]",
			   STR_ARG(key), STR_ARG(key));
		return -EINVAL;
	}
	return use->def->prepare ? use->def->prepare(use, &where, c->d) : 0;
}

/* a field at @offset of @s, behind the '%' and the width; returns the offset behind it */
static size_t take_field(struct compiler *c, struct str s, size_t offset, size_t width)
{
	struct str rest = str_from(s, offset), name, selector, inside;
	const struct field_def *def = longest_field(c, rest, &name, &selector);
	struct field_use use;
	struct piece *piece;
	size_t len;

	if (!def) {
		unknown_field(c, s, offset);
		return offset + name_length(rest);
	}
	len = name.len;
	if (!selector.ptr && def->selector != SELECTOR_NONE) {
		size_t more = selector_length(str_from(rest, len), &inside);

		selector = more ? inside : STR_ABSENT;
		len += more;
	}
	use = (struct field_use){ .def = def, .selector = selector, .param = def->param };
	if (check_use(c, &use, str_first(rest, len), offset) < 0) {
		c->error = c->error ? c->error : -EINVAL;
		return offset + len;
	}
	if (def->flags & FIELD_TEMPLATE_ONLY) {
		c->out->wants_summary = true;
		add_literal(c, STR(SUMMARY_MARK));
		return offset + len;
	}
	piece = add_piece(c, STR_ABSENT);
	if (piece) {
		piece->width = width;
		piece->field = add_use(c, str_first(rest, len), &use);
	}
	return offset + len;
}

static void compile_text(struct compiler *c, struct str s, size_t at);

/* a bundle at @offset; returns the offset behind it, or @offset if there is none */
static size_t take_bundle(struct compiler *c, struct str s, size_t offset)
{
	struct str rest = str_from(s, offset);

	rest = str_first(rest, name_length(rest));
	for (size_t i = 0; !c->bundle_width && i < ARRAY_LEN(bundles); i++) {
		if (!str_eq(rest, bundles[i].name))
			continue;
		c->bundle_at = offset;
		c->bundle_width = rest.len;
		compile_text(c, bundles[i].text, 0);
		c->bundle_width = 0;
		return offset + rest.len;
	}
	return offset;
}

/* what stands behind a '%' at @offset - 1; returns the offset behind it */
static size_t take_percent(struct compiler *c, struct str s, size_t offset)
{
	size_t width = 0, at, behind;

	if (offset < s.len && s.ptr[offset] == '%') {
		add_literal(c, STR("%"));
		return offset + 1;
	}
	for (at = offset; at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9'; at++)
		width = width > WIDTH_MAX ? width : 10 * width + (size_t)(s.ptr[at] - '0');
	if (width > WIDTH_MAX || (at > offset && width == 0)) {
		struct place where = place_of(c, offset, at - offset);

		diag_error(c->d, &where, "bad-template", "a width is a number from 1 to %d", WIDTH_MAX);
		c->error = c->error ? c->error : -EINVAL;
	}
	behind = take_bundle(c, s, at);
	return behind > at ? behind : take_field(c, s, at, width);
}

/* from @at to the end */
static void compile_text(struct compiler *c, struct str s, size_t at)
{
	while (at < s.len && c->error != -ENOMEM) {
		ssize_t percent = str_chr(str_from(s, at), '%');
		size_t n = percent < 0 ? s.len - at : (size_t)percent;

		add_literal(c, str_first(str_from(s, at), n));
		at += n;
		if (percent >= 0)
			at = take_percent(c, s, at + 1);
	}
}

static void number_uses(struct compiler *c)
{
	struct named_use **uses = arena_array_of(c->arena, struct named_use *, c->out->n_uses + 1);
	size_t n = 0;

	if (!uses) {
		c->error = -ENOMEM;
		return;
	}
	for (struct named_use *u = c->uses; u; u = u->next)
		uses[n++] = u;
	c->out->uses = uses;
}

struct template *template_compile_phrase(const struct phrase *text, const struct schema *schema,
					 struct arena *arena, struct diag *d)
{
	struct compiler c = { .text = text, .schema = schema, .arena = arena, .d = d,
			      .out = arena_new_of(arena, struct template) };
	struct str copy = arena_str(arena, text->text);
	struct place where = phrase_place(text, 0, 0);

	if (!c.out || !copy.ptr) {
		diag_error(d, &where, NULL, "out of memory");
		return NULL;
	}
	c.tail = &c.out->pieces;
	c.uses_tail = &c.uses;
	compile_text(&c, copy, str_starts(copy, STR("*")));
	number_uses(&c);
	if (c.error == -ENOMEM)
		diag_error(d, &where, NULL, "out of memory");
	return c.error ? NULL : c.out;
}

struct template *template_compile(struct str text, const struct schema *schema, const struct place *where,
				  struct arena *arena, struct diag *d)
{
	struct rulefile file = { .name = where ? where->file : NULL };
	struct stretch stretch = { .line = 1, .column = 1, .file = &file };
	struct phrase phrase = { .text = text, .stretches = &stretch, .n = 1 };

	if (where) {
		stretch.line = where->line;
		stretch.column = where->column;
	}
	return template_compile_phrase(&phrase, schema, arena, d);
}

/* --- rendering --- */

static bool is_many(const struct field_use *use)
{
	return (use->def->flags & FIELD_LIST) ||
	       ((use->def->flags & FIELD_ANCESTOR) && !use->selector.ptr);
}

static void render_value(const struct field_use *use, const struct scene *scene, struct arena *scratch,
			 struct buf *raw)
{
	bool list = use->def->flags & FIELD_LIST;
	struct values values = { .arena = scratch };

	if (!use->def->get(scene, use, &values) || (values.n == 0 && !list)) {
		buf_add(raw, STR("<NA>"));
		return;
	}
	if (!is_many(use))
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
	auto_buf struct buf raw = { 0 };

	for (const struct piece *p = t->pieces; p; p = p->next) {
		size_t start = out->len;

		if (p->literal.ptr) {
			buf_add(out, p->literal);
			continue;
		}
		buf_clear(&raw);
		render_value(&t->uses[p->field]->use, scene, scratch, &raw);
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
	return &t->uses[i]->use;
}

bool template_wants_summary(const struct template *t)
{
	return t->wants_summary;
}
