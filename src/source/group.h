/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's audit multicast group as a source: messages until told to stop (kernel/multicast.h).
 */
#ifndef WC_GROUP_H
#define WC_GROUP_H

#include "source/source.h"

struct connector;
struct multicast;

/*
 * Give messages to @to until @stop_fd is readable, those of @c (NULL: none) before the audit records that
 * may be about them. What the kernel had to throw away is told as
 * lost(1) each time: it does not say how many there were. 0, or -errno: the socket is of no more
 * use.
 */
int group_read(struct multicast *m, struct connector *c, int stop_fd,
	       const struct source_consumer *to);

#endif
