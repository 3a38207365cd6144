/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The merged stream written down: each event's records, and behind them what the machine answered
 * about it, as lines that a replay reads again (RAW format, each event closed by an EOE line).
 *
 * One thread writes events, a thread of the recorder's own writes the file: a slow disk stalls
 * nobody. What finds no room in between is dropped as whole events and counted. All functions but
 * recorder_reopen() and recorder_lost() belong to the thread that writes events.
 */
#ifndef WC_RECORDER_H
#define WC_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "event/record.h"

struct recorder;

/* appends to @path, a WATCHCAP_RECORDING line first (made with mode 0600); NULL with the reason in @d */
struct recorder *recorder_open(const char *path, struct diag *d);
/* all that was written is in the file when it returns; NULL is fine */
void recorder_close(struct recorder *r);

/* an event: begin, its facts, end. Records are borrowed for the call. */
void recorder_begin(struct recorder *r, const struct record *records, size_t n);
void recorder_end(struct recorder *r);
/* the time that events of its own have from now on, until the next event's; a recording keeps milliseconds */
void recorder_tick(struct recorder *r, uint64_t now);
/*
 * What is told outside of events from now on is one event, not one each, until it is ended: of what a look found, and
 * what was asked because of it. A long one is cut.
 */
void recorder_gather(struct recorder *r);
void recorder_gather_end(struct recorder *r);
/*
 * @type RECORD_FACT: a record of the event between begin and end, or outside of both an event of
 * its own, or of what is gathered; RECORD_KNOB: always an event of its own.
 */
void recorder_fact(struct recorder *r, uint32_t type, struct str body);

/* any thread: the file was moved away, go on in a new one; if that fails the old one is kept */
void recorder_reopen(struct recorder *r);
/* any thread: events that are not in the file */
uint64_t recorder_lost(const struct recorder *r);

#endif
