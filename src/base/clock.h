/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time is nanoseconds since the epoch in a uint64_t. It travels in the record; a stage that really
 * needs "now" (sources, sinks, ticks) gets it from here, nothing between them does.
 */
#ifndef WC_CLOCK_H
#define WC_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

uint64_t clock_realtime(void);
uint64_t clock_monotonic(void);
/* what this thread has used of a processor, in the kernel as well: who else is at work does not count */
uint64_t clock_thread(void);
/*
 * When the machine was started, by the clocks of now. On a busy machine we may be put aside between the two clocks, and
 * whatever started then would seem younger than it is: of a few tries that one counts which took the least time.
 */
uint64_t clock_boot(void);

/* "2026-01-02T03:04:05.123456789Z" (UTC); needs 31 bytes */
#define CLOCK_ISO_SIZE 31
void clock_iso8601(uint64_t ns, char out[static CLOCK_ISO_SIZE]);
/* "03:04:05.123456789" local time; needs 19 bytes */
#define CLOCK_DAY_SIZE 19
void clock_time_of_day(uint64_t ns, char out[static CLOCK_DAY_SIZE]);

#endif
