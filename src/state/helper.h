/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The programs that the kernel may start (kernel/umh.h): those that were set, and were there, when the sensor came. A path
 * that was set later, or had no file then, makes nobody known; a known path whose file is replaced, by a package say, does,
 * unless records tell that a container changed the file, or what the path names.
 */
#ifndef WC_HELPER_H
#define WC_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "state/facts.h"
#include "state/scene.h"

struct state;

struct helper_table {
	struct facts_helper rows[FACTS_HELPERS_MAX]; /* their paths stand below */
	struct text paths[FACTS_HELPERS_MAX];
	size_t n;
	bool is_known; /* somebody told */
	uint64_t generation;
};

void helpers_release(struct helper_table *t);
/* ask again, and keep and tell what has changed */
void helpers_look(struct state *s);
/* as it was told, live or in a recording; true: it was news */
bool helpers_apply(struct helper_table *t, const struct facts_helper *list, size_t n);
/* a call that has been made: what a container has changed is no helper from now on, whatever lies there */
void helpers_observe(struct state *s, const struct scene *call);
bool helpers_know(const struct helper_table *t, uint32_t dev_major, uint32_t dev_minor,
		  uint64_t inode);

#endif
