/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel knob is not as it was: told as a knob_change event, whoever found it. */
#ifndef WC_KNOB_CHANGE_H
#define WC_KNOB_CHANGE_H

#include "state/toucher.h"

struct state;

/* texts live in the arena of the event, or in memory of longer life */
struct knob_change {
	struct str name; /* fd.kernel_knob */
	struct str fstype, path; /* path: where the host sees it */
	struct str old, new; /* old absent: not known */
	struct str options; /* of the file system; absent: none worth telling */
	bool has_inode;
	uint64_t inode;
	uint32_t dev_major, dev_minor;
};

/* @ev: what brought us here, NULL: a tick. There must be room: state_has_room() */
void knob_change_tell(struct state *s, const struct event *ev, const struct knob_change *c,
		      const struct toucher *who, struct arena *a);

#endif
