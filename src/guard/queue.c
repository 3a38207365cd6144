/* SPDX-License-Identifier: Apache-2.0 */
/* A batch that is not full took all there was. */
#include "guard/queue.h"

#include "base/clock.h"

void queue_init(struct queue *q, int group, unsigned deadline_ms)
{
	*q = (struct queue){
		.group = group,
		.patience = deadline_ms * NS_PER_MS / 4 * 3,
		.empty = clock_monotonic(),
		.since = clock_monotonic(),
	};
}

void queue_idle(struct queue *q, uint64_t now)
{
	q->empty = now;
}

void queue_wake(struct queue *q, uint64_t now)
{
	q->woken = now;
}

int queue_read(struct queue *q, uint64_t now)
{
	int n = fan_read(q->group, q->asked, QUEUE_BATCH);

	q->n = n > 0 ? (size_t)n : 0;
	q->since = q->empty;
	q->came = q->woken > q->empty ? q->woken : q->empty;
	if (n >= 0 && n < QUEUE_BATCH)
		q->empty = now;
	return n;
}

bool queue_is_overdue(const struct queue *q, uint64_t now)
{
	return now > q->since && now - q->since > q->patience;
}
