/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way from a source's thread to the engine's: records through a bounded ring.
 *
 * The source's side copies and returns; it never waits, so that the kernel or auditd never waits for
 * watchcap. What finds no room is counted and told to the engine as lost, at once as a number and, where the gap is, as
 * a notice.
 */
#ifndef WC_INTAKE_H
#define WC_INTAKE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/ring.h"
#include "source/source.h"

struct intake {
	struct ring *ring;
	/* the source's thread alone: lost and not yet told in the ring, where the gap is; last told */
	uint64_t owed, serial;
	struct buf text;
	_Atomic uint64_t full; /* records that found no room */
	_Atomic uint64_t lost; /* these and what the source lost; not yet told to the engine */
};

/* @size bytes; 0 or -ENOMEM */
int intake_init(struct intake *i, size_t size);
void intake_release(struct intake *i);
/* the source's side: what it is to be given */
struct source_consumer intake_consumer(struct intake *i);
/*
 * the engine's side: give it what waits, but nothing that came behind @end (ring_end()), then settle; true
 * if there was something
 */
bool intake_drain(struct intake *i, uint64_t end, const struct source_consumer *engine);

#endif
