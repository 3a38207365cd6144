/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records in, whole events out: collects the records of one (node, time, serial).
 *
 * Zero copy: records are views into the block that the source just read. Before the source reuses
 * that block it calls assembler_settle(), which copies the few events that are still open.
 *
 * An event ends at EOE and is given out at once. Without EOE (auditd leaves it out of logs on disk)
 * it ends at PROCTITLE, but is kept back for late records, and put in order of serials, among a
 * window of `reorder` events; a live stream, where EOE follows, uses reorder = 0. Records of user
 * space (USER_*, DAEMON_*) are events of their own. An event whose end never comes is ended 2 s
 * after its first record came: by the stream's time, not by its own stamp, which is that of the
 * call's *entry* and may be hours old (kernel/auditsc.c __audit_syscall_entry()).
 *
 * No allocation in steady state. Memory is bounded: `open_max` open events, `records_max` records
 * and EVENT_BYTES_MAX bytes in each, HELD_BYTES_MAX in all.
 */
#ifndef WC_ASSEMBLER_H
#define WC_ASSEMBLER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "event/record.h"

#define EVENT_BYTES_MAX (1024 * 1024)
#define HELD_BYTES_MAX (16 * 1024 * 1024)

struct assembler;

struct assembler_options {
	size_t open_max; /* 0 = 512 */
	size_t reorder; /* events of look-back for logs; 0 for live streams */
	size_t records_max; /* per event, the rest is dropped and counted; 0 = 1024 */
};

struct assembler_stats {
	uint64_t records, events;
	uint64_t timed_out; /* given out without having ended */
	uint64_t late; /* records of an event already given out: they make an event of their own */
	uint64_t dropped; /* records past a limit */
};

/* one whole event: @n records (n >= 1), borrowed for the call; no EOE among them */
typedef void (*assembler_emit)(void *ctx, const struct record *records, size_t n);

struct assembler *assembler_new(const struct assembler_options *o, assembler_emit emit, void *ctx);
void assembler_free(struct assembler *a);
DEFINE_AUTO(assembler)

/* may call emit any number of times; 0 or -ENOMEM (the record is dropped and counted) */
int assembler_feed(struct assembler *a, const struct record *r);
/*
 * Own the bytes of all open events: the block behind them is about to be reused. 0, or -ENOMEM:
 * what could not be copied was given out as it was.
 */
int assembler_settle(struct assembler *a);
/* live: it is @now (clock_realtime()); from the first tick on, stamps do not count as time */
void assembler_tick(struct assembler *a, uint64_t now);
/* give out everything (end of input) */
void assembler_flush(struct assembler *a);
const struct assembler_stats *assembler_stats(const struct assembler *a);

#endif
