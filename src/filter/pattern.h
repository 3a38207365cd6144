/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions: the whole value, POSIX extended syntax, on PCRE2 without JIT (auditd's sandbox has
 * MemoryDenyWriteExecute) and with match limits, so that no pattern can stall the stream.
 */
#ifndef WC_PATTERN_H
#define WC_PATTERN_H

#include "filter/parse.h"

#define PATTERN_MAX 1024

struct pattern; /* immutable: any thread may match with it */

/* NULL with a message at @span. PCRE2's memory comes from the arena: nothing is to be freed. */
const struct pattern *pattern_compile(const struct span *span, struct str text, struct arena *a,
				      struct diag *d);

/* PCRE2's working memory, for one thread; grows once and is kept */
struct matcher;
struct matcher *matcher_new(void);
void matcher_free(struct matcher *m);

enum pattern_result { PATTERN_NO, PATTERN_YES, PATTERN_LIMIT };
/* @scratch is used only if @s is not valid UTF-8 */
enum pattern_result pattern_match(const struct pattern *p, struct matcher *m, struct str s,
				  struct arena *scratch);

#endif
