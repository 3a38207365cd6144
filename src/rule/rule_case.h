/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test files of rules (language.md 1.9): which recorded events give which alerts. Read by the machinery of
 * rule files; what a rule, a field or a recording is called is not looked up here.
 */
#ifndef WC_RULE_CASE_H
#define WC_RULE_CASE_H

#include "rule/phrase.h"

/* "fd.name = /tmp/x": what the alert has to say */
struct assertion {
	struct str field; /* as a template writes it, with selector */
	struct str value; /* as the text of an alert prints it, escapes decoded */
	struct assertion *next;
};

/* one line of the key alerts */
struct expectation {
	struct str rule; /* its id */
	uint64_t count;
	struct assertion *assertions;
	struct place where;
	struct expectation *next;
};

struct rule_case {
	struct str name, desc;
	struct place where;
	const char **logs; /* from the directory of the test file on */
	size_t n_logs;
	const char *
		*enable; /* entries of a rule_selection, NULL-terminated; NULL: as the files say */
	struct expectation *expected; /* none: no alert */
	struct rule_case *next;
};

/*
 * All cases of @paths (files, or directories whose NN-topic.test files are taken in byte order). 0, or
 * -errno with all errors in @d. Everything lives in @a.
 */
int rule_cases_load(const char *const *paths, size_t n, struct rule_case **out, struct arena *a,
		    struct diag *d);

/* the same of one text that was never on disk; @name is what diagnostics call it */
int rule_cases_load_text(const char *name, struct str text, struct rule_case **out, struct arena *a,
			 struct diag *d);

#endif
