/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was told of a container's mounts, so that it is not told again: for each reason and path a number of 32 bits.
 *
 * The numbers come of a key that nobody in a container knows, so none can choose a path that counts as told. They
 * are kept as bytes of a text, which may come from a snapshot.
 */
#ifndef WC_MOUNT_TOLD_H
#define WC_MOUNT_TOLD_H

#include "base/text.h"
#include "state/mount_table.h"

#define MOUNT_TOLD_MAX                                                                             \
	512 /* as many mounts as are compared; then the oldest are forgotten, and told again */
#define MOUNT_TOLD_BYTES (8 + 4 * MOUNT_TOLD_MAX)

bool mount_told_has(const struct text *t, enum mount_reason reason, struct str path);
/* 0 or -ENOMEM: nothing is known to be told any more */
int mount_told_add(struct text *t, enum mount_reason reason, struct str path);

#endif
