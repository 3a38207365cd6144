/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon keeps of root's power once its sockets are open. */
#ifndef WC_PRIVILEGES_H
#define WC_PRIVILEGES_H

#include "base/diag.h"

/* what a daemon does besides watching */
enum privileges {
	PRIVILEGES_ACT = 1 << 0, /* respond.mode is enforce */
	PRIVILEGES_GUARD = 1 << 1, /* it starts a guard, which has no more than its parent */
};

/*
 * Keep only the capabilities of the tables in privileges.c, in every set @more
 * (enum privileges) says which, and forbid gaining any by exec.
 * To be called before threads are made. 0 or -errno with an error in @d.
 */
int privileges_drop(unsigned more, struct diag *d);

#endif
