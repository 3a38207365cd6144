/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests whose outcome is known before any event: a pattern that takes everything, a set of nothing, a field
 * that never has a value. Only what can be proved from the test alone.
 */
#include "filter/truth.h"

#include "base/cleanup.h"
#include "filter/check.h"
#include "filter/constants.h"
#include "filter/resolve.h"

static bool is_evt_num(const struct node *n)
{
	return n->left.kind == OPERAND_FIELD && strcmp(n->left.use->def->name, "evt.num") == 0;
}

/* a single number, and which */
static bool compares_with(const struct node *n, uint64_t *number)
{
	if (!n->constants || n->constants->n != 1 || n->modifier != MODIFIER_NONE)
		return false;
	*number = n->constants->values[0].u;
	return true;
}

bool test_is_idiom(const struct node *n)
{
	uint64_t number;
	return is_evt_num(n) && compares_with(n, &number) && number == 0 &&
	       (n->op == OP_GE || n->op == OP_EQ);
}

static bool is_all(struct str s, char c)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != c)
			return false;
	return s.len > 0;
}

/* element @i takes every string */
static bool takes_all(const struct node *n, size_t i)
{
	static const struct str regexes[] = { { ".*", 2 }, { "^.*$", 4 }, { "(.*)", 4 } };
	struct str s = n->constants->values[i].s;
	switch (n->op) {
	case OP_CONTAINS:
	case OP_ICONTAINS:
	case OP_STARTSWITH:
	case OP_ENDSWITH:
		return s.len == 0;
	case OP_GLOB:
	case OP_IGLOB:
		return is_all(s, '*');
	case OP_REGEX:
		for (size_t k = 0; k < ARRAY_LEN(regexes); k++)
			if (str_eq(s, regexes[k]))
				return true;
		return false;
	case OP_PMATCH:
		return n->constants->paths[i].n == 0;
	default:
		return false;
	}
}

static bool takes_all_strings(const struct node *n)
{
	size_t takes = 0;
	if (operand_type(&n->left) != VALUE_STRING)
		return false;
	for (size_t i = 0; i < n->constants->n; i++)
		takes += takes_all(n, i);
	if (n->modifier == MODIFIER_ALLOF)
		return takes > 0 && takes == n->constants->n;
	return n->modifier != MODIFIER_ONEOF && takes > 0;
}

/* numbers without sign against 0, a bool against both */
static enum truth number_truth(const struct node *n)
{
	enum value_type type = operand_type(&n->left);
	uint64_t number;
	if (type == VALUE_BOOL && (n->op == OP_IN || n->op == OP_INTERSECTS) &&
	    constants_have_both(n->constants))
		return TRUTH_PRESENT;
	if (type != VALUE_UINT && type != VALUE_DURATION && type != VALUE_TIME &&
	    type != VALUE_PORT)
		return TRUTH_VARIES;
	if (!compares_with(n, &number) || number != 0)
		return TRUTH_VARIES;
	/* events are counted from 1 */
	if (n->op == OP_LT || (n->op == OP_EQ && is_evt_num(n)))
		return TRUTH_FALSE;
	return n->op == OP_GE ? TRUTH_PRESENT : TRUTH_VARIES;
}

/* nothing to compare with. A list that names gave may be filled by another file: that is what it is for. */
static bool has_empty_set(const struct node *n)
{
	if (n->right_kind != RIGHT_SET || n->right || n->is_from_list)
		return false;
	/* every value of an empty list is in the empty set */
	return !(n->op == OP_IN && operand_is_list(&n->left));
}

static enum truth fixed_truth(const struct node *n, struct str value)
{
	bool is_in = false;
	if (n->modifier != MODIFIER_NONE || n->right_kind == RIGHT_DERIVED)
		return TRUTH_VARIES;
	for (size_t i = 0; n->constants && i < n->constants->n; i++)
		is_in |= str_eq(n->constants->values[i].s, value);
	switch (n->op) {
	case OP_EXISTS:
		return TRUTH_TRUE;
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return is_in ? TRUTH_TRUE : TRUTH_FALSE;
	case OP_NE:
		return is_in ? TRUTH_FALSE : TRUTH_TRUE;
	default:
		return TRUTH_VARIES;
	}
}

enum truth test_truth(const struct node *n)
{
	const struct field_def *def = n->left.kind == OPERAND_FIELD ? n->left.use->def : NULL;
	enum truth truth = TRUTH_VARIES;
	if (def && def->flags & FIELD_NEVER)
		return TRUTH_FALSE;
	if (def && def->only_value)
		return fixed_truth(n, str_of(def->only_value));
	if (n->op == OP_EXISTS)
		return def && def->flags & FIELD_NEVER_ABSENT ? TRUTH_TRUE : TRUTH_VARIES;
	if (has_empty_set(n))
		return TRUTH_FALSE;
	if (!n->constants)
		return TRUTH_VARIES;
	truth = takes_all_strings(n) ? TRUTH_PRESENT : number_truth(n);
	if (truth == TRUTH_PRESENT && def && def->flags & FIELD_NEVER_ABSENT &&
	    !(def->flags & FIELD_LIST))
		return TRUTH_TRUE;
	return truth;
}

enum truth node_truth(const struct node *n)
{
	enum truth truth, other = TRUTH_VARIES;
	switch (n->kind) {
	case NODE_TEST:
		truth = test_truth(n);
		return truth == TRUTH_PRESENT ? TRUTH_VARIES : truth;
	case NODE_MACRO:
		return node_truth(n->macro->body);
	case NODE_NOT:
		truth = node_truth(n->children);
		return truth == TRUTH_TRUE    ? TRUTH_FALSE
		       : truth == TRUTH_FALSE ? TRUTH_TRUE
					      : truth;
	case NODE_AND:
	case NODE_OR:
		/* one decides, or all agree on the other */
		truth = n->kind == NODE_AND ? TRUTH_FALSE : TRUTH_TRUE;
		other = n->kind == NODE_AND ? TRUTH_TRUE : TRUTH_FALSE;
		for (const struct node *c = n->children; c; c = c->next) {
			enum truth part = node_truth(c);
			if (part == truth)
				return truth;
			if (part == TRUTH_VARIES)
				other = TRUTH_VARIES;
		}
		return other;
	}
	return TRUTH_VARIES;
}
