/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open descriptors of a task: what the links in /proc/PID/fd say, proc_pid_fd(5).
 *
 * Links are read as text. Two more questions are asked by the helper of kernel/errand.h, for what lies behind a link may be
 * another thing by then, of a file system that does not answer: whether a path is a directory, by cached attributes;
 * and a socket's protocol (kernel net/socket.c, sockfs_xattr_get()).
 */
#ifndef WC_DESCRIPTORS_H
#define WC_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct errand;

struct descriptor {
	int32_t fd;
	struct str type; /* the words of fd.type; absent: a socket of another family */
	struct str name; /* the link's text */
};

/* more are not listed, but counted by descriptors_count() */
#define DESCRIPTORS_MAX 256

/* those up to @last (-1: all), by number; @task: descriptor of /proc/PID. 0 or -errno, also errand's */
int descriptors_list(struct errand *e, int task, int32_t last, struct descriptor **out, size_t *n,
		     struct arena *a);
/* how many there are, or -errno; -E2BIG: more than can be counted here (before Linux 6.2) */
int64_t descriptors_count(int task);
/* the link of a file that is in no file system: memfd_create(2). A file " (deleted)" in "/" could have such a name, too. */
bool descriptor_is_memfd(struct str link);
/* fd.type of a link's text that is no path and no socket; absent: it is one of these */
struct str descriptor_type(struct str link);

#endif
