/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of users and groups from passwd and group files, never from NSS (which may load libraries,
 * ask the network, and wait).
 */
#ifndef WC_USERS_H
#define WC_USERS_H

#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"

#define USERS_FILE_MAX (1024 * 1024)

/* one file as it was when last looked at; read again when its time or size changes */
struct users_file {
	struct buf text;
	struct timespec mtime;
	int64_t size;
	uint64_t inode;
};

struct users {
	struct users_file passwd, group;
};

void users_release(struct users *u);
/* an entry, texts in the arena of the call; home and shell: of passwd only */
struct users_entry {
	struct str name, home, shell;
};
/* of the host; 0, -ENOENT (no such id), other -errno; @root: "/" or a test's */
int users_passwd(struct users *u, const char *root, uint32_t uid, struct users_entry *out,
		 struct arena *a);
int users_group(struct users *u, const char *root, uint32_t gid, struct users_entry *out,
		struct arena *a);
/* in the text of such a file; 0 or -ENOENT */
int users_find(struct str text, uint32_t id, struct users_entry *out, struct arena *a);

#endif
