/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alert as the text line and the JSON object that Falco's tools read (language.md 7.2, 7.3). The
 * declared type of a field decides its JSON type, never the look of a value.
 */
#include "alert/alert.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"

#define OBJECT_VERSION 1

static const char *const colours[] = {
	[PRIORITY_EMERGENCY] = "\x1b[1;31m",   [PRIORITY_ALERT] = "\x1b[1;31m",
	[PRIORITY_CRITICAL] = "\x1b[1;31m",    [PRIORITY_ERROR] = "\x1b[31m",
	[PRIORITY_WARNING] = "\x1b[33m",       [PRIORITY_NOTICE] = "\x1b[36m",
	[PRIORITY_INFORMATIONAL] = "\x1b[36m", [PRIORITY_DEBUG] = "\x1b[2m",
};

void alert_render_terminal(const struct alert *a, bool colour, struct buf *out)
{
	char day[CLOCK_DAY_SIZE];

	clock_time_of_day(a->time, day);
	buf_printf(out, "%s: ", day);
	if (colour)
		buf_add(out, str_of(colours[a->priority]));
	buf_add(out, str_of(priority_name(a->priority)));
	if (colour)
		buf_add(out, STR("\x1b[0m"));
	buf_char(out, ' ');
	/* values are escaped already: what is left are the daemon's own notices */
	escape_text(out, a->message, SIZE_MAX);
}

void alert_render_text(const struct alert *a, struct buf *out)
{
	alert_render_terminal(a, false, out);
}

static void put_time(struct json *j, const char *key, uint64_t ns)
{
	char text[CLOCK_ISO_SIZE];

	clock_iso8601(ns, text);
	json_key(j, str_of(key));
	json_str(j, str_of(text));
}

static void put_text(struct json *j, const struct value *v)
{
	auto_buf struct buf text = { 0 };

	value_render(v, &text);
	json_str(j, buf_str(&text));
}

static void put_value(struct json *j, const struct field_def *def, const struct value *v)
{
	if (def->flags & FIELD_FORCE_STRING) {
		put_text(j, v);
		return;
	}
	switch (v->type) {
	case VALUE_INT:
		json_i64(j, v->i);
		break;
	case VALUE_UINT:
	case VALUE_DURATION:
	case VALUE_TIME:
	case VALUE_PORT:
		json_u64(j, v->u);
		break;
	case VALUE_BOOL:
		json_bool(j, v->b);
		break;
	case VALUE_STRING:
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
		put_text(j, v);
		break;
	}
}

static void put_field(struct json *j, const struct alert_field *f)
{
	json_key(j, f->key);
	if (!f->present) {
		json_null(j);
		return;
	}
	if (f->is_list)
		json_array(j);
	for (size_t i = 0; i < f->n; i++)
		put_value(j, f->def, &f->values[i]);
	if (f->is_list)
		json_array_end(j);
}

/* a receiver refuses an alert without any: evt.time, the number, is always there */
static void put_fields(struct json *j, const struct alert *a)
{
	json_key(j, STR("output_fields"));
	json_object(j);
	json_put(j, "evt.time", u64, a->time);
	for (size_t i = 0; i < a->n_fields; i++)
		if (!str_eq(a->fields[i].key, STR("evt.time")))
			put_field(j, &a->fields[i]);
	if (a->wants_summary)
		json_put(j, "evt.summary", str, a->summary);
	json_object_end(j);
}

static void put_tags(struct json *j, const struct alert *a)
{
	json_key(j, STR("tags"));
	json_array(j);
	for (size_t i = 0; i < a->n_tags; i++)
		json_str(j, a->tags[i]);
	json_array_end(j);
}

static void put_origins(struct json *j, unsigned origins)
{
	static const char *const names[] = {
		[ORIGIN_AUDIT] = "audit",
		[ORIGIN_FANOTIFY] = "fanotify",
		[ORIGIN_CONNECTOR] = "connector",
		[ORIGIN_PROC] = "proc",
	};

	json_key(j, STR("origins"));
	json_array(j);
	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (origins & 1u << i)
			json_str(j, str_of(names[i]));
	json_array_end(j);
}

static void put_watchcap(struct json *j, const struct alert *a)
{
	json_key(j, STR("watchcap"));
	json_object(j);
	json_put(j, "version", u64, OBJECT_VERSION);
	json_put(j, "rule_id", str, a->rule_id);
	json_put(j, "event", str, a->event_id);
	put_origins(j, a->origins);
	json_key(j, STR("actions"));
	json_array(j);
	for (size_t i = 0; i < a->n_acts; i++) {
		json_object(j);
		json_put(j, "name", str, str_of(a->acts[i].name));
		json_put(j, "result", str, str_of(act_result_name(a->acts[i].result)));
		if (a->acts[i].why.len)
			json_put(j, "why", str, a->acts[i].why);
		json_object_end(j);
	}
	json_array_end(j);
	json_put(j, "repeat", u64, a->repeat);
	put_time(j, "first", a->first);
	put_time(j, "last", a->last);
	json_object_end(j);
}

void alert_render_json(const struct alert *a, struct buf *out)
{
	auto_buf struct buf line = { 0 };
	struct json j = json_start(out);

	alert_render_text(a, &line);
	json_object(&j);
	put_time(&j, "time", a->time);
	json_put(&j, "rule", str, a->title);
	json_put(&j, "priority", str, str_of(priority_name(a->priority)));
	json_put(&j, "source", str, a->source);
	json_put(&j, "hostname", str, a->hostname.ptr ? a->hostname : STR(""));
	json_put(&j, "output", str, buf_str(&line));
	put_tags(&j, a);
	put_fields(&j, a);
	put_watchcap(&j, a);
	json_object_end(&j);
	out->failed |= line.failed;
}
