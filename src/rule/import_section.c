/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From items to sections of our files, a row for each key of a rule (language.md 8).
 *
 * What patches or redefines an object of the same YAML file stands in the next output file, because
 * ours takes a name once in a file. What cannot be written is dropped and kept as a comment.
 */
#include "rule/import_text.h"
#include "rule/import_writer.h"
#include "rule/names.h"

static bool is_dropped(const struct item *it)
{
	return it->class == CLASS_DROPPED;
}

/* keys of rules */

enum form { FORM_TEXT, FORM_CONDITION, FORM_OUTPUT, FORM_WORD, FORM_TAGS, FORM_BOOL };

static const struct row {
	const char *yaml, *ini;
	enum form form;
	bool is_required;
	bool hides_errors; /* written at last only */
} rows[] = {
	{ "desc", "desc", FORM_TEXT, true, false },
	{ "condition", "condition", FORM_CONDITION, true, false },
	{ "output", "output", FORM_OUTPUT, true, false },
	{ "priority", "priority", FORM_WORD, true, false },
	{ "tags", "tags", FORM_TAGS, false, false },
	{ "enabled", "enabled", FORM_BOOL, false, false },
	{ "source", "source", FORM_WORD, false, false },
	{ "warn_evttypes", "warn_evttypes", FORM_BOOL, false, false },
	{ "skip-if-unknown-filter", "skip_if_unknown_filter", FORM_BOOL, false, true },
};

/* keys that are looked at elsewhere, or say nothing about what is detected */
static const char *const other_keys[] = { "rule", "exceptions", "override", "append" };

static void put_tags(struct writer *w, const char *key, const struct doc_node *n)
{
	auto_buf struct buf value = { 0 };
	const char *comma = "";

	if (n->kind != DOC_SEQUENCE) {
		writer_drop_bad(w, "expected a list in", n->key);
		return;
	}
	for (const struct doc_node *tag = n->children; tag; tag = tag->next) {
		if (!is_tag(tag->text)) {
			writer_drop_bad(w, "no tag of ours:", tag->text);
			return;
		}
		buf_printf(&value, "%s%.*s", comma, STR_ARG(tag->text));
		comma = ", ";
	}
	text_key(key, buf_str(&value), w->out);
}

static void put_bool(struct writer *w, const char *key, const struct doc_node *n)
{
	bool value;

	if (doc_bool(n, &value))
		text_key(key, value ? STR("true") : STR("false"), w->out);
	else
		writer_drop_bad(w, "neither true nor false:", n->key);
}

static void put_output(struct writer *w, const char *key, struct str text)
{
	w->output_at = (unsigned)w->out->len;
	put_plain(key, w->item->output.ptr ? w->item->output : text, w->out);
	w->output_end = (unsigned)w->out->len;
}

static void put_row(struct writer *w, const struct row *row, const char *suffix,
		    const struct doc_node *n)
{
	char key[64];

	snprintf(key, sizeof(key), "%s%s", row->ini, suffix);
	if (row->hides_errors && !w->im->is_final)
		return;
	if (n->kind != DOC_TEXT && row->form != FORM_TAGS) {
		writer_drop_bad(w, "expected a text in", n->key);
		return;
	}
	switch (row->form) {
	case FORM_TEXT:
		put_plain(key, n->text, w->out);
		break;
	case FORM_CONDITION:
		put_condition(w, key, n->text);
		break;
	case FORM_OUTPUT:
		put_output(w, key, n->text);
		break;
	case FORM_WORD:
		put_plain(key, n->text, w->out);
		break;
	case FORM_TAGS:
		put_tags(w, key, n);
		break;
	case FORM_BOOL:
		put_bool(w, key, n);
		break;
	}
}

static const struct row *row_of(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_eq(key, str_of(rows[i].yaml)))
			return &rows[i];
	return NULL;
}

static bool is_other_key(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(other_keys); i++)
		if (str_eq(key, str_of(other_keys[i])))
			return true;
	return false;
}

/* what the loader would refuse is left out; the rule detects without it */
static void remark_other_keys(struct writer *w)
{
	for (const struct doc_node *n = w->item->node->children; n; n = n->next)
		if (!row_of(n->key) && !is_other_key(n->key))
			item_remark(w->im, w->item, CLASS_PARTIAL, REASON_UNSUPPORTED_KEY, n->key);
}

/* how a patch changes @key: ".append", ".replace"; NULL: it does not say */
static const char *change_of(const struct item *it, struct str key)
{
	const struct doc_node *how = doc_get(it->node, "override");

	for (const struct doc_node *n = how ? how->children : NULL; n; n = n->next) {
		if (!str_eq(n->key, key))
			continue;
		return str_eq(n->text, STR("append"))	 ? ".append"
		       : str_eq(n->text, STR("replace")) ? ".replace"
							 : NULL;
	}
	if (how)
		return NULL;
	return doc_get(it->node, "append") ? ".append" : ".replace";
}

/* items */

static void head(struct writer *w, const char *kind)
{
	buf_printf(w->out, "\n[%s %.*s]\n", kind, STR_ARG(w->item->object->ini));
	if (w->mode == MODE_REDEFINE)
		buf_add(w->out, STR("override = redefine\n"));
}

/* @empty: bytes of out without the section; one without keys says nothing */
static void put_patched_rule(struct writer *w, size_t empty)
{
	size_t start = w->out->len;

	for (const struct doc_node *n = w->item->node->children; n; n = n->next) {
		const struct row *row = row_of(n->key);
		const char *change = change_of(w->item, n->key);

		if (!row)
			continue;
		if (!change)
			writer_drop_bad(w, "override does not say what becomes of", n->key);
		else if (row->form == FORM_BOOL && strcmp(change, ".append") == 0)
			writer_drop_bad(w, "nothing can be appended to", n->key);
		else
			put_row(w, row, change, n);
	}
	if (w->out->len == start)
		w->out->len = empty;
	put_exceptions(w, true);
}

static void put_rule(struct writer *w)
{
	bool is_disabled = w->item->object->is_disabled;
	size_t empty = w->out->len;

	head(w, "rule");
	remark_other_keys(w);
	if (w->mode == MODE_PATCH) {
		put_patched_rule(w, empty);
		return;
	}
	put_plain("title", w->item->name, w->out);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct doc_node *n = doc_get(w->item->node, rows[i].yaml);

		if (is_disabled && strcmp(rows[i].ini, "enabled") == 0)
			text_key("enabled", STR("false"), w->out);
		else if (n)
			put_row(w, &rows[i], "", n);
		else if (rows[i].is_required)
			writer_drop_bad(w, "missing key", str_of(rows[i].yaml));
	}
	put_exceptions(w, false);
}

/* lists and macros have one key */
static void put_simple(struct writer *w, const char *kind, const char *yaml)
{
	const struct doc_node *n = doc_get(w->item->node, yaml);
	const char *change = w->mode == MODE_PATCH && n ? change_of(w->item, n->key) : "";
	char key[32];

	head(w, kind);
	if (!n || !change) {
		writer_drop_bad(w, n ? "override does not say what becomes of" : "missing key",
				str_of(yaml));
		return;
	}
	snprintf(key, sizeof(key), "%s%s", yaml, change);
	if (w->item->kind == ITEM_LIST)
		put_items(w, key, n);
	else if (n->kind == DOC_TEXT)
		put_condition(w, key, n->text);
	else
		writer_drop_bad(w, "expected a text in", n->key);
}

static void put_remarks(const struct item *it, struct buf *out)
{
	auto_buf struct buf text = { 0 };

	for (const struct remark *r = it->remarks; r; r = r->next) {
		buf_clear(&text);
		buf_printf(&text, "%s: %s: ", item_class_name(it->class), reason_name(r->reason));
		buf_add(&text, r->detail);
		text_comment(buf_str(&text), out);
	}
}

/* as it stood in the YAML file */
static void put_comment(const struct item *it, struct buf *out)
{
	const struct rulefile *f = it->file->source;

	for (unsigned i = it->node->line; i <= it->node->last_line && i <= f->n_lines; i++)
		text_comment(f->lines[i - 1].len ? f->lines[i - 1] : STR(" "), out);
}

static void put_item(struct writer *w)
{
	switch (w->item->kind) {
	case ITEM_LIST:
		put_simple(w, "list", "items");
		break;
	case ITEM_MACRO:
		put_simple(w, "macro", "condition");
		break;
	default:
		put_rule(w);
		break;
	}
}

/* outputs */

static struct output *output_at(struct import *im, struct import_file *f, unsigned level)
{
	struct output *o = f->outputs;
	struct str stem = str_of(f->name);
	ssize_t dot = str_rchr(stem, '.');

	for (unsigned i = 0; o && i < level; i++)
		o = o->next;
	if (o)
		return o;
	o = arena_new_of(im->arena, struct output);
	if (!o) {
		im->no_memory = true;
		return NULL;
	}
	o->pieces_end = &o->pieces;
	*(f->last ? &f->last->next : &f->outputs) = o;
	f->last = o;
	f->levels++;
	if (dot > 0)
		stem = str_first(stem, (size_t)dot);
	o->name = f->levels == 1
			  ? arena_printf(im->arena, "%u-%.*s.ini", 49 + f->number, STR_ARG(stem))
			  :
			  /* '_' sorts behind '.' */
			  arena_printf(im->arena, "%u-%.*s_%u.ini", 49 + f->number, STR_ARG(stem),
				       f->levels);
	buf_printf(&o->text, "; From %s, by watchcap import.\n", f->name);
	o->lines = 1;
	im->no_memory |= !o->name.ptr || buf_failed(&o->text);
	return o;
}

static unsigned count_lines(const struct buf *b, size_t from, size_t to)
{
	unsigned n = 0;

	for (size_t i = from; i < to; i++)
		n += b->ptr[i] == '\n';
	return n;
}

static void add_piece(struct import *im, struct output *o, struct writer *w,
		      const struct buf *section)
{
	struct piece_of_output *p = arena_new_of(im->arena, struct piece_of_output);
	unsigned lines = count_lines(section, 0, section->len);

	if (!p) {
		im->no_memory = true;
		return;
	}
	*p = (struct piece_of_output){ .item = w->item,
				       .first = o->lines + 1,
				       .last = o->lines + lines };
	if (w->output_end) {
		p->output_first = o->lines + 1 + count_lines(section, 0, w->output_at);
		p->output_last = o->lines + count_lines(section, 0, w->output_end);
	}
	*o->pieces_end = p;
	o->pieces_end = &p->next;
	o->lines += lines;
	buf_add(&o->text, buf_str(section));
	im->no_memory |= buf_failed(&o->text);
}

static enum mode mode_of(const struct item *it)
{
	if (!it->is_definition)
		return MODE_PATCH;
	return it->object->defined ? MODE_REDEFINE : MODE_DEFINE;
}

/* true: it was dropped just now, and what was written before may have relied on it */
static bool write_item(struct import *im, struct item *it)
{
	auto_buf struct buf section = { 0 };
	struct writer w = { .im = im, .item = it, .out = &section };
	bool was_dropped = is_dropped(it);
	struct object *object = it->object;
	unsigned level = 0;
	struct output *o;

	if (object && !was_dropped) {
		w.mode = mode_of(it);
		if (w.mode == MODE_PATCH && !object->defined)
			writer_drop_bad(&w, "nothing of this name to change:", it->name);
		else
			put_item(&w);
		if (object->in_file == it->file->number)
			level = object->in_level + 1;
	}
	if (is_dropped(it) || !object) {
		buf_clear(&section);
		w.output_end = 0;
		buf_char(&section, '\n');
		put_comment(it, &section);
		level = 0;
	} else {
		object->defined = true;
		object->in_file = it->file->number;
		object->in_level = level;
	}
	o = output_at(im, it->file, level);
	if (o && it->remarks) {
		auto_buf struct buf remarked = { 0 };
		size_t before;

		buf_char(&remarked, '\n');
		put_remarks(it, &remarked);
		before = remarked.len;
		buf_add(&remarked, str_from(buf_str(&section), 1));
		if (w.output_end) {
			w.output_at += (unsigned)before - 1;
			w.output_end += (unsigned)before - 1;
		}
		add_piece(im, o, &w, &remarked);
	} else if (o) {
		add_piece(im, o, &w, &section);
	}
	return is_dropped(it) && !was_dropped;
}

static void begin_outputs(struct import *im)
{
	for (struct import_file *f = im->files; f; f = f->next) {
		for (struct output *o = f->outputs; o; o = o->next)
			buf_release(&o->text);
		f->outputs = f->last = NULL;
		f->levels = 0;
		if (!output_at(im, f, 0))
			return;
	}
	for (struct object *o = im->objects; o; o = o->next) {
		o->defined = false;
		o->in_file = o->in_level = 0;
		for (struct exception_name *e = o->exceptions; e; e = e->next)
			e->defined = false;
	}
}

bool sections_write(struct import *im)
{
	bool again = false;

	items_find_lost(im);
	begin_outputs(im);
	for (struct item *it = im->items; it && !im->no_memory; it = it->next)
		again |= write_item(im, it);
	return again;
}
