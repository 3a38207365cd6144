/* SPDX-License-Identifier: Apache-2.0 */
/* What a test says whatever the event is: for lints, the rule index and the import. */
#ifndef WC_TRUTH_H
#define WC_TRUTH_H

#include "filter/parse.h"

enum truth {
	TRUTH_VARIES,
	TRUTH_FALSE,
	TRUTH_PRESENT, /* true whenever the left side has a value */
	TRUTH_TRUE,
};

/* of a checked test */
enum truth test_truth(const struct node *test);
/* "evt.num >= 0" and "evt.num = 0", the language's own words for always and never */
bool test_is_idiom(const struct node *test);
/* of a resolved and checked condition: VARIES, FALSE or TRUE */
enum truth node_truth(const struct node *root);

#endif
