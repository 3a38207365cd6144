/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of imported items. Inside of the import only. */
#ifndef WC_IMPORT_JUDGE_H
#define WC_IMPORT_JUDGE_H

#include "rule/import_item.h"

/* what the loader said of the outputs; true: something has changed, they must be written again */
bool judge_loading(struct import *im, const struct diag *d);
/* the outputs load: can the rules be true here, and do their outputs tell everything? */
void judge_rules(struct import *im, const struct ruleset *set);

#endif
