/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of imported items: conditions, texts and lists, with names that are not what they were in YAML.
 */
#include "filter/parse.h"
#include "rule/import_text.h"
#include "rule/import_writer.h"

#define EDITS_MAX 512

void writer_drop(struct writer *w, enum reason reason, struct str detail)
{
	item_remark(w->im, w->item, CLASS_DROPPED, reason, detail);
}

void writer_drop_bad(struct writer *w, const char *what, struct str name)
{
	writer_drop(w, REASON_BAD_ITEM,
		    arena_printf(w->im->arena, "%s '%.*s'", what, STR_ARG(name)));
}

/* names that are not what they were */

/* what stands for a list that is gone would be taken for a text: nobody may use it */
static void drop_with(struct writer *w, const struct object *lost)
{
	const struct remark *r = lost->culprit ? lost->culprit->remarks : NULL;

	writer_drop(w, r ? r->reason : REASON_BAD_ITEM,
		    arena_printf(w->im->arena, "%s '%.*s' was dropped", item_kind_name(lost->kind),
				 STR_ARG(lost->name)));
}

/* the name by which @text is known here, if it is the name of a list: absent if it stays */
static struct str list_name(struct writer *w, struct str text)
{
	const struct object *o = object_find(w->im, ITEM_LIST, text);

	if (!o)
		return STR_ABSENT;
	if (o->is_lost)
		drop_with(w, o);
	return str_eq(o->ini, o->name) ? STR_ABSENT : o->ini;
}

struct edits {
	struct text_edit at[EDITS_MAX];
	size_t n;
};

static void add_edit(struct writer *w, struct edits *e, const struct span *span, struct str word)
{
	if (!word.ptr)
		return;
	if (e->n == EDITS_MAX)
		writer_drop(w, REASON_TOO_LONG, STR("too many renamed names"));
	else
		e->at[e->n++] = (struct text_edit){ span->offset, span->width, word };
}

static void edit_operand(struct writer *w, struct edits *e, const struct operand *o)
{
	if (o->kind == OPERAND_TEXT && !o->is_quoted)
		add_edit(w, e, &o->span, list_name(w, o->text));
	for (const struct operand *i = o->items; i; i = i->next)
		edit_operand(w, e, i);
}

/* trees are as deep as the parser lets them be: PARSE_DEPTH_MAX */
static void edit_node(struct writer *w, struct edits *e, const struct node *n)
{
	const struct object *o;

	for (const struct node *c = n->children; c; c = c->next)
		edit_node(w, e, c);
	if (n->kind == NODE_TEST)
		for (const struct operand *r = n->right; r; r = r->next)
			edit_operand(w, e, r);
	if (n->kind != NODE_MACRO)
		return;
	o = object_find(w->im, ITEM_MACRO, n->name);
	if (o && !str_eq(o->ini, o->name))
		add_edit(w, e, &n->span, o->ini);
}

static int edit_cmp(const void *a, const void *b)
{
	const struct text_edit *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* values */

/* a part of a condition (append) need not parse alone; then nothing in it is renamed */
void put_condition(struct writer *w, const char *key, struct str text)
{
	auto_buf struct buf value = { 0 };
	struct edits *e = arena_new_of(w->im->arena, struct edits);
	struct script script = { .text = text };
	struct node *root = NULL;
	AUTO(diag) unheard = diag_new();

	if (!e || !unheard) {
		w->im->no_memory = true;
		return;
	}
	if (w->im->has_renamed || w->im->has_lost)
		root = parse_condition(&script, w->im->arena, unheard);
	if (root) {
		edit_node(w, e, root);
		qsort(e->at, e->n, sizeof(e->at[0]), edit_cmp);
	}
	text_condition(text, e->at, e->n, &value);
	text_key(key, buf_str(&value), w->out);
	w->im->no_memory |= buf_failed(&value);
}

void put_string(struct writer *w, struct str text, struct buf *out)
{
	bool is_bare;
	struct str other = STR_ABSENT;

	if (text_is_string(text, &is_bare) && is_bare)
		other = list_name(w, text);
	text_string(other.ptr ? other : text, out);
}

void put_texts(struct writer *w, const struct doc_node *list, struct buf *out)
{
	const char *comma = "";

	for (const struct doc_node *n = list->children; n; n = n->next) {
		if (n->kind != DOC_TEXT) {
			writer_drop_bad(w, "not a text in", n->key.ptr ? n->key : STR("a list"));
			return;
		}
		buf_add(out, str_of(comma));
		put_string(w, n->text, out);
		comma = ", ";
	}
}

void put_items(struct writer *w, const char *key, const struct doc_node *list)
{
	auto_buf struct buf value = { 0 };

	if (list->kind == DOC_TEXT && list->text.len == 0) {
		text_key(key, STR(""), w->out);
		return;
	}
	if (list->kind != DOC_SEQUENCE) {
		writer_drop_bad(w, "expected a list in", list->key);
		return;
	}
	put_texts(w, list, &value);
	text_key(key, buf_str(&value), w->out);
	w->im->no_memory |= buf_failed(&value);
}

void put_plain(const char *key, struct str text, struct buf *out)
{
	auto_buf struct buf value = { 0 };

	text_plain(text, &value);
	text_key(key, buf_str(&value), out);
}

/* a text, or texts */
void put_words(struct writer *w, const char *key, const struct doc_node *n)
{
	auto_buf struct buf value = { 0 };
	const struct doc_node *first = n->kind == DOC_TEXT ? n : n->children;
	const char *comma = "";

	for (; first; first = n->kind == DOC_TEXT ? NULL : first->next) {
		if (first->kind != DOC_TEXT) {
			writer_drop_bad(w, "not a text in", n->key);
			return;
		}
		buf_add(&value, str_of(comma));
		text_plain(first->text, &value);
		comma = ", ";
	}
	text_key(key, buf_str(&value), w->out);
}
