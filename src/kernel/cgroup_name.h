/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file of a cgroup v1 hierarchy is: by its own name in its own file system, whatever it was called by who opened
 * it (a bind mount, a link, another mount namespace).
 */
#ifndef WC_CGROUP_NAME_H
#define WC_CGROUP_NAME_H

#include <limits.h>

#include "base/str.h"

/*
 * "/a/devices.allow" into @path: from @root, the root directory of its hierarchy, to the file behind @fd.
 * 0 or -errno; -EXDEV: it is not below @root. name_to_handle_at(2) and open_by_handle_at(2) of kernfs (fs/kernfs/mount.c,
 * kernfs_export_ops; Linux 4.14), which take CAP_DAC_READ_SEARCH.
 */
int cgroup_name(int root, int fd, char path[static PATH_MAX]);
/* fd.kernel_knob of a file of that name in a hierarchy; absent: none */
struct str cgroup_knob(struct str path);

#endif
