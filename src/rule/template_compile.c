/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiling output templates: text with %fields, %calls(...) and bundles (language.md 7.1).
 *
 * All names, selectors and widths are judged here, so that rendering cannot fail.
 */
#include <errno.h>

#include "base/cleanup.h"
#include "filter/advice.h"
#include "filter/check.h"
#include "rule/names.h"
#include "rule/phrase.h"
#include "rule/template.h"
#include "rule/template_parts.h"

#define WIDTH_MAX 4096

static const struct {
	struct str name, text;
} bundles[] = {
	{ STR("container.info"),
	  STR("container_id=%container.id container_name=%container.name "
	      "container_image_repository=%container.image.repository "
	      "container_image_tag=%container.image.tag k8s_ns_name=%k8s.ns.name "
	      "k8s_pod_name=%k8s.pod.name") },
	{ STR("proc.info"),
	  STR("process=%proc.name pid=%proc.pid proc_exepath=%proc.exepath parent=%proc.pname "
	      "command=%proc.cmdline terminal=%proc.tty") },
	{ STR("user.info"),
	  STR("user=%user.name user_uid=%user.uid user_loginuid=%user.loginuid") },
	{ STR("cap.info"),
	  STR("cap_effective=%thread.cap_effective cap_permitted=%thread.cap_permitted "
	      "cap_bounding=%thread.cap_bounding cap_excess=%thread.cap_excess") },
};

struct compiler {
	const struct phrase *text;
	const struct script *script; /* the same text, for the parser of calls */
	const struct schema *schema;
	struct arena *arena;
	struct diag *d;
	struct template *out;
	struct piece **tail;
	struct named_use *uses, **uses_tail;
	size_t bundle_at; /* inside a bundle: offset of its name in the text */
	size_t bundle_width; /* 0: not inside one */
	int error;
};

static struct place place_of(const struct compiler *c, size_t offset, size_t width)
{
	return c->bundle_width ? phrase_place(c->text, c->bundle_at, c->bundle_width)
			       : phrase_place(c->text, offset, width);
}

static void keep_error(struct compiler *c, int r)
{
	if (r < 0 && c->error != -ENOMEM)
		c->error = r;
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

	while (n < s.len && (is_name_char(s.ptr[n]) || s.ptr[n] == '.') &&
	       (n > 0 || is_object_name(str_first(s, 1))))
		n++;
	while (n > 0 && s.ptr[n - 1] == '.')
		n--;
	return n;
}

/* the longest known field name at the start of @s; NULL: none */
static const struct field_def *longest_field(const struct compiler *c, struct str s,
					     struct str *name, struct str *selector)
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

/*
 * "[...]" at the start of @s: its length with brackets, 0 if it is no selector; *inside without
 * quotes
 */
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
		diag_error(c->d, &where, "bad-template",
			   "a lone '%%'; write '%%%%' for a percent sign");
	} else if (near.ptr) {
		diag_error(c->d, &where, "unknown-field",
			   "unknown field '%.*s'; did you mean '%.*s'?",
			   STR_ARG(str_first(rest, n)), STR_ARG(near));
	} else {
		diag_error(c->d, &where, "unknown-field", "unknown field '%.*s'",
			   STR_ARG(str_first(rest, n)));
	}
	keep_error(c, -EINVAL);
}

/* once for each key; @offset: where it stands, for advice. A bundle is not its user's choice. */
static void add_use(struct compiler *c, struct str key, const struct field_use *use, size_t offset)
{
	struct place where = place_of(c, offset, key.len);
	struct named_use *named;

	for (named = c->uses; named; named = named->next)
		if (str_eq(named->key, key))
			return;
	named = arena_new_of(c->arena, struct named_use);
	if (!named) {
		c->error = -ENOMEM;
		return;
	}
	*named = (struct named_use){ .key = key, .use = use };
	*c->uses_tail = named;
	c->uses_tail = &named->next;
	c->out->n_uses++;
	if (!c->bundle_width)
		advise_field(use->def, &where, c->d);
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
		diag_error(c->d, &where, "missing-selector",
			   "'%.*s' needs a selector, as in %.*s[x]", STR_ARG(key), STR_ARG(key));
		return -EINVAL;
	}
	return use->def->prepare ? use->def->prepare(use, &where, c->d) : 0;
}

static void add_subject(struct compiler *c, const struct operand *o, size_t width)
{
	struct piece *piece = add_piece(c, STR_ABSENT);
	bool is_any_ancestor = o->kind == OPERAND_FIELD && (o->use->def->flags & FIELD_ANCESTOR) &&
			       !o->selector.ptr;

	if (!piece)
		return;
	piece->subject = o;
	piece->width = width;
	piece->is_many = operand_is_list(o) || is_any_ancestor;
}

/* a field at @offset of @s, behind the '%' and the width; returns the offset behind it */
static size_t take_field(struct compiler *c, struct str s, size_t offset, size_t width)
{
	struct str rest = str_from(s, offset), name, selector, inside, key;
	const struct field_def *def = longest_field(c, rest, &name, &selector);
	struct field_use *use = arena_new_of(c->arena, struct field_use);
	struct operand *o = arena_new_of(c->arena, struct operand);
	size_t more = 0;

	if (!use || !o) {
		c->error = -ENOMEM;
		return s.len;
	}
	if (!def) {
		unknown_field(c, s, offset);
		return offset + name_length(rest);
	}
	if (!selector.ptr && def->selector != SELECTOR_NONE) {
		more = selector_length(str_from(rest, name.len), &inside);
		selector = more ? inside : STR_ABSENT;
	}
	key = str_first(rest, name.len + more);
	*use = (struct field_use){ .def = def, .selector = selector, .param = def->param };
	*o = (struct operand){
		.kind = OPERAND_FIELD, .text = name, .selector = selector, .use = use
	};
	if (check_use(c, use, key, offset) < 0) {
		keep_error(c, -EINVAL);
	} else if (def->flags & FIELD_TEMPLATE_ONLY) {
		c->out->wants_summary = true;
		add_literal(c, STR(SUMMARY_MARK));
	} else {
		add_subject(c, o, width);
		add_use(c, key, use, offset);
	}
	return offset + key.len;
}

/* the fields inside a call, which alerts tell as well */
static void add_uses_of_call(struct compiler *c, const struct operand *call)
{
	for (const struct operand *o = call->items; o; o = o->next)
		if (o->kind == OPERAND_FIELD)
			add_use(c,
				str_first(str_from(c->script->text, o->span.offset), o->span.width),
				o->use, o->span.offset);
		else
			add_uses_of_call(c, o);
}

static bool is_call(struct str rest)
{
	size_t n = 0;

	while (n < rest.len && is_name_char(rest.ptr[n]))
		n++;
	return n < rest.len && rest.ptr[n] == '(' && transformer_find(str_first(rest, n));
}

static size_t take_call(struct compiler *c, struct str s, size_t offset, size_t width)
{
	size_t end = s.len;
	struct operand *o = parse_subject(c->script, offset, &end, c->arena, c->d);
	int r = o ? check_subject(o, c->schema, c->arena, c->d) : -EINVAL;

	keep_error(c, r);
	if (r == 0) {
		add_subject(c, o, width);
		add_uses_of_call(c, o);
	}
	return end > offset ? end : s.len;
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

		diag_error(c->d, &where, "bad-template", "a width is a number from 1 to %d",
			   WIDTH_MAX);
		keep_error(c, -EINVAL);
	}
	behind = take_bundle(c, s, at);
	if (behind > at)
		return behind;
	return !c->bundle_width && is_call(str_from(s, at)) ? take_call(c, s, at, width)
							    : take_field(c, s, at, width);
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
	struct compiler c = { .text = text,
			      .schema = schema,
			      .arena = arena,
			      .d = d,
			      .out = arena_new_of(arena, struct template) };
	struct str copy = arena_str(arena, text->text);
	struct place where = phrase_place(text, 0, 0);

	c.script =
		copy.ptr ? phrase_script(&(struct phrase){ copy, text->stretches, text->n }, arena)
			 : NULL;
	if (!c.out || !c.script) {
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

struct template *template_compile(struct str text, const struct schema *schema,
				  const struct place *where, struct arena *arena, struct diag *d)
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
