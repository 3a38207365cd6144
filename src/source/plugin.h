/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auditd's plugin stream: lines on standard input, until auditd closes it (audisp protocol
 * "string", auditd-plugins(5)). A plugin that reads slowly stalls the whole host: whoever cannot
 * work must drain.
 */
#ifndef WC_PLUGIN_H
#define WC_PLUGIN_H

#include "source/source.h"

struct connector;

/*
 * Give lines to @to, and what @c (NULL: none) hears, until the stream ends, or until @stop_fd is readable; then what the stream
 * already holds is still taken, without waiting. 0, or -errno: the stream is broken.
 */
int plugin_read(int fd, struct connector *c, int stop_fd, const struct source_consumer *to);
/*
 * Read and throw away until @wake_fd (-1: none) is readable or @timeout_ms (-1: for ever) is over.
 * 1: woken or over, 0: the stream has ended, -errno: it is broken.
 */
int plugin_drain(int fd, int wake_fd, int timeout_ms);

#endif
