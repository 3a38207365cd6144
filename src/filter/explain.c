/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same tests as filter_eval(), walked along the tree, each told with the value of its left side. What a
 * short circuit would skip is skipped here too: the author sees what was decided, and why.
 */
#include "base/buf.h"
#include "filter/evaluate.h"
#include "filter/program.h"
#include "filter/resolve.h"

struct explainer {
	struct filter_frame *frame;
	filter_tell tell;
	void *ctx;
	struct filter_stats stats;
	struct buf text;
};

static struct str left_text(struct explainer *e, const struct node *n)
{
	struct values v = { .arena = e->frame->scratch };
	buf_clear(&e->text);
	if (!operand_values(&n->left, e->frame, &v))
		return STR_ABSENT;
	for (size_t i = 0; i < v.n; i++) {
		if (i)
			buf_add(&e->text, STR(", "));
		value_render(&v.at[i], &e->text);
	}
	return buf_str(&e->text);
}

static bool explain(struct explainer *e, const struct node *n, unsigned depth)
{
	bool result = false;
	struct str left = STR_ABSENT;
	switch (n->kind) {
	case NODE_TEST:
		result = test_eval(n, e->frame, &e->stats);
		left = left_text(e, n);
		break;
	case NODE_NOT:
		result = !explain(e, n->children, depth + 1);
		break;
	case NODE_MACRO:
		result = explain(e, n->macro->body, depth + 1);
		break;
	case NODE_AND:
	case NODE_OR:
		for (const struct node *c = n->children; c; c = c->next) {
			result = explain(e, c, depth + 1);
			if (result == (n->kind == NODE_OR))
				break;
		}
		break;
	}
	e->tell(e->ctx, n, depth, result, left);
	return result;
}

bool filter_explain(const struct node *root, struct filter_frame *frame, filter_tell tell,
		    void *ctx)
{
	struct explainer e = { .frame = frame, .tell = tell, .ctx = ctx };
	bool result = explain(&e, root, 0);
	buf_release(&e.text);
	return result;
}
