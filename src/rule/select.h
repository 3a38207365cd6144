/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules of a loaded set are in force: configuration and command line over the files. */
#ifndef WC_SELECT_H
#define WC_SELECT_H

#include "rule/ruleset.h"

/*
 * First what selection->disable names is disabled, then what selection->enable names is enabled, so
 * that disabling "*" and enabling a tag leaves that tag alone. Rules below the minimum priority are
 * off whatever else is said. An entry that names no rule gets the lint unused-selection. @selection
 * may be NULL.
 */
void select_rules(struct rule *rules, size_t n, const struct rule_selection *selection,
		  struct diag *d);

#endif
