/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mounts of a mount namespace as a list, and what lies where in it.
 *
 * As text it is lines of mountinfo without long options, bounded so that it fits into a record: those that a verdict needs
 * come first, the others fill half of it. Its bytes may come from a recording. A list is views into its text. Pure functions.
 */
#ifndef WC_MOUNT_LIST_H
#define WC_MOUNT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "kernel/mountinfo.h"

#define MOUNT_TEXT_MAX (20 * 1024)
#define MOUNT_LIST_MAX 512

struct mount_list {
	struct mountinfo *at;
	size_t n;
};

/* at most MOUNT_TEXT_MAX bytes of @mountinfo, *is_cut: there is more. Absent on ENOMEM. */
struct str mount_list_trim(struct str mountinfo, bool *is_cut, struct arena *a);
/* 0 or -ENOMEM */
int mount_list_read(struct str text, struct mount_list *out, struct arena *a);
/*
 * The mount that @path leads to, in the order in which the kernel walks: what is covered does not count. NULL: there is
 * no "/", the list is that of a chroot.
 */
const struct mountinfo *mount_list_at(const struct mount_list *l, struct str path);
/* the one that @m is mounted upon; NULL: it is not in the list */
const struct mountinfo *mount_list_parent(const struct mount_list *l, const struct mountinfo *m);
/* the one that has the same place of the same file system, mounted there or moved from there; NULL: none */
const struct mountinfo *mount_list_same(const struct mount_list *l, const struct mountinfo *m);

/* without slashes at its end: "" of "/" */
struct str mount_path_trim(struct str path);
/* @path is @dir or lies below it */
bool mount_path_below(struct str path, struct str dir);
/* nothing can be written through it */
bool mount_is_read_only(const struct mountinfo *m);

#endif
