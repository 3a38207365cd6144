/* SPDX-License-Identifier: Apache-2.0 */
/* Judging rule texts without making a set of them, as `watchcap check` is asked to. */
#ifndef WC_INSPECT_H
#define WC_INSPECT_H

#include "base/diag.h"
#include "filter/schema.h"

/* what diagnostics call a condition that stands in no file */
#define INSPECT_CONDITION "<condition>"

/*
 * Reader and parser alone: every file is read and merged, every list and condition is parsed, no
 * name is looked up. 0, or -errno with all errors in @d.
 */
int inspect_files(const char *const *paths, size_t n, struct diag *d);
/* the parser alone over one condition */
int inspect_syntax(struct str condition, struct diag *d);
/*
 * One condition through all phases, with the lists and macros of @paths. What else these files hold
 * is not judged, and their lints are not told. 0, or -errno with all errors in @d.
 */
int inspect_condition(struct str condition, const char *const *paths, size_t n,
		      const struct schema *schema, struct diag *d);

#endif
