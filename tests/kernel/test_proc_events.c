/* SPDX-License-Identifier: Apache-2.0 */
/* Connector messages as the kernel lays them out, and the real connector where this process may open it. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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

/* of a thread that is not the first, too */
static void test_proc_events_trace_and_dump_name_the_process(void **state)
{
	struct proc_event e = { .what = PROC_EVENT_PTRACE };
	struct notice n;

	(void)state;
	e.event_data.ptrace.process_pid = 8;
	e.event_data.ptrace.process_tgid = 7;
	e.event_data.ptrace.tracer_pid = 10;
	e.event_data.ptrace.tracer_tgid = 9;
	assert_true(proc_events_parse(&e, sizeof(e), &n));
	assert_int_equal(n.kind, NOTICE_PTRACE);
	assert_int_equal(n.tid, 8);
	assert_int_equal(n.pid, 7);
	assert_int_equal(n.other, 9);
	e = (struct proc_event){ .what = PROC_EVENT_COREDUMP };
	e.event_data.coredump.process_pid = 8;
	e.event_data.coredump.process_tgid = 7;
	assert_true(proc_events_parse(&e, sizeof(e), &n));
	assert_int_equal(n.kind, NOTICE_COREDUMP);
	assert_int_equal(n.tid, 8);
	assert_int_equal(n.pid, 7);
}

static void *do_nothing(void *none)
{
	return none;
}

struct told {
	int32_t child;
	unsigned given, of_threads;
	bool exited;
};

static void hear_threads(void *ctx, const struct notice *n)
{
	struct told *t = ctx;

	t->given++;
	t->of_threads += n->pid == t->child && n->tid != n->pid;
	t->exited |= n->kind == NOTICE_EXIT && n->pid == t->child;
}

/* they are not even read, where the kernel drops what else nobody needs as well */
static void test_proc_events_threads_come_and_go_untold(void **state)
{
	AUTO(diag) d = diag_new();
	AUTO(proc_events) p = proc_events_open(0, d);
	uint64_t end = clock_monotonic() + 5 * NS_PER_S;
	struct told told = { 0 };
	unsigned messages = 0;
	int status;

	(void)state;
	if (!p) {
		print_message("# skip: %s\n", diag_at(d, 0)->message);
		skip();
	}
	told.child = fork();
	if (told.child == 0) {
		for (int i = 0; i < 100; i++) {
			pthread_t thread;

			if (pthread_create(&thread, NULL, do_nothing, NULL) == 0)
				pthread_join(thread, NULL);
		}
		_exit(0);
	}
	assert_int_equal(waitpid(told.child, &status, 0), told.child);
	while (!told.exited && clock_monotonic() < end) {
		int n = proc_events_read(p, hear_threads, &told);

		messages += n > 0 ? (unsigned)n : 0;
	}
	assert_true(told.exited);
	assert_int_equal(told.of_threads, 0);
	if (proc_events_are_filtered(p))
		assert_int_equal(messages, told.given);
}

static void *wait_for_a_signal(void *tid)
{
	*(volatile int32_t *)tid = (int32_t)syscall(SYS_gettid);
	for (;;)
		pause();
	return NULL;
}

static void *die_of_a_signal(void *none)
{
	(void)none;
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return NULL;
}

struct deeds {
	int32_t child, thread;
	bool traced, let_go, dumped;
};

static void hear_deeds(void *ctx, const struct notice *n)
{
	struct deeds *d = ctx;

	if (n->pid != d->child)
		return;
	d->traced |= n->kind == NOTICE_PTRACE && n->other == getpid() && n->tid == d->thread;
	d->let_go |= n->kind == NOTICE_PTRACE && n->other == 0 && n->tid == d->thread;
	d->dumped |= n->kind == NOTICE_COREDUMP && n->tid != n->pid;
}

/* the kernel tells of a thread that is traced, and of one that dies for all */
static void test_proc_events_real_deeds_of_threads_are_told(void **state)
{
	AUTO(diag) d = diag_new();
	AUTO(proc_events) p = proc_events_open(0, d);
	uint64_t end = clock_monotonic() + 5 * NS_PER_S;
	volatile int32_t *tid =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct deeds heard = { 0 };
	int status;

	(void)state;
	if (!p) {
		print_message("# skip: %s\n", diag_at(d, 0)->message);
		skip();
	}
	heard.child = fork();
	if (heard.child == 0) {
		const struct rlimit none = { 0, 0 };
		pthread_t thread;

		alarm(30);
		setrlimit(RLIMIT_CORE, &none);
		pthread_create(&thread, NULL, wait_for_a_signal, (void *)(uintptr_t)tid);
		while (tid[1] == 0)
			usleep(1000);
		pthread_create(&thread, NULL, die_of_a_signal, NULL);
		pause();
	}
	while (*tid == 0)
		usleep(1000);
	heard.thread = *tid;
	assert_int_equal(ptrace(PTRACE_ATTACH, heard.thread, NULL, NULL), 0);
	assert_int_equal(waitpid(heard.thread, &status, __WALL), heard.thread);
	assert_int_equal(ptrace(PTRACE_DETACH, heard.thread, NULL, NULL), 0);
	tid[1] = 1;
	assert_int_equal(waitpid(heard.child, &status, 0), heard.child);
	assert_true(WIFSIGNALED(status));
	while (!(heard.traced && heard.let_go && heard.dumped) && clock_monotonic() < end)
		(void)proc_events_read(p, hear_deeds, &heard);
	assert_true(heard.traced);
	assert_true(heard.let_go);
	assert_true(heard.dumped);
	munmap((void *)(uintptr_t)tid, 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proc_events_fork_names_child_and_parent),
		cmocka_unit_test(test_proc_events_comm_of_sixteen_bytes_has_no_end),
		cmocka_unit_test(test_proc_events_short_or_foreign_is_none),
		cmocka_unit_test(test_proc_events_trace_and_dump_name_the_process),
		cmocka_unit_test(test_proc_events_real_child_is_born_and_dies),
		cmocka_unit_test(test_proc_events_threads_come_and_go_untold),
		cmocka_unit_test(test_proc_events_real_deeds_of_threads_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
