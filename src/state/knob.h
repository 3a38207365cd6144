/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel knobs by (device, inode): today release_agent.
 *
 * Live: the hierarchies are read when something may have made one, and about every second. In a
 * bare log device and inode are learnt from the log itself. A knob is never told by its name alone.
 */
#ifndef WC_KNOB_H
#define WC_KNOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "event/event.h"
#include "state/facts.h"
#include "state/hierarchy.h"
#include "state/scene.h"

#define LEARNT_MAX 256
#define MOUNTS_MAX 64

/* device and inode of a release_agent that the log itself told */
struct learnt {
	uint32_t node;
	uint64_t inode;
	uint32_t dev_major, dev_minor;
};

/* where a container mounted something: below it a release_agent may be a real one */
struct mount_seen {
	uint32_t container_generation;
	int32_t pid, init_pid; /* 0: of another machine; not known */
	struct text target;
};

struct knob_table {
	struct learnt learnt[LEARNT_MAX];
	size_t n_learnt; /* ever; a ring */
	struct mount_seen mounts[MOUNTS_MAX];
	size_t n_mounts; /* ever; a ring */
	struct toucher mounter; /* of the last mount call since the hierarchies were read */
};

struct state;

void knob_table_release(struct knob_table *t);
/* the object of an open: fills object->knob and what goes with it, learns, remembers who opened */
void knob_object(struct state *s, const struct event *ev, struct process *p, struct object *o);
/* @p (NULL: nobody knows who) was seen to write @o, a file of a cgroup whose realpath says which (kernel/cgroup_name.h) */
void knob_written(struct state *s, const struct event *ev, struct process *p, struct object *o);
/* writes were not told: any hierarchy may have been written to */
void knob_missed(struct state *s, const struct event *ev);
/* a successful mount call of @p */
void knob_mounted(struct state *s, const struct event *ev, struct process *p);
/*
 * Read the hierarchies; what is new or changed becomes knob_change events, of @p if @ev brought us
 * here (NULL: a tick, a start or a recheck).
 */
void knob_look(struct state *s, const struct event *ev, struct process *p);
/* the hierarchies as a recording tells them: FACT records of the start, KNOB records of a tick */
void knob_replay(struct state *s, const struct event *ev, struct str body);

#endif
