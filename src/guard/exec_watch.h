/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mark on programs: a permission group of its own (FAN_OPEN_EXEC_PERM), over whole file systems.
 *
 * Every exec of the machine waits for it, so it ends itself as soon as answers come too slowly.
 */
#ifndef WC_EXEC_WATCH_H
#define WC_EXEC_WATCH_H

#include "guard/queue.h"

struct exec_watch {
	struct queue queue; /* its group stays when the watch ends */
	bool is_armed;
	unsigned deadline_ms;
	uint64_t budget; /* ns that all but one answer in a hundred must keep */
	unsigned answers, slow; /* of the window at hand */
};

/* no group yet: nobody waits */
void exec_watch_init(struct exec_watch *w, unsigned deadline_ms);
void exec_watch_release(struct exec_watch *w);
bool exec_watch_is_armed(const struct exec_watch *w);
/* the file system of the object behind @fd; the first makes the group. 0 or -errno */
int exec_watch_add(struct exec_watch *w, int fd);
/* nobody waits from now on; who does already is in the queue */
void exec_watch_disarm(struct exec_watch *w);
/* an answer took @ns; false: too many were slow, and it has disarmed itself */
bool exec_watch_keeps_up(struct exec_watch *w, uint64_t ns);

#endif
