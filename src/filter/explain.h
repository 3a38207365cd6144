/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a condition holds for an event or does not: the verdict of every node, and how close the whole came.
 * Not for the event path: every test is made, also those that filter_eval() would not have needed.
 */
#ifndef WC_EXPLAIN_H
#define WC_EXPLAIN_H

#include "base/buf.h"
#include "filter/filter.h"
#include "filter/parse.h"

enum verdict { VERDICT_FALSE, VERDICT_TRUE, VERDICT_SKIPPED /* the result was known before */ };

/* one node; those below it follow, one deeper */
struct explained {
	const struct node *node;
	unsigned depth;
	enum verdict verdict;
};

/* how many lines a tree makes, macros written out */
size_t explain_lines(const struct node *root);
/*
 * Fill @lines (room for explain_lines()) in the order of the text. @closeness: from 0 to 1, and 1 only if
 * it holds: an `and` is as close as its parts on the average, an `or` as the closest of them. 1: it holds;
 * 0: it does not; -ENOMEM: the frame has no room for all tests of one event.
 */
int explain_tree(const struct node *root, struct filter_frame *frame, struct explained *lines,
		 double *closeness);
/*
 * The value of an operand for the frame's event: texts quoted and escaped, several in parentheses,
 * "absent" where there is none. 0, or -ENOMEM: the frame is full, and nobody can say.
 */
int explain_operand(const struct operand *o, struct filter_frame *frame, struct buf *out);

#endif
