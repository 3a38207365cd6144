/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands behind the number of a device: /sys/dev/block/MAJOR:MINOR or /sys/dev/char/MAJOR:MINOR, a link that the kernel
 * keeps for every one there is (Documentation/ABI/testing/sysfs-dev), and the mounts of the host.
 */
#ifndef WC_BLOCKDEV_H
#define WC_BLOCKDEV_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum blockdev_use {
	BLOCKDEV_NOT_HOST, /* memory, an unused loop: nothing of the host lies on it, or there is no such device */
	BLOCKDEV_DISK, /* hardware */
	BLOCKDEV_PARTITION, /* of hardware */
	BLOCKDEV_VOLUME, /* made of others: device mapper, md, bcache */
	BLOCKDEV_MOUNTED, /* any other that one of @mounts is on */
};

/*
 * @root stands for "/". @mounts: the text of the host's /proc/PID/mountinfo, absent: too long to be read, which a container
 * may have made it. An enum blockdev_use, or -errno: sysfs cannot be read; -ENODATA: only the mounts could have told.
 */
int blockdev_use(const char *root, struct str mounts, uint32_t major, uint32_t minor,
		 struct arena *a);
/*
 * The same of a character device by which commands go to a disk past the block layer: of class scsi_generic (drivers/scsi/sg.c),
 * bsg (block/bsg.c), nvme or nvme-generic (drivers/nvme/host/core.c). BLOCKDEV_DISK, BLOCKDEV_NOT_HOST or -errno.
 */
int blockdev_char_use(const char *root, uint32_t major, uint32_t minor);
/* "disk", "partition", "volume", "mounted", "" */
const char *blockdev_use_name(enum blockdev_use use);

#endif
