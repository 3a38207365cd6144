/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon keeps of root's power once its sockets are open. */
#ifndef WC_PRIVILEGES_H
#define WC_PRIVILEGES_H

#include <stdbool.h>

#include "base/diag.h"

/*
 * Keep only the capabilities of the tables in privileges.c, in every set (those for acting on others only
 * when the daemon @acts), and forbid gaining any by exec.
 * To be called before threads are made. 0 or -errno with an error in @d.
 */
int privileges_drop(bool acts, struct diag *d);

#endif
