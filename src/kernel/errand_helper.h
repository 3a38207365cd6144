/* SPDX-License-Identifier: Apache-2.0 */
/* The helper's end of an errand (kernel/errand.h), and what passes between the two. */
#ifndef WC_ERRAND_HELPER_H
#define WC_ERRAND_HELPER_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#define ERRAND_PIECE_MAX 16384
#define ERRAND_FDS_MAX 2

enum errand_wish {
	WISH_READ,
	WISH_READ_FIRST,
	WISH_READ_INSIDE,
	WISH_READ_TASK,
	WISH_HAS_FILE,
	WISH_LIST,
	WISH_MARK_INSIDE,
	WISH_NAME_INSIDE,
	WISH_LOOK,
	WISH_PROTOCOL,
	WISH_HOST_FILES,
	WISH_HOST_WATCHES,
};

/* descriptors that come with it: of /proc/PID for what is inside, of the group for a mark */
struct errand_question {
	uint64_t
		max; /* WISH_HAS_FILE: where the second path begins, behind a NUL; WISH_LIST: of names; WISH_HOST_*: the row */
	uint64_t dev, inode; /* to be named */
	enum errand_wish wish;
	char path[PATH_MAX]; /* WISH_READ_FIRST: several, an empty one after the last */
};

/* before each piece; n == 0: the end, and how it went */
struct errand_piece {
	uint32_t n;
	int32_t err;
};

/* answer until the socket ends; the life of a process that was just forked by @parent */
__attribute__((noreturn)) void errand_helper_run(int socket, pid_t parent);

#endif
