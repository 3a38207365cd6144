/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of imported objects: Falco takes almost any text, we do not (language.md 1.2). Names that
 * are good stay; the others are made after them, and stay apart from all.
 */
#include "rule/import_item.h"
#include "rule/names.h"

#define SLUG_MAX 40
#define NAME_MAX_LENGTH 64

static struct str key_of(struct arena *a, enum item_kind kind, struct str name)
{
	return arena_printf(a, "%s %.*s", item_kind_name(kind), STR_ARG(name));
}

static void *find_in(const struct map *map, enum item_kind kind, struct str name)
{
	auto_buf struct buf key = { 0 };

	buf_printf(&key, "%s ", item_kind_name(kind));
	buf_add(&key, name);
	return buf_failed(&key) ? NULL : map_get(map, buf_str(&key));
}

struct object *object_find(const struct import *im, enum item_kind kind, struct str name)
{
	return find_in(&im->by_name, kind, name);
}

/* lists and macros share one name space */
static enum item_kind space_of(enum item_kind kind)
{
	return kind == ITEM_MACRO ? ITEM_LIST : kind;
}

struct object *object_find_ini(const struct import *im, struct str name)
{
	return find_in(&im->by_ini, ITEM_LIST, name);
}

static bool take(struct import *im, struct object *o, struct str ini)
{
	struct str key = key_of(im->arena, space_of(o->kind), ini);

	if (map_get(&im->by_ini, key))
		return false;
	o->ini = arena_str(im->arena, ini);
	if (!key.ptr || !o->ini.ptr || map_put(&im->by_ini, key, o) < 0)
		im->no_memory = true;
	return true;
}

/* letters, digits and _ from whatever it was */
static void make_name(struct str s, struct buf *out)
{
	if (s.len == 0 || !is_object_name(str_first(s, 1)))
		buf_add(out, STR("x_"));
	for (size_t i = 0; i < s.len && out->len < NAME_MAX_LENGTH; i++)
		buf_char(out, is_name_char(s.ptr[i]) ? s.ptr[i] : '_');
}

/* lower case words with one dash between them, cut between words */
static void make_slug(struct str s, struct buf *out)
{
	size_t words = 0; /* length without the last word */

	for (size_t i = 0; i < s.len && out->len <= SLUG_MAX; i++) {
		char c = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i];

		if (is_name_char(c) && c != '_') {
			buf_char(out, c);
		} else if (out->len > 0 && out->ptr[out->len - 1] != '-') {
			words = out->len;
			buf_char(out, '-');
		}
	}
	if (out->len > SLUG_MAX)
		out->len = words > 0 ? words : SLUG_MAX;
	while (out->len > 0 && out->ptr[out->len - 1] == '-')
		out->len--;
	if (out->len == 0)
		buf_add(out, STR("rule"));
}

static void name_anew(struct import *im, struct object *o)
{
	auto_buf struct buf made = { 0 };
	size_t max = o->kind == ITEM_RULE ? SLUG_MAX : NAME_MAX_LENGTH, whole;

	(o->kind == ITEM_RULE ? make_slug : make_name)(o->name, &made);
	whole = made.len;
	for (unsigned n = 1; !o->ini.ptr && !im->no_memory; n++) {
		char suffix[16] = "";

		if (n > 1)
			snprintf(suffix, sizeof(suffix), "%c%u", o->kind == ITEM_RULE ? '-' : '_',
				 n);
		made.len = whole + strlen(suffix) > max ? max - strlen(suffix) : whole;
		buf_add(&made, str_of(suffix));
		if (buf_failed(&made))
			im->no_memory = true;
		else if (o->kind == ITEM_RULE || !is_reserved_word(buf_str(&made)))
			take(im, o, buf_str(&made));
	}
	im->has_renamed |= o->kind != ITEM_RULE;
}

static struct object *object_of(struct import *im, const struct item *it, struct object ***tail)
{
	struct object *o = object_find(im, it->kind, it->name);
	struct str key = key_of(im->arena, it->kind, it->name);

	if (o)
		return o;
	o = arena_new_of(im->arena, struct object);
	if (!o || !key.ptr || map_put(&im->by_name, key, o) < 0) {
		im->no_memory = true;
		return NULL;
	}
	*o = (struct object){ .kind = it->kind, .name = it->name };
	**tail = o;
	*tail = &o->next;
	return o;
}

static void remark_renamed(struct import *im)
{
	for (struct item *it = im->items; it; it = it->next)
		if (it->object && it->kind != ITEM_RULE && it->is_definition &&
		    !str_eq(it->object->ini, it->name))
			item_remark(im, it, CLASS_FULL, REASON_NAME_CHANGED,
				    arena_printf(im->arena, "%.*s is %.*s", STR_ARG(it->name),
						 STR_ARG(it->object->ini)));
}

bool names_give(struct import *im)
{
	struct object **tail = &im->objects;

	for (struct item *it = im->items; it && !im->no_memory; it = it->next)
		if (it->kind <= ITEM_LIST && it->name.len > 0)
			it->object = object_of(im, it, &tail);
	for (struct object *o = im->objects; o && !im->no_memory; o = o->next)
		if (o->kind != ITEM_RULE && is_object_name(o->name) && !is_reserved_word(o->name))
			take(im, o, o->name);
	for (struct object *o = im->objects; o && !im->no_memory; o = o->next)
		if (!o->ini.ptr)
			name_anew(im, o);
	if (!im->no_memory)
		remark_renamed(im);
	return !im->no_memory;
}

struct exception_name *exception_name_of(struct import *im, struct object *rule, struct str name)
{
	struct exception_name **tail = &rule->exceptions, *e;
	auto_buf struct buf made = { 0 };

	for (; *tail; tail = &(*tail)->next)
		if (str_eq((*tail)->name, name))
			return *tail;
	e = arena_new_of(im->arena, struct exception_name);
	if (is_object_name(name))
		buf_add(&made, name);
	else
		make_name(name, &made);
	if (!e || buf_failed(&made)) {
		im->no_memory = true;
		return NULL;
	}
	/* two that become one are told by the loader as given twice */
	*e = (struct exception_name){ .name = name, .ini = arena_str(im->arena, buf_str(&made)) };
	im->no_memory |= !e->ini.ptr;
	*tail = e;
	return im->no_memory ? NULL : e;
}
