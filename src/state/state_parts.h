/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What struct state is made of: for the files of this folder only.
 */
#ifndef WC_STATE_PARTS_H
#define WC_STATE_PARTS_H

#include "state/container.h"
#include "state/deed.h"
#include "state/disk.h"
#include "state/drift.h"
#include "state/helper.h"
#include "state/hierarchy.h"
#include "state/id_change.h"
#include "state/knob.h"
#include "state/launch.h"
#include "state/process.h"
#include "state/roll.h"
#include "state/state.h"
#include "state/telemetry.h"

#define NODES_MAX 256
#define DERIVED_MAX 16
#define NAME_MAX_KEPT 255
#define PATH_KEPT 4095
#define SCRATCH_FIRST 65536
#define SCRATCH_LIMIT (32 * 1024 * 1024) /* every hierarchy that /proc/self/cgroup can name */

/* a synthetic event on its way out */
struct derived {
	struct event event;
	struct scene scene;
};

struct state {
	struct facts *facts;
	struct process_table processes;
	struct container_table containers;
	struct knob_table knobs;
	struct hierarchy_table hierarchies;
	struct drift_table drift;
	bool are_writers_late; /* state_set_late() */
	struct helper_table helpers;
	struct disk_table disks;
	struct kernel_tasks kernel_tasks;
	struct id_names *id_names; /* names that getters asked for */
	struct looks *looks; /* what they asked of the process at hand */
	struct text nodes[NODES_MAX]; /* foreign machines; keys hold index + 1, 0 = this host */
	size_t n_nodes;
	uint64_t host_ns[NS_COUNT];
	bool is_sweeping;
	uint64_t now; /* of the event at hand, or of the tick */
	uint64_t told, first_time, previous_time; /* scenes given out: scene_count() */
	unsigned ticks;
	/*
	 * Counts the times that notices may have been missed; 0: none come. A birth that was told in the
	 * epoch at hand is certain, and so is that nobody has taken the pid since.
	 */
	uint32_t notice_epoch;
	uint32_t losses; /* the times that records or notices were lost */
	struct id_changes id_changes;
	struct deeds deeds;
	struct telemetry telemetry;
	struct user_messages strangers_messages; /* of containers that are not identified */
	bool must_resync; /* after a loss: /proc is looked through again, in slices */
	bool must_resync_again; /* there was another loss meanwhile */
	struct roll roll; /* who is still to be looked at */
	size_t unreadable; /* processes that nothing could be had of, in the last round */
	size_t next_look; /* row of the process table: whereabouts_sweep() */
	size_t next_put_off; /* the same, of those that were put off */
	size_t next_threads; /* the same: threads_sweep() */
	size_t next_bounds; /* the same: bounds_sweep() */
	size_t next_mounts; /* the same: mount_drift_sweep() */
	uint64_t mounts_round; /* the times that it has been through the table */
	uint64_t containers_told; /* `container` events so far */
	struct arena *scratch; /* of ticks and sweeps: events bring their own */
	struct derived derived[DERIVED_MAX];
	size_t derived_head, derived_n;
	struct state_stats stats;
};

struct id_names *state_id_names(const struct state *s);
struct looks *state_looks(const struct state *s);
/*
 * the number of the machine that @node names; 0: this host. Past NODES_MAX machines the last is
 * shared.
 */
uint32_t state_node(struct state *s, struct str node);
/* the host's own processes may be asked about */
bool state_can_ask(const struct state *s, uint32_t node);
/* a question to the machine is about to be asked: counted if it is live and not of the sweep */
void state_asked(struct state *s);
/* the numbers of rows, for the statistics */
void state_count(struct state *s);
/* /proc/PID of this host */
int state_ask_process(struct state *s, int32_t pid, struct facts_process *out, struct arena *a);
/* @out is about @p: its container, and how that is known */
void scene_belongs(struct scene *out, const struct process *p);
bool state_has_room(const struct state *s);
/* a place for a synthetic event; NULL when too many wait already */
struct derived *state_derive(struct state *s);
/*
 * The same for what /proc showed of a container's process: an event of @type like @ev, which led to the look, or of now where the
 * sweeper looked (NULL; its texts are then in @a). What was found is the caller's to set.
 */
struct derived *state_derive_found(struct state *s, const struct process *p, const struct event *ev,
				   evt_type type, struct arena *a);

#endif
