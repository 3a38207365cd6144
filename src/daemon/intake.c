// SPDX-License-Identifier: Apache-2.0
/*
 * Records in a ring: the tag says which of the consumer's functions they were meant for.
 */
#include "daemon/intake.h"

#include <errno.h>

#include "base/clock.h"
#include "event/notice_text.h"
#include "event/record.h"

#define TAG_LINE UINT32_MAX /* no netlink message has this type */
#define BATCH 4096 /* records between two settlings, so that the ring gets free in time */

/* ahead of what comes next; false: there is no room for it yet */
static bool tell_gap(struct intake *i)
{
	struct notice n = { .kind = NOTICE_LOST, .at = clock_realtime(), .count = i->owed };

	if (!i->owed)
		return true;
	buf_clear(&i->text);
	notice_message(&n, i->serial, &i->text);
	if (buf_failed(&i->text) || ring_put(i->ring, RECORD_NOTICE, buf_str(&i->text)) < 0)
		return false;
	i->serial++;
	i->owed = 0;
	return true;
}

static void put(struct intake *i, uint32_t tag, struct str bytes)
{
	if (tell_gap(i) && ring_put(i->ring, tag, bytes) == 0)
		return;
	i->owed++;
	atomic_fetch_add_explicit(&i->full, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&i->lost, 1, memory_order_relaxed);
}

static void on_line(void *ctx, struct str line)
{
	put(ctx, TAG_LINE, line);
}

static void on_message(void *ctx, uint32_t type, struct str payload)
{
	put(ctx, type, payload);
}

static void on_settle(void *ctx)
{
	struct intake *i = ctx;

	/* the ring has copies; its reader was not woken for each */
	ring_wake(i->ring);
}

static void on_lost(void *ctx, uint64_t n)
{
	struct intake *i = ctx;

	i->owed += n;
	atomic_fetch_add_explicit(&i->lost, n, memory_order_relaxed);
	(void)tell_gap(i); /* else before the next record */
	ring_wake(i->ring);
}

int intake_init(struct intake *i, size_t size)
{
	*i = (struct intake){ .ring = ring_new(size), .serial = NOTICE_SERIAL_INTAKE };
	return i->ring ? 0 : -ENOMEM;
}

void intake_release(struct intake *i)
{
	ring_free(i->ring);
	i->ring = NULL;
	buf_release(&i->text);
}

struct source_consumer intake_consumer(struct intake *i)
{
	return (struct source_consumer){
		.ctx = i,
		.line = on_line,
		.message = on_message,
		.settle = on_settle,
		.lost = on_lost,
	};
}

bool intake_drain(struct intake *i, uint64_t end, const struct source_consumer *engine)
{
	uint64_t lost = atomic_exchange_explicit(&i->lost, 0, memory_order_relaxed);
	struct str bytes;
	uint32_t tag;
	size_t n = 0;

	if (lost > 0)
		engine->lost(engine->ctx, lost);
	while (n < BATCH && ring_read_to(i->ring, end, &tag, &bytes)) {
		if (tag == TAG_LINE)
			engine->line(engine->ctx, bytes);
		else
			engine->message(engine->ctx, tag, bytes);
		n++;
	}
	if (n > 0) {
		engine->settle(engine->ctx);
		ring_release(i->ring);
	}
	return n > 0;
}
