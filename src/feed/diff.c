/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing encoded rules; pure but for feed_diff(), which asks the kernel for its list. */
#include "feed/diff.h"

#include <libaudit.h>
#include <string.h>

#include "base/cleanup.h"
#include "feed/auditrule.h"
#include "kernel/auditctl.h"

static bool suppresses(const struct audit_rule_data *rule)
{
	return rule->action == AUDIT_NEVER || rule->flags == AUDIT_FILTER_EXCLUDE;
}

/* in auditctl form: by its key ours, but none of the lines. Those for the threads of a running sensor are its own to know. */
static bool is_surplus(struct str text)
{
	return str_find(text, STR(" -F key=wc_")) >= 0 && !str_ends(text, STR(" -F key=wc_self"));
}

static const char *remark_on(const struct kaudit_status *status)
{
	switch (status->enabled) {
	case KAUDIT_OFF:
		return "auditing is off (enabled=0): no rule makes records";
	case KAUDIT_IMMUTABLE:
		return "the list is immutable until the next boot (enabled=2): put what is missing "
		       "into the rules that are loaded then";
	default:
		return NULL;
	}
}

/* whether the kernel has @rule; those that it is are marked in @known */
static bool mark(const struct kaudit_rules *rules, const struct audit_rule_data *rule, bool *known)
{
	bool has = false;

	for (size_t i = 0; i < rules->n; i++) {
		bool is_same = kaudit_rule_equal(rules->rule[i], rule);

		known[i] |= is_same;
		has |= is_same;
	}
	return has;
}

int feed_compare(const struct feed *f, const struct kaudit_rules *rules,
		 const struct kaudit_status *status, struct feed_difference *out, struct arena *a,
		 struct diag *d)
{
	int machine = auditrule_this_machine();
	bool *known = arena_array_of(a, bool, rules->n + 1);

	*out = (struct feed_difference){
		.remark = remark_on(status),
		.missing = arena_array_of(a, size_t, f->n + 1),
		.foreign = arena_array_of(a, struct str, rules->n + 1),
		.surplus = arena_array_of(a, struct str, rules->n + 1),
	};
	if (!out->missing || !out->foreign || !out->surplus || !known)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++) {
		auto_free struct audit_rule_data *rule =
			auditrule_encode(f->lines[i].text, machine, d);

		if (!rule)
			return -EINVAL;
		if (mark(rules, rule, known))
			out->present++;
		else
			out->missing[out->n_missing++] = i;
	}
	for (size_t i = 0; i < rules->n; i++) {
		struct str text = known[i] ? STR("") : auditrule_print(rules->rule[i], a);

		if (!text.ptr)
			return -ENOMEM;
		if (suppresses(rules->rule[i]))
			out->foreign[out->n_foreign++] = text;
		else if (is_surplus(text))
			out->surplus[out->n_surplus++] = text;
	}
	return 0;
}

int feed_diff(const struct feed *f, struct feed_difference *out, struct arena *a, struct diag *d)
{
	struct kaudit_rules rules = { 0 };
	struct kaudit_status status;
	struct kaudit k;
	int r = kaudit_open(&k, d);

	if (r < 0)
		return r;
	r = kaudit_get_status(&k, &status);
	if (r == 0)
		r = kaudit_list_rules(&k, &rules);
	kaudit_close(&k);
	if (r < 0)
		diag_error(d, NULL, "no-audit-control", "cannot list audit rules: %s",
			   strerror(-r));
	else
		r = feed_compare(f, &rules, &status, out, a, d);
	kaudit_rules_release(&rules);
	return r;
}
