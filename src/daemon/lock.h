/* SPDX-License-Identifier: Apache-2.0 */
/* One live watchcap a host: plugin and service exclude each other by a lock on run_dir/lock. */
#ifndef WC_LOCK_H
#define WC_LOCK_H

#include <sys/types.h>

#include "base/diag.h"

struct lock_holder {
	pid_t pid;
	char mode[16]; /* "run", "plugin" */
};

/*
 * Take the lock for @mode and leave our pid in it. @run_dir is made if it is missing, and must be ours
 * alone to write. A descriptor that holds it while it is open, or -EBUSY or another -errno with one
 * error in @d that names the holder.
 */
int lock_take(const char *run_dir, const char *mode, struct diag *d);
/* who holds it now: 0, -ESRCH (nobody), -EACCES (not root: the file is private), other -errno */
int lock_inspect(const char *run_dir, struct lock_holder *out);

#endif
