/* SPDX-License-Identifier: Apache-2.0 */
/* Owns the rules and the frame that they are evaluated in. Must not know where a scene came from. */
#include "daemon/force.h"

#include <errno.h>
#include <stdlib.h>

int force_init(struct force *f, struct ruleset *rules)
{
	f->rules = rules;
	f->frame = filter_frame_new(ruleset_shared_results(rules));
	f->limited = calloc(ruleset_count(rules) + 1, sizeof(bool));
	return f->frame && f->limited ? 0 : -ENOMEM;
}

void force_release(struct force *f)
{
	filter_frame_free(f->frame);
	ruleset_free(f->rules);
	free(f->limited);
}

/* such a match counts as none, so it must be known: told once for each rule */
static void limit_reached(struct force *f, const struct rule *rule, uint64_t time,
			  struct matches *matches)
{
	char message[256];
	struct alert *alert;

	if (f->limited[rule->number])
		return;
	f->limited[rule->number] = true;
	snprintf(message, sizeof(message),
		 "a regex of rule %.*s reached its match limit and counts as no match",
		 STR_ARG(rule->id));
	alert = alert_new_internal(time, PRIORITY_WARNING, STR("regex-limit"),
				   STR("Regex Match Limit Reached"), str_of(message),
				   str_of(matches->options.hostname));
	if (alert)
		matches_tell(matches, alert);
	else
		matches->stats.failed++;
}

void force_judge(struct force *f, const struct scene *scene, struct matches *matches)
{
	const struct rule *const *rules;
	size_t n = ruleset_for_event(f->rules, scene->event->type, &rules);

	if (n == 0)
		return;
	filter_frame_begin(f->frame, scene);
	for (size_t i = 0; i < n; i++) {
		uint64_t limits = f->stats.regex_limits;

		if (filter_eval(rules[i]->filter, f->frame, &f->stats))
			matches_add(matches, rules[i], scene);
		if (f->stats.regex_limits != limits)
			limit_reached(f, rules[i], scene->event->time, matches);
	}
}

void force_take_verdict(const struct force *f, const struct scene *scene, struct matches *matches)
{
	struct str ids = scene->event->permission.rules, id;

	while (str_cut(&ids, ',', &id))
		for (size_t i = 0; i < ruleset_count(f->rules); i++)
			if (str_eq(ruleset_at(f->rules, i)->id, id))
				matches_add(matches, ruleset_at(f->rules, i), scene);
}
