/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of users and groups from the host's passwd and group files, never from NSS (which may load
 * libraries, ask the network, and wait).
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
/* 0, -ENOENT (no such id), other -errno; @root: "/" or a test's */
int users_passwd(struct users *u, const char *root, uint32_t uid, struct str *name,
		 struct str *home, struct str *shell, struct arena *a);
int users_group(struct users *u, const char *root, uint32_t gid, struct str *name, struct arena *a);

#endif
