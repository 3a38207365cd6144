/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single writer, single reader, power-of-two bytes. Positions only grow; their low bits are the
 * offset.
 *
 * A message is a header and its bytes, 8-byte aligned, never wrapped: when the end of the memory is
 * too near, a PAD header fills it. The writer publishes with a release store of `tail`, the reader
 * frees with one of `head`. Sleep: the reader announces `sleeping`, looks once more, then reads the
 * eventfd; the writer publishes first and looks at `sleeping` second. Both steps are sequentially
 * consistent, so one of the two always sees the other.
 */
#include "base/ring.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#define PAD UINT32_MAX

struct header {
	uint32_t len, tag;
};

struct ring {
	size_t mask;
	int wake;

	_Alignas(64) _Atomic uint64_t tail; /* written up to here; the writer's */
	uint64_t head_seen; /* the writer's last look at head */
	_Alignas(64) _Atomic uint64_t head; /* released up to here; the reader's */
	uint64_t read; /* given to the caller up to here */
	_Alignas(64) _Atomic bool sleeping;
	_Atomic bool closed;
	char *bytes;
};

struct ring *ring_new(size_t size)
{
	struct ring *r = aligned_alloc(64, (sizeof(*r) + 63) & ~(size_t)63);
	size_t cap = 4096;

	if (!r || size > SIZE_MAX / 2) {
		free(r);
		return NULL;
	}
	memset(r, 0, sizeof(*r));
	while (cap < size)
		cap *= 2;
	r->mask = cap - 1;
	r->bytes = aligned_alloc(64, cap);
	r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!r->bytes || r->wake < 0) {
		ring_free(r);
		return NULL;
	}
	return r;
}

void ring_free(struct ring *r)
{
	if (!r)
		return;
	if (r->wake >= 0)
		close(r->wake);
	free(r->bytes);
	free(r);
}

void ring_wake(struct ring *r)
{
	uint64_t one = 1;

	/* what was published comes before the look, for the compiler and the processor */
	atomic_thread_fence(memory_order_seq_cst);
	/* once for each sleep */
	if (atomic_load(&r->sleeping) && atomic_exchange(&r->sleeping, false) &&
	    write(r->wake, &one, sizeof(one)) < 0)
		return; /* the counter is full: the reader has been woken already */
}

static struct header *header_at(struct ring *r, uint64_t position)
{
	return (struct header *)(void *)(r->bytes + (position & r->mask));
}

int ring_put(struct ring *r, uint32_t tag, struct str message)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	size_t cap = r->mask + 1, to_end = cap - (tail & r->mask);
	size_t need = sizeof(struct header) + ((message.len + 7) & ~(size_t)7);
	size_t pad = need > to_end ? to_end : 0;

	if (message.len >= PAD || need > cap)
		return -ENOBUFS;
	if (tail + pad + need - r->head_seen > cap) {
		r->head_seen = atomic_load_explicit(&r->head, memory_order_acquire);
		if (tail + pad + need - r->head_seen > cap)
			return -ENOBUFS;
	}
	if (pad) {
		*header_at(r, tail) = (struct header){ PAD, 0 };
		tail += pad;
	}
	*header_at(r, tail) = (struct header){ (uint32_t)message.len, tag };
	if (message.len)
		memcpy(r->bytes + (tail & r->mask) + sizeof(struct header), message.ptr,
		       message.len);
	atomic_store_explicit(&r->tail, tail + need, memory_order_release);
	return 0;
}

int ring_write(struct ring *r, uint32_t tag, struct str message)
{
	int error = ring_put(r, tag, message);

	if (error == 0)
		ring_wake(r);
	return error;
}

void ring_close(struct ring *r)
{
	atomic_store(&r->closed, true);
	ring_wake(r);
}

uint64_t ring_end(const struct ring *r)
{
	return atomic_load_explicit(&r->tail, memory_order_acquire);
}

bool ring_read(struct ring *r, uint32_t *tag, struct str *message)
{
	return ring_read_to(r, ring_end(r), tag, message);
}

bool ring_read_to(struct ring *r, uint64_t end, uint32_t *tag, struct str *message)
{
	const struct header *h;

	if (r->read >= end)
		return false;
	h = header_at(r, r->read);
	if (h->len == PAD) {
		/* a pad is published together with the message behind it */
		r->read += r->mask + 1 - (r->read & r->mask);
		h = header_at(r, r->read);
	}
	*tag = h->tag;
	*message = str_mem(h + 1, h->len);
	r->read += sizeof(*h) + ((h->len + 7) & ~(size_t)7);
	return true;
}

void ring_release(struct ring *r)
{
	atomic_store_explicit(&r->head, r->read, memory_order_release);
}

static bool ring_has(struct ring *r)
{
	return atomic_load(&r->tail) != r->read;
}

bool ring_wait(struct ring *r, int timeout_ms)
{
	return ring_wait_beside(r, NULL, 0, timeout_ms);
}

bool ring_wait_beside(struct ring *r, const int *beside, size_t n, int timeout_ms)
{
	struct pollfd fds[1 + RING_BESIDE_MAX] = { { r->wake, POLLIN, 0 } };
	uint64_t count;

	for (size_t i = 0; i < n; i++)
		fds[1 + i] = (struct pollfd){ beside[i], POLLIN, 0 };
	if (ring_has(r))
		return true;
	atomic_store(&r->sleeping, true);
	if (!ring_has(r) && !ring_closed(r) && poll(fds, 1 + n, timeout_ms) > 0 && fds[0].revents)
		(void)!read(r->wake, &count, sizeof(count));
	atomic_store(&r->sleeping, false);
	return ring_has(r);
}

bool ring_closed(const struct ring *r)
{
	return atomic_load(&r->closed);
}

size_t ring_used(const struct ring *r)
{
	/* in this order: what is read in between makes it more, never less than nothing */
	uint64_t head = atomic_load(&r->head);

	return (size_t)(atomic_load(&r->tail) - head);
}
