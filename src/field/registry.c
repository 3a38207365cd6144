/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All rows under one roof: look-up by name and the schema that the filter is given.
 *
 * Owns the index over the rows, made once. Knows nothing of what a field means.
 */
#include "field/registry.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/nearest.h"
#include "event/event_type.h"
#include "field/argument.h"
#include "field/carry.h"
#include "field/row.h"

static const struct field_table *const tables[] = {
	&fields_event,	   &fields_process, &fields_credentials, &fields_file,	&fields_socket,
	&fields_container, &fields_mount,   &fields_target,	 &fields_never,
};

/* names with a free part: the rest is the selector of the row before the dot */
static const struct str free_parts[] = {
	{ "evt.arg.", 8 },
	{ "evt.rawarg.", 11 },
	{ "evt.type.is.", 12 },
};

static struct map by_name;
static pthread_once_t index_once = PTHREAD_ONCE_INIT;

static void index_make(void)
{
	for (size_t i = 0; i < registry_count(); i++) {
		const struct field_def *row = registry_at(i);

		/* a table that cannot be made at the start cannot be worked with at all */
		if (map_put(&by_name, str_of(row->name), (void *)(uintptr_t)row) < 0)
			abort();
	}
}

size_t registry_count(void)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		n += tables[i]->n;
	return n;
}

const struct field_def *registry_at(size_t i)
{
	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		if (i < tables[t]->n)
			return &tables[t]->rows[i];
		i -= tables[t]->n;
	}
	return NULL;
}

static const struct field_def *find_row(struct str name)
{
	pthread_once(&index_once, index_make);
	return map_get(&by_name, name);
}

static const struct field_def *find(struct str name, struct str *selector)
{
	const struct field_def *row = find_row(name);

	for (size_t i = 0; !row && i < ARRAY_LEN(free_parts); i++) {
		struct str head = free_parts[i];

		if (!str_starts(name, head) || name.len == head.len)
			continue;
		*selector = str_from(name, head.len);
		row = find_row(str_first(name, head.len - 1));
		if (str_eq(head, STR("evt.rawarg.")) && argument_is_text(*selector))
			return &field_rawarg_text;
	}
	return row;
}

static struct str nearest_field(struct str name)
{
	struct nearest n = nearest_to(name);

	for (size_t i = 0; i < registry_count(); i++)
		nearest_offer(&n, str_of(registry_at(i)->name));
	return n.best;
}

static struct str type_name(unsigned type)
{
	return event_type_name((evt_type)type);
}

static struct str nearest_event_type(struct str name)
{
	struct nearest n = nearest_to(name);

	for (unsigned i = EVT_UNKNOWN + 1; i < event_type_count(); i++)
		nearest_offer(&n, event_type_name((evt_type)i));
	return n.best;
}

static bool happens(unsigned type)
{
	return event_type_is_made((evt_type)type);
}

static struct schema schema;
static pthread_once_t schema_once = PTHREAD_ONCE_INIT;

static void schema_make(void)
{
	schema = (struct schema){
		.find = find,
		.nearest = nearest_field,
		.event_type = event_type_by_name,
		.event_type_name = type_name,
		.nearest_event_type = nearest_event_type,
		.event_types = event_type_count(),
		.happens = happens,
		.carries = field_is_carried,
	};
}

const struct schema *registry_schema(void)
{
	pthread_once(&schema_once, schema_make);
	return &schema;
}

/* what rows share */

bool field_absent(const struct scene *scene, const struct field_use *use, struct values *out)
{
	(void)scene;
	(void)use;
	(void)out;
	return false;
}

int prepare_index(struct field_use *use, const struct place *where, struct diag *d)
{
	uint64_t index;

	if (!use->selector.ptr)
		return 0;
	if (str_to_u64(use->selector, 10, &index) < 0 || index > INT32_MAX) {
		diag_error(d, where, "bad-selector",
			   "the index of %s is a decimal number, not '%.*s'", use->def->name,
			   STR_ARG(use->selector));
		return -EINVAL;
	}
	use->index = (int64_t)index;
	return 0;
}
