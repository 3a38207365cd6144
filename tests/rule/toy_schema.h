/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schema of a few fields and event types, one of each sort, whose values a test sets in a struct
 * scene.
 */
#ifndef WC_TOY_SCHEMA_H
#define WC_TOY_SCHEMA_H

#include "base/cleanup.h"
#include "base/nearest.h"
#include "filter/schema.h"

struct scene {
	struct str name, type, id; /* absent stays absent */
	uint64_t pid;
	bool ok;
	struct str args[3];
	size_t n_args;
};

static bool toy_name(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->name.ptr && values_str(out, s->name);
}

static bool toy_type(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return values_str(out, s->type);
}

static bool toy_id(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->id.ptr && values_str(out, s->id);
}

static bool toy_pid(const struct scene *s, const struct field_use *use, struct values *out)
{
	return values_uint(out, s->pid + use->param);
}

static bool toy_bool(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return values_bool(out, s->ok);
}

static bool toy_list(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	out->present = true;
	for (size_t i = 0; i < s->n_args; i++)
		values_str(out, s->args[i]);
	return true;
}

static bool toy_selector(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)s;
	return values_str(out, use->selector.ptr ? use->selector : STR("all"));
}

static int toy_prepare(struct field_use *use, const struct place *where, struct diag *d)
{
	if (!use->selector.ptr || !str_eq(use->selector, STR("bad")))
		return 0;
	diag_error(d, where, "bad-selector", "bad selector");
	return -1;
}

static const struct field_def toy_fields[] = {
	{ .name = "proc.name", .type = VALUE_STRING, .get = toy_name, .flags = FIELD_GUARD_SAFE },
	{ .name = "proc.name.long", .type = VALUE_STRING, .get = toy_name },
	{ .name = "evt.type",
	  .type = VALUE_STRING,
	  .get = toy_type,
	  .flags = FIELD_NEVER_ABSENT | FIELD_EVENT_TYPE | FIELD_GUARD_SAFE },
	{ .name = "container.id", .type = VALUE_STRING, .get = toy_id },
	{ .name = "proc.pid", .type = VALUE_UINT, .get = toy_pid, .flags = FIELD_NEVER_ABSENT },
	{ .name = "evt.ok", .type = VALUE_BOOL, .get = toy_bool, .flags = FIELD_NEVER_ABSENT },
	{ .name = "proc.args",
	  .type = VALUE_STRING,
	  .get = toy_list,
	  .flags = FIELD_LIST | FIELD_NEVER_ABSENT },
	{ .name = "proc.aname",
	  .type = VALUE_STRING,
	  .get = toy_list,
	  .flags = FIELD_ANCESTOR,
	  .selector = SELECTOR_OPTIONAL },
	{ .name = "proc.env",
	  .type = VALUE_STRING,
	  .get = toy_selector,
	  .selector = SELECTOR_OPTIONAL,
	  .prepare = toy_prepare },
	{ .name = "thread.cgroup",
	  .type = VALUE_STRING,
	  .get = toy_selector,
	  .selector = SELECTOR_REQUIRED },
	{ .name = "fd.ip", .type = VALUE_ADDRESS, .get = toy_name, .flags = FIELD_FILTER_ONLY },
	{ .name = "proc.never", .type = VALUE_STRING, .get = toy_name, .flags = FIELD_NEVER },
	{ .name = "evt.summary",
	  .type = VALUE_STRING,
	  .get = toy_name,
	  .flags = FIELD_TEMPLATE_ONLY },
};

static const char *const toy_types[] = {
	"unknown", "open", "openat", "execve", "container", "gone"
};

static const struct field_def *toy_find(struct str name, struct str *selector)
{
	static const struct field_def arg = { .name = "evt.arg",
					      .type = VALUE_STRING,
					      .get = toy_selector,
					      .selector = SELECTOR_REQUIRED };

	*selector = STR_ABSENT;
	if (str_starts(name, STR("evt.arg.")) && name.len > 8) {
		*selector = str_from(name, 8);
		return &arg;
	}
	for (size_t i = 0; i < ARRAY_LEN(toy_fields); i++)
		if (str_eq(name, str_of(toy_fields[i].name)))
			return &toy_fields[i];
	return NULL;
}

static struct str toy_nearest(struct str name)
{
	struct nearest near = nearest_to(name);

	for (size_t i = 0; i < ARRAY_LEN(toy_fields); i++)
		nearest_offer(&near, str_of(toy_fields[i].name));
	return near.best;
}

static int toy_event_type(struct str name)
{
	for (size_t i = 1; i < ARRAY_LEN(toy_types); i++)
		if (str_eq(name, str_of(toy_types[i])))
			return (int)i;
	return -1;
}

static struct str toy_event_type_name(unsigned type)
{
	return str_of(toy_types[type]);
}

static bool toy_happens(unsigned type)
{
	return strcmp(toy_types[type], "gone") != 0;
}

static struct str toy_nearest_event_type(struct str name)
{
	struct nearest near = nearest_to(name);

	for (size_t i = 1; i < ARRAY_LEN(toy_types); i++)
		nearest_offer(&near, str_of(toy_types[i]));
	return near.best;
}

static const struct schema toy_schema = {
	.find = toy_find,
	.nearest = toy_nearest,
	.event_type = toy_event_type,
	.event_type_name = toy_event_type_name,
	.nearest_event_type = toy_nearest_event_type,
	.event_types = ARRAY_LEN(toy_types),
	.happens = toy_happens,
};

#endif
