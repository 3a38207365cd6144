// SPDX-License-Identifier: Apache-2.0
/*
 * The output thread and its queue.
 *
 * The lock is held for moving pointers and copying numbers only, never while a sink is told. Alerts come
 * from the worker; interpretation (libauparse) and I/O happen here so that the worker has neither.
 */
#include "daemon/outbox.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"

struct outbox {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct alert **queue; /* a circle */
	size_t max, first, n;
	size_t bytes; /* of the alerts in it */
	bool closed;
	bool has_next;
	struct sinks next; /* to be used instead of sinks */
	struct outbox_stats stats;

	struct sinks sinks; /* the thread's alone from here on */
	struct responder *responder;
	struct sink_stats before; /* of sinks that were replaced */
	void (*every)(void *ctx);
	unsigned period_ms;
	void *ctx;
};

static void free_outbox(struct outbox *o)
{
	pthread_cond_destroy(&o->filled);
	pthread_mutex_destroy(&o->lock);
	free(o->queue);
	free(o);
}

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_S),
				  .tv_nsec = (long)(ns % NS_PER_S) };
}

static void take_next_sinks(struct outbox *o)
{
	struct sinks next;

	pthread_mutex_lock(&o->lock);
	bool has_next = o->has_next;
	next = o->next;
	o->has_next = false;
	pthread_mutex_unlock(&o->lock);
	if (!has_next)
		return;
	struct sink_stats old = sinks_stats(&o->sinks);
	o->before.told += old.told;
	o->before.failed += old.failed;
	sinks_release(&o->sinks);
	o->sinks = next;
}

static void publish_stats(struct outbox *o)
{
	struct sink_stats now = sinks_stats(&o->sinks);

	pthread_mutex_lock(&o->lock);
	o->stats.sinks =
		(struct sink_stats){ o->before.told + now.told, o->before.failed + now.failed };
	pthread_mutex_unlock(&o->lock);
}

/* the oldest alert; NULL with *closed, or when @until (CLOCK_MONOTONIC) has come */
static struct alert *next_alert(struct outbox *o, uint64_t until, bool *closed)
{
	struct timespec deadline = timespec_of(until);
	struct alert *a = NULL;
	int waited = 0;

	pthread_mutex_lock(&o->lock);
	while (o->n == 0 && !o->closed && !o->has_next && waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&o->filled, &o->lock, &deadline);
	if (o->n > 0) {
		a = o->queue[o->first];
		o->first = (o->first + 1) % o->max;
		o->n--;
		o->bytes -= arena_used(a->arena);
	}
	*closed = o->closed && !a;
	pthread_mutex_unlock(&o->lock);
	return a;
}

static void tell(struct outbox *o, struct alert *a)
{
	if (!a)
		return;
	if (o->responder && a->actions)
		responder_act(o->responder, a, clock_monotonic());
	alert_summarize(a);
	sinks_tell(&o->sinks, a);
	alert_free(a);
}

static void *output_thread(void *arg)
{
	struct outbox *o = arg;
	uint64_t due = clock_monotonic() + o->period_ms * NS_PER_MS;
	bool closed = false;

	while (!closed) {
		struct alert *a = next_alert(o, due, &closed);

		take_next_sinks(o);
		tell(o, a);
		if (!closed && clock_monotonic() < due)
			continue;
		sinks_flush(&o->sinks);
		publish_stats(o);
		o->every(o->ctx);
		due = clock_monotonic() + o->period_ms * NS_PER_MS;
	}
	sinks_release(&o->sinks);
	return NULL;
}

static int init_sync(struct outbox *o)
{
	pthread_condattr_t monotonic;
	int r = pthread_condattr_init(&monotonic);

	if (r != 0)
		return -r;
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	r = pthread_cond_init(&o->filled, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&o->lock, NULL);
	return -r;
}

struct outbox *outbox_start(size_t max, struct sinks sinks, struct responder *responder,
			    void (*every)(void *ctx), unsigned period_ms, void *ctx)
{
	struct outbox *o = calloc(1, sizeof(*o));

	if (!o || init_sync(o) < 0) {
		free(o);
		sinks_release(&sinks);
		return NULL;
	}
	o->queue = calloc(max, sizeof(struct alert *));
	o->max = max;
	o->sinks = sinks;
	o->responder = responder;
	o->every = every;
	o->period_ms = period_ms;
	o->ctx = ctx;
	if (!o->queue || pthread_create(&o->thread, NULL, output_thread, o) != 0) {
		sinks_release(&o->sinks);
		free_outbox(o);
		return NULL;
	}
	return o;
}

void outbox_put(struct outbox *o, struct alert *a)
{
	size_t size = arena_used(a->arena);
	bool full;

	pthread_mutex_lock(&o->lock);
	full = o->n == o->max || o->bytes + size > OUTBOX_BYTES_MAX;
	if (full) {
		o->stats.lost++;
	} else {
		o->queue[(o->first + o->n) % o->max] = a;
		o->n++;
		o->bytes += size;
	}
	pthread_cond_signal(&o->filled);
	pthread_mutex_unlock(&o->lock);
	if (full)
		alert_free(a);
}

void outbox_replace_sinks(struct outbox *o, struct sinks sinks)
{
	struct sinks unused = { 0 };

	pthread_mutex_lock(&o->lock);
	if (o->has_next)
		unused = o->next;
	o->next = sinks;
	o->has_next = true;
	pthread_cond_signal(&o->filled);
	pthread_mutex_unlock(&o->lock);
	sinks_release(&unused);
}

void outbox_stats(struct outbox *o, struct outbox_stats *out)
{
	pthread_mutex_lock(&o->lock);
	*out = o->stats;
	pthread_mutex_unlock(&o->lock);
}

void outbox_finish(struct outbox *o)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->closed = true;
	pthread_cond_signal(&o->filled);
	pthread_mutex_unlock(&o->lock);
	pthread_join(o->thread, NULL);
	free_outbox(o);
}
