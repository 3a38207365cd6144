/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions (language.md 1.5): a rule's condition narrowed by the tuples of its exceptions.
 *
 * An exception is written out as the condition it stands for, "(condition) and not (e1 or e2)", in
 * the bytes of the file that gave it, so that parser and checker report each fault at its cell.
 */
#ifndef WC_EXCEPTION_H
#define WC_EXCEPTION_H

#include "filter/schema.h"
#include "rule/merge.h"
#include "rule/weave.h"

struct exception {
	const struct definition *def;
	bool in_force;
	struct exception *next; /* of the same rule, in load order */
};

/*
 * @condition narrowed by the exceptions in force. @schema NULL: fields are not looked up. 0, -EINVAL when one of them (in force or not) is
 * malformed (told in @d), -ENOMEM.
 */
int exception_narrow(const struct phrase *condition, const struct exception *list,
		     const struct schema *schema, struct phrase *out, struct arena *a,
		     struct diag *d);

#endif
