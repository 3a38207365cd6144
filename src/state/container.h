/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container table: identity from cgroup paths or runtime arguments, metadata from disk.
 *
 * Key: (node, full id). Rows are fixed in number; those that no process belongs to go first. A
 * process whose container had to go belongs to the table's `lost` row from then on: a container,
 * not identified.
 */
#ifndef WC_CONTAINER_H
#define WC_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "base/arena.h"
#include "base/text.h"
#include "state/spec.h"

#define CONTAINER_ID_SHORT 12
#define CONTAINER_ID_MAX 255

struct process_table;

/* messages to the audit trail in a second */
struct user_messages {
	uint64_t since; /* ns */
	uint64_t n;
};

struct container {
	struct text id; /* full; container.id is its first 12 bytes */
	struct text node; /* absent: this host */
	struct text type; /* docker, containerd, runc, ...; absent if unknown */
	struct text name, image, image_id;
	struct text bundle, rootfs;
	struct text home; /* its cgroups: whereabouts.c; absent: not known */
	/* questions about processes of it: at programs, at calls that lead elsewhere, and about threads */
	struct look_budget {
		uint64_t second; /* of the last question */
		unsigned looks; /* in that second */
	} at_exec, at_move, at_change;
	struct spec spec; /* texts in spec_memory; !is_known: not read */
	struct arena *spec_memory; /* NULL: none yet */
	bool metadata_asked; /* facts were asked, whatever they said */
	bool has_bounding; /* what it was given (OCI process.capabilities.bounding) */
	uint64_t cap_bounding;
	bool has_privileged, privileged;
	bool is_identified; /* false: seen to be a container, id unknown: container.id is <NA> */
	bool told; /* its `container` event was given */
	int32_t init_pid; /* host pid of its first process; 0 = not known */
	uint64_t start_time; /* ns; 0 = not known */
	uint64_t seen;
	unsigned refs; /* rows of the process table that point here */

	bool has_root_device; /* of the file system that is its root, and no one else's */
	uint32_t root_major, root_minor;
	bool has_userns; /* its init stage made a user namespace */
	/*
	 * its namespaces, index enum facts_ns: those of its eldest process that was seen (trespass_take()); 0 = not known
	 */
	uint64_t ns[8], ns_since; /* since: start of that process in ticks */
	int32_t ns_pid; /* of one who is in that of mounts; 0 = not known, or of before a restart */
	uint32_t root_mount; /* number of the mount that is its root; 0 = not known */
	struct user_messages user_messages; /* of its own in the audit trail */
	/*
	 * mount_drift.c: its mounts as they were at the first look (absent: none yet), what of them is told to be
	 * otherwise (mount_told.h), and the last of that to be read
	 */
	struct text mounts, mounts_told, drift;
	bool mounts_cut;
	uint64_t mounts_round; /* of the sweeper's last look at them, from 1 */
	uint64_t mounts_found; /* when the sweeper found news that it has not told; 0: it did not */
	uint64_t mounts_found_round; /* and in which of its rounds */
	uint64_t mount_looks_second; /* the second of the last look after a call */
	unsigned mount_looks; /* looks in that second */
	uint32_t generation; /* of the row: table-wide, never given out twice */
	struct text key; /* node number and id, as the table's map knows it */
};

struct container_table {
	struct container *rows;
	size_t max, used;
	struct map by_key;
	struct container lost;
	uint32_t generations;
	uint64_t evicted;
};

/* another container has the name now: what the disk said of the one before is not its own */
void container_forget(struct container *c);
/* keep a copy of @spec; without memory the container has none */
void container_set_spec(struct container *c, const struct spec *spec);
/* on whose account kernel/errand.h is asked about a process of it; NULL: of the host */
uint64_t container_party(const struct container *c);
/* the number of its machine, as in a process key */
uint32_t container_node(const struct container *c);
int container_table_init(struct container_table *t, size_t max);
void container_table_release(struct container_table *t);
struct container *container_find(const struct container_table *t, uint32_t node, struct str id);
void container_set_root(struct container *c, uint32_t major, uint32_t minor);
/* whose root that device is; numbers are given again: the one that was seen last has it. NULL: nobody's */
struct container *container_of_device(const struct container_table *t, uint32_t node,
				      uint32_t major, uint32_t minor);
/*
 * The container @id, made if it is not known (*fresh is then true). When the table is full
 * @processes are turned to `lost` for the one that goes. NULL when memory is out or the id is empty
 * or too long.
 */
struct container *container_get(struct container_table *t, struct process_table *processes,
				uint32_t node, struct str id, bool *fresh);

#endif
