/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects that the guard was told to watch, by device and inode: what knob each is, and its name for
 * people. The marks themselves are the kernel's.
 */
#ifndef WC_MARKS_H
#define WC_MARKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "guard/protocol.h"

#define MARKS_MAX                                                                                  \
	1024 /* twice what there can be (state/state.h), so that none that stands has to go */

struct marks {
	struct mark {
		uint32_t dev_major, dev_minor;
		uint64_t inode; /* 0: a free row */
		bool is_protected; /* stays until another file has its path */
		uint32_t round; /* when it was last told */
		struct text knob, path;
	} rows[MARKS_MAX];
};

void marks_release(struct marks *m);
/* mark the object behind @fd in @group and remember it; 0 or -errno */
int marks_add(struct marks *m, int group, int fd, const struct guard_mark *what);
/* NULL: none of ours */
const struct mark *marks_find(const struct marks *m, uint32_t dev_major, uint32_t dev_minor,
			      uint64_t inode);

#endif
