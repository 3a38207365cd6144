/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process's ledger of ids and capabilities for a snapshot, and back.
 *
 * After a restart /proc tells the sets; by which record they are known, and since when, only who saw it can tell.
 */
#ifndef WC_LEDGER_H
#define WC_LEDGER_H

#include "state/fact.h"
#include "state/process.h"

struct facts_ledger ledger_write(const struct credentials *c);
/*
 * @c was read from /proc a moment ago. Where /proc tells just what @l says, @c is known as it was then: nothing has
 * changed; where it tells otherwise, it is newer and stands alone; what it does not tell is taken from @l.
 */
void ledger_recall(const struct facts_ledger *l, struct credentials *c);

#endif
