/* SPDX-License-Identifier: Apache-2.0 */
/* Rules by what they can make of the events that a row brings. */
#include "feed/needs.h"

#include <errno.h>

#include "base/buf.h"
#include "event/event_type.h"
#include "kernel/hostfiles.h"

#define TYPES_TOO_MANY 100 /* lint no-evttype: such a rule names no type */
/* the guard's events are not audit's */
#define AUDITED "evt.is_permission=false fd.is_protected=false"

int needs_init(struct needs *w, const struct ruleset *rules, struct arena *a)
{
	*w = (struct needs){
		.rules = rules,
		.n_rules = rules ? ruleset_count(rules) : 0,
		.frame = filter_frame_new(0),
		.n_types = event_type_count(),
		.arena = a,
	};
	w->audited = arena_array_of(a, struct event_set, w->n_rules + 1);
	w->fed = arena_array_of(a, bool, w->n_types + 1);
	if (!w->audited || !w->fed || !w->frame)
		return -ENOMEM;
	for (size_t i = 0; i < w->n_rules; i++)
		if (ruleset_at(rules, i)->enabled)
			filter_types_given(ruleset_at(rules, i)->filter, STR(AUDITED), w->frame,
					   &w->audited[i]);
	return 0;
}

void needs_release(struct needs *w)
{
	filter_frame_free(w->frame);
}

static bool rule_uses(const struct rule *rule, const char *fields)
{
	struct str rest = str_of(fields), field;

	if (!fields)
		return true;
	while (str_cut(&rest, ',', &field))
		if (filter_uses(rule->filter, field))
			return true;
	return false;
}

/* a row at a place, and what of its events can make the rule at hand hold */
struct offer {
	const struct feed_row *row;
	uint32_t classes;
	bool is_known;
	struct event_set opens, others;
};

/* " fd.host_class=auth|cron" */
static void write_classes(uint32_t classes, struct buf *given)
{
	const char *before = " fd.host_class=";

	for (unsigned i = 0; i < HOSTFILE_CLASSES; i++) {
		if (!(classes >> i & 1))
			continue;
		buf_printf(given, "%s%s", before, hostfile_class_name(i));
		before = "|";
	}
}

/* what it brings that no other does: who opens to read and write is told of where writers are */
static void judge(struct needs *w, const struct rule *rule, struct offer *o)
{
	auto_buf struct buf given = { 0 };

	buf_printf(&given, AUDITED " evt.is_uring=%s",
		   o->row->list == FEED_URING ? "true" : "false");
	if (o->row->given)
		buf_printf(&given, " %s", o->row->given);
	write_classes(o->classes, &given);
	filter_types_given(rule->filter, buf_str(&given), w->frame, &o->others);
	if (o->row->perm)
		buf_printf(&given, " evt.is_open_write=%s",
			   strcmp(o->row->perm, "r") == 0 ? "false" : "true");
	filter_types_given(rule->filter, buf_str(&given), w->frame, &o->opens);
	o->is_known = true;
}

/* events by that name of the offer can make the rule hold */
static bool need_type(struct needs *w, const struct rule *rule, struct offer *o, struct str name)
{
	int type = event_type_by_name(name);
	bool is_needed;

	if (type < 0 || !event_set_has(&w->audited[rule->number], (unsigned)type))
		return false;
	if (!o->is_known)
		judge(w, rule, o);
	is_needed = event_set_has(event_type_is_open((evt_type)type) ? &o->opens : &o->others,
				  (unsigned)type);
	/* a call that only io_uring's way of it brings is as good as not fed */
	w->fed[type] |= is_needed && o->row->list != FEED_URING;
	return is_needed;
}

/* adds the calls of @row that @rule needs: those whose own events it does, or all if it is what they bring */
static bool need_row(struct needs *w, const struct rule *rule, const struct feed_row *row,
		     uint32_t classes)
{
	struct offer o = { .row = row, .classes = classes };
	struct str rest = str_of(row->calls), name;
	uint64_t calls = 0;

	if (!rule->enabled || !rule_uses(rule, row->uses))
		return false;
	for (unsigned i = 0; str_cut(&rest, ',', &name); i++)
		calls |= (uint64_t)need_type(w, rule, &o, name) << i;
	rest = str_of(row->brings);
	while (str_cut(&rest, ',', &name))
		if (need_type(w, rule, &o, name))
			calls = UINT64_MAX;
	w->calls |= calls;
	return calls;
}

static void feed_all(struct needs *w, struct str names)
{
	struct str name;

	while (str_cut(&names, ',', &name))
		if (event_type_by_name(name) >= 0)
			w->fed[event_type_by_name(name)] = true;
}

struct str needs_of(struct needs *w, const struct feed_row *row, uint32_t classes)
{
	auto_buf struct buf ids = { 0 };
	bool is_needed = row->always;

	w->calls = row->always ? UINT64_MAX : 0;
	if (row->always) {
		feed_all(w, str_of(row->calls));
		feed_all(w, str_of(row->brings));
	}
	for (size_t i = 0; i < w->n_rules; i++) {
		if (!need_row(w, ruleset_at(w->rules, i), row, classes))
			continue;
		if (ids.len)
			buf_add(&ids, STR(", "));
		buf_add(&ids, ruleset_at(w->rules, i)->id);
		is_needed = true;
	}
	return is_needed ? arena_str(w->arena, buf_str(&ids)) : STR_ABSENT;
}

/* rules of no type in particular look at whatever comes and ask for nothing */
static bool *rules_of_types(struct needs *w)
{
	size_t *types = arena_array_of(w->arena, size_t, w->n_rules + 1);
	bool *particular = arena_array_of(w->arena, bool, w->n_rules + 1);
	const struct rule *const *rules;

	if (!types || !particular)
		return NULL;
	for (unsigned type = 0; type < w->n_types; type++)
		for (size_t n = ruleset_for_event(w->rules, type, &rules); n--;)
			types[rules[n]->number]++;
	for (size_t i = 0; i < w->n_rules; i++)
		particular[i] = types[i] && types[i] <= TYPES_TOO_MANY;
	return particular;
}

int needs_unfed(struct needs *w, struct str *out)
{
	const bool *particular = w->rules ? rules_of_types(w) : NULL;
	const struct rule *const *rules;
	auto_buf struct buf names = { 0 };

	if (w->rules && !particular)
		return -ENOMEM;
	for (unsigned type = EVT_FIRST_SYSCALL; w->rules && type < w->n_types; type++) {
		size_t n = w->fed[type] ? 0 : ruleset_for_event(w->rules, type, &rules);
		bool wanted = false;

		while (n--)
			wanted |= particular[rules[n]->number];
		if (!wanted)
			continue;
		if (names.len)
			buf_add(&names, STR(", "));
		buf_add(&names, event_type_name((evt_type)type));
	}
	*out = arena_str(w->arena, buf_str(&names));
	return out->ptr && !buf_failed(&names) ? 0 : -ENOMEM;
}
