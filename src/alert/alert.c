/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a match to an alert, on the worker: every value is asked for once and copied, so that
 * nothing of the event, the state or the rule set is needed afterwards.
 *
 * An alert is first put together as a view of what lies around, then copied whole into an arena of
 * its own.
 */
#include "alert/alert.h"

#include <errno.h>

#include "alert/records.h"
#include "base/escape.h"
#include "rule/template.h"

#define ARENA_FIRST 4096
#define ARENA_LIMIT ((size_t)8 << 20)

/* a long value may not cost the whole alert */
static struct str copy_value_text(struct arena *a, struct str s)
{
	static const char mark[] = "[...]";
	size_t n = ALERT_VALUE_MAX;
	char *copy;

	if (s.len <= ALERT_VALUE_MAX)
		return arena_str(a, s);
	while (n > ALERT_VALUE_MAX - 3 && (s.ptr[n] & 0xc0) == 0x80)
		n--;
	copy = arena_alloc(a, n + sizeof(mark));
	if (!copy)
		return STR_ABSENT;
	memcpy(copy, s.ptr, n);
	memcpy(copy + n, mark, sizeof(mark));
	return str_mem(copy, n + sizeof(mark) - 1);
}

static const struct value *copy_values(struct arena *a, const struct value *from, size_t n)
{
	struct value *to = arena_array_of(a, struct value, n);

	for (size_t i = 0; to && i < n; i++) {
		to[i] = from[i];
		to[i].s = copy_value_text(a, from[i].s);
	}
	return to;
}

static const struct alert_field *copy_fields(struct arena *a, const struct alert_field *from,
					     size_t n)
{
	struct alert_field *to = arena_array_of(a, struct alert_field, n);

	for (size_t i = 0; to && i < n; i++) {
		to[i] = from[i];
		to[i].key = arena_str(a, from[i].key);
		to[i].values = copy_values(a, from[i].values, from[i].n);
	}
	return to;
}

static const struct str *copy_tags(struct arena *a, const struct str *from, size_t n)
{
	struct str *to = arena_array_of(a, struct str, n);

	for (size_t i = 0; to && i < n; i++)
		to[i] = arena_str(a, from[i]);
	return to;
}

struct alert *alert_copy(const struct alert *from)
{
	/* a copy of a copy fits into one piece of memory */
	size_t first = from->arena ? arena_used(from->arena) : ARENA_FIRST;
	AUTO(arena) arena = arena_new(first, ARENA_LIMIT);
	struct alert *a = arena ? arena_new_of(arena, struct alert) : NULL;

	if (!a)
		return NULL;
	*a = *from;
	a->rule_id = arena_str(arena, from->rule_id);
	a->title = arena_str(arena, from->title);
	a->source = arena_str(arena, from->source);
	a->hostname = arena_str(arena, from->hostname);
	a->message = arena_str(arena, from->message);
	a->event_id = arena_str(arena, from->event_id);
	a->summary = arena_str(arena, from->summary);
	a->records = arena_str(arena, from->records);
	a->target.container = arena_str(arena, from->target.container);
	a->target.cgroups = arena_str(arena, from->target.cgroups);
	for (size_t i = 0; i < from->n_acts; i++)
		a->acts[i].why = arena_str(arena, from->acts[i].why);
	a->tags = copy_tags(arena, from->tags, from->n_tags);
	a->fields = copy_fields(arena, from->fields, from->n_fields);
	if (arena_exhausted(arena))
		return NULL;
	a->arena = take_ptr(arena);
	return a;
}

int alert_aim(struct alert *a, unsigned actions, const struct target *target)
{
	a->actions = actions;
	a->target = *target;
	a->target.container = arena_str(a->arena, target->container);
	a->target.cgroups = arena_str(a->arena, target->cgroups);
	return arena_exhausted(a->arena) ? -ENOMEM : 0;
}

void alert_acted(struct alert *a, const char *name, enum act_result result, struct str why)
{
	if (a->n_acts < ALERT_ACTS_MAX)
		a->acts[a->n_acts++] = (struct alert_act){ name, result, arena_str(a->arena, why) };
}

const char *act_result_name(enum act_result r)
{
	static const char *const names[] = {
		[ACT_DONE] = "done",
		[ACT_FAILED] = "failed",
		[ACT_NOT_POSSIBLE] = "not-possible",
		[ACT_NOT_ENABLED] = "not-enabled",
	};

	return names[r];
}

void alert_acts_end(struct alert *a)
{
	auto_buf struct buf text = { 0 };
	struct str message;

	a->actions = 0;
	if (!a->n_acts)
		return;
	for (size_t i = 0; i < a->n_acts; i++) {
		const struct alert_act *act = &a->acts[i];

		buf_printf(&text, "%s%s=%s", i ? ", " : "[", act->name,
			   act_result_name(act->result));
		if (act->why.len) {
			buf_add(&text, STR(": "));
			escape_text(&text, act->why, ESCAPE_VALUE_MAX);
		}
	}
	buf_add(&text, STR("] "));
	buf_add(&text, a->message);
	message = buf_failed(&text) ? STR_ABSENT : arena_str(a->arena, buf_str(&text));
	if (message.ptr)
		a->message = message;
}

void alert_free(struct alert *a)
{
	if (a)
		arena_free(a->arena);
}

/* "some ancestor" is one text: the known ones, joined by blanks as in the message */
static struct values join(const struct values *v)
{
	struct values one = { .arena = v->arena };
	auto_buf struct buf text = { 0 };

	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_char(&text, ' ');
		value_render(&v->at[i], &text);
	}
	values_str(&one, arena_str(v->arena, buf_str(&text)));
	return one;
}

static void read_field(struct alert_field *f, const struct field_use *use,
		       const struct scene *scene, struct arena *scratch)
{
	struct values v = { .arena = scratch };
	bool present = use->def->get(scene, use, &v);

	if (v.n > 0 && (use->def->flags & FIELD_ANCESTOR) && !use->selector.ptr)
		v = join(&v);
	f->def = use->def;
	f->is_list = use->def->flags & FIELD_LIST;
	f->present = present && (f->is_list || v.n > 0);
	f->values = v.at;
	f->n = !f->present ? 0 : f->is_list ? v.n : 1;
}

static bool read_fields(struct alert *a, const struct template *t, const struct scene *scene,
			struct arena *scratch)
{
	size_t n = template_fields(t);
	struct alert_field *fields = arena_array_of(scratch, struct alert_field, n);

	for (size_t i = 0; fields && i < n; i++)
		read_field(&fields[i], template_field(t, i, &fields[i].key), scene, scratch);
	a->fields = fields;
	a->n_fields = n;
	return fields;
}

struct alert *alert_new(const struct rule *rule, const struct scene *scene, struct str hostname,
			struct arena *scratch)
{
	const struct event *ev = scene->event;
	auto_buf struct buf message = { 0 }, records = { .max = RECORDS_MAX };
	struct alert view = {
		.time = ev->time,
		.first = ev->time,
		.last = ev->time,
		.repeat = 1,
		.rule_id = rule->id,
		.title = rule->title,
		.priority = rule->priority,
		.tags = rule->tags,
		.n_tags = rule->n_tags,
		.source = STR("syscall"),
		.hostname = ev->node.ptr ? ev->node : hostname,
		.origins = 1u << ev->origin,
		.wants_summary = template_wants_summary(rule->output),
	};

	template_render(rule->output, scene, scratch, &message);
	view.message = buf_str(&message);
	if (ev->n_records > 0)
		view.event_id = event_id(ev, scratch);
	if (view.wants_summary) {
		records_render(scene, &records);
		view.records = buf_str(&records);
	}
	/* out of memory, a field would look absent */
	if (buf_failed(&message) || !read_fields(&view, rule->output, scene, scratch) ||
	    arena_exhausted(scratch))
		return NULL;
	return alert_copy(&view);
}

struct alert *alert_new_internal(uint64_t time, enum priority priority, struct str rule_id,
				 struct str title, struct str message, struct str hostname)
{
	const struct alert view = {
		.time = time,
		.first = time,
		.last = time,
		.repeat = 1,
		.priority = priority,
		.rule_id = rule_id,
		.title = title,
		.source = STR("internal"),
		.hostname = hostname,
		.message = message,
	};

	return alert_copy(&view);
}
