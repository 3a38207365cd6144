/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A streaming JSON writer into a buf: commas and nesting are its business, so a caller only says
 * what comes next. Nesting is bounded (16); a broken order of calls is an assert, not an error.
 */
#ifndef WC_JSON_H
#define WC_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define JSON_DEPTH 16

struct json {
	struct buf *out;
	unsigned depth;
	bool first[JSON_DEPTH]; /* nothing written yet at this level */
	bool after_key;
};

static inline struct json json_start(struct buf *out)
{
	return (struct json){ .out = out, .first = { true } };
}

void json_object(struct json *j);
void json_object_end(struct json *j);
void json_array(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, struct str key);
void json_str(struct json *j, struct str value); /* absent becomes null */
void json_u64(struct json *j, uint64_t value);
void json_i64(struct json *j, int64_t value);
void json_double(struct json *j, double value);
void json_bool(struct json *j, bool value);
void json_null(struct json *j);

/* key and value in one: json_put(j, "pid", i64, 12) */
#define json_put(j, key, kind, value) (json_key((j), STR(key)), json_##kind((j), (value)))

#endif
