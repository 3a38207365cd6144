/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel knobs of procfs and sysfs: how they were when the sensor came, and who changed them since.
 *
 * The value is the witness: a change is told whoever made it, by whatever name, call or bug. Values are read
 * once a second and the moment somebody is seen to write one.
 */
#ifndef WC_DRIFT_H
#define WC_DRIFT_H

#include "base/text.h"
#include "state/facts.h"
#include "state/toucher.h"

#define DRIFT_MAX 64

struct drift_table {
	struct drift_row {
		struct text name, path, class, value;
		bool has_inode;
		uint64_t inode; /* in the host's instance, while the kernel keeps the inode */
		uint32_t dev_major, dev_minor;
		struct toucher writer;
		uint64_t written; /* when the writer was seen */
		bool is_put_off; /* it was found changed, and its writer may still be told of */
		struct text
			found; /* the value that was put off: it is told, even if it is gone meanwhile */
		uint64_t put_off; /* since when */
	} rows[DRIFT_MAX];
	size_t n;
	/* the container that mounted something last, and whoever wrote a file that may be any */
	struct toucher mounter, scribbler;
	uint64_t mounted, scribbled;
	uint64_t alarms; /* times that a knob which names a program was not as it was */
	uint64_t looked; /* because of such a file */
	uint64_t heard; /* when the last write was told of */
};

struct state;

void drift_table_release(struct drift_table *t);
/* read all; what has changed becomes knob_change events, of @ev if that brought us here (NULL: a tick, a start) */
void drift_look(struct state *s, const struct event *ev);
/* the same as a recording tells it */
void drift_replay(struct state *s, const struct event *ev, const struct facts_knob *list, size_t n);
/* true: the object of an open is one of the knobs, and now says which; a writer is remembered */
bool drift_object(struct state *s, const struct event *ev, struct process *p, struct object *o);
/*
 * @p (NULL: nobody knows who) was seen to write @o, whose realpath says which knob it is, if that is known: it is
 * named, by its place in the host's instance, and its value is read at once. Of writes that may be anything
 * only some lead to a look; a tick comes after the others.
 */
void drift_written(struct state *s, const struct event *ev, struct process *p, struct object *o);
/*
 * @k is how a knob was when a sensor before this one last looked: what has become of it since is a change, which
 * the next looks find like any other
 */
void drift_recall(struct state *s, const struct facts_knob *k);
/* @p, of a container, mounted something: it may be a procfs where nobody sees it write */
void drift_mounted(struct state *s, struct process *p, uint64_t time);

#endif
