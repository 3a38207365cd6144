/* SPDX-License-Identifier: Apache-2.0 */
/* Rules by event type against the types that a row brings. */
#include "feed/needs.h"

#include <errno.h>

#include "base/buf.h"
#include "event/event_type.h"
#include "filter/filter.h"

#define TYPES_TOO_MANY 100 /* lint no-evttype: such a rule names no type */

int needs_init(struct needs *w, const struct ruleset *rules, struct arena *a)
{
	*w = (struct needs){
		.rules = rules,
		.n_rules = rules ? ruleset_count(rules) : 0,
		.n_types = event_type_count(),
		.arena = a,
	};
	w->by_rule = arena_array_of(a, bool, w->n_rules + 1);
	w->fed = arena_array_of(a, bool, w->n_types + 1);
	return w->by_rule && w->fed ? 0 : -ENOMEM;
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

/* false: no rule needs events of that name */
static bool need_type(struct needs *w, const struct feed_row *row, struct str name)
{
	const struct rule *const *rules;
	int type = event_type_by_name(name);
	bool needed = row->always;
	size_t n;

	if (type < 0)
		return needed;
	n = w->rules ? ruleset_for_event(w->rules, (unsigned)type, &rules) : 0;
	for (size_t i = 0; i < n; i++) {
		if (rules[i]->number >= w->n_rules || !rule_uses(rules[i], row->uses))
			continue;
		w->by_rule[rules[i]->number] = needed = true;
		/* a call that only io_uring's way of it brings is as good as not fed */
		w->fed[type] |= row->list != FEED_URING;
	}
	if (row->always)
		w->fed[type] = true;
	return needed;
}

/* the calls of @row that are needed: those whose own events are, or all if what they bring is */
static void need_calls(struct needs *w, const struct feed_row *row)
{
	struct str rest = str_of(row->calls), name;

	w->calls = 0;
	for (unsigned i = 0; str_cut(&rest, ',', &name); i++)
		w->calls |= (uint64_t)need_type(w, row, name) << i;
	rest = str_of(row->brings);
	while (str_cut(&rest, ',', &name))
		if (need_type(w, row, name))
			w->calls = UINT64_MAX;
}

/* marks the rules that need @row, and returns their ids; absent: none does */
struct str needs_of(struct needs *w, const struct feed_row *row)
{
	auto_buf struct buf ids = { 0 };
	bool needed = row->always;

	memset(w->by_rule, 0, w->n_rules * sizeof(*w->by_rule));
	need_calls(w, row);
	for (size_t i = 0; i < w->n_rules; i++) {
		if (!w->by_rule[i])
			continue;
		if (ids.len)
			buf_add(&ids, STR(", "));
		buf_add(&ids, ruleset_at(w->rules, i)->id);
		needed = true;
	}
	return needed ? arena_str(w->arena, buf_str(&ids)) : STR_ABSENT;
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
