/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process connector as a source beside an audit source, in whose thread it is read: each notice
 * becomes a WATCHCAP_NOTICE record (event/notice_text.h), so that a recording keeps it.
 *
 * Order: a fork's notice reaches the socket before the child can run, so whoever has audit records in
 * hand and drains the connector before giving them on tells births before deeds.
 */
#ifndef WC_CONNECTOR_H
#define WC_CONNECTOR_H

#include "base/cleanup.h"
#include "base/diag.h"
#include "source/source.h"

struct connector;

/* @buffer: bytes the kernel may queue. NULL with a warning in @d: lineage then comes from records alone. */
struct connector *connector_open(size_t buffer, struct diag *d);
void connector_free(struct connector *c);
DEFINE_AUTO(connector)

/*
 * Give all that waits, without settling. @c may be NULL. A socket that broke is told as an overrun, once, and never read
 * again.
 */
void connector_drain(struct connector *c, const struct source_consumer *to);
/*
 * Wait for @fd or @stop_fd to become readable, and drain the connector meanwhile: notices alone are
 * collected for a few milliseconds, so that a storm of forks does not wake anybody for each. 1: @fd is
 * readable (or in error), 0: @stop_fd is, -errno. @c may be NULL.
 */
int connector_wait(struct connector *c, int fd, int stop_fd, const struct source_consumer *to);

#endif
