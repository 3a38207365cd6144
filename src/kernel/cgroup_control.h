/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acting on all tasks of a cgroup at once: freeze, thaw, kill.
 *
 * Version 2 has cgroup.freeze and cgroup.kill (Linux 5.14); version 1 the freezer controller
 * (kernel Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst), with which tasks are stopped,
 * then signalled one by one.
 *
 * Only mounts that the caller's mount namespace has are used, so a read-only cgroupfs (auditd's
 * ProtectControlGroups=) is respected: -EROFS.
 */
#ifndef WC_CGROUP_CONTROL_H
#define WC_CGROUP_CONTROL_H

#include <stdbool.h>

#include "base/str.h"
#include "kernel/procfs.h"

struct cgroup_place {
	int dir; /* of the cgroup; -1: none */
	bool is_v2;
};
#define CGROUP_NOWHERE ((struct cgroup_place){ .dir = -1 })

/*
 * The directory that @cgroups (lines of /proc/PID/cgroup, all below the same container's own
 * directory) name, version 2 before the freezer hierarchy. Never the root of a hierarchy. 0, or
 * -ENOENT, -errno.
 */
int cgroup_place_open(const struct procfs *proc, struct str cgroups, struct cgroup_place *out);
void cgroup_place_close(struct cgroup_place *p);
/* freeze or thaw, and wait until it is so; 0, -EROFS, -ETIMEDOUT, -EAGAIN (see base/file.h: a lease), other -errno */
int cgroup_place_freeze(const struct cgroup_place *p, bool frozen);
/* SIGKILL to every task in it and below; 0, -EROFS, other -errno */
int cgroup_place_kill(const struct cgroup_place *p);

/* some hierarchy that can freeze is mounted here and may be written: where none is, nothing of the above can be done */
bool cgroup_control_is_possible(const struct procfs *proc);

/*
 * Thaw every frozen cgroup whose own name contains @id, in version 2 and in the freezer hierarchy;
 * how many there were, or -errno.
 */
int cgroup_thaw(const struct procfs *proc, struct str id);

#endif
