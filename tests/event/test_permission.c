/* SPDX-License-Identifier: Apache-2.0 */
/* The guard's record: what was written is read again, and nonsense is nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>

#include "event/event.h"

static const struct permission full = {
	.ask = ASK_OPEN,
	.tid = 77,
	.has_flags = true,
	.has_inode = true,
	.inode = 4711,
	.dev_major = 0,
	.dev_minor = 0x2a,
	.mode = 0100644,
	.path = { "/sys/fs/x y\nz", 13 },
	.knob = { "release_agent", 13 },
	.container = { "c0ffee", 6 },
	.container_type = { "docker", 6 },
	.has_caps = true,
	.cap_permitted = 0xa80425fb,
	.cap_effective = 0xa80425fb,
	.cap_bounding = 0x1ffffffffff,
	.no_new_privs = 1,
	.seccomp = 2,
	.userns_is_host = 0,
	.verdict = PERMISSION_DENIED,
	.rules = { "a,b", 3 },
	.waited = 12345,
};
static const struct permission_task task = {
	.arch = AUDIT_ARCH_X86_64,
	.number = 257,
	.flags = O_WRONLY | O_TRUNC,
	.pid = 70,
	.ppid = 1,
	.auid = UINT32_MAX,
	.uid = 1000,
	.euid = 0,
	.comm = { "a\"b", 3 },
	.exe = { "/bin/sh", 7 },
};

struct stage {
	struct arena *arena;
	struct buf body;
	struct record record;
	struct event ev;
};

static int open_stage(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->arena = arena_new(4096, 1 << 20);
	*state = s;
	return 0;
}

static int close_stage(void **state)
{
	struct stage *s = *state;

	buf_release(&s->body);
	arena_free(s->arena);
	free(s);
	return 0;
}

static int decode(struct stage *s, const struct permission *p)
{
	buf_clear(&s->body);
	permission_write(p, &task, &s->body);
	s->record = (struct record){ .type = RECORD_GUARD,
				     .time = 1700000000000000000,
				     .serial = UINT64_C(3) << 32,
				     .body = buf_str(&s->body) };
	return event_decode(&s->ev, &s->record, 1, s->arena);
}

static void test_permission_written_is_read_again(void **state)
{
	struct stage *s = *state;
	const struct permission *p = &s->ev.permission;
	uint64_t flags;

	assert_int_equal(decode(s, &full), 0);
	assert_int_equal(s->ev.type, EVT_OPENAT);
	assert_int_equal(s->ev.origin, ORIGIN_FANOTIFY);
	assert_true(s->ev.is_permission && s->ev.has_syscall && !s->ev.sys.has_result);
	assert_int_equal(s->ev.sys.pid, 70);
	assert_int_equal(s->ev.sys.euid, 0);
	assert_int_equal(s->ev.sys.uid, 1000);
	assert_true(str_eq(s->ev.sys.comm, task.comm));
	assert_true(str_eq(s->ev.sys.exe, task.exe));
	assert_true(event_open_flags(&s->ev, &flags));
	assert_int_equal(flags, O_WRONLY | O_TRUNC);
	assert_int_equal(p->tid, 77);
	assert_true(p->has_inode && p->inode == 4711 && p->dev_minor == 0x2a);
	assert_int_equal(p->mode, 0100644);
	assert_true(str_eq(p->path, full.path));
	assert_true(str_eq(p->knob, full.knob));
	assert_true(str_eq(p->container, full.container));
	assert_true(str_eq(p->container_type, full.container_type));
	assert_true(p->has_caps && p->cap_bounding == full.cap_bounding);
	assert_int_equal(p->no_new_privs, 1);
	assert_int_equal(p->seccomp, 2);
	assert_int_equal(p->userns_is_host, 0);
	assert_int_equal(p->verdict, PERMISSION_DENIED);
	assert_true(str_eq(p->rules, full.rules));
	assert_int_equal(p->waited, 12345);
}

static void test_permission_unknown_call_has_no_flags(void **state)
{
	struct stage *s = *state;
	struct permission p = full;
	uint64_t flags;

	p.has_flags = false;
	assert_int_equal(decode(s, &p), 0);
	assert_false(event_open_flags(&s->ev, &flags));
}

static void test_permission_absent_parts_stay_absent(void **state)
{
	struct stage *s = *state;
	struct permission p = {
		.ask = ASK_HELPER, .no_new_privs = -1, .seccomp = -1, .userns_is_host = -1
	};

	assert_int_equal(decode(s, &p), 0);
	assert_int_equal(s->ev.type, EVT_USERMODEHELPER);
	assert_false(s->ev.has_syscall || s->ev.permission.has_inode || s->ev.permission.has_caps);
	assert_null(s->ev.permission.path.ptr);
	assert_null(s->ev.permission.container.ptr);
	assert_int_equal(s->ev.permission.no_new_privs, -1);
}

static void test_permission_nonsense_is_malformed(void **state)
{
	static const char *const bodies[] = {
		"",
		"ask=0",
		"pid=1 syscall=2",
		"ask=9 pid=1 syscall=2",
		"ask=x pid=1 syscall=2",
		"ask=0 pid=-5 syscall=2",
		"ask=0 pid=1 syscall=2 verdict=77",
	};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		s->record = (struct record){ .type = RECORD_GUARD, .body = str_of(bodies[i]) };
		assert_int_equal(event_decode(&s->ev, &s->record, 1, s->arena), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_permission_written_is_read_again, open_stage,
						close_stage),
		cmocka_unit_test_setup_teardown(test_permission_unknown_call_has_no_flags,
						open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_permission_absent_parts_stay_absent,
						open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_permission_nonsense_is_malformed, open_stage,
						close_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
