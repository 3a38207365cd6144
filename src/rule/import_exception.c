/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions of imported rules: a section each, a tuple a line. */
#include "rule/import_writer.h"

static void put_cell(struct writer *w, const struct doc_node *cell, struct buf *out)
{
	if (cell->kind == DOC_TEXT) {
		put_string(w, cell->text, out);
	} else if (cell->kind == DOC_SEQUENCE) {
		buf_char(out, '(');
		put_texts(w, cell, out);
		buf_char(out, ')');
	} else {
		writer_drop_bad(w, "not a value in",
				cell->key.ptr ? cell->key : STR("an exception"));
	}
}

/* one line; a scalar, or with one field a list that is the set itself, is a tuple of one */
static void put_tuple(struct writer *w, const struct doc_node *row, bool is_scalar)
{
	const char *comma = "";

	buf_add(w->out, STR("    "));
	if (is_scalar || row->kind == DOC_TEXT) {
		put_cell(w, row, w->out);
	} else {
		for (const struct doc_node *cell = row->children; cell; cell = cell->next) {
			buf_add(w->out, str_of(comma));
			put_cell(w, cell, w->out);
			comma = ", ";
		}
	}
	buf_char(w->out, '\n');
}

static void put_values(struct writer *w, const char *key, const struct doc_node *values,
		       bool is_scalar)
{
	if (values->kind != DOC_SEQUENCE) {
		writer_drop_bad(w, "expected a list in", values->key);
		return;
	}
	buf_printf(w->out, "%s =\n", key);
	for (const struct doc_node *row = values->children; row; row = row->next)
		put_tuple(w, row, is_scalar);
}

static void put_exception(struct writer *w, const struct doc_node *n, bool is_patch)
{
	const struct doc_node *fields = doc_get(n, "fields"), *comps = doc_get(n, "comps");
	const struct doc_node *values = doc_get(n, "values");
	struct str name = doc_text(n, "name");
	struct exception_name *e;
	bool is_known;

	if (!name.len) {
		writer_drop_bad(w, "an exception without a name in", w->item->name);
		return;
	}
	e = exception_name_of(w->im, w->item->object, name);
	if (!e)
		return;
	is_known = e->defined;
	if (!is_known && !fields) {
		writer_drop_bad(w, "no fields in exception", name);
		return;
	}
	buf_printf(w->out, "\n[exception %.*s/%.*s]\n", STR_ARG(w->item->object->ini),
		   STR_ARG(e->ini));
	if (is_known && !is_patch)
		buf_add(w->out, STR("override = redefine\n"));
	if (!is_known || !is_patch) {
		put_words(w, "fields", fields);
		if (comps)
			put_words(w, "comps", comps);
	}
	if (values)
		put_values(w, is_known && is_patch ? "values.append" : "values", values,
			   fields ? fields->kind == DOC_TEXT : false);
	e->defined = true;
}

void put_exceptions(struct writer *w, bool is_patch)
{
	const struct doc_node *list = doc_get(w->item->node, "exceptions");

	if (!list || (list->kind == DOC_TEXT && !list->text.len))
		return;
	if (list->kind != DOC_SEQUENCE) {
		writer_drop_bad(w, "expected a list in", list->key);
		return;
	}
	for (const struct doc_node *n = list->children; n && w->item->class != CLASS_DROPPED;
	     n = n->next)
		put_exception(w, n, is_patch);
}
