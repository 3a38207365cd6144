/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Falco's YAML rule files as rule files of ours (language.md 8): what comes out loads, and every
 * item that went in is accounted for.
 */
#ifndef WC_IMPORT_H
#define WC_IMPORT_H

#include "rule/ruleset.h"

#define IMPORT_FILES_MAX 20 /* the numbers 50 to 69 */

struct import;

/*
 * @files in load order: what one defines another may use and patch. NULL when one of them cannot be
 * read (told in @d with its place). Only memory is touched.
 */
struct import *import_texts(const struct ruleset_text *files, size_t n, const struct schema *schema,
			    struct diag *d);
/* the same from disk; whose files are taken: rule/rulefile.h */
struct import *import_paths(const char *const *paths, size_t n, const struct schema *schema,
			    struct diag *d);
void import_free(struct import *im);
DEFINE_AUTO(import)

/* the rule files made, in load order: names like 50-falco_rules.ini */
size_t import_outputs(const struct import *im, const struct ruleset_text **out);
/* nothing is partial, disabled or dropped */
bool import_is_full(const struct import *im);
/* a line for each item that is not full, then the counts of each file and the reasons */
void import_report_text(const struct import *im, struct buf *out);
void import_report_json(const struct import *im, struct buf *out);

#endif
