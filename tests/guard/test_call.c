/* SPDX-License-Identifier: Apache-2.0 */
/* What is believed of a call that waits, and how long it is looked for, against a /proc that was made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <pthread.h>
#include <unistd.h>

#include <cmocka.h>

#include "../kernel/fake_root.h"

#include "base/clock.h"
#include "guard/call.h"

#define IN_OPEN "[<0>] do_sys_openat2+0x1/0x2\n[<0>] __x64_sys_openat+0x1/0x2\n"
#define READ_ONLY "257 0xffffff9c 0x7f 0x0 0x0 0x0 0x0\n"
#define LONG (500 * NS_PER_MS)

struct fixture {
	struct fake_root root;
	struct procfs proc;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->root = fake_root();
	assert_int_equal(procfs_init(&f->proc, f->root.path), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	procfs_release(&f->proc);
	fake_root_release(&f->root);
	free(f);
	return 0;
}

static void task(struct fixture *f, int tid, const char *call, const char *stack)
{
	char name[64];

	snprintf(name, sizeof(name), "%d/syscall", tid);
	fake_file(&f->root, name, call);
	snprintf(name, sizeof(name), "%d/stack", tid);
	fake_file(&f->root, name, stack);
}

#if defined(__x86_64__)

static void test_call_only_what_changes_nothing_is_a_read(void **state)
{
	static const struct {
		const char *call;
		bool is_read;
	} rows[] = {
		{ READ_ONLY, true },
		{ "2 0x7f 0x0 0x0 0x0 0x0 0x0\n", true },
		{ "257 0xffffff9c 0x7f 0xffffffff00080000 0x0\n", true }, /* O_CLOEXEC */
		{ "257 0xffffff9c 0x7f 0x1 0x0\n", false },
		{ "257 0xffffff9c 0x7f 0x2 0x0\n", false },
		{ "257 0xffffff9c 0x7f 0x3 0x0\n", false },
		{ "257 0xffffff9c 0x7f 0x200 0x0\n", false }, /* O_TRUNC */
		{ "257 0xffffff9c 0x7f 0x40 0x0\n", false }, /* O_CREAT */
		{ "437 0xffffff9c 0x7f 0x7f 0x18\n", false }, /* openat2 */
		{ "-1 0x7f 0x7f\n", false },
		{ "", false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct call call = { .tid = 500 };

		task(f, 500, rows[i].call, IN_OPEN);
		calls_read(&call, 1, &f->proc, 0);
		if (call_is_read(&call) != rows[i].is_read)
			fail_msg("%s", rows[i].call);
	}
}

static void *fall_asleep(void *fixture)
{
	struct fixture *f = fixture;
	char from[4096], to[4096];

	snprintf(from, sizeof(from), "%s", fake_path(&f->root, "502/syscall"));
	snprintf(to, sizeof(to), "%s", fake_path(&f->root, "501/syscall"));
	usleep(20000);
	assert_int_equal(rename(from, to), 0);
	return NULL;
}

/* an answer would keep them awake: all are waited for, and who is not asked about is left alone */
static void test_call_who_is_awake_is_looked_at_again(void **state)
{
	struct fixture *f = *state;
	struct call calls[] = { { .tid = 500 }, { .tid = 501 }, { .tid = 0 } };
	uint64_t begin = clock_monotonic();
	pthread_t thread;

	task(f, 500, READ_ONLY, IN_OPEN);
	task(f, 501, "running\n", IN_OPEN);
	task(f, 502, READ_ONLY, "");
	assert_int_equal(pthread_create(&thread, NULL, fall_asleep, f), 0);
	calls_read(calls, ARRAY_LEN(calls), &f->proc, 20 * LONG);
	pthread_join(thread, NULL);
	assert_true(call_is_read(&calls[0]));
	assert_true(call_is_read(&calls[1]));
	assert_false(call_is_read(&calls[2]));
	assert_true(clock_monotonic() - begin < 20 * LONG);
}

#endif

static void test_call_who_stays_awake_is_not_believed(void **state)
{
	static const struct {
		const char *call, *stack;
	} rows[] = { { "running\n", IN_OPEN }, { READ_ONLY, "" } };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct call call = { .tid = 500, .is_known = true };
		uint64_t begin = clock_monotonic();

		task(f, 500, rows[i].call, rows[i].stack);
		calls_read(&call, 1, &f->proc, 5 * NS_PER_MS);
		assert_false(call_is_read(&call));
		assert_false(call.is_settled);
		assert_true(clock_monotonic() - begin < LONG);
	}
}

/* what was read while they slept is not asked for again: an answer to others may have woken them */
static void test_call_who_was_awake_can_be_asked_about_once_more(void **state)
{
	struct fixture *f = *state;
	struct call calls[] = { { .tid = 500 }, { .tid = 501 } };

	task(f, 500, "1 0x1 0x7f 0x0\n", "");
	task(f, 501, "running\n", "");
	calls_read(calls, ARRAY_LEN(calls), &f->proc, 0);
	assert_true(calls[0].is_settled);
	assert_false(calls[1].is_settled);
	task(f, 500, "running\n", "");
	task(f, 501, "1 0x1 0x7f 0x0\n", "");
	calls_read(calls, ARRAY_LEN(calls), &f->proc, 0);
	assert_true(calls[0].is_settled);
	assert_true(calls[1].is_settled);
}

static void test_call_who_is_gone_is_not_waited_for(void **state)
{
	struct fixture *f = *state;
	struct call call = { .tid = 500, .is_known = true };
	uint64_t begin = clock_monotonic();

	calls_read(&call, 1, &f->proc, 20 * LONG);
	assert_false(call_is_read(&call));
	assert_true(clock_monotonic() - begin < LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#if defined(__x86_64__)
		cmocka_unit_test_setup_teardown(test_call_only_what_changes_nothing_is_a_read,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_call_who_is_awake_is_looked_at_again, setup,
						teardown),
#endif
		cmocka_unit_test_setup_teardown(test_call_who_stays_awake_is_not_believed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			test_call_who_was_awake_can_be_asked_about_once_more, setup, teardown),
		cmocka_unit_test_setup_teardown(test_call_who_is_gone_is_not_waited_for, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
