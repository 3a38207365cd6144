/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For which event types can a condition be true at all? Negation is pushed to the leaves, so the set is
 * exact for tests of the type and everything for tests of anything else.
 */
#include "filter/constants.h"
#include "filter/given.h"
#include "filter/program.h"
#include "filter/resolve.h"

static void set_all(struct event_set *s, unsigned types)
{
	for (unsigned i = 0; i < EVENT_SET_WORDS; i++) {
		s->word[i] = types >= 64 ? UINT64_MAX : (UINT64_C(1) << types) - 1;
		types -= types < 64 ? types : 64;
	}
}

static void set_invert(struct event_set *s, unsigned types)
{
	struct event_set all;
	set_all(&all, types);
	for (size_t i = 0; i < EVENT_SET_WORDS; i++)
		s->word[i] = all.word[i] & ~s->word[i];
}

/* a test of the type itself: the types it names, or all but these; false: it says nothing */
static bool test_of_type(const struct node *n, const struct schema *schema, struct event_set *out,
			 bool negated)
{
	if (n->left.kind != OPERAND_FIELD || !(n->left.use->def->flags & FIELD_EVENT_TYPE) ||
	    !n->constants || n->modifier != MODIFIER_NONE)
		return false;
	if (n->op != OP_EQ && n->op != OP_NE && n->op != OP_IN && n->op != OP_INTERSECTS)
		return false;
	/* `not syscall.type != open` holds for open, and for what has no syscall.type */
	if (n->op == OP_NE && negated && !(n->left.use->def->flags & FIELD_NEVER_ABSENT))
		return false;
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n->constants->n; i++) {
		int type = schema->event_type(n->constants->values[i].s);
		if (type >= 0 && type < EVENT_SET_WORDS * 64)
			out->word[type / 64] |= UINT64_C(1) << (type % 64);
	}
	if ((n->op == OP_NE) != negated)
		set_invert(out, schema->event_types);
	return true;
}

/* "evt.num >= 0" and "evt.num = 0": the idioms for always and never */
static bool constant_test(const struct node *n, bool *result)
{
	if (n->left.kind != OPERAND_FIELD || strcmp(n->left.use->def->name, "evt.num") != 0 ||
	    !n->constants || n->constants->n != 1 || n->constants->values[0].u != 0)
		return false;
	*result = n->op == OP_GE;
	return n->op == OP_GE || n->op == OP_EQ || n->op == OP_LT;
}

struct question {
	const struct schema *schema;
	struct str given;
	struct filter_frame *frame; /* where something is */
};

static void types_of(const struct node *n, const struct question *q, struct event_set *out,
		     bool negated)
{
	bool unite = (n->kind == NODE_OR) != negated, constant;
	switch (n->kind) {
	case NODE_TEST:
		if (test_of_type(n, q->schema, out, negated))
			return;
		set_all(out, q->schema->event_types);
		if ((constant_test(n, &constant) && constant == negated) ||
		    given_excludes(n, q->given, q->frame, negated))
			memset(out, 0, sizeof(*out));
		return;
	case NODE_MACRO:
		types_of(n->macro->body, q, out, negated);
		return;
	case NODE_NOT:
		types_of(n->children, q, out, !negated);
		return;
	case NODE_AND:
	case NODE_OR:
		if (unite)
			memset(out, 0, sizeof(*out));
		else
			set_all(out, q->schema->event_types);
		for (const struct node *c = n->children; c; c = c->next) {
			struct event_set part;
			types_of(c, q, &part, negated);
			for (size_t i = 0; i < EVENT_SET_WORDS; i++)
				out->word[i] = unite ? out->word[i] | part.word[i]
						     : out->word[i] & part.word[i];
		}
		return;
	}
}

void node_event_types(const struct node *root, const struct schema *schema, struct str given,
		      struct filter_frame *frame, struct event_set *out)
{
	types_of(root, &(struct question){ schema, given, frame }, out, false);
}
