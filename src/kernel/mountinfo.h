/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mounts of a mount namespace: lines of /proc/PID/mountinfo, proc_pid_mountinfo(5).
 */
#ifndef WC_MOUNTINFO_H
#define WC_MOUNTINFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Texts are views into the line, or decoded copies in the arena where the kernel wrote \040 and the
 * like. The two lists of options stay as written: a comma inside a value is \054 there, and must
 * not cut it.
 */
struct mountinfo {
	uint32_t id, parent;
	uint32_t major, minor; /* of the super block */
	struct str root; /* of the mount, within its file system */
	struct str mount_point; /* below the reader's root */
	struct str options; /* of the mount */
	struct str propagation; /* "shared:1 master:2"; empty: private */
	struct str fstype, source;
	struct str super_options;
};

/* one line without its newline; 0, -EINVAL, -ENOMEM */
int mountinfo_parse(struct str line, struct mountinfo *out, struct arena *a);
/* the next well-formed line of *rest; false at the end (or out of memory: arena_exhausted) */
bool mountinfo_next(struct str *rest, struct mountinfo *out, struct arena *a);
/*
 * true if @name is one of @options; *value (may be NULL) is what follows its '=', as written, else
 * absent
 */
bool mountinfo_option(struct str options, struct str name, struct str *value);

/* @s without octal escapes, itself if it has none; absent on ENOMEM */
struct str mountinfo_decode(struct str s, struct arena *a);

#endif
