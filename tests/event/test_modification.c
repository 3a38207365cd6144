// SPDX-License-Identifier: Apache-2.0
/* The record of a write: what was written is read again, and nonsense is nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "event/event.h"

static const struct modification full = {
	.pid = 77,
	.has_inode = true,
	.inode = 4711,
	.dev_minor = 0x15,
	.mode = 0100644,
	.path = { "/tmp/x y\nz\"", 11 },
	.knob = { "/proc/sys/kernel/core_pattern", 29 },
};

static bool decode(struct str body, struct event *ev, struct arena *a)
{
	struct record r = { .type = RECORD_WRITE, .body = body, .time = 1, .serial = 2 };

	return event_decode(ev, &r, 1, a) == 0;
}

static void test_modification_round_trip(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	auto_buf struct buf body = { 0 };
	struct event ev;

	(void)state;
	modification_write(&full, &body);
	assert_true(decode(buf_str(&body), &ev, a));
	assert_int_equal(ev.type, EVT_WRITE);
	assert_int_equal(ev.origin, ORIGIN_FANOTIFY);
	assert_false(ev.has_syscall);
	assert_non_null(ev.modification);
	assert_int_equal(ev.modification->pid, full.pid);
	assert_true(ev.modification->has_inode);
	assert_int_equal(ev.modification->inode, full.inode);
	assert_int_equal(ev.modification->dev_minor, full.dev_minor);
	assert_int_equal(ev.modification->mode, full.mode);
	assert_true(str_eq(ev.modification->path, full.path));
	assert_true(str_eq(ev.modification->knob, full.knob));
}

static void test_modification_without_anything_known(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	auto_buf struct buf body = { 0 };
	struct event ev;

	(void)state;
	modification_write(&(struct modification){ .path = STR_ABSENT, .knob = STR_ABSENT }, &body);
	assert_true(decode(buf_str(&body), &ev, a));
	assert_false(ev.modification->has_inode);
	assert_null(ev.modification->path.ptr);
	assert_null(ev.modification->knob.ptr);
}

static void test_modification_nonsense_is_malformed(void **state)
{
	static const char *const bodies[] = { "", "path=2F", "pid=-3 path=2F", "pid=x", "inode=7" };
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct event ev;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		assert_false(decode(str_of(bodies[i]), &ev, a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modification_round_trip),
		cmocka_unit_test(test_modification_without_anything_known),
		cmocka_unit_test(test_modification_nonsense_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
