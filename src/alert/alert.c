/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a match to something that can leave the worker's thread: every value copied into the alert's own
 * arena. Nothing here renders JSON or knows a sink.
 */
#include "alert/alert.h"

#include <stdlib.h>

#include "rule/template.h"

#define ARENA_FIRST 2048
#define ARENA_LIMIT ((size_t)1 << 20)
#define RECORDS_MAX ((size_t)64 << 10)

static struct alert *alert_make(void)
{
	struct arena *arena = arena_new(ARENA_FIRST, ARENA_LIMIT);
	struct alert *a = arena ? arena_new_of(arena, struct alert) : NULL;
	if (!a) {
		arena_free(arena);
		return NULL;
	}
	a->arena = arena;
	a->repeat = 1;
	a->event_id = a->records = STR_ABSENT;
	return a;
}

void alert_free(struct alert *a)
{
	if (a)
		arena_free(a->arena);
}

static bool copy_values(struct alert_field *f, const struct values *from, struct arena *a)
{
	struct value *values = arena_array_of(a, struct value, from->n + 1);
	if (!values)
		return false;
	for (size_t i = 0; i < from->n; i++) {
		values[i] = from->at[i];
		values[i].s = arena_str(a, from->at[i].s);
		if (from->at[i].s.ptr && !values[i].s.ptr)
			return false;
	}
	f->values = values;
	f->n = from->n;
	f->present = true;
	return true;
}

static bool take_fields(struct alert *a, const struct template *t, const struct scene *scene, struct arena *scratch)
{
	size_t n = template_fields(t);
	struct alert_field *fields = arena_array_of(a->arena, struct alert_field, n + 1);
	if (!fields)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct values v = { .arena = scratch };
		struct str key;
		const struct field_use *use = template_field(t, i, &key);
		fields[i].key = arena_str(a->arena, key);
		fields[i].def = use->def;
		fields[i].is_list = (use->def->flags & FIELD_LIST) ||
				    (use->def->flags & FIELD_ANCESTOR && !use->selector.ptr);
		if (use->def->get(scene, use, &v) && !copy_values(&fields[i], &v, a->arena))
			return false;
	}
	a->fields = fields;
	a->n_fields = n;
	return true;
}

static bool take_tags(struct alert *a, const struct rule *rule)
{
	struct str *tags = arena_array_of(a->arena, struct str, rule->n_tags + 1);
	if (!tags)
		return false;
	for (size_t i = 0; i < rule->n_tags; i++)
		tags[i] = arena_str(a->arena, rule->tags[i]);
	a->tags = tags;
	a->n_tags = rule->n_tags;
	return true;
}

/* the event's own records as text, for libauparse on the output side */
static void take_records(struct alert *a, const struct event *ev)
{
	auto_buf struct buf text = { .max = RECORDS_MAX };
	for (size_t i = 0; i < ev->n_records; i++)
		if (ev->records[i].type <= UINT16_MAX)
			record_render(&ev->records[i], &text);
	if (!buf_failed(&text))
		a->records = arena_str(a->arena, buf_str(&text));
}

struct alert *alert_new(const struct rule *rule, const struct scene *scene, struct str hostname,
			struct arena *scratch)
{
	AUTO(alert) a = alert_make();
	auto_buf struct buf message = { 0 };
	const struct event *ev = scene->event;
	if (!a)
		return NULL;
	a->time = a->first = a->last = ev->time;
	a->rule_id = arena_str(a->arena, rule->id);
	a->title = arena_str(a->arena, rule->title);
	a->priority = rule->priority;
	a->source = STR("syscall");
	a->hostname = arena_str(a->arena, ev->node.ptr ? ev->node : hostname);
	a->origins = 1u << ev->origin;
	if (ev->n_records)
		a->event_id = event_id(ev, a->arena);
	template_render(rule->output, scene, scratch, &message);
	a->message = arena_str(a->arena, buf_str(&message));
	if (!take_fields(a, rule->output, scene, scratch) || !take_tags(a, rule) || !a->message.ptr)
		return NULL;
	if (template_wants_summary(rule->output))
		take_records(a, ev);
	return take_ptr(a);
}

struct alert *alert_new_internal(uint64_t time, enum priority priority, struct str rule_id, struct str title,
				 struct str message, struct str hostname)
{
	struct alert *a = alert_make();
	if (!a)
		return NULL;
	a->time = a->first = a->last = time;
	a->rule_id = arena_str(a->arena, rule_id);
	a->title = arena_str(a->arena, title);
	a->priority = priority;
	a->source = STR("internal");
	a->hostname = arena_str(a->arena, hostname);
	a->message = arena_str(a->arena, message);
	return a;
}

struct alert *alert_copy(const struct alert *from)
{
	AUTO(alert) a = alert_make();
	struct alert_field *fields;
	struct str *tags;
	if (!a)
		return NULL;
	fields = arena_array_of(a->arena, struct alert_field, from->n_fields + 1);
	tags = arena_array_of(a->arena, struct str, from->n_tags + 1);
	if (!fields || !tags)
		return NULL;
	for (size_t i = 0; i < from->n_fields; i++) {
		struct values v = { .at = (struct value *)(uintptr_t)from->fields[i].values, .n = from->fields[i].n };
		fields[i] = from->fields[i];
		fields[i].key = arena_str(a->arena, from->fields[i].key);
		if (from->fields[i].present && !copy_values(&fields[i], &v, a->arena))
			return NULL;
	}
	for (size_t i = 0; i < from->n_tags; i++)
		tags[i] = arena_str(a->arena, from->tags[i]);
	struct arena *arena = a->arena;
	*a = *from;
	a->arena = arena;
	a->fields = fields;
	a->tags = tags;
	for (struct str *const *s = (struct str *[]){ &a->rule_id, &a->title, &a->source, &a->hostname, &a->message,
						      &a->event_id, &a->records, NULL };
	     *s; s++) {
		bool present = (*s)->ptr != NULL;
		**s = arena_str(arena, **s);
		if (present && !(*s)->ptr)
			return NULL;
	}
	return take_ptr(a);
}
