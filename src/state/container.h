/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container table: identity from cgroup paths or runtime arguments, metadata from disk.
 */
#ifndef WC_CONTAINER_H
#define WC_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/text.h"

#define CONTAINER_ID_SHORT 12

struct container {
	struct text id;        /* full; container.id is its first 12 bytes */
	struct text node;      /* absent: this host */
	struct text type;      /* docker, containerd, runc, ...; absent if unknown */
	struct text name, image, image_id;
	struct text bundle, rootfs;
	bool metadata_asked;   /* facts were asked, whatever they said */
	bool has_bounding;     /* what the container was given (OCI process.capabilities.bounding) */
	uint64_t cap_bounding;
	bool has_privileged, privileged;
	bool is_identified;    /* false: seen to be a container, id unknown: container.id is <NA> */
	bool told;             /* its `container` event was given */
	int32_t init_pid;      /* host pid of its first process; 0 = not known */
	uint64_t start_time;   /* ns; 0 = not known */
	uint64_t seen;
	unsigned refs;         /* live processes */
};

#endif
