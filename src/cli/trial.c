// SPDX-License-Identifier: Apache-2.0
/*
 * Each alert counts for the first expectation of its rule that it fits and that is not full yet; what fits none
 * is a difference, and so is an expectation that stays short.
 */
#include "cli/trial.h"

#include <errno.h>

#include "base/escape.h"
#include "daemon/config.h"
#include "daemon/engine.h"
#include "filter/filter.h"
#include "rule/template.h"
#include "source/replay.h"

#define UNEXPECTED_TOLD 20
#define VALUE_TOLD 200

/* an expectation and how many alerts it got */
struct tally {
	const struct expectation *expected;
	uint64_t found;
};

struct run {
	const struct ruleset *rules;
	struct tally *tallies;
	size_t n;
	struct shown *seen; /* by rule number: alerts, and events of its types */
	struct buf surplus;
	uint64_t unexpected;
};

/* --- what alerts say --- */

/* as the text of an alert prints it (language.md 7.1) */
static void field_text(const struct alert_field *f, struct buf *out)
{
	if (!f->present) {
		buf_add(out, STR("<NA>"));
		return;
	}
	if (f->is_list)
		buf_char(out, '(');
	for (size_t i = 0; i < f->n; i++) {
		if (i > 0)
			buf_char(out, ',');
		value_render(&f->values[i], out);
	}
	if (f->is_list)
		buf_char(out, ')');
}

static const struct alert_field *find_field(const struct alert *a, struct str key)
{
	for (size_t i = 0; i < a->n_fields; i++)
		if (str_eq(a->fields[i].key, key))
			return &a->fields[i];
	return NULL;
}

static bool says(const struct alert *a, const struct assertion *one)
{
	const struct alert_field *f = find_field(a, one->field);
	auto_buf struct buf text = { 0 };

	if (!f)
		return false;
	field_text(f, &text);
	return !buf_failed(&text) && str_eq(buf_str(&text), one->value);
}

static bool fits(const struct alert *a, const struct expectation *e)
{
	if (!str_eq(a->rule_id, e->rule))
		return false;
	for (const struct assertion *one = e->assertions; one; one = one->next)
		if (!says(a, one))
			return false;
	return true;
}

static void pair_text(struct str field, struct str value, struct buf *out)
{
	buf_printf(out, ", %.*s = \"", STR_ARG(field));
	escape_json(out, value, VALUE_TOLD);
	buf_char(out, '"');
}

/* an alert that nobody expected, in the fields that the case asks for of its rule */
static void unexpected(struct run *r, const struct alert *a)
{
	bool asked = false;

	if (r->unexpected++ >= UNEXPECTED_TOLD)
		return;
	buf_printf(&r->surplus, "+%.*s, 1", STR_ARG(a->rule_id));
	for (size_t i = 0; i < a->n_fields; i++) {
		auto_buf struct buf text = { 0 };
		bool wanted = false;

		for (size_t k = 0; k < r->n && !wanted; k++)
			for (const struct assertion *one = r->tallies[k].expected->assertions;
			     one && str_eq(r->tallies[k].expected->rule, a->rule_id) && !wanted;
			     one = one->next)
				wanted = str_eq(one->field, a->fields[i].key);
		if (!wanted)
			continue;
		asked = true;
		field_text(&a->fields[i], &text);
		pair_text(a->fields[i].key, buf_str(&text), &r->surplus);
	}
	if (!asked)
		buf_printf(&r->surplus, "  ; %.*s", STR_ARG(a->message));
	buf_char(&r->surplus, '\n');
}

static void on_alert(void *ctx, struct alert *alert)
{
	AUTO(alert) a = alert;
	struct run *r = ctx;
	const struct rule *rule = ruleset_find(r->rules, a->rule_id);

	/* a notice of the engine itself, such as a regex at its limit, has no rule, and no test expects it */
	if (rule)
		r->seen[rule->number].alerts = true;
	for (size_t i = 0; i < r->n; i++) {
		if (r->tallies[i].found < r->tallies[i].expected->count &&
		    fits(a, r->tallies[i].expected)) {
			r->tallies[i].found++;
			return;
		}
	}
	unexpected(r, a);
}

static void on_look(void *ctx, const struct scene *scene, struct filter_frame *frame)
{
	struct run *r = ctx;
	const struct rule *const *rules;
	size_t n = ruleset_for_event(r->rules, scene->event->type, &rules);

	(void)frame;
	for (size_t i = 0; i < n; i++)
		r->seen[rules[i]->number].stays_silent = true;
}

/* --- what a case may name --- */

static bool has_field(const struct rule *rule, struct str name)
{
	struct str key;

	for (size_t i = 0; i < template_fields(rule->output); i++) {
		template_field(rule->output, i, &key);
		if (str_eq(key, name))
			return true;
	}
	return false;
}

static int check_expectation(const struct expectation *e, const struct ruleset *rules,
			     struct diag *d)
{
	const struct rule *rule = ruleset_find(rules, e->rule);
	struct str near = ruleset_nearest(rules, e->rule);
	int result = 0;

	if (!rule) {
		diag_error(d, &e->where, "unknown-rule", "there is no rule '%.*s'",
			   STR_ARG(e->rule));
		if (near.ptr)
			diag_note(d, NULL, "did you mean '%.*s'?", STR_ARG(near));
		return -EINVAL;
	}
	if (!rule->enabled) {
		diag_error(d, &e->where, "disabled-rule", "rule '%.*s' is not enabled in this case",
			   STR_ARG(e->rule));
		return -EINVAL;
	}
	for (const struct assertion *one = e->assertions; one; one = one->next) {
		if (has_field(rule, one->field))
			continue;
		diag_error(d, &e->where, "unknown-field",
			   "the output of rule '%.*s' has no field '%.*s'", STR_ARG(e->rule),
			   STR_ARG(one->field));
		result = -EINVAL;
	}
	return result;
}

static int check_case(const struct rule_case *test, const struct ruleset *rules, struct diag *d)
{
	int result = 0;

	for (const struct expectation *e = test->expected; e; e = e->next)
		if (check_expectation(e, rules, d) < 0)
			result = -EINVAL;
	return result;
}

/* --- running --- */

static struct engine *make_engine(const struct config *config, struct ruleset *rules,
				  struct facts *facts, struct run *r)
{
	return engine_new(&(struct engine_options){
		.facts = facts,
		.rules = rules,
		.hostname = "localhost",
		.processes_max = config->processes_max,
		.containers_max = config->containers_max,
		.aggregate_window = config->aggregate_window,
		.events_max = 1,
		.alert = on_alert,
		.look = on_look,
		.ctx = r,
	});
}

/* the alerts that come are told to @r; takes @rules over */
static int replay_case(const struct rule_case *test, struct ruleset *rules, struct run *r,
		       struct diag *d)
{
	AUTO(config) config = config_new();
	struct facts *facts = facts_recorded();
	struct engine *e = NULL;
	int result = -ENOMEM;

	if (config && facts)
		e = make_engine(config, rules, facts, r);
	else
		ruleset_free(rules);
	if (e) {
		struct source_consumer to = engine_consumer(e);

		/* a bare log has no sweep at its start: that is no error */
		(void)engine_start(e);
		result = replay_read(test->logs, test->n_logs, &to, d);
		engine_finish(e);
	}
	engine_free(e);
	facts_free(facts);
	return result;
}

static void expectation_text(const struct expectation *e, uint64_t count, struct buf *out)
{
	buf_printf(out, "%.*s, %llu", STR_ARG(e->rule), (unsigned long long)count);
	for (const struct assertion *one = e->assertions; one; one = one->next)
		pair_text(one->field, one->value, out);
	buf_char(out, '\n');
}

static void compare(struct trial *t, const struct run *r)
{
	t->passed = r->unexpected == 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct tally *one = &r->tallies[i];
		bool is_met = one->found == one->expected->count;

		buf_char(&t->difference, is_met ? ' ' : '-');
		expectation_text(one->expected, one->expected->count, &t->difference);
		if (!is_met && one->found > 0) {
			buf_char(&t->difference, '+');
			expectation_text(one->expected, one->found, &t->difference);
		}
		t->passed &= is_met;
	}
	buf_add(&t->difference, buf_str(&r->surplus));
	if (r->unexpected > UNEXPECTED_TOLD)
		buf_printf(&t->difference, "+ and %llu more\n",
			   (unsigned long long)r->unexpected - UNEXPECTED_TOLD);
}

static int prepare(struct run *r, const struct rule_case *test, struct arena *a)
{
	size_t n = 0;

	for (const struct expectation *e = test->expected; e; e = e->next)
		n++;
	r->tallies = arena_array_of(a, struct tally, n + 1);
	r->seen = arena_array_of(a, struct shown, ruleset_count(r->rules) + 1);
	if (!r->tallies || !r->seen)
		return -ENOMEM;
	for (const struct expectation *e = test->expected; e; e = e->next)
		r->tallies[r->n++].expected = e;
	return 0;
}

int trial_run(struct trial *t, const struct rule_case *test, struct ruleset *rules,
	      struct shown *shown, struct diag *d)
{
	AUTO(arena) a = arena_new(4096, (size_t)64 << 20);
	struct run r = { .rules = rules };
	size_t n_rules = ruleset_count(rules);
	int result = a ? check_case(test, rules, d) : -ENOMEM;

	*t = (struct trial){ .test = test };
	if (result == 0)
		result = prepare(&r, test, a);
	if (result < 0) {
		ruleset_free(rules);
		return result;
	}
	result = replay_case(test, rules, &r, d);
	if (result == 0)
		compare(t, &r);
	for (size_t i = 0; i < n_rules && t->passed; i++) {
		shown[i].alerts |= r.seen[i].alerts;
		shown[i].stays_silent |= r.seen[i].stays_silent && !r.seen[i].alerts;
	}
	buf_release(&r.surplus);
	return result < 0 ? result : buf_failed(&t->difference) ? -ENOMEM : 0;
}

void trial_release(struct trial *t)
{
	buf_release(&t->difference);
}
