/* SPDX-License-Identifier: Apache-2.0 */
/* Enabling and disabling rules by id, title glob and tag. */
#include "rule/select.h"

#include <fnmatch.h>

#include "base/nearest.h"

static bool has_tag(const struct rule *r, struct str tag)
{
	for (size_t i = 0; i < r->n_tags; i++)
		if (str_eq(r->tags[i], tag))
			return true;
	return false;
}

static bool is_named(const struct rule *r, const char *entry)
{
	struct str s = str_of(entry);

	if (str_starts(s, STR("tag:")))
		return has_tag(r, str_from(s, 4));
	/* titles live in the arena with a NUL behind them */
	return str_eq(r->id, s) || fnmatch(entry, r->title.ptr, 0) == 0;
}

static void tell_unused(const struct rule *rules, size_t n, const char *entry, const char *what,
			struct diag *d)
{
	struct nearest near = nearest_to(str_of(entry));

	for (size_t i = 0; i < n; i++) {
		nearest_offer(&near, rules[i].id);
		nearest_offer(&near, rules[i].title);
	}
	diag_warning(d, NULL, "unused-selection", "no rule to %s is named by '%s'", what, entry);
	if (near.best.ptr)
		diag_note(d, NULL, "did you mean '%.*s'?", STR_ARG(near.best));
}

static void set_enabled(struct rule *rules, size_t n, const char *const *entries, bool enabled,
			struct diag *d)
{
	for (; entries && *entries; entries++) {
		bool found = false;

		for (size_t i = 0; i < n; i++)
			if (is_named(&rules[i], *entries)) {
				rules[i].enabled = enabled;
				found = true;
			}
		if (!found)
			tell_unused(rules, n, *entries, enabled ? "enable" : "disable", d);
	}
}

void select_rules(struct rule *rules, size_t n, const struct rule_selection *selection,
		  struct diag *d)
{
	if (!selection)
		return;
	set_enabled(rules, n, selection->disable, false, d);
	set_enabled(rules, n, selection->enable, true, d);
	for (size_t i = 0; i < n; i++)
		if (rules[i].priority > selection->min_priority)
			rules[i].enabled = false;
}
