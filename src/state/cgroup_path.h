/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Container ids in cgroup paths: what /proc/PID/cgroup looks like below the known runtimes.
 *
 * Text of /proc/PID/cgroup: lines "ID:CONTROLLERS:PATH" (cgroups(7)). The outermost component that
 * carries an id counts, so a container inside a container is the outer one's affair; the innermost
 * is told beside it (cgroup_path_inner()).
 */
#ifndef WC_CGROUP_PATH_H
#define WC_CGROUP_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

#define CGROUP_ID_MAX 255

enum cgroup_verdict {
	CGROUP_NONE, /* no known shape in any of its paths */
	CGROUP_CONTAINER,
	CGROUP_CONFLICT, /* the hierarchies name different containers */
};

/* texts are borrowed from the file or, unit names without systemd's escapes, kept in @unescaped */
struct cgroup_id {
	struct str id;
	struct str type; /* docker, containerd, ...; absent if the shape does not say */
	char unescaped[CGROUP_ID_MAX + 1];
};

/* @text: the whole file */
enum cgroup_verdict cgroup_path_parse(struct str text, struct cgroup_id *out);
/* the innermost container that one @path names; absent: none, or it is @id */
struct str cgroup_path_inner(struct str path, struct str id,
			     char unescaped[static CGROUP_ID_MAX + 1]);
/* @path has a component that is @id, or ends in "-ID.scope", ":ID" or "-ID" */
bool cgroup_path_is_in(struct str path, struct str id);
/* the same of some path of the file */
bool cgroup_path_names(struct str text, struct str id);
/*
 * the lines whose path has such a component, each cut behind it: the directories that are the
 * container's own; absent: none, or out of memory
 */
struct str cgroup_path_cut(struct str text, struct str id, struct arena *a);
/* the last component of the longest path; absent if all are "/" */
struct str cgroup_path_leaf(struct str text);
/*
 * The pod's uid in a kubelet path ("/kubepods/podUID/...", "kubepods-podUID.slice", also as OCI
 * cgroupsPath); false if there is none. systemd's '_' become '-'.
 */
bool cgroup_path_pod(struct str path, char uid[static CGROUP_ID_MAX + 1]);

#endif
