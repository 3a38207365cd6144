/* SPDX-License-Identifier: Apache-2.0 */
/* Commas, colons and nesting of a JSON text; values are escaped here and nowhere else. */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "base/escape.h"

static void before_value(struct json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (!j->first[j->depth])
		buf_char(j->out, ',');
	j->first[j->depth] = false;
}

static void open_level(struct json *j, char c)
{
	before_value(j);
	assert(j->depth + 1 < JSON_DEPTH);
	j->first[++j->depth] = true;
	buf_char(j->out, c);
}

static void close_level(struct json *j, char c)
{
	assert(j->depth > 0 && !j->after_key);
	j->depth--;
	buf_char(j->out, c);
}

void json_object(struct json *j)
{
	open_level(j, '{');
}

void json_object_end(struct json *j)
{
	close_level(j, '}');
}

void json_array(struct json *j)
{
	open_level(j, '[');
}

void json_array_end(struct json *j)
{
	close_level(j, ']');
}

static void quoted(struct json *j, struct str s)
{
	buf_char(j->out, '"');
	escape_json(j->out, s, SIZE_MAX);
	buf_char(j->out, '"');
}

void json_key(struct json *j, struct str key)
{
	assert(!j->after_key);
	before_value(j);
	quoted(j, key);
	buf_char(j->out, ':');
	j->after_key = true;
}

void json_str(struct json *j, struct str value)
{
	if (!value.ptr) {
		json_null(j);
		return;
	}
	before_value(j);
	quoted(j, value);
}

void json_u64(struct json *j, uint64_t value)
{
	before_value(j);
	buf_u64(j->out, value);
}

void json_i64(struct json *j, int64_t value)
{
	before_value(j);
	buf_printf(j->out, "%" PRId64, value);
}

void json_double(struct json *j, double value)
{
	before_value(j);
	if (isfinite(value))
		buf_printf(j->out, "%.6f", value);
	else
		buf_add(j->out, STR("null"));
}

void json_bool(struct json *j, bool value)
{
	before_value(j);
	buf_add(j->out, value ? STR("true") : STR("false"));
}

void json_null(struct json *j)
{
	before_value(j);
	buf_add(j->out, STR("null"));
}
