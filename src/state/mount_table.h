/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a type of file system means in a container, and for what reasons a mount is told. Constant tables.
 */
#ifndef WC_MOUNT_TABLE_H
#define WC_MOUNT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum mount_class {
	MOUNT_ORDINARY, /* files of its own or of somebody's: told if they were not given */
	MOUNT_KERNEL, /* shows the kernel */
	MOUNT_BLOCK, /* lies on a block device */
	MOUNT_OVERLAY,
	MOUNT_HARMLESS, /* handles, terminals and queues: its content is the mounter's */
};

struct mount_type {
	const char *fstype;
	enum mount_class class;
	const char *place; /* where hosts have it; NULL: nowhere in particular */
};

enum mount_reason {
	REASON_KERNEL_FS,
	REASON_PROC_PART, /* of a proc file system another place than "/" */
	REASON_HOST_ROOT, /* all of a file system that the host has on a disk */
	REASON_BLOCK_FS,
	REASON_OVERLAY,
	REASON_UNDECLARED, /* a directory or file of a file system that was not given */
	REASON_REDIRECTED, /* given, but a link led its source from a volume to the host's own files */
	REASON_OVER_PROC,
	REASON_MASK_LOST, /* nothing hides the path any more */
	REASON_MASK_WRONG, /* something else does than the null device or a read-only tmpfs */
	REASON_READ_ONLY_LOST,
	REASON_CONSOLE, /* /dev/console is no terminal */
	REASON_TOO_MANY, /* more than are compared */
	MOUNT_REASONS,
};

/* of a type that no row names: ordinary */
const struct mount_type *mount_type_of(struct str fstype);
/* "kernel-fs", and what was done: attach, detach or options */
struct str mount_reason_name(enum mount_reason reason);
struct str mount_reason_change(enum mount_reason reason);

#endif
