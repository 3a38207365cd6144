/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit multicast group (AUDIT_NLGRP_READLOG): every audit record, without being the audit
 * daemon.
 *
 * Best effort by design of the kernel: what does not fit into the receive buffer is lost and
 * reported as ENOBUFS. Needs CAP_AUDIT_READ in the first user namespace. Nothing is allocated after
 * multicast_open().
 */
#ifndef WC_MULTICAST_H
#define WC_MULTICAST_H

#include <stdint.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/str.h"

struct multicast;

#define MULTICAST_BATCH 64

/* NULL with one clear sentence in @d */
struct multicast *multicast_open(struct diag *d);
void multicast_free(struct multicast *m);
DEFINE_AUTO(multicast)
/* for poll; non-blocking */
int multicast_fd(const struct multicast *m);
/* bytes the kernel may queue for us */
uint32_t multicast_buffer(const struct multicast *m);

/* one record: message type and "audit(S.mmm:SERIAL): BODY"; borrowed for the call */
typedef void (*multicast_record)(void *ctx, uint32_t type, struct str payload);
/*
 * One batch into our buffers, never waiting. Number of messages; -EAGAIN: nothing there; -ENOBUFS: records
 * were lost before what comes next; other -errno: the socket is of no more use.
 */
int multicast_fetch(struct multicast *m);
/* the @n messages of the batch that was fetched; one over 16 KiB is given cut */
void multicast_give(struct multicast *m, int n, multicast_record record, void *ctx);

#endif
