/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which devices the host's data lies on: fd.is_host_disk.
 *
 * Known by number, whatever the node is called and whoever made it. The machine is asked when a call is about a
 * block device, or a character device that may be one of disks, and again when an answer is old, for disks come and go.
 */
#ifndef WC_DISK_H
#define WC_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "state/process.h"
#include "state/scene.h"

struct state;

#define DISKS_MAX 64

struct disk_table {
	struct disk {
		uint32_t major, minor;
		uint64_t until; /* time of events; 0: this row is not used */
		bool is_char, is_host;
	} disks[DISKS_MAX];
	size_t n; /* ever; a ring */
};

/* fills what @o says of a device, if it can be a disk's and the machine of @p can be asked */
void disk_observe(struct state *s, const struct event *ev, const struct process *p,
		  struct object *o);
/* something was mounted: what was nobody's may be the host's now */
void disk_mounted(struct state *s);

#endif
