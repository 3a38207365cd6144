/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Container ids in cgroup paths: what /proc/PID/cgroup looks like below the known runtimes.
 *
 * Text of /proc/PID/cgroup: lines "ID:CONTROLLERS:PATH" (cgroups(7)). A path component is all that
 * tells; the outermost one counts, so a container inside a container is the outer one's affair.
 */
#ifndef WC_CGROUP_PATH_H
#define WC_CGROUP_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct cgroup_id {
	struct str id; /* borrowed from the text */
	struct str type; /* docker, containerd, ...; absent if the shape does not say */
};

/* @text: the whole file; false: no known shape in any of its paths */
bool cgroup_path_parse(struct str text, struct cgroup_id *out);
/* some path has a component that is @id, or ends in "-ID.scope", ":ID" or "-ID" */
bool cgroup_path_names(struct str text, struct str id);
/*
 * the lines whose path has such a component, each cut behind it: the directories that are the
 * container's own; absent: none, or out of memory
 */
struct str cgroup_path_cut(struct str text, struct str id, struct arena *a);
/* the last component of the longest path; absent if all are "/" */
struct str cgroup_path_leaf(struct str text);

#endif
