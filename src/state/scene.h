/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event with everything that is known about it: what rules look at. Made by state_observe(),
 * read by the getters of `field`, valid until the next state_observe().
 */
#ifndef WC_SCENE_H
#define WC_SCENE_H

#include "base/notice.h"
#include "event/event.h"
#include "state/container.h"
#include "state/process.h"

struct state;

/* whose a file of the host's is */
struct owner {
	const struct container *container; /* NULL: none known, or not asked */
	bool is_volume; /* it lies in what is bound into the container; else in its root, or a layer of that */
};

/* the file an event acts on: fd.* */
struct object {
	bool exists; /* there is an object at all */
	struct str name; /* absolute, cwd or dirfd joined, folded, links not resolved */
	struct str nameraw; /* as passed */
	struct str realpath; /* the object itself, below its file system's usual mount point */
	bool has_inode;
	uint64_t inode;
	uint32_t dev_major, dev_minor, rdev_major, rdev_minor, mode;
	struct str knob; /* fd.kernel_knob; absent: not a knob */
	struct str old,
		new; /* of a knob that was written: as it was found just then; absent: unchanged */
	struct str fstype; /* absent if not known */
	bool is_protected; /* one of guard.protect: only the guard knows */
	bool is_disk_known, is_host_disk; /* a device: state/disk.h */
	struct owner owner;
};

/* the process that was acted upon: target.*; pid 0: none, or not known which */
struct scene_target {
	int32_t pid;
	struct str comm;
	bool has_uid;
	uint32_t uid; /* real */
	const struct process *process; /* NULL: not known */
	enum notice_role role;
};

struct scene {
	const struct event *event;
	const struct state *state;
	const struct process *process; /* the subject after this event; NULL: there is none */
	int32_t thread; /* which alone of its threads it is about; 0: the process */
	const struct container
		*container; /* of the subject, owner for *_change; NULL: none known */
	enum id_source id_source;
	bool is_container_unknown; /* container.id says <NA> */
	bool is_ignored; /* a container's own words in the audit trail: rules do not look at them */
	struct credentials before, after; /* language.md 5.4 */
	struct object object;
	struct scene_target target;
	uint64_t number; /* scenes are counted from 1 */
	uint64_t first_time, previous_time; /* of the first scene, and of the one before; 0: none */
	const struct path_record *paths; /* all PATH records of the event, item order */
	size_t n_paths;
};

/* ancestor @n of the subject (0 = itself, 1 = parent); NULL if not known */
const struct process *scene_ancestor(const struct scene *s, unsigned n);
/* the process that has @pid on the subject's machine; NULL if not known */
const struct process *scene_process(const struct scene *s, int32_t pid);
/* "host", "<NA>" or the first 12 characters */
struct str scene_container_id(const struct scene *s);
/*
 * credentials that unprefixed fields show: after for exec, container, usermodehelper; else before
 */
const struct credentials *scene_credentials(const struct scene *s);

#endif
