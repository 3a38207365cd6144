/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Renders an event into a buffer and puts it into a ring as one message; the writer's thread takes
 * it out.
 *
 * Events of the recorder's own (facts that belong to no event) have serials above those of the
 * kernel, which are 32 bits wide, so that they never join an event of somebody else.
 */
#include "source/recorder.h"

#include <errno.h>
#include <linux/audit.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "base/linefile.h"
#include "base/ring.h"

#define RING_SIZE (4 * 1024 * 1024)
#define EVENT_MAX (1024 * 1024)
#define SERIAL_FIRST (UINT64_C(1) << 32)
#define IDLE_MS 500
/* of an event that is gathered: well below what a replay takes for one */
#define GATHERED_MAX (256 * 1024)
#define GATHERED_RECORDS 256

struct recorder {
	char *path;
	struct ring *ring;
	struct buf event; /* being rendered */
	struct buf own;
	struct record stamp;
	bool in_event, is_gathering;
	struct buf gathered;
	struct record gathered_stamp;
	size_t n_gathered;
	uint64_t now, serial; /* of the next event of its own */
	_Atomic bool reopen;
	_Atomic uint64_t lost;
	struct linefile file; /* the writer's, as from here */
	struct buf block;
	uint64_t in_block; /* events */
	pthread_t writer;
};

/* the writer's thread */

static void write_block(struct recorder *r)
{
	if (r->block.len && linefile_add(&r->file, buf_str(&r->block)) < 0)
		atomic_fetch_add(&r->lost, r->in_block);
	buf_clear(&r->block);
	r->in_block = 0;
}

/* with its mark in front, by which a replay knows that what follows is ours */
static int file_open(struct linefile *file, const char *path)
{
	uint64_t now = clock_realtime();
	char line[96];
	int n = snprintf(line, sizeof(line),
			 "type=WATCHCAP_RECORDING msg=audit(%llu.%03llu:0): version=1\n",
			 (unsigned long long)(now / NS_PER_S),
			 (unsigned long long)(now % NS_PER_S / NS_PER_MS));
	int r = linefile_open(file, path);

	if (r == 0) {
		r = linefile_add(file, str_mem(line, (size_t)n));
		if (r < 0)
			linefile_close(file);
	}
	return r;
}

static void change_file(struct recorder *r)
{
	struct linefile file;
	if (file_open(&file, r->path) < 0)
		return;
	linefile_close(&r->file);
	r->file = file;
}

static void *writer_thread(void *arg)
{
	struct recorder *r = arg;
	struct str event;
	uint32_t tag;
	for (;;) {
		bool closed = ring_closed(r->ring);
		while (r->block.len < EVENT_MAX && ring_read(r->ring, &tag, &event)) {
			buf_add(&r->block, event);
			r->in_block++;
		}
		ring_release(r->ring);
		if (atomic_exchange(&r->reopen, false))
			change_file(r);
		if (r->in_block)
			write_block(r);
		else if (closed)
			return NULL;
		else
			ring_wait(r->ring, IDLE_MS);
	}
}

/* the side of the events */

static void recorder_release(struct recorder *r)
{
	ring_free(r->ring);
	buf_release(&r->event);
	buf_release(&r->own);
	buf_release(&r->gathered);
	buf_release(&r->block);
	linefile_close(&r->file);
	free(r->path);
	free(r);
}

struct recorder *recorder_open(const char *path, struct diag *d)
{
	struct recorder *r = calloc(1, sizeof(*r));
	struct place where = { .file = path };
	int error = ENOMEM;
	if (!r)
		return NULL;
	r->now = clock_realtime();
	r->serial = SERIAL_FIRST;
	r->event.max = r->own.max = r->gathered.max = EVENT_MAX;
	r->path = strdup(path);
	r->ring = ring_new(RING_SIZE);
	r->file.fd = -1;
	if (r->path && r->ring)
		error = -file_open(&r->file, path);
	if (error == 0)
		error = pthread_create(&r->writer, NULL, writer_thread, r);
	if (error == 0)
		return r;
	diag_error(d, &where, "record-file", "cannot be recorded to: %s", strerror(error));
	recorder_release(r);
	return NULL;
}

void recorder_close(struct recorder *r)
{
	if (!r)
		return;
	ring_close(r->ring);
	pthread_join(r->writer, NULL);
	recorder_release(r);
}

static void add_line(struct buf *event, const struct record *stamp, uint32_t type, struct str body)
{
	struct record r = *stamp;
	r.type = type;
	r.body = body;
	record_render(&r, event);
}

static void put_event(struct recorder *r, struct buf *event, const struct record *stamp)
{
	add_line(event, stamp, AUDIT_EOE, STR(""));
	if (buf_failed(event) || ring_write(r->ring, 0, buf_str(event)) < 0)
		atomic_fetch_add(&r->lost, 1);
	buf_clear(event);
}

void recorder_begin(struct recorder *r, const struct record *records, size_t n)
{
	r->stamp = records[0];
	r->now = records[0].time;
	r->in_event = true;
	for (size_t i = 0; i < n; i++)
		record_render(&records[i], &r->event);
}

void recorder_end(struct recorder *r)
{
	r->in_event = false;
	put_event(r, &r->event, &r->stamp);
}

void recorder_tick(struct recorder *r, uint64_t now)
{
	r->now = now;
}

static struct record next_stamp(struct recorder *r)
{
	return (struct record){ .node = STR_ABSENT, .time = r->now, .serial = r->serial++ };
}

static void put_gathered(struct recorder *r)
{
	if (r->n_gathered)
		put_event(r, &r->gathered, &r->gathered_stamp);
	r->n_gathered = 0;
}

void recorder_gather(struct recorder *r)
{
	r->is_gathering = true;
}

void recorder_gather_end(struct recorder *r)
{
	put_gathered(r);
	r->is_gathering = false;
}

static void gather(struct recorder *r, struct str body)
{
	if (!r->n_gathered++)
		r->gathered_stamp = next_stamp(r);
	add_line(&r->gathered, &r->gathered_stamp, RECORD_FACT, body);
	if (r->gathered.len > GATHERED_MAX || r->n_gathered == GATHERED_RECORDS)
		put_gathered(r);
}

void recorder_fact(struct recorder *r, uint32_t type, struct str body)
{
	struct record stamp;
	if (r->in_event && type == RECORD_FACT) {
		add_line(&r->event, &r->stamp, type, body);
		return;
	}
	if (r->is_gathering && type == RECORD_FACT) {
		gather(r, body);
		return;
	}
	stamp = next_stamp(r);
	add_line(&r->own, &stamp, type, body);
	put_event(r, &r->own, &stamp);
}

void recorder_reopen(struct recorder *r)
{
	atomic_store(&r->reopen, true);
}

uint64_t recorder_lost(const struct recorder *r)
{
	return atomic_load(&r->lost);
}
