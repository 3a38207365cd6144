/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions as conditions: fields, comparators and tuples checked for their form and woven
 * together.
 *
 * Types and literals are left to the checker. Unknown fields are not: a field stands once in the
 * file but once per tuple in the condition, and would be told as often.
 */
#include "rule/exception.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "filter/operators.h"
#include "rule/cells.h"
#include "rule/names.h"

#define FIELDS_MAX 16
#define TUPLES_MAX 4096

/* one entry of fields with its comparator */
struct column {
	struct cell field;
	const struct phrase *fields, *comps; /* comps NULL: the default */
	struct cell comp;
	bool takes_set;
};

struct tuples {
	const struct exception *e;
	const struct schema *schema;
	struct diag *d;
	struct column column[FIELDS_MAX];
	size_t width; /* columns */
	size_t n; /* tuples so far */
};

static const struct phrase *key_phrase(const struct exception *e, enum key_id id)
{
	return e->def->keys[id] ? &e->def->keys[id]->entry->value : NULL;
}

static int __attribute__((format(printf, 6, 7)))
refuse(struct diag *d, const struct phrase *p, size_t at, size_t width, const char *code,
       const char *fmt, ...)
{
	struct place where = phrase_place(p, at, width);
	char message[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	diag_error(d, &where, code, "%s", message);
	return -EINVAL;
}

/* --- columns --- */

static int check_field(struct tuples *t, const struct phrase *p, const struct cell *c)
{
	ssize_t bracket = str_chr(c->text, '[');
	struct str name = bracket < 0 ? c->text : str_first(c->text, (size_t)bracket), selector,
		   near;

	/* without a schema nothing is looked up */
	if (!t->schema || t->schema->find(name, &selector))
		return 0;
	near = t->schema->nearest(name);
	if (near.ptr)
		return refuse(t->d, p, c->at, name.len, "unknown-field",
			      "unknown field '%.*s'; did you mean '%.*s'?", STR_ARG(name),
			      STR_ARG(near));
	return refuse(t->d, p, c->at, name.len, "unknown-field", "unknown field '%.*s'",
		      STR_ARG(name));
}

static int read_fields(struct tuples *t)
{
	const struct phrase *p = key_phrase(t->e, KEY_FIELDS);
	struct cells cells = cells_of(p);
	struct cell cell;
	int r, result = 0;

	while ((r = cells_next(&cells, CELL_FIELD, &cell, t->d)) > 0) {
		if (t->width == FIELDS_MAX)
			return refuse(t->d, p, cell.at, cell.text.len, "too-many",
				      "more than %d fields", FIELDS_MAX);
		if (check_field(t, p, &cell) < 0)
			result = -EINVAL;
		t->column[t->width++] = (struct column){ .field = cell, .fields = p };
	}
	if (r == 0 && t->width == 0)
		return refuse(t->d, p, 0, 0, "bad-list", "an exception needs at least one field");
	return r < 0 ? r : result;
}

static const struct op_def *find_operator(struct str name)
{
	const struct op_def *op;

	for (size_t i = 0; (op = operator_at(i)); i++)
		if (str_eq(name, op->name) && op->group != GROUP_UNARY)
			return op;
	return NULL;
}

static bool is_modifier(struct str name)
{
	const struct modifier_def *modifier;

	for (size_t i = 0; (modifier = modifier_at(i)); i++)
		if (str_eq(name, modifier->name))
			return true;
	return false;
}

/* a binary operator, or one of texts and a modifier */
static bool comparator_takes(struct str text, bool *set)
{
	const struct op_def *op;
	struct str modifier;
	size_t n = 0;

	while (n < text.len && !is_blank(text.ptr[n]))
		n++;
	op = find_operator(str_first(text, n));
	modifier = str_trim(str_from(text, n));
	if (!op)
		return false;
	*set = op->group == GROUP_SET || modifier.len > 0;
	return modifier.len == 0 || (op->group == GROUP_TEXT && is_modifier(modifier));
}

static int read_comparators(struct tuples *t)
{
	const struct phrase *p = key_phrase(t->e, KEY_COMPS);
	struct cells cells = p ? cells_of(p) : (struct cells){ 0 };
	struct column *column = t->column;
	struct cell cell;
	int r = 0;

	if (!p) {
		column->takes_set = t->width == 1;
		return 0;
	}
	while ((r = cells_next(&cells, CELL_WORD, &cell, t->d)) > 0) {
		if (column == t->column + t->width)
			return refuse(t->d, p, cell.at, cell.text.len, "bad-tuple",
				      "more comparators than fields (%zu)", t->width);
		column->comps = p;
		column->comp = cell;
		if (!comparator_takes(cell.text, &column->takes_set))
			return refuse(t->d, p, cell.at, cell.text.len, "unknown-operator",
				      "'%.*s' is no comparator", STR_ARG(cell.text));
		column++;
	}
	if (r == 0 && column != t->column + t->width)
		return refuse(t->d, p, p->text.len, 0, "bad-tuple",
			      "%zu comparators for %zu fields", (size_t)(column - t->column),
			      t->width);
	return r;
}

/* --- tuples --- */

static void weave_column(struct weave *w, const struct column *c)
{
	weave_part(w, c->fields, c->field.at, c->field.text.len);
	weave_glue(w, " ", c->fields, c->field.at);
	if (c->comps)
		weave_part(w, c->comps, c->comp.at, c->comp.text.len);
	else
		weave_glue(w, c->takes_set ? "in" : "=", c->fields, c->field.at);
	weave_glue(w, " ", c->fields, c->field.at);
}

static void weave_cell(struct weave *w, const struct column *c, const struct phrase *p,
		       const struct cell *cell)
{
	bool bare = c->takes_set && !cell->is_set;

	if (bare)
		weave_glue(w, "(", p, cell->at);
	weave_part(w, p, cell->at, cell->text.len);
	if (bare)
		weave_glue(w, ")", p, cell->at);
}

static int check_cell(struct tuples *t, size_t i, const struct phrase *p, const struct cell *cell)
{
	if (i == t->width)
		return refuse(t->d, p, cell->at, cell->text.len, "bad-tuple",
			      "more cells than fields (%zu)", t->width);
	if (cell->is_set && !t->column[i].takes_set)
		return refuse(t->d, p, cell->at, cell->text.len, "bad-tuple",
			      "the comparator of this cell takes one string, not a set");
	return 0;
}

/* one tuple as "(a = x and b in (y))" */
static int weave_tuple(struct tuples *t, struct weave *w, const struct phrase *p, size_t line)
{
	struct cells cells = cells_of_line(p, line);
	struct cell cell;
	size_t i = 0;
	int r;

	weave_glue(w, t->n ? " or (" : "(", p, cells.at);
	while ((r = cells_next(&cells, CELL_ANY, &cell, t->d)) > 0) {
		if (check_cell(t, i, p, &cell) < 0)
			return -EINVAL;
		if (i > 0)
			weave_glue(w, " and ", p, cell.at);
		weave_column(w, &t->column[i]);
		weave_cell(w, &t->column[i++], p, &cell);
	}
	if (r == 0 && i < t->width)
		return refuse(t->d, p, cells.end, 0, "bad-tuple", "%zu cells for %zu fields", i,
			      t->width);
	weave_glue(w, ")", p, cells.at);
	return r;
}

/* one field, compared with a set: all tuples are one set */
static int weave_member(struct tuples *t, struct weave *w, const struct phrase *p, size_t line)
{
	struct cells cells = cells_of_line(p, line);
	struct cell cell;
	int r = cells_next(&cells, CELL_ANY, &cell, t->d);
	size_t inset;

	if (r <= 0)
		return r;
	inset = cell.is_set ? 1 : 0;
	/* "()" adds nothing */
	if (str_trim(str_from(str_first(cell.text, cell.text.len - inset), inset)).len > 0) {
		if (t->n > 0)
			weave_glue(w, ", ", p, cell.at);
		weave_part(w, p, cell.at + inset, cell.text.len - 2 * inset);
		t->n++;
	}
	if (cells_next(&cells, CELL_ANY, &cell, t->d) > 0)
		return check_cell(t, 1, p, &cell);
	return 0;
}

static int weave_values(struct tuples *t, struct weave *w, bool one_set)
{
	size_t lines = 0;
	int result = 0;

	for (const struct part *part = t->e->def->keys[KEY_VALUES]; part; part = part->next) {
		const struct phrase *p = &part->entry->value;

		for (size_t i = 0; i < p->n; i++) {
			size_t at;

			/* an empty first line is no tuple */
			if (phrase_line(p, i, &at).len == 0)
				continue;
			if (lines++ == TUPLES_MAX)
				return refuse(t->d, p, at, 0, "too-many", "more than %d tuples",
					      TUPLES_MAX);
			if ((one_set ? weave_member : weave_tuple)(t, w, p, i) < 0)
				result = -EINVAL;
			t->n += !one_set;
		}
	}
	return result;
}

/* false: the exception has no tuples */
static bool has_tuples(const struct exception *e)
{
	size_t at;

	for (const struct part *part = e->def->keys[KEY_VALUES]; part; part = part->next)
		for (size_t i = 0; i < part->entry->value.n; i++)
			if (phrase_line(&part->entry->value, i, &at).len > 0)
				return true;
	return false;
}

static int weave_exception(const struct exception *e, struct weave *w, const struct schema *schema,
			   struct diag *d)
{
	struct tuples t = { .e = e, .schema = schema, .d = d };
	const struct phrase *fields = key_phrase(e, KEY_FIELDS);
	bool one_set;
	int r;

	/* told by the merge already */
	if (!fields)
		return 0;
	r = read_fields(&t);
	if (r < 0 || (r = read_comparators(&t)) < 0)
		return r;
	one_set = t.width == 1 && t.column[0].takes_set;
	if (one_set && has_tuples(e)) {
		weave_column(w, &t.column[0]);
		weave_glue(w, "(", fields, 0);
	}
	r = weave_values(&t, w, one_set);
	if (one_set && has_tuples(e))
		weave_glue(w, ")", fields, 0);
	return r;
}

int exception_narrow(const struct phrase *condition, const struct exception *list,
		     const struct schema *schema, struct phrase *out, struct arena *a,
		     struct diag *d)
{
	auto_weave struct weave all = weave_begin(a), idle = weave_begin(a);
	bool first = true;
	int r = 0;

	weave_glue(&all, "(", condition, 0);
	weave_phrase(&all, condition);
	weave_glue(&all, ") and not (", condition, condition->text.len);
	for (const struct exception *e = list; e; e = e->next) {
		bool counts = e->in_force && has_tuples(e);

		if (counts && !first)
			weave_glue(&all, " or ", condition, condition->text.len);
		/* one that is not in force is checked all the same */
		if (weave_exception(e, counts ? &all : &idle, schema, d) < 0)
			r = -EINVAL;
		first &= !counts;
	}
	weave_glue(&all, ")", condition, condition->text.len);
	if (r < 0)
		return r;
	*out = *condition;
	return first || weave_finish(&all, out) ? 0 : -ENOMEM;
}
