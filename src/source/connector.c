/* SPDX-License-Identifier: Apache-2.0 */
/* Notices rendered as audit messages are, into one buffer. */
#include "source/connector.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "event/notice_text.h"
#include "event/record.h"
#include "kernel/proc_events.h"

#define BATCHES_MAX 256 /* in one draining: a flood must not hide the audit stream */
#define COLLECT_MS 4

struct connector {
	struct proc_events *events; /* NULL: broken */
	const struct source_consumer *to; /* of the draining at hand */
	uint64_t serial;
	bool has_told; /* that it listens */
	struct buf text;
};

struct connector *connector_open(size_t buffer, struct diag *d)
{
	AUTO(connector) c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->serial = NOTICE_SERIAL_CONNECTOR;
	c->events = proc_events_open(buffer, d);
	return c->events ? take_ptr(c) : NULL;
}

void connector_free(struct connector *c)
{
	if (!c)
		return;
	proc_events_free(c->events);
	buf_release(&c->text);
	free(c);
}

static void give(void *ctx, const struct notice *n)
{
	struct connector *c = ctx;

	buf_clear(&c->text);
	notice_message(n, c->serial++, &c->text);
	if (buf_failed(&c->text))
		c->to->lost(c->to->ctx, 1);
	else
		c->to->message(c->to->ctx, RECORD_NOTICE, buf_str(&c->text));
}

static void tell(struct connector *c, enum notice_kind kind)
{
	give(c, &(struct notice){ .kind = kind, .at = clock_realtime() });
}

void connector_drain(struct connector *c, const struct source_consumer *to)
{
	int n = PROC_EVENTS_BATCH;

	if (!c || !c->events)
		return;
	c->to = to;
	if (!c->has_told)
		tell(c, NOTICE_LISTEN);
	c->has_told = true;
	/* a batch that is not full was the rest */
	for (unsigned i = 0; i < BATCHES_MAX && (n == PROC_EVENTS_BATCH || n == -ENOBUFS); i++) {
		n = proc_events_read(c->events, give, c);
		if (n == -ENOBUFS)
			tell(c, NOTICE_OVERRUN);
	}
	if (n < 0 && n != -EAGAIN && n != -ENOBUFS) {
		tell(c, NOTICE_OVERRUN);
		proc_events_free(c->events);
		c->events = NULL;
	}
}

int connector_wait(struct connector *c, int fd, int stop_fd, const struct source_consumer *to)
{
	bool collects = false;

	for (;;) {
		bool hears = c && c->events && !collects;
		struct pollfd fds[] = {
			{ fd, POLLIN, 0 },
			{ stop_fd, POLLIN, 0 },
			{ hears ? proc_events_fd(c->events) : -1, POLLIN, 0 },
		};
		int n = poll(fds, ARRAY_LEN(fds), collects ? COLLECT_MS : -1);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && fds[1].revents)
			return 0;
		if (n > 0 && fds[0].revents)
			return 1;
		if (collects) {
			connector_drain(c, to);
			to->settle(to->ctx);
		}
		collects = n > 0;
	}
}
