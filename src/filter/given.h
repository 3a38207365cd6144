/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of fields before any event: a text "NAME=VALUE NAME=VALUE|VALUE", blank separated. The field has one of these
 * values, none behind "NAME=", one that nobody knows behind "NAME=*". Numbers may be FIRST..LAST, a named one is NUMBER:NAME;
 * a field with a selector is NAME[SELECTOR]. It is a text of the program's own, not an input.
 */
#ifndef WC_GIVEN_H
#define WC_GIVEN_H

#include "filter/evaluate.h"

/* it is proved that a checked test cannot hold; @negated: that it cannot fail */
bool given_excludes(const struct node *test, struct str given, struct filter_frame *frame,
		    bool negated);

#endif
