/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records in, whole events out: collects the records of one (node, time, serial).
 *
 * Zero copy: records are views into the block that the source just read. Before the source reuses that
 * block it calls assembler_settle(), which copies the few events that are still open.
 *
 * An event ends at EOE, at once. Without EOE (logs on disk have none) it ends at PROCTITLE, but stays
 * open to late records and is put in order among a window of `reorder` events; a live stream, where EOE
 * follows, uses reorder = 0. Lone records (USER_*, CONFIG_CHANGE without a call, ...) end at once too.
 * An event whose end never comes is given out when the stream is 2 s past it, or when the table is full.
 * No allocation in steady state; memory is bounded by `open_max` events and RECORD_MAX records' bytes.
 */
#ifndef WC_ASSEMBLER_H
#define WC_ASSEMBLER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "event/record.h"

struct assembler;

struct assembler_options {
	size_t open_max; /* 0 = 512 */
	size_t reorder;  /* events of look-back for logs; 0 for live streams */
	size_t records_max; /* per event, the rest is dropped and counted; 0 = 1024 */
};

struct assembler_stats {
	uint64_t records, events;
	uint64_t timed_out; /* given out without having ended */
	uint64_t late;      /* records of an event already given out: they make an event of their own */
	uint64_t dropped;   /* records past records_max */
};

/* one whole event: @n records (n >= 1), borrowed for the call */
typedef void (*assembler_emit)(void *ctx, const struct record *records, size_t n);

struct assembler *assembler_new(const struct assembler_options *o, assembler_emit emit, void *ctx);
void assembler_free(struct assembler *a);
DEFINE_AUTO(assembler)

/* may call emit any number of times; 0 or -ENOMEM (the record is dropped and counted) */
int assembler_feed(struct assembler *a, const struct record *r);
/* own the bytes of all open events: the block behind them is about to be reused */
int assembler_settle(struct assembler *a);
/* give out events older than @now - 2 s (live: @now = clock_realtime(); 0 = no time passes) */
void assembler_tick(struct assembler *a, uint64_t now);
/* give out everything (end of input) */
void assembler_flush(struct assembler *a);
const struct assembler_stats *assembler_stats(const struct assembler *a);

#endif
