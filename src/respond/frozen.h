/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers that were frozen and are to be thawed after a while. Holds the cgroup open: its name
 * may be given again meanwhile.
 */
#ifndef WC_FROZEN_H
#define WC_FROZEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "kernel/cgroup_control.h"

#define FROZEN_MAX 64

struct frozen {
	struct frozen_row {
		struct cgroup_place place; /* dir -1: a free row */
		struct text container;
		uint64_t due; /* CLOCK_MONOTONIC */
	} rows[FROZEN_MAX];
};

void frozen_init(struct frozen *f);
void frozen_release(struct frozen *f);
/* takes @place over; 0, or -ENOSPC, -ENOMEM (it then stays frozen until somebody thaws it) */
int frozen_add(struct frozen *f, struct str container, struct cgroup_place *place, uint64_t due);
/* thaw the next one that is due; false: none is. @container is valid until the next call. */
bool frozen_thaw(struct frozen *f, uint64_t now, struct str *container, int *result);

#endif
