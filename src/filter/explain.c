/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same tests as filter_eval(), walked along the tree, with what a short circuit skips marked as such.
 *
 * Closeness looks at all tests: negation is pushed to them, so that "not (a and b)" is as close as the
 * closer of "not a" and "not b".
 */
#include "filter/explain.h"

#include <errno.h>

#include "base/escape.h"
#include "filter/evaluate.h"
#include "filter/resolve.h"

#define VALUE_MAX 256
#define VALUES_TOLD 16

struct walk {
	struct filter_frame *frame;
	struct filter_stats stats; /* nobody asks */
	struct explained *lines;
	size_t n;
	bool is_short; /* of memory, in one of the tests */
};

size_t explain_lines(const struct node *root)
{
	size_t n = 1;

	if (root->kind == NODE_MACRO)
		return 1 + explain_lines(root->macro->body);
	for (const struct node *c = root->children; c; c = c->next)
		n += explain_lines(c);
	return n;
}

static bool explain(struct walk *w, const struct node *n, unsigned depth, bool is_live,
		    bool is_negated, double *closeness);

static bool explain_chain(struct walk *w, const struct node *n, unsigned depth, bool is_live,
			  bool is_negated, double *closeness)
{
	bool decides = n->kind == NODE_OR, result = !decides;
	double sum = 0, best = 0, one;
	size_t parts = 0;

	for (const struct node *c = n->children; c; c = c->next, parts++) {
		bool is_known = result == decides;

		if (explain(w, c, depth + 1, is_live && !is_known, is_negated, &one) == decides)
			result = decides;
		sum += one;
		best = one > best ? one : best;
	}
	*closeness = decides != is_negated ? best : sum / (double)parts;
	return result;
}

static bool explain(struct walk *w, const struct node *n, unsigned depth, bool is_live,
		    bool is_negated, double *closeness)
{
	struct explained *line = &w->lines[w->n++];
	bool result = false;

	switch (n->kind) {
	case NODE_TEST:
		result = test_eval(n, w->frame, &w->stats);
		w->is_short |= arena_exhausted(w->frame->scratch);
		*closeness = result != is_negated;
		break;
	case NODE_NOT:
		result = !explain(w, n->children, depth + 1, is_live, !is_negated, closeness);
		break;
	case NODE_MACRO:
		result = explain(w, n->macro->body, depth + 1, is_live, is_negated, closeness);
		break;
	case NODE_AND:
	case NODE_OR:
		result = explain_chain(w, n, depth, is_live, is_negated, closeness);
		break;
	}
	*line = (struct explained){ n, depth,
				    !is_live ? VERDICT_SKIPPED
				    : result ? VERDICT_TRUE
					     : VERDICT_FALSE };
	return result;
}

int explain_tree(const struct node *root, struct filter_frame *frame, struct explained *lines,
		 double *closeness)
{
	struct walk w = { .frame = frame, .lines = lines };

	bool holds = explain(&w, root, 0, true, false, closeness);

	/* a test that found no room counts as false: no explanation is better than a wrong one */
	return w.is_short ? -ENOMEM : holds;
}

static void render_value(const struct value *v, struct buf *out)
{
	if (v->type != VALUE_STRING) {
		value_render(v, out);
	} else if (!v->s.ptr) {
		buf_printf(out, "%lld", (long long)v->num);
	} else {
		buf_char(out, '"');
		escape_json(out, v->s, VALUE_MAX);
		buf_char(out, '"');
	}
}

int explain_operand(const struct operand *o, struct filter_frame *frame, struct buf *out)
{
	struct values v = { .arena = frame->scratch };
	bool is_one, is_there = operand_values(o, frame, &v);

	if (arena_exhausted(frame->scratch))
		return -ENOMEM;
	if (!is_there) {
		buf_add(out, STR("absent"));
		return 0;
	}
	is_one = v.n == 1 && !(o->use && o->use->def->flags & FIELD_LIST);
	if (!is_one)
		buf_char(out, '(');
	for (size_t i = 0; i < v.n && i < VALUES_TOLD; i++) {
		if (i > 0)
			buf_add(out, STR(", "));
		render_value(&v.at[i], out);
	}
	if (v.n > VALUES_TOLD)
		buf_printf(out, ", and %zu more", v.n - VALUES_TOLD);
	if (!is_one)
		buf_char(out, ')');
	return 0;
}
