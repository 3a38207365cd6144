/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Untrusted JSON, read with json-c: every accessor takes any type, NULL included, and gives the
 * empty answer for the wrong one.
 */
#ifndef WC_JSON_TREE_H
#define WC_JSON_TREE_H

#include <json-c/json_types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define JSON_DEPTH_MAX 32

/* NULL: no JSON, deeper than JSON_DEPTH_MAX, or more behind it; json_drop() what it gives */
struct json_object *json_read(struct str text);
void json_drop(struct json_object **o);
#define auto_json __attribute__((cleanup(json_drop)))

struct json_object *json_member(struct json_object *o, const char *key);
/* elements of an array; 0 for anything else */
size_t json_count(struct json_object *o);
struct json_object *json_element(struct json_object *o, size_t i);
/* views into the tree; absent for an empty string and anything else */
struct str json_text(struct json_object *o);
/* text that stands for one of an array's elements as text */
bool json_lists(struct json_object *array, struct str text);
bool json_is_object(struct json_object *o);
bool json_is_bool(struct json_object *o, bool *value);
/* numbers from 0 to UINT32_MAX; anything else is @otherwise */
uint32_t json_u32(struct json_object *o, uint32_t otherwise);
/* each member of an object: f(ctx, key, value) */
void json_each(struct json_object *o,
	       void (*f)(void *ctx, struct str key, struct json_object *value), void *ctx);

#endif
