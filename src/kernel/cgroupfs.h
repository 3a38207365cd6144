/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cgroup hierarchies: /proc/PID/cgroup, and the release_agent of every version 1 hierarchy,
 * cgroups(7).
 *
 * Every hierarchy of the machine shows in every task's /proc/PID/cgroup, whoever made it and
 * wherever it is mounted. One that is mounted below our own cgroup directory is read there. Any
 * other is reached by a detached mount of our own (fsopen, fsmount), so that no path is walked that
 * a container may have laid.
 *
 * In a cgroup namespace other than the first, a mount shows the namespace's root and release_agent
 * is not to be seen (CFTYPE_ONLY_ON_ROOT, kernel/cgroup/cgroup-v1.c): has_inode stays false.
 */
#ifndef WC_CGROUPFS_H
#define WC_CGROUPFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "kernel/procfs.h"

/* a line of /proc/PID/cgroup; views */
struct cgroup_line {
	uint32_t hierarchy; /* 0 = the version 2 one */
	struct str controllers; /* "cpu,cpuacct", "name=systemd"; "" for version 2 */
	struct str path;
};
/* the next well-formed line of *rest; false at the end */
bool cgroup_line_next(struct str *rest, struct cgroup_line *out);
/* the same, but for those of who is at the root of a hierarchy: most of them, where version 1 is mounted */
bool cgroup_line_below(struct str *rest, struct cgroup_line *out);

struct cgroup_memory;

struct cgroup_hierarchy {
	uint32_t id;
	struct str controllers;
	struct str mount_point; /* where our mount namespace has its root; absent: nowhere */
	bool has_inode; /* of release_agent */
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	struct str
		release_agent; /* content without the newline; absent if unreadable; FILE_WITHHELD (base/file.h) */
	/*
	 * Super options as mountinfo shows them; absent when our namespace has it mounted nowhere.
	 * Nothing is lost by that: release_agent given as a mount option is what the file holds
	 * (cgroup1_show_options()).
	 */
	struct str options;
};

struct cgroupfs {
	const struct procfs *proc; /* whose self/cgroup and self/mountinfo tell */
	const char *root; /* mounts at or below are ours to walk; NULL = "/sys/fs/cgroup" */
	bool can_mount; /* detached mounts allowed (needs CAP_SYS_ADMIN); false in tests */
	struct cgroup_memory *memory; /* begun by who asks again and again; NULL: none */
};

/* version 1 hierarchies in the order of /proc/self/cgroup; 0, or -errno if that cannot be read */
int cgroupfs_hierarchies(const struct cgroupfs *c, struct cgroup_hierarchy **out, size_t *n,
			 struct arena *a);
/* the root directory of the hierarchy of @controllers, to be read; or -errno. It holds the hierarchy while it is open. */
int cgroupfs_root_open(const struct cgroupfs *c, struct str controllers);
/* release_agent of the hierarchy of @controllers: an O_PATH descriptor, or -errno */
int cgroupfs_agent_open(const struct cgroupfs *c, struct str controllers);

#endif
