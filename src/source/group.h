/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's audit multicast group as a source: messages until told to stop (kernel/multicast.h).
 */
#ifndef WC_GROUP_H
#define WC_GROUP_H

#include "source/source.h"

struct multicast;

/*
 * Give messages to @to until @stop_fd is readable. What the kernel had to throw away is told as
 * lost(1) each time: it does not say how many there were. 0, or -errno: the socket is of no more
 * use.
 */
int group_read(struct multicast *m, int stop_fd, const struct source_consumer *to);

#endif
