/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the host that no container may write: option guard.protect. Told to the guard by inode, and again
 * when another file has taken the name.
 */
#ifndef WC_PROTECT_H
#define WC_PROTECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "daemon/config.h"

struct guardian;

struct protect {
	struct protected_file {
		char *path;
		uint64_t dev, inode; /* as it was told; inode 0: not yet */
	} * files;
	size_t n;
	uint64_t next_look; /* CLOCK_MONOTONIC */
};

/*
 * 0; -EINVAL with an error in @d for each that cannot be
 * guarded: no absolute path, no regular file, one on a network, in FUSE or in /proc. One that is not there is a
 * warning: it is looked for once a second.
 */
int protect_init(struct protect *p, const struct words *paths, struct diag *d);
void protect_release(struct protect *p);
/* a new guard knows none of them */
void protect_forget(struct protect *p);
/* tell the guard what it does not know */
void protect_follow(struct protect *p, struct guardian *g);

#endif
