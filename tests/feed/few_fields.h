/* SPDX-License-Identifier: Apache-2.0 */
/* The real event types with a few fields: enough for rules that a feed is derived from. */
#ifndef WC_FEW_FIELDS_H
#define WC_FEW_FIELDS_H

#include "base/cleanup.h"
#include "event/event_type.h"
#include "rule/ruleset.h"

static bool few_absent(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)s;
	(void)use;
	(void)out;
	return false;
}

static const struct field_def few_fields[] = {
	{ .name = "evt.type",
	  .type = VALUE_STRING,
	  .get = few_absent,
	  .flags = FIELD_NEVER_ABSENT | FIELD_EVENT_TYPE },
	{ .name = "evt.arg", .type = VALUE_STRING, .get = few_absent },
	{ .name = "fd.kernel_knob", .type = VALUE_STRING, .get = few_absent },
	{ .name = "evt.is_open_write", .type = VALUE_BOOL, .get = few_absent },
	{ .name = "fd.host_class", .type = VALUE_STRING, .get = few_absent },
	{ .name = "fd.filetype", .type = VALUE_STRING, .get = few_absent },
	{ .name = "fd.is_host_disk", .type = VALUE_BOOL, .get = few_absent },
	{ .name = "target.role", .type = VALUE_STRING, .get = few_absent },
	{ .name = "target.container.id", .type = VALUE_STRING, .get = few_absent },
	{ .name = "container.host_network", .type = VALUE_BOOL, .get = few_absent },
	{ .name = "fd.name", .type = VALUE_STRING, .get = few_absent },
	{ .name = "fd.rip", .type = VALUE_ADDRESS, .get = few_absent },
};

static const struct field_def *few_find(struct str name, struct str *selector)
{
	*selector = STR_ABSENT;
	for (size_t i = 0; i < ARRAY_LEN(few_fields); i++)
		if (str_eq(name, str_of(few_fields[i].name)))
			return &few_fields[i];
	return NULL;
}

static struct str few_nearest(struct str name)
{
	(void)name;
	return STR_ABSENT;
}

static struct str few_type_name(unsigned type)
{
	return event_type_name((evt_type)type);
}

/* @text: the file; NULL if it is refused */
static struct ruleset *few_rules(const char *text)
{
	static struct schema schema = {
		.find = few_find,
		.nearest = few_nearest,
		.event_type = event_type_by_name,
		.event_type_name = few_type_name,
		.nearest_event_type = few_nearest,
	};
	const struct ruleset_text file = { "t.ini", str_of(text) };

	schema.event_types = event_type_count();
	return ruleset_load_texts(&file, 1, NULL, &schema, NULL);
}

#define RULE(id, condition)                                                                        \
	"[rule " id "]\ntitle = " id "\ndesc = d\ncondition = " condition                          \
	"\noutput = o\npriority = Notice\n"

#endif
