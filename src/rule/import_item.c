/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in a YAML rule file, item by item, and what was said about each. */
#include "rule/import_item.h"

#define ITEMS_MAX 16384

static const struct {
	const char *key;
	enum item_kind kind;
} item_keys[] = {
	{ "rule", ITEM_RULE },
	{ "macro", ITEM_MACRO },
	{ "list", ITEM_LIST },
	{ "required_engine_version", ITEM_REQUIREMENT },
	{ "required_plugin_versions", ITEM_REQUIREMENT },
};

const char *item_kind_name(enum item_kind kind)
{
	static const char *const names[ITEM_KINDS] = { "rule", "macro", "list", "requirement",
						       "item" };

	return names[kind];
}

const char *item_class_name(enum item_class class)
{
	static const char *const names[ITEM_CLASSES] = { "full", "partial", "disabled", "dropped" };

	return names[class];
}

const char *reason_name(enum reason r)
{
	static const char *const names[REASONS] = {
		"unknown-field", "never-available", "negated-unavailable", "unknown-event",
		"dead-evttype",	 "unknown-source",  "type-error",	   "unsupported-key",
		"bad-item",	 "too-long",	    "name-changed",	   "requirement",
		"hint",
	};

	return names[r];
}

void item_remark(struct import *im, struct item *it, enum item_class class, enum reason reason,
		 struct str detail)
{
	struct remark *remark;

	if (class > it->class)
		it->class = class;
	for (remark = it->remarks; remark; remark = remark->next)
		if (remark->reason == reason && str_eq(remark->detail, detail))
			return;
	remark = arena_new_of(im->arena, struct remark);
	if (!remark) {
		im->no_memory = true;
		return;
	}
	*remark = (struct remark){ .reason = reason, .detail = arena_str(im->arena, detail) };
	*it->remarks_end = remark;
	it->remarks_end = &remark->next;
}

static struct item *add_item(struct import *im, struct import_file *f, const struct doc_node *node,
			     struct item ***tail)
{
	struct item *it = arena_new_of(im->arena, struct item);

	if (!it) {
		im->no_memory = true;
		return NULL;
	}
	*it = (struct item){ .kind = ITEM_OTHER, .node = node, .file = f, .name = STR("") };
	it->remarks_end = &it->remarks;
	**tail = it;
	*tail = &it->next;
	return it;
}

/* a definition says what the object is; without one of these keys it is only switched */
static bool is_definition(const struct item *it)
{
	const struct doc_node *append = doc_get(it->node, "append");
	bool is_append = false;

	if (doc_get(it->node, "override") || (append && doc_bool(append, &is_append) && is_append))
		return false;
	return it->kind != ITEM_RULE || doc_get(it->node, "condition") ||
	       doc_get(it->node, "output") || doc_get(it->node, "desc") ||
	       !doc_get(it->node, "enabled");
}

static void read_item(struct import *im, struct item *it)
{
	struct str twin = it->node->kind == DOC_MAP ? doc_twin(it->node) : STR_ABSENT;
	const struct doc_node *append;
	bool ignored;

	for (size_t i = 0; i < ARRAY_LEN(item_keys) && it->kind == ITEM_OTHER; i++) {
		if (!doc_get(it->node, item_keys[i].key))
			continue;
		it->kind = item_keys[i].kind;
		it->name = it->kind == ITEM_REQUIREMENT ? str_of(item_keys[i].key)
							: doc_text(it->node, item_keys[i].key);
	}
	it->name = it->name.ptr ? str_trim(it->name) : STR("");
	append = doc_get(it->node, "append");
	if (it->kind == ITEM_REQUIREMENT)
		item_remark(im, it, CLASS_FULL, REASON_REQUIREMENT, it->name);
	else if (it->kind == ITEM_OTHER)
		item_remark(im, it, CLASS_DROPPED, REASON_BAD_ITEM,
			    STR("neither rule, macro nor list"));
	else if (it->name.len == 0)
		item_remark(im, it, CLASS_DROPPED, REASON_BAD_ITEM, STR("no name"));
	else if (twin.ptr)
		item_remark(im, it, CLASS_DROPPED, REASON_BAD_ITEM,
			    arena_printf(im->arena, "key '%.*s' given twice", STR_ARG(twin)));
	else if (append && !doc_bool(append, &ignored))
		item_remark(im, it, CLASS_DROPPED, REASON_BAD_ITEM,
			    STR("append is neither true nor false"));
	it->is_definition = is_definition(it);
}

bool items_read(struct import *im, struct import_file *f, const struct doc_node *root)
{
	struct item **tail = &im->items;
	size_t n = 0;

	for (; *tail; tail = &(*tail)->next)
		n++;
	for (const struct doc_node *node = root->children; node; node = node->next) {
		struct item *it;

		if (n++ == ITEMS_MAX) {
			struct place where = doc_place(f->source, node);

			diag_error(im->d, &where, "too-many", "more than %d items", ITEMS_MAX);
			return false;
		}
		it = add_item(im, f, node, &tail);
		if (!it)
			return false;
		read_item(im, it);
	}
	return true;
}

void items_find_lost(struct import *im)
{
	im->has_lost = false;
	for (struct object *o = im->objects; o; o = o->next) {
		o->is_lost = false;
		o->culprit = NULL;
	}
	for (struct item *it = im->items; it; it = it->next)
		if (it->object && it->is_definition && it->class == CLASS_DROPPED &&
		    !it->object->culprit)
			it->object->culprit = it;
	for (struct object *o = im->objects; o; o = o->next)
		o->is_lost = o->culprit;
	for (struct item *it = im->items; it; it = it->next)
		if (it->object && it->is_definition && it->class != CLASS_DROPPED)
			it->object->is_lost = false;
	for (struct object *o = im->objects; o; o = o->next)
		im->has_lost |= o->is_lost && o->kind == ITEM_LIST;
}
