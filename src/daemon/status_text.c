// SPDX-License-Identifier: Apache-2.0
/*
 * The status file for people: its members as they stand, a line each with what they mean.
 *
 * A file of its own because json-c and base/json.h do not go into one.
 */
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>

#include "daemon/status.h"

static void json_freep(struct json_object **o)
{
	json_object_put(*o);
}

int status_render_text(struct str json, struct buf *out)
{
	__attribute__((cleanup(json_freep))) struct json_object *status = NULL;
	struct json_tokener *tokener;

	if (json.len > INT_MAX)
		return -EINVAL;
	tokener = json_tokener_new();
	if (!tokener)
		return -ENOMEM;
	status = json_tokener_parse_ex(tokener, json.ptr, (int)json.len);
	json_tokener_free(tokener);
	if (!json_object_is_type(status, json_type_object))
		return -EINVAL;
	json_object_object_foreach(status, key, value)
	{
		const char *text = json_object_get_string(value);

		buf_printf(out, "%-15s %-31s %s\n", key, text ? text : "",
			   status_help(str_of(key)));
	}
	return 0;
}
