/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process connector (NETLINK_CONNECTOR, CN_IDX_PROC; kernel drivers/connector/cn_proc.c): every
 * fork, exec, exit and change of ids on this machine, with the pids of the first pid namespace.
 *
 * Needs CAP_NET_ADMIN, and the host's network, pid and user namespaces. The kernel sends a fork's
 * notice before the child can run. What does not fit into the receive buffer is lost and reported as
 * ENOBUFS. Nothing is allocated after proc_events_open().
 */
#ifndef WC_PROC_EVENTS_H
#define WC_PROC_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/notice.h"

struct proc_events;

/* @buffer: bytes the kernel may queue for us; 0 = 16 MiB. NULL with one clear sentence in @d. */
struct proc_events *proc_events_open(size_t buffer, struct diag *d);
void proc_events_free(struct proc_events *p);
DEFINE_AUTO(proc_events)
/* for poll; non-blocking */
int proc_events_fd(const struct proc_events *p);
/* the kernel (6.6 and newer) sends only the kinds that we read; else all come and are sorted out here */
bool proc_events_are_filtered(const struct proc_events *p);

#define PROC_EVENTS_BATCH 64
/* borrowed for the call */
typedef void (*proc_events_give)(void *ctx, const struct notice *n);
/*
 * One batch, never waiting. Number of messages read, of which kinds that nobody needs are not given;
 * -EAGAIN: nothing there; -ENOBUFS: notices were lost before what comes next; other -errno: the
 * socket is of no more use.
 */
int proc_events_read(struct proc_events *p, proc_events_give give, void *ctx);
/* the parser behind it: one struct proc_event of @len bytes, its time still the monotonic clock's */
bool proc_events_parse(const void *event, size_t len, struct notice *out);

#endif
