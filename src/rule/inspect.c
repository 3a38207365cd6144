/* SPDX-License-Identifier: Apache-2.0 */
/* The loader's first phases, and the way of one condition from the command line. */
#include "rule/inspect.h"

#include <errno.h>

#include "rule/attributes.h"
#include "rule/condition.h"
#include "rule/exception.h"
#include "rule/lint.h"
#include "rule/loader.h"
#include "rule/reader.h"

/* --- the parser alone --- */

static int parse_phrase(const struct phrase *p, struct loader *l)
{
	const struct script *s = phrase_script(p, l->arena);
	bool is_parsed = s && parse_condition(s, l->arena, l->d);

	return is_parsed ? 0 : !s || arena_exhausted(l->arena) ? -ENOMEM : -EINVAL;
}

static void parse_list(const struct definition *def, struct loader *l)
{
	for (const struct part *part = def->keys[KEY_ITEMS]; part; part = part->next) {
		const struct script *s = phrase_script(&part->entry->value, l->arena);
		struct operand *items;

		loader_fail(l, s ? parse_items(s, &items, l->arena, l->d) : -ENOMEM);
	}
}

static int find_exceptions(const struct definition *rule, struct loader *l, struct exception **out)
{
	struct exception **tail = out;

	for (const struct definition *def = l->merge.first[SECTION_EXCEPTION]; def;
	     def = def->next) {
		if (!str_eq(def->rule, rule->name))
			continue;
		*tail = arena_new_of(l->arena, struct exception);
		if (!*tail)
			return -ENOMEM;
		**tail = (struct exception){ .def = def, .in_force = true };
		tail = &(*tail)->next;
	}
	return 0;
}

/* a macro's condition, or a rule's with its exceptions around it */
static int parse_definition(const struct definition *def, struct loader *l)
{
	struct exception *exceptions = NULL;
	struct phrase text, narrowed;
	int r, parsed;

	if (!def->keys[KEY_CONDITION])
		return 0;
	if (!attributes_text(def, KEY_CONDITION, &text, l->arena))
		return -ENOMEM;
	parsed = parse_phrase(&text, l);
	if (def->kind != SECTION_RULE)
		return parsed;
	r = find_exceptions(def, l, &exceptions);
	if (r < 0 || !exceptions)
		return r < 0 ? r : parsed;
	r = exception_narrow(&text, exceptions, NULL, &narrowed, l->arena, l->d);
	if (r < 0 || parsed < 0)
		return r < 0 ? r : parsed;
	return parse_phrase(&narrowed, l);
}

int inspect_files(const char *const *paths, size_t n, struct diag *d)
{
	static const enum section_kind with_condition[] = { SECTION_MACRO, SECTION_RULE };
	auto_loader struct loader l;

	loader_begin(&l, d);
	if (l.error < 0)
		return l.error;
	loader_read_paths(&l, paths, n);
	for (const struct definition *def = l.merge.first[SECTION_LIST]; def; def = def->next)
		parse_list(def, &l);
	for (size_t i = 0; i < ARRAY_LEN(with_condition); i++)
		for (const struct definition *def = l.merge.first[with_condition[i]]; def;
		     def = def->next)
			loader_fail(&l, parse_definition(def, &l));
	return l.error < 0 ? l.error : loader_has_failed(&l) ? -EINVAL : 0;
}

/* --- a condition of no file --- */

/* line ends are blanks of the language: each line keeps its place */
static int make_phrase(struct str text, struct phrase *out, struct loader *l)
{
	struct rulefile *f;
	struct stretch *lines;
	uint32_t at = 0;

	if (text.len > READER_VALUE_MAX) {
		diag_error(l->d, &(struct place){ .file = INSPECT_CONDITION }, "value-too-long",
			   "condition longer than %d bytes", READER_VALUE_MAX);
		return -EINVAL;
	}
	f = rulefile_of_text(INSPECT_CONDITION, text, l->arena, l->d);
	lines = f ? arena_array_of(l->arena, struct stretch, f->n_lines + 1) : NULL;
	text = arena_str(l->arena, text);
	if (!lines || !text.ptr)
		return -ENOMEM;
	for (unsigned i = 0; i == 0 || i < f->n_lines; i++) {
		ssize_t end = str_chr(str_from(text, at), '\n');

		lines[i] = (struct stretch){ at, i + 1, 1, f };
		at += end < 0 ? 0 : (uint32_t)end + 1;
	}
	*out = (struct phrase){ text, lines, f->n_lines ? f->n_lines : 1 };
	return 0;
}

int inspect_syntax(struct str condition, struct diag *d)
{
	auto_loader struct loader l;
	struct phrase text;

	loader_begin(&l, d);
	if (l.error < 0)
		return l.error;
	loader_fail(&l, make_phrase(condition, &text, &l));
	if (l.error == 0)
		loader_fail(&l, parse_phrase(&text, &l));
	return l.error;
}

static int compile(struct conditions *c, const struct phrase *text, const struct schema *schema,
		   struct diag *d)
{
	struct condition condition = { .text = text, .narrowed = text };
	struct place where = phrase_place(text, 0, text->text.len);
	const struct filter *filter = NULL;
	int r = condition_compile(c, &condition, &filter, d);

	if (r == 0 && filter)
		lint_event_types(&where, "the condition", filter, schema, d);
	return r;
}

int inspect_condition(struct str condition, const char *const *paths, size_t n,
		      const struct schema *schema, struct diag *d)
{
	AUTO(diag) files = diag_new();
	auto_loader struct loader l;
	struct conditions *c = NULL;
	struct phrase text;
	size_t shared;

	loader_begin(&l, files);
	if (l.error == 0) {
		loader_read_paths(&l, paths, n);
		c = conditions_new(&l.merge, schema);
		loader_fail(&l, c ? 0 : -ENOMEM);
	}
	if (!loader_has_failed(&l)) {
		l.d = d;
		loader_fail(&l, make_phrase(condition, &text, &l));
		l.d = files;
		if (l.error == 0)
			loader_fail(&l, compile(c, &text, schema, d));
	}
	/* at its end it tells what nobody asked about */
	if (c)
		conditions_finish(c, &shared);
	if (diag_errors(files))
		diag_append(d, files);
	return l.error < 0 ? l.error : loader_has_failed(&l) ? -EINVAL : 0;
}
