/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output thread: a bounded queue of alerts, their interpretation and the sinks.
 *
 * Who puts alerts in never waits: past the bound, in number or in bytes (an alert holds records, which
 * attackers make large), they are counted as lost. Sinks belong to the thread; a
 * new set is handed over and the old one closed there.
 */
#ifndef WC_OUTBOX_H
#define WC_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/sinks.h"
#include "respond/respond.h"

#define OUTBOX_BYTES_MAX ((size_t)32 << 20)

struct outbox;

struct outbox_stats {
	uint64_t lost; /* alerts that found the queue full */
	struct sink_stats sinks;
};

/*
 * Start the thread. @sinks are the thread's from now on. @every: called there about every @period_ms, with
 * @ctx, and once more at the end. @responder acts before an alert is told (NULL: nothing does); it is the
 * caller's and used by the thread alone. NULL on failure; the sinks are closed then.
 */
struct outbox *outbox_start(size_t max, struct sinks sinks, struct responder *responder,
			    void (*every)(void *ctx), unsigned period_ms, void *ctx);
/* hand over an alert; any thread */
void outbox_put(struct outbox *o, struct alert *a);
/* use these sinks from the next alert on; any thread */
void outbox_replace_sinks(struct outbox *o, struct sinks sinks);
/* any thread */
void outbox_stats(struct outbox *o, struct outbox_stats *out);
/* tell what still waits, end the thread, free all */
void outbox_finish(struct outbox *o);

#endif
