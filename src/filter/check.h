/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Meaning for a resolved tree (language.md 2.6): fields and their selectors, operators against types,
 * literals, patterns, event type names, calls. Fills field uses and constants; tells every error it finds.
 */
#ifndef WC_CHECK_H
#define WC_CHECK_H

#include "filter/parse.h"
#include "filter/schema.h"

/* a macro's body is checked once, at its first use. 0 or -EINVAL with messages. */
int check(struct node *root, const struct schema *schema, struct arena *a, struct diag *d);
/* a field or call on its own (templates): its field uses are filled; 0 or -EINVAL with a message */
int check_subject(struct operand *o, const struct schema *schema, struct arena *a, struct diag *d);
/* type of a checked field or call */
enum value_type operand_type(const struct operand *o);
bool operand_is_list(const struct operand *o);

#endif
