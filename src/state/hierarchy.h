/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cgroup v1 hierarchies of this host, and who is behind each.
 *
 * The table is bounded, what it tells is not: with no row left, one that holds a planted value takes
 * the place of one that holds none, and when all rows hold one, those beyond are told in turn, over
 * and over.
 */
#ifndef WC_HIERARCHY_H
#define WC_HIERARCHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "event/event.h"
#include "state/facts.h"
#include "state/scene.h"
#include "state/state.h"
#include "state/toucher.h"

#define HIERARCHIES_MAX STATE_WATCHES_MAX

struct hierarchy {
	bool is_present; /* in the answer read last */
	bool is_untold; /* news that found no room among the synthetic events */
	struct text controllers, mount_point, release_agent, options;
	bool has_inode;
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	uint64_t found; /* when it was first seen; 0: it was there before us */
	struct toucher opener; /* of its release_agent, for writing */
	struct toucher maker; /* answers for a change whose writer nobody saw; its container only */
};

struct hierarchy_table {
	struct hierarchy rows[HIERARCHIES_MAX];
	size_t n, n_untold;
	size_t n_rowless; /* of the answer read last: a planted value, and no row */
	size_t rowless_told; /* of these, the first so many are told; 0: begin again */
	bool has_baseline; /* the first reading tells nothing, it is how things are */
	uint64_t generation; /* of the set of watches */
};

struct state;

void hierarchy_table_release(struct hierarchy_table *t);
/*
 * All hierarchies that there are: what is new or changed becomes a knob_change event, of @ev if that
 * brought us here (NULL: a tick). @who: the maker of those that are new. true: something has changed.
 */
bool hierarchies_apply(struct state *s, const struct facts_hierarchy *list, size_t n,
		       const struct event *ev, const struct toucher *who, struct arena *a);
/*
 * A mount by a container, its record behind the look that found its hierarchy: what has no other
 * container to answer for it and was found just then is the container's, and told again if planted.
 * Never the host's: that would silence.
 */
void hierarchies_adopt(struct state *s, const struct event *ev, struct process *p);
/* the same as drift_recall(), of the hierarchy of @controllers; @agent is empty for one that was not there */
void hierarchy_recall(struct state *s, struct str controllers, struct str agent);
/* one of the news that had no room becomes a synthetic event */
void hierarchies_tell_late(struct state *s);
struct hierarchy *hierarchy_of_object(struct hierarchy_table *t, const struct object *o);
/* @o is the release_agent of @h */
void hierarchy_name_object(const struct hierarchy *h, struct object *o, struct arena *a);

#endif
