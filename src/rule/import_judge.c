/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of imported items: the loader's own word on what was written, and for what loads the
 * question whether it can ever be true here.
 *
 * Nothing is decided by looking at the YAML: what the loader refuses is dropped, what it takes is
 * judged by its compiled tree.
 */
#include "filter/program.h"
#include "filter/resolve.h"
#include "filter/truth.h"
#include "rule/import_item.h"
#include "rule/import_judge.h"
#include "rule/names.h"
#include "rule/template.h"

static const struct {
	const char *code;
	enum reason reason;
} codes[] = {
	{ "unknown-field", REASON_UNKNOWN_FIELD },
	{ "unknown-event", REASON_UNKNOWN_EVENT },
	{ "dead-evttype", REASON_DEAD_EVTTYPE },
	{ "unknown-source", REASON_UNKNOWN_SOURCE },
	{ "unsupported-key", REASON_UNSUPPORTED_KEY },
	{ "too-long", REASON_TOO_LONG },
	{ "too-many", REASON_TOO_LONG },
	{ "line-too-long", REASON_TOO_LONG },
	{ "value-too-long", REASON_TOO_LONG },
	{ "nesting", REASON_TOO_LONG },
	{ "expansion", REASON_TOO_LONG },
	{ "bad-operator", REASON_TYPE_ERROR },
	{ "bad-number", REASON_TYPE_ERROR },
	{ "bad-literal", REASON_TYPE_ERROR },
	{ "bad-regex", REASON_TYPE_ERROR },
	{ "missing-selector", REASON_TYPE_ERROR },
	{ "bad-selector", REASON_TYPE_ERROR },
	{ "filter-only-field", REASON_TYPE_ERROR },
};

static enum reason reason_of(const char *code)
{
	for (size_t i = 0; code && i < ARRAY_LEN(codes); i++)
		if (strcmp(code, codes[i].code) == 0)
			return codes[i].reason;
	return REASON_BAD_ITEM;
}

static const struct piece_of_output *piece_at(const struct import *im, const struct diag_entry *e)
{
	for (const struct import_file *f = im->files; f && e->file; f = f->next)
		for (const struct output *o = f->outputs; o; o = o->next) {
			if (!str_eq(o->name, str_of(e->file)))
				continue;
			for (const struct piece_of_output *p = o->pieces; p; p = p->next)
				if (e->line >= p->first && e->line <= p->last)
					return p;
		}
	return NULL;
}

/* what the caret points at */
static struct str pointed_at(const struct diag_entry *e)
{
	struct str text = str_of(e->text);

	if (!text.ptr || !e->column || e->column > text.len)
		return STR_ABSENT;
	return str_first(str_from(text, e->column - 1), e->width ? e->width : 1);
}

/* "%field" at the start of @s, and not a longer name that begins like it */
static bool begins_with_field(struct str s, struct str field)
{
	struct str rest;

	if (s.len == 0 || *s.ptr != '%' || !str_starts(str_from(s, 1), field))
		return false;
	rest = str_from(s, 1 + field.len);
	if (rest.len > 1 && *rest.ptr == '.')
		rest = str_from(rest, 1);
	return rest.len == 0 || !is_name_char(*rest.ptr);
}

/* "%field" or "%field[x]" is not to be had: it prints as what is not to be had prints */
static bool remove_field(struct import *im, struct item *it, struct str field)
{
	struct str from = it->output.ptr ? it->output : doc_text(it->node, "output");
	auto_buf struct buf out = { 0 };
	bool found = false;

	if (field.len && *field.ptr == '%')
		field = str_from(field, 1);
	for (size_t i = 0; field.len && i < from.len;) {
		struct str rest = str_from(from, i);
		ssize_t end;

		if (!begins_with_field(rest, field)) {
			buf_char(&out, *rest.ptr);
			i++;
			continue;
		}
		found = true;
		buf_add(&out, STR("<NA>"));
		i += 1 + field.len;
		rest = str_from(from, i);
		end = rest.len && *rest.ptr == '[' && !str_ends(field, STR("]"))
			      ? str_chr(rest, ']')
			      : -1;
		i += end >= 0 ? (size_t)end + 1 : 0;
	}
	/* named twice, told twice */
	if (!found)
		return it->is_edited;
	if (buf_failed(&out))
		return false;
	it->is_edited = true;
	it->output = arena_str(im->arena, buf_str(&out));
	return it->output.ptr;
}

/* a name that is gone: for the same reason as what had it */
static void drop_for_lost(struct import *im, struct item *it, const struct diag_entry *e)
{
	struct object *o = object_find_ini(im, pointed_at(e));
	const struct remark *r = o && o->culprit ? o->culprit->remarks : NULL;

	item_remark(im, it, CLASS_DROPPED, r ? r->reason : REASON_BAD_ITEM,
		    r ? r->detail : str_of(e->message));
}

static void hear_error(struct import *im, const struct diag_entry *e)
{
	const struct piece_of_output *p = piece_at(im, e);
	struct str what = pointed_at(e);
	enum reason reason = reason_of(e->code);

	if (!p)
		return;
	if (reason == REASON_UNKNOWN_FIELD && p->output_first && e->line >= p->output_first &&
	    e->line <= p->output_last && remove_field(im, p->item, what))
		item_remark(im, p->item, CLASS_PARTIAL, reason, what);
	else if (e->code &&
		 (strcmp(e->code, "unknown-macro") == 0 || strcmp(e->code, "unknown-list") == 0))
		drop_for_lost(im, p->item, e);
	else
		item_remark(im, p->item, CLASS_DROPPED, reason,
			    reason == REASON_UNKNOWN_FIELD || reason == REASON_UNKNOWN_EVENT
				    ? what
				    : str_of(e->message));
}

/* a rule that the loader leaves out without an error: of a source that is not ours */
static void hear_warning(struct import *im, const struct diag_entry *e)
{
	const struct piece_of_output *p = piece_at(im, e);

	if (!p || !e->code)
		return;
	if (strcmp(e->code, "unknown-source") == 0)
		item_remark(im, p->item, CLASS_DROPPED, REASON_UNKNOWN_SOURCE,
			    doc_text(p->item->node, "source"));
	else if (strcmp(e->code, "dead-evttype") == 0 && p->item->object) {
		p->item->object->is_disabled = true;
		item_remark(im, p->item, CLASS_DISABLED, REASON_DEAD_EVTTYPE, p->item->name);
	}
}

bool judge_loading(struct import *im, const struct diag *d)
{
	size_t before = 0, after = 0;
	bool edited = false;

	for (struct item *it = im->items; it; it = it->next) {
		before += it->class == CLASS_DROPPED;
		it->is_edited = false;
	}
	for (size_t i = 0; i < diag_count(d); i++) {
		const struct diag_entry *e = diag_at(d, i);

		if (e->severity == DIAG_ERROR) {
			hear_error(im, e);
			edited = true;
		} else if (e->severity == DIAG_WARNING) {
			hear_warning(im, e);
		}
	}
	for (const struct item *it = im->items; it; it = it->next)
		after += it->class == CLASS_DROPPED;
	return after > before || edited;
}

/* conditions that load */

struct look {
	struct import *im;
	struct item *item;
	bool has_never; /* a field without a value stands somewhere */
	bool has_negated; /* under a not, where its absence makes the whole true */
};

static bool is_unavailable(const struct field_def *def)
{
	return def->flags & FIELD_NEVER;
}

static void look_at_operand(struct look *l, const struct operand *o, bool negated)
{
	if (o->kind == OPERAND_FIELD && o->use && is_unavailable(o->use->def)) {
		l->has_never = true;
		l->has_negated |= negated;
		item_remark(l->im, l->item, negated ? CLASS_DISABLED : CLASS_PARTIAL,
			    negated ? REASON_NEGATED_UNAVAILABLE : REASON_NEVER_AVAILABLE,
			    str_of(o->use->def->name));
	}
	for (const struct operand *i = o->items; i; i = i->next)
		look_at_operand(l, i, negated);
}

/* "the first process": we have a better word for the start of a container */
static void look_for_hint(struct look *l, const struct node *n)
{
	const struct field_use *use = n->left.kind == OPERAND_FIELD ? n->left.use : NULL;

	if (use && strcmp(use->def->name, "proc.vpid") == 0 && n->op == OP_EQ && n->right &&
	    str_eq(n->right->text, STR("1")))
		item_remark(l->im, l->item, CLASS_FULL, REASON_HINT,
			    STR("evt.type = container instead of proc.vpid = 1"));
}

/* as deep as resolve.h lets trees be: RESOLVE_LEVELS_MAX */
static void look_at_node(struct look *l, const struct node *n, bool negated)
{
	switch (n->kind) {
	case NODE_TEST:
		look_at_operand(l, &n->left, negated);
		for (const struct operand *r = n->right; r; r = r->next)
			if (r->kind != OPERAND_TEXT)
				look_at_operand(l, r, negated);
		if (!negated)
			look_for_hint(l, n);
		break;
	case NODE_MACRO:
		if (n->macro && n->macro->body)
			look_at_node(l, n->macro->body, negated);
		break;
	default:
		for (const struct node *c = n->children; c; c = c->next)
			look_at_node(l, c, negated != (n->kind == NODE_NOT));
		break;
	}
}

static void look_at_output(struct look *l, const struct template *t)
{
	struct str key;

	for (size_t i = 0; t && i < template_fields(t); i++) {
		const struct field_use *use = template_field(t, i, &key);

		if (is_unavailable(use->def))
			item_remark(l->im, l->item, CLASS_PARTIAL, REASON_NEVER_AVAILABLE, key);
	}
}

static void judge_rule(struct import *im, struct item *it, const struct rule *rule)
{
	struct look l = { .im = im, .item = it };
	const struct node *root = filter_tree(rule->filter);

	look_at_node(&l, root, false);
	if (l.has_never && node_truth(root) == TRUTH_FALSE)
		it->class = it->class < CLASS_DISABLED ? CLASS_DISABLED : it->class;
	if (it->class == CLASS_DISABLED)
		it->object->is_disabled = true;
	look_at_output(&l, rule->output);
}

/* the item that gave the rule its condition last */
static struct item *item_of_rule(struct import *im, struct str id)
{
	struct item *found = NULL;

	for (struct item *it = im->items; it; it = it->next)
		if (it->object && it->kind == ITEM_RULE && it->class != CLASS_DROPPED &&
		    it->is_definition && str_eq(it->object->ini, id))
			found = it;
	return found;
}

void judge_rules(struct import *im, const struct ruleset *set)
{
	for (size_t i = 0; i < ruleset_count(set); i++) {
		const struct rule *rule = ruleset_at(set, i);
		struct item *it = item_of_rule(im, rule->id);

		if (it)
			judge_rule(im, it, rule);
	}
}
