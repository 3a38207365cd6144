/* SPDX-License-Identifier: Apache-2.0 */
/* Connector messages as the kernel lays them out, and the real connector where this process may open it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <linux/cn_proc.h>

#include "base/clock.h"
#include "kernel/proc_events.h"

static void test_proc_events_fork_names_child_and_parent(void **state)
{
	struct proc_event e = { .what = PROC_EVENT_FORK, .timestamp_ns = 7 };
	struct notice n;

	(void)state;
	e.event_data.fork.parent_pid = 11;
	e.event_data.fork.parent_tgid = 10;
	e.event_data.fork.child_pid = e.event_data.fork.child_tgid = 20;
	assert_true(proc_events_parse(&e, sizeof(e), &n));
	assert_int_equal(n.kind, NOTICE_FORK);
	assert_int_equal(n.pid, 20);
	assert_int_equal(n.tid, 20);
	assert_int_equal(n.other, 10);
	assert_int_equal(n.at, 7);
}

static void test_proc_events_comm_of_sixteen_bytes_has_no_end(void **state)
{
	struct proc_event e = { .what = PROC_EVENT_COMM };
	struct notice n;

	(void)state;
	e.event_data.comm.process_pid = e.event_data.comm.process_tgid = 5;
	memset(e.event_data.comm.comm, 'x', sizeof(e.event_data.comm.comm));
	assert_true(proc_events_parse(&e, sizeof(e), &n));
	assert_memory_equal(n.comm, "xxxxxxxxxxxxxxxx", 16);
}

static void test_proc_events_short_or_foreign_is_none(void **state)
{
	struct proc_event e = { .what = PROC_EVENT_EXIT };
	char bytes[256];
	struct notice n;

	(void)state;
	e.event_data.exit.process_pid = e.event_data.exit.process_tgid = 5;
	for (size_t len = 0; len <= sizeof(e); len++) {
		char *cut = malloc(len ? len : 1);

		memcpy(cut, &e, len);
		(void)proc_events_parse(cut, len, &n);
		free(cut);
	}
	assert_false(proc_events_parse(&e, 0, &n));
	e.event_data.exit.process_pid = 0;
	assert_false(proc_events_parse(&e, sizeof(e), &n));
	e.event_data.exit.process_tgid = -1;
	assert_false(proc_events_parse(&e, sizeof(e), &n));
	memset(bytes, 0xff, sizeof(bytes));
	assert_false(proc_events_parse(bytes, sizeof(bytes), &n));
}

struct heard {
	pid_t child;
	bool forked, exited;
};

static void hear(void *ctx, const struct notice *n)
{
	struct heard *h = ctx;

	h->forked |= n->kind == NOTICE_FORK && n->pid == h->child && n->other == getpid();
	h->exited |= n->kind == NOTICE_EXIT && n->pid == h->child;
}

static void test_proc_events_real_child_is_born_and_dies(void **state)
{
	AUTO(diag) d = diag_new();
	AUTO(proc_events) p = proc_events_open(0, d);
	uint64_t end = clock_monotonic() + 5 * NS_PER_S;
	struct heard h = { 0 };
	int status, n = 0;

	(void)state;
	if (!p) {
		print_message("# skip: %s\n", diag_at(d, 0)->message);
		skip();
	}
	h.child = fork();
	if (h.child == 0)
		_exit(0);
	assert_int_equal(waitpid(h.child, &status, 0), h.child);
	while (!h.exited && clock_monotonic() < end && (n >= 0 || n == -EAGAIN))
		n = proc_events_read(p, hear, &h);
	assert_true(h.forked);
	assert_true(h.exited);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proc_events_fork_names_child_and_parent),
		cmocka_unit_test(test_proc_events_comm_of_sixteen_bytes_has_no_end),
		cmocka_unit_test(test_proc_events_short_or_foreign_is_none),
		cmocka_unit_test(test_proc_events_real_child_is_born_and_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
