/* SPDX-License-Identifier: Apache-2.0 */
/* json-c behind accessors that no type surprises. Owns nothing. */
#include "state/json_tree.h"

#include <json-c/json.h>
#include <limits.h>

static void tokener_free(struct json_tokener **t)
{
	if (*t)
		json_tokener_free(*t);
}

struct json_object *json_read(struct str text)
{
	__attribute__((cleanup(tokener_free))) struct json_tokener *t = NULL;
	auto_json struct json_object *o = NULL;
	struct json_object *found;

	if (!text.ptr || text.len > INT_MAX)
		return NULL;
	t = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (!t)
		return NULL;
	o = json_tokener_parse_ex(t, text.ptr, (int)text.len);
	if (json_tokener_get_error(t) != json_tokener_success ||
	    str_trim(str_from(text, json_tokener_get_parse_end(t))).len > 0)
		return NULL;
	found = o;
	o = NULL;
	return found;
}

void json_drop(struct json_object **o)
{
	json_object_put(*o);
}

struct json_object *json_member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

size_t json_count(struct json_object *o)
{
	return json_object_is_type(o, json_type_array) ? json_object_array_length(o) : 0;
}

struct json_object *json_element(struct json_object *o, size_t i)
{
	return i < json_count(o) ? json_object_array_get_idx(o, i) : NULL;
}

struct str json_text(struct json_object *o)
{
	if (!json_object_is_type(o, json_type_string) || json_object_get_string_len(o) <= 0)
		return STR_ABSENT;
	return str_mem(json_object_get_string(o), (size_t)json_object_get_string_len(o));
}

bool json_lists(struct json_object *array, struct str text)
{
	for (size_t i = 0; i < json_count(array); i++)
		if (str_eq(json_text(json_element(array, i)), text))
			return true;
	return false;
}

bool json_is_object(struct json_object *o)
{
	return json_object_is_type(o, json_type_object);
}

bool json_is_bool(struct json_object *o, bool *value)
{
	if (!json_object_is_type(o, json_type_boolean))
		return false;
	*value = json_object_get_boolean(o);
	return true;
}

uint32_t json_u32(struct json_object *o, uint32_t otherwise)
{
	int64_t v;

	if (!json_object_is_type(o, json_type_int))
		return otherwise;
	v = json_object_get_int64(o);
	return v < 0 || v > UINT32_MAX ? otherwise : (uint32_t)v;
}

void json_each(struct json_object *o,
	       void (*f)(void *ctx, struct str key, struct json_object *value), void *ctx)
{
	if (!json_object_is_type(o, json_type_object))
		return;
	json_object_object_foreach(o, key, value)
	{
		f(ctx, str_of(key), value);
	}
}
