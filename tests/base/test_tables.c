/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash tables against a plain array; the ring between two threads; diagnostics as an administrator
 * sees them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/ring.h"

#define KEYS 512

static void test_intmap_random_work_equals_array(void **state)
{
	struct intmap m = { 0 };

	void *model[KEYS] = { 0 };
	unsigned seed = 7;
	size_t live = 0, at = 0, seen = 0;
	(void)state;
	for (int i = 0; i < 100000; i++) {
		/* multiples of a power of two: the worst for a table that looks at low bits */
		unsigned n = (unsigned)rand_r(&seed) % KEYS;
		uint64_t key = (uint64_t)n << 20;
		if (rand_r(&seed) % 2) {
			void *value = &model[rand_r(&seed) % KEYS];
			assert_int_equal(intmap_put(&m, key, value), 0);
			live += !model[n];
			model[n] = value;
		} else {
			assert_ptr_equal(intmap_del(&m, key), model[n]);
			live -= model[n] != NULL;
			model[n] = NULL;
		}
		assert_int_equal(m.len, live);
	}
	for (unsigned n = 0; n < KEYS; n++)
		assert_ptr_equal(intmap_get(&m, (uint64_t)n << 20), model[n]);
	while (intmap_next(&m, &at, NULL))
		seen++;
	assert_int_equal(seen, live);
	intmap_release(&m);
}

static void test_map_random_work_equals_array(void **state)
{
	static char keys[KEYS][16];
	struct map m = { 0 };
	bool model[KEYS] = { 0 };
	unsigned seed = 11;

	(void)state;
	for (int n = 0; n < KEYS; n++)
		snprintf(keys[n], sizeof(keys[n]), "k%d", n);
	for (int i = 0; i < 50000; i++) {
		int n = rand_r(&seed) % KEYS;

		if (rand_r(&seed) % 2) {
			assert_int_equal(map_put(&m, str_of(keys[n]), keys[n]), 0);
			model[n] = true;
		} else {
			assert_ptr_equal(map_del(&m, str_of(keys[n])), model[n] ? keys[n] : NULL);
			model[n] = false;
		}
	}
	for (int n = 0; n < KEYS; n++)
		assert_ptr_equal(map_get(&m, str_of(keys[n])), model[n] ? keys[n] : NULL);
	map_release(&m);
}

#define MESSAGES 200000

static void *ring_writer(void *arg)
{
	struct ring *r = arg;
	char message[300];

	for (uint32_t i = 0; i < MESSAGES;) {
		size_t len = i * 7 % sizeof(message);

		memset(message, (int)(i & 0xff), sizeof(message));
		if (ring_write(r, i, str_mem(message, len)) == 0)
			i++;
		else
			sched_yield();
	}
	ring_close(r);
	return NULL;
}

static void test_ring_two_threads_keep_order_and_bytes(void **state)
{
	AUTO(ring) r = ring_new(1);
	pthread_t writer;
	uint32_t next = 0, tag;
	struct str message;
	(void)state;
	assert_int_equal(pthread_create(&writer, NULL, ring_writer, r), 0);
	for (;;) {
		while (ring_read(r, &tag, &message)) {
			assert_int_equal(tag, next);
			assert_int_equal(message.len, next * 7 % 300);
			for (size_t i = 0; i < message.len; i++)
				assert_int_equal((unsigned char)message.ptr[i], next & 0xff);
			next++;
			ring_release(r);
		}
		if (next == MESSAGES)
			break;
		ring_wait(r, 1000);
	}
	pthread_join(writer, NULL);
	assert_int_equal(ring_used(r), 0);
	assert_true(ring_closed(r));
	assert_false(ring_wait(r, 10000));
}

static void test_ring_full_refuses_and_recovers(void **state)
{
	AUTO(ring) r = ring_new(4096);
	char big[4096] = { 0 };
	uint32_t tag;
	struct str message;
	int n = 0;
	(void)state;
	assert_int_equal(ring_write(r, 0, str_mem(big, sizeof(big))), -ENOBUFS);
	while (ring_write(r, 0, str_mem(big, 100)) == 0)
		n++;
	assert_true(n > 30);
	while (ring_read(r, &tag, &message))
		assert_int_equal(message.len, 100);
	assert_int_equal(ring_write(r, 0, str_mem(big, 100)), -ENOBUFS);
	ring_release(r);
	assert_int_equal(ring_write(r, 0, str_mem(big, 100)), 0);
}

static void test_diag_shows_line_and_caret(void **state)
{
	AUTO(diag) d = diag_new();
	auto_buf struct buf out = { 0 };
	struct place where = { "20-escape.ini", 14, 15, 7, STR("\tevt.type in (opennat)") };
	(void)state;
	diag_error(d, &where, "unknown-event", "unknown event type '%s'", "opennat");
	diag_note(d, &(struct place){ .file = "30-escape.ini", .line = 9, .column = 13 },
		  "in macro '%s'", "opened");
	diag_render_text(d, &out);
	assert_string_equal(
		buf_z(&out),
		"20-escape.ini:14:15: error: unknown event type 'opennat' [unknown-event]\n"
		"   14 | \tevt.type in (opennat)\n"
		"      | \t             ^~~~~~~\n"
		"  note: in macro 'opened' at 30-escape.ini:9:13\n");
	assert_int_equal(diag_errors(d), 1);
}

static void test_diag_hostile_line_is_escaped_and_bounded(void **state)
{
	AUTO(diag) d = diag_new();
	auto_buf struct buf out = { 0 };
	struct place where = { "x", 1, 900, 100, STR("\x1b[2J\n") };
	(void)state;
	for (int i = 0; i < 1000; i++)
		diag_error(d, &where, NULL, "e");
	assert_int_equal(diag_errors(d), 1000);
	assert_int_equal(diag_count(d), 200);
	diag_render_text(d, &out);
	assert_null(strchr(buf_z(&out), '\x1b'));
	diag_error(NULL, &where, NULL, "nobody asked");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intmap_random_work_equals_array),
		cmocka_unit_test(test_map_random_work_equals_array),
		cmocka_unit_test(test_ring_two_threads_keep_order_and_bytes),
		cmocka_unit_test(test_ring_full_refuses_and_recovers),
		cmocka_unit_test(test_diag_shows_line_and_caret),
		cmocka_unit_test(test_diag_hostile_line_is_escaped_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
