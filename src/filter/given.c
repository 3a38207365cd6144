/* SPDX-License-Identifier: Apache-2.0 */
/* Each value that the field may have is compared as an event's would be. */
#include "filter/given.h"

#include "filter/constants.h"

#define SEVERAL (FIELD_LIST | FIELD_ANCESTOR | FIELD_EITHER_END)

enum { HOLDS = 1, FAILS = 2, EITHER = HOLDS | FAILS };

static bool names(struct str name, const struct field_use *use)
{
	struct str field;

	str_cut(&name, '[', &field);
	if (!str_eq(field, str_of(use->def->name)))
		return false;
	return str_eq(name.len ? str_first(name, name.len - 1) : name, use->selector);
}

/* its values; absent: nothing is known */
static struct str known_of(const struct field_use *use, struct str given)
{
	struct str fact, name;

	while (str_cut(&given, ' ', &fact)) {
		str_cut(&fact, '=', &name);
		if (names(name, use))
			return fact;
	}
	return STR_ABSENT;
}

static unsigned compare(const struct node *test, struct value v, struct filter_frame *frame)
{
	const struct values left = { .at = &v, .n = 1, .present = true };
	struct filter_stats ignored = { 0 };

	arena_reset(frame->scratch);
	return test_compare(test, &left, test->constants, frame, &ignored) ? HOLDS : FAILS;
}

static unsigned compare_range(const struct node *test, struct str range, size_t dots,
			      struct filter_frame *frame)
{
	struct value v = { .type = test->left.use->def->type };
	unsigned outcomes = 0;
	int64_t last;

	if (str_to_i64(str_first(range, dots), &v.i) < 0 ||
	    str_to_i64(str_from(range, dots + 2), &last) < 0)
		return EITHER;
	for (; v.i <= last; v.i++)
		outcomes |= compare(test, v, frame);
	return outcomes;
}

static unsigned compare_text(const struct node *test, struct str text, struct filter_frame *frame)
{
	ssize_t dots = str_find(text, STR("..")), colon = str_chr(text, ':');
	struct value v;

	if (dots > 0)
		return compare_range(test, text, (size_t)dots, frame);
	if (literal_parse(text, test->left.use->def->type, &v) < 0)
		return EITHER;
	if (colon > 0 && str_to_i64(str_first(text, (size_t)colon), &v.num) == 0) {
		v.named = true;
		v.s = str_from(text, (size_t)colon + 1);
	}
	return compare(test, v, frame);
}

static unsigned outcomes_of(const struct node *test, struct str given, struct filter_frame *frame)
{
	const struct field_use *use = test->left.kind == OPERAND_FIELD ? test->left.use : NULL;
	struct str known, one;
	unsigned outcomes = 0;

	if (!use || use->def->flags & SEVERAL)
		return EITHER;
	known = known_of(use, given);
	if (!known.ptr)
		return EITHER;
	if (!known.len)
		return FAILS;
	if (test->op == OP_EXISTS)
		return HOLDS;
	if (test->right_kind == RIGHT_DERIVED || str_eq(known, STR("*")))
		return EITHER;
	while (str_cut(&known, '|', &one))
		outcomes |= compare_text(test, one, frame);
	return outcomes;
}

bool given_excludes(const struct node *test, struct str given, struct filter_frame *frame,
		    bool negated)
{
	return given.len && !(outcomes_of(test, given, frame) & (negated ? FAILS : HOLDS));
}
