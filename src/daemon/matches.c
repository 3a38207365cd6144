// SPDX-License-Identifier: Apache-2.0
/*
 * What becomes of a match: told, held for its result, merged with what the guard said, or counted.
 */
#include "daemon/matches.h"

#include <errno.h>

#include "base/clock.h"
#include "base/target.h"

#define HOLD (200 * NS_PER_MS) /* for audit to tell of what the guard let through */

void matches_tell(struct matches *m, struct alert *alert)
{
	m->stats.alerts++;
	if (!alert->actions)
		alert_acts_end(alert);
	m->options.alert(m->options.ctx, alert);
}

/* a rule that acts: on whom is known now, and not any more when the alert is told */
static void aim(struct matches *m, const struct rule *rule, const struct scene *scene,
		struct alert *alert)
{
	unsigned actions = rule->actions & ACTIONS_ACTIVE;
	struct target target;

	if (!actions)
		return;
	state_target(m->options.state, scene, m->options.arena, &target);
	if (alert_aim(alert, actions, &target) < 0)
		m->stats.failed++;
}

/* the guard's answer is part of the alert */
static void tell_answer(const struct event *ev, struct alert *alert)
{
	static const enum act_result results[] = {
		[PERMISSION_ALLOWED] = ACT_FAILED,
		[PERMISSION_DENIED] = ACT_DONE,
		[PERMISSION_NOT_ENABLED] = ACT_NOT_ENABLED,
	};
	enum act_result result = results[ev->permission.verdict];

	alert_acted(alert, "deny", result,
		    result == ACT_NOT_ENABLED ? STR("observing only") : STR_ABSENT);
}

static struct alert *make_alert(struct matches *m, const struct rule *rule,
				const struct scene *scene)
{
	struct alert *alert = alert_new(rule, scene, str_of(m->options.hostname), m->options.arena);

	if (!alert) {
		m->stats.failed++;
		return NULL;
	}
	if (scene->event->is_permission)
		tell_answer(scene->event, alert);
	aim(m, rule, scene, alert);
	return alert;
}

/* audit tells of a call that the guard let through: now its result is known, and one alert tells both */
static bool tell_merged(struct matches *m, const struct rule *rule, const struct scene *scene)
{
	AUTO(alert) held = pending_take(&m->pending, rule, scene);
	struct alert *alert = held ? make_alert(m, rule, scene) : NULL;

	if (!held)
		return false;
	if (!alert) {
		matches_tell(m, take_ptr(held));
		return true;
	}
	alert->origins |= held->origins;
	for (size_t i = 0; i < held->n_acts; i++)
		alert_acted(alert, held->acts[i].name, held->acts[i].result, held->acts[i].why);
	matches_tell(m, alert);
	return true;
}

/* what was let through waits for its result; what was refused is told at once */
static void tell_or_hold(struct matches *m, const struct scene *scene, struct alert *alert)
{
	struct alert *displaced;

	if (!scene->event->is_permission || scene->event->permission.verdict == PERMISSION_DENIED) {
		matches_tell(m, alert);
		return;
	}
	displaced = pending_put(&m->pending, alert, scene, scene->event->time + HOLD);
	if (displaced)
		matches_tell(m, displaced);
}

void matches_add(struct matches *m, const struct rule *rule, const struct scene *scene)
{
	struct alert *alert;

	if (!aggregate_admit(m->aggregate, rule, scene)) {
		if (!tell_merged(m, rule, scene))
			m->stats.repeats++;
		return;
	}
	alert = make_alert(m, rule, scene);
	if (!alert)
		return;
	aggregate_keep(m->aggregate, alert);
	tell_or_hold(m, scene, alert);
}

void matches_summarize(struct matches *m, uint64_t now)
{
	struct alert *alert;

	while ((alert = pending_due(&m->pending, now)))
		matches_tell(m, alert);
	while ((alert = aggregate_due(m->aggregate, now)))
		matches_tell(m, alert);
}

int matches_init(struct matches *m, const struct matches_options *o)
{
	*m = (struct matches){ .options = *o };
	m->aggregate = aggregate_new(&(struct aggregate_options){ .window = o->window });
	return m->aggregate ? 0 : -ENOMEM;
}

void matches_release(struct matches *m)
{
	pending_release(&m->pending);
	aggregate_free(m->aggregate);
}
