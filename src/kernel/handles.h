/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a task holds beyond the mounts of its world: working directory, root, executable, directories and regular files
 * that are open. By the number of the mount, never by the text of a path: what is out of reach prints as a plausible
 * path.
 *
 * mountinfo says which mounts the task's root reaches (kernel fs/proc_namespace.c, show_mountinfo()). The links must be
 * followed, which the helper of kernel/errand.h does: a network file system may want to look again (d_weak_revalidate()).
 */
#ifndef WC_HANDLES_H
#define WC_HANDLES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct errand;

/* bits */
enum handle_kind {
	HANDLE_CWD = 1,
	HANDLE_ROOT = 2,
	HANDLE_EXE = 4,
	HANDLE_DIRECTORY = 8,
	HANDLE_FILE = 16,
};
#define HANDLE_KINDS 5

struct handles {
	bool is_known; /* something could be compared with */
	unsigned outside; /* bits of enum handle_kind */
	uint32_t root_mount; /* the mount of its root; 0 = not known */
	uint32_t root_major, root_minor; /* and its device, as statx(2) tells */
};

/* of them, so many open descriptors are looked at */
#define HANDLES_FDS_MAX 256

/* "cwd", "dir": of bit number @i; "" past the last */
const char *handles_name(unsigned i);
/*
 * @task, @witness: directories of /proc. @witness is a process that is known to be within its container, -1: none;
 * @root_mount: of the container's root, 0 = not known. 0, or -errno: nothing is said; -EFBIG: for the list of the
 * task's mounts is longer than 1 MiB.
 *
 * Not counted: a regular file that is the standard input or output of either, for whoever started them gave them that;
 * what no mount shows anywhere (memfd_create(2), mq_open(3)); descriptors of a task in a mount namespace of its own, whose
 * old mounts are in none of the two.
 */
int handles_look(int task, int witness, uint32_t root_mount, struct errand *e, struct arena *a,
		 struct handles *out);

#endif
