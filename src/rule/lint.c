/* SPDX-License-Identifier: Apache-2.0 */
/* Lints over definitions, trees and compiled conditions. */
#include "rule/lint.h"

#include "rule/names.h"

#define EVENT_TYPES_MANY 100

static bool begins_with_and(struct str s)
{
	return str_starts(s, STR("and")) && s.len > 3 && (is_blank(s.ptr[3]) || s.ptr[3] == '(');
}

/* would an "and" behind @text bind to less than all of it */
static bool ends_in_alternative(struct str text, struct arena *a)
{
	struct script s = { .text = arena_printf(a, "%.*s and evt.type exists", STR_ARG(text)) };
	const struct node *root = s.text.ptr ? parse_condition(&s, a, NULL) : NULL;

	/* what does not parse is told elsewhere */
	return root && root->kind == NODE_OR;
}

void lint_appended(const struct definition *def, struct arena *a, struct diag *d)
{
	const struct part *part = def->keys[KEY_CONDITION];
	struct phrase text;

	if (!part)
		return;
	text = part->entry->value;
	while ((part = part->next)) {
		const struct phrase *more = &part->entry->value;

		if (begins_with_and(more->text) && ends_in_alternative(text.text, a)) {
			struct place where = phrase_place(more, 0, 3);

			diag_warning(d, &where, "append-or",
				     "this 'and' belongs to the last alternative only; put the "
				     "condition "
				     "before it in parentheses");
		}
		if (!phrase_join(&text, &text, more, a))
			return;
	}
}

void lint_blind(const struct place *where, const struct rule *rule, struct diag *d)
{
	const struct field_def *blind =
		rule->actions & ACTION_DENY ? filter_field_without(rule->filter, FIELD_GUARD_SAFE)
					    : NULL;

	if (blind)
		diag_error(d, where, "deny-blind",
			   "rule '%.*s' denies and tests %s, which is not known while the caller "
			   "waits: drop the test or put it into a rule of its own",
			   STR_ARG(rule->id), blind->name);
}

void lint_event_types(const struct place *where, const char *what, const struct filter *filter,
		      const struct schema *schema, struct diag *d)
{
	unsigned n = 0, all = 0;

	for (unsigned type = 0; type < schema->event_types; type++) {
		bool happens = !schema->happens || schema->happens(type);

		all += happens;
		n += happens && filter_wants(filter, type);
	}
	if (n == 0)
		diag_warning(d, where, "dead-evttype", "%s can be true for no event type", what);
	else if (n == all || n > EVENT_TYPES_MANY)
		diag_warning(d, where, "no-evttype",
			     "%s is evaluated for %s event type; test evt.type", what,
			     n == all ? "every" : "nearly every");
}

void lint_unused(const struct definition *def, struct diag *d)
{
	struct place where = section_place(def->first);
	bool is_list = def->kind == SECTION_LIST;

	diag_warning(d, &where, is_list ? "unused-list" : "unused-macro",
		     "no condition uses the %s '%.*s'", is_list ? "list" : "macro",
		     STR_ARG(def->name));
}
