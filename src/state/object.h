/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that an event acts on (fd.*): which PATH record it is, and its name made absolute.
 */
#ifndef WC_OBJECT_H
#define WC_OBJECT_H

#include "event/event.h"
#include "state/scene.h"

/*
 * @name joined to @dir, "." and ".." folded, links not resolved; absent if it has no place to start
 * from
 */
struct str path_absolute(struct str dir, struct str name, struct arena *a);
/* what a permission event is about */
void object_of_permission(const struct permission *p, struct object *out);
/*
 * fills @out for the calls that open something, and for those that make, mount or swap on a device, with that
 * device; else out->exists is false
 */
void object_observe(struct state *s, const struct event *ev, const struct process *p,
		    struct object *out);

#endif
