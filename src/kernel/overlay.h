/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which layer of an overlay a file lies: the upper, that its container has written, or a lower, its image.
 *
 * The kernel tells nobody. A name that is there in the upper directory lies there, for an upper file covers a lower
 * one. Only overlays that our own mount namespace has are judged: the directories of one that a container mounted
 * are names in a namespace of its own. A path in a layer is the container's to lay, so the errand looks.
 */
#ifndef WC_OVERLAY_H
#define WC_OVERLAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "kernel/errand.h"
#include "kernel/procfs.h"

enum overlay_layer { LAYER_UNKNOWN, LAYER_NONE, LAYER_UPPER, LAYER_LOWER };

#define OVERLAYS_MAX 1024

struct overlay {
	uint32_t major, minor;
	char *upper; /* NULL: read-only, all of it is lower */
};

/* those of our own mount table, read again when the kernel says that it changed */
struct overlays {
	int table; /* our mountinfo, whose poll(2) tells; 0: not opened yet */
	struct overlay *at;
	size_t n;
};

void overlays_release(struct overlays *o);
/*
 * Of the file that the task (descriptor of its /proc directory) sees at @path, and that lies on its mount @mount (0:
 * on the device @major:@minor). LAYER_NONE: not on an overlay.
 */
struct overlay_place {
	int task;
	struct str path;
	uint64_t mount;
	uint32_t major, minor;
};
enum overlay_layer overlays_find(struct overlays *o, const struct procfs *proc, struct errand *e,
				 const struct overlay_place *place, struct arena *a);

#endif
