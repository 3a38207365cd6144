/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case of a rule test: its recording goes through an engine of its own, and the alerts are held against
 * what was expected. Default options, so that a test says the same on every machine.
 */
#ifndef WC_TRIAL_H
#define WC_TRIAL_H

#include "base/buf.h"
#include "rule/rule_case.h"
#include "rule/ruleset.h"

/* by rule: what the cases so far have shown of it */
struct shown {
	bool alerts; /* some case expects its alert and gets it */
	bool stays_silent; /* some case has an event of its types and no alert of it */
};

struct trial {
	const struct rule_case *test;
	bool passed;
	struct buf difference; /* lines that begin with ' ', '-' or '+' */
};

/*
 * @rules becomes the engine's, also on failure. @shown has room for all of them. 0, or -errno with the reason
 * in @d: a case that names what is not there, a recording that cannot be read.
 */
int trial_run(struct trial *t, const struct rule_case *test, struct ruleset *rules,
	      struct shown *shown, struct diag *d);
void trial_release(struct trial *t);

#endif
