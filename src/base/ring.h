/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded ring of messages between exactly one writing and one reading thread: intake to worker.
 *
 * No locks and no allocation after ring_new. A message is contiguous in memory. When the ring is
 * full the writer does not wait: the message is refused and counted by the caller. The reader
 * sleeps on an eventfd.
 */
#ifndef WC_RING_H
#define WC_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/str.h"

struct ring;

/* @size in bytes, rounded up to a power of two */
struct ring *ring_new(size_t size);
void ring_free(struct ring *r);
DEFINE_AUTO(ring)

/* writer: 0, or -ENOBUFS when there is no room; wakes a sleeping reader. @tag: the caller's. */
int ring_write(struct ring *r, uint32_t tag, struct str message);
/* the same, but the reader sleeps on until ring_wake() */
int ring_put(struct ring *r, uint32_t tag, struct str message);
void ring_wake(struct ring *r);
/* writer: nothing more will come */
void ring_close(struct ring *r);

/* reader: the oldest message, borrowed until ring_release(); false when the ring is empty */
bool ring_read(struct ring *r, uint32_t *tag, struct str *message);
/* reader: where the newest message ends; ring_read_to() gives none that came later */
uint64_t ring_end(const struct ring *r);
bool ring_read_to(struct ring *r, uint64_t end, uint32_t *tag, struct str *message);
/* reader: everything that ring_read gave so far may be overwritten */
void ring_release(struct ring *r);
/* reader: wait for a message, at most @timeout_ms; false: time-out or closed */
bool ring_wait(struct ring *r, int timeout_ms);
/* the same, but not longer than until one of @beside (-1: none) gets readable */
#define RING_BESIDE_MAX 4
bool ring_wait_beside(struct ring *r, const int *beside, size_t n, int timeout_ms);
bool ring_closed(const struct ring *r);
/* bytes in use, for statistics; any thread */
size_t ring_used(const struct ring *r);

#endif
