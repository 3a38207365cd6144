// SPDX-License-Identifier: Apache-2.0
/* Threads that differ from their process: what they hold between them counts. */
#include <linux/capability.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fake_facts.h"
#include "state/threads.h"

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HOME "0::/docker/" ID64 "\n"
#define NR_OPENAT 257
#define NR_UNSHARE 272
#define NR_CAPSET 126
#define SYS_ADMIN (UINT64_C(1) << 21)
#define KILL (UINT64_C(1) << 5)

struct fixture {
	struct fake *fake;
	struct session *session;
	struct process *p;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	for (int32_t pid = 60; pid <= 70; pid += 10) {
		struct facts_process *p =
			fake_add(f->fake, pid, pid == 60 ? 1 : 60, "/bin/sh", HOME);

		for (unsigned i = 0; i < NS_COUNT; i++)
			p->ns[i] = i == NS_USER ? 1 : 7;
		p->start_ticks = 5;
	}
	f->fake->container_id = ID64;
	f->fake->container =
		(struct facts_container){ .has_bounding = true, .cap_bounding = KILL | SYS_ADMIN };
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	f->p = process_find(&f->session->state->processes, 0, 70);
	f->p->cred.cap_permitted = f->p->cred.cap_effective = KILL | SYS_ADMIN;
	f->p->cap_granted = f->p->cap_told = 0;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->session);
	free(f);
	return 0;
}

static void threads(struct fixture *f, uint32_t n, uint64_t sets)
{
	f->fake->threads = (struct facts_threads){
		.start_ticks = 5,
		.n = n,
		.tid = n > 1 ? 71 : 0,
		.is_divided = n > 1,
		.ns = { 7, 7, 1, 7, 7, 7, 7 },
		.has_caps = true,
		.userns = 1,
		.permitted = sets,
		.effective = sets,
	};
}

static const struct seen *call(struct fixture *f, unsigned serial, unsigned nr)
{
	session_call(f->session, serial, nr, 70, 60, "/bin/sh", NULL);
	session_flush(f->session);
	return session_find(f->session, serial, EVT_UNKNOWN);
}

static void capset(struct fixture *f, unsigned serial, unsigned long long set)
{
	session_call(f->session, serial, NR_CAPSET, 70, 60, "/bin/sh", NULL);
	session_record(f->session, "CAPSET", serial,
		       "pid=70 cap_pi=0 cap_pp=%llx cap_pe=%llx cap_pa=0", set, set);
	session_flush(f->session);
}

static void test_namespace_of_one_thread_is_told_once_of_that_thread(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	threads(f, 2, KILL | SYS_ADMIN);
	f->fake->threads.ns[NS_UTS] = 1;
	call(f, 1, NR_UNSHARE);
	seen = session_find(f->session, 1, EVT_NS_GAIN);
	assert_non_null(seen);
	assert_string_equal(seen->gained, "uts");
	assert_int_equal(seen->thread, 71);
	assert_true(seen->before.ns[NS_UTS] == 1);
	call(f, 2, NR_UNSHARE);
	/* nor when the program that it runs is there */
	f->fake->processes[2].ns[NS_UTS] = 1;
	call(f, 3, 59);
	assert_int_equal(session_count(f->session, EVT_NS_GAIN), 1);
	assert_int_equal(f->p->threads.tid, 0);
}

static void test_capability_of_one_thread_beyond_the_container_is_told(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	threads(f, 2, KILL | SYS_ADMIN | 1);
	call(f, 1, NR_UNSHARE);
	seen = session_find(f->session, 1, EVT_CAP_GAIN);
	assert_non_null(seen);
	assert_string_equal(seen->gained, "CAP_CHOWN");
	assert_string_equal(seen->cause, "none");
	assert_int_equal(seen->thread, 71);
	call(f, 2, NR_UNSHARE);
	assert_int_equal(session_count(f->session, EVT_CAP_GAIN), 1);
}

/* once, in its time, and in the recording alone that */
static void test_capability_that_came_by_no_call_is_found_by_the_sweeper(void **state)
{
	struct fixture *f = *state;
	struct session *n = f->session;

	threads(f, 2, KILL | SYS_ADMIN);
	state_tick(n->state, UINT64_C(1001000000000));
	session_derived(n);
	assert_int_equal(n->n, 0);
	threads(f, 2, KILL | SYS_ADMIN | 1);
	for (uint64_t second = 1002; second < 1005; second++)
		state_tick(n->state, second * UINT64_C(1000000000));
	session_derived(n);
	assert_int_equal(session_count(n, EVT_CAP_GAIN), 1);
	assert_string_equal(n->seen[n->n - 1].gained, "CAP_CHOWN");
	assert_string_equal(n->seen[n->n - 1].cause, "none");
	assert_int_equal(n->seen[n->n - 1].thread, 71);
}

/* credentials that were overwritten in memory: no record, no notice, no other thread */
static void test_capability_of_the_process_that_came_by_no_call_is_found(void **state)
{
	struct fixture *f = *state;

	threads(f, 1, KILL | 1);
	state_tick(f->session->state, UINT64_C(1001000000000));
	session_derived(f->session);
	assert_int_equal(session_count(f->session, EVT_CAP_GAIN), 1);
	assert_string_equal(f->session->seen[f->session->n - 1].gained, "CAP_CHOWN");
	assert_int_equal(f->session->seen[f->session->n - 1].thread, 0);
}

static void test_threads_are_swept_a_few_in_a_second(void **state)
{
	struct fixture *f = *state;

	threads(f, 64, KILL);
	memset(f->fake->asked, 0, sizeof(f->fake->asked));
	state_tick(f->session->state, UINT64_C(1001000000000));
	assert_int_equal(f->fake->asked[FACT_THREADS], 1);
	state_tick(f->session->state, UINT64_C(1002000000000));
	assert_int_equal(f->fake->asked[FACT_THREADS], 2);
}

static void test_what_one_thread_gives_up_the_others_hold(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	threads(f, 2, KILL | SYS_ADMIN);
	capset(f, 1, 0);
	seen = session_find(f->session, 1, EVT_CAPSET);
	assert_true(seen->after.cap_effective == 0);
	seen = call(f, 2, NR_OPENAT);
	assert_true(seen->before.cap_effective == (KILL | SYS_ADMIN));
	assert_int_equal(seen->before.cap_source, CAP_THREADS);
	/* until the last has */
	threads(f, 2, 0);
	f->fake->threads.is_divided = false;
	capset(f, 3, 0);
	seen = call(f, 4, NR_OPENAT);
	assert_true(seen->before.has_caps && seen->before.cap_effective == 0);
	assert_int_equal(seen->before.cap_source, CAP_CAPSET);
}

/* it made the call and has ended by the time that anybody looks */
static void test_thread_that_is_gone_takes_nothing_with_it(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	threads(f, 1, KILL | SYS_ADMIN);
	capset(f, 1, 0);
	assert_true(call(f, 2, NR_OPENAT)->before.cap_effective == (KILL | SYS_ADMIN));
	/* of one that takes up again what it had given up the call itself is right */
	capset(f, 3, KILL);
	seen = session_find(f->session, 3, EVT_CAPSET);
	assert_true(seen->before.cap_effective == 0 && seen->after.cap_effective == KILL);
}

static void test_who_is_not_looked_at_is_not_believed(void **state)
{
	struct fixture *f = *state;

	threads(f, 1, 0);
	for (unsigned i = 0; i < 100; i++)
		session_record(f->session, "SYSCALL", 1,
			       "arch=c000003e syscall=272 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 "
			       "items=0 ppid=60 pid=60 auid=1 uid=0 gid=0 euid=0 suid=0 fsuid=0 "
			       "egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"x\" exe=\"/bin/sh\" "
			       "key=(null)");
	session_flush(f->session);
	f->p->container->at_change.second = 1002;
	f->p->container->at_change.looks = 100;
	capset(f, 2, 0);
	assert_true(call(f, 3, NR_OPENAT)->before.cap_effective == (KILL | SYS_ADMIN));
	assert_true(f->p->is_put_off);
	state_tick(f->session->state, UINT64_C(1004) * 1000000000);
	assert_true(call(f, 5, NR_OPENAT)->before.cap_effective == 0);
}

/* calls that give up root leave no record: the next event shows another user, of one thread */
static void test_ids_of_one_thread_do_not_hide_what_the_others_hold(void **state)
{
	struct fixture *f = *state;

	f->fake->processes[2].threads = 2;
	f->fake->processes[2].cap_permitted = f->fake->processes[2].cap_effective =
		KILL | SYS_ADMIN;
	threads(f, 2, KILL | SYS_ADMIN);
	for (unsigned i = 0; i < 4; i++) {
		const struct seen *seen;

		session_record(
			f->session, "SYSCALL", 1 + i,
			"arch=c000003e syscall=257 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 "
			"items=0 ppid=60 pid=70 auid=1 uid=%u gid=0 euid=%u suid=%u fsuid=%u "
			"egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"x\" exe=\"/bin/sh\" "
			"key=(null)",
			i % 2 * 1000, i % 2 * 1000, i % 2 * 1000, i % 2 * 1000);
		session_flush(f->session);
		seen = session_find(f->session, 1 + i, EVT_OPENAT);
		assert_true(seen->before.has_caps);
		assert_true(seen->before.cap_effective == (KILL | SYS_ADMIN));
		assert_int_equal(seen->before.euid, i % 2 * 1000);
	}
}

/* a hole of the kernel gives one thread the credentials of the first process: no call tells of that */
static void test_thread_that_became_root_is_looked_at(void **state)
{
	struct fixture *f = *state;
	struct arena *a = arena_new(4096, 1 << 20);
	struct notice n = {
		.kind = NOTICE_UID, .tid = 71, .pid = 70, .at = UINT64_C(1001000000000)
	};
	struct event ev = { .type = EVT_UNKNOWN, .time = n.at, .notice = &n, .arena = a };

	threads(f, 2, KILL | SYS_ADMIN | 1);
	n.effective = 1000;
	state_notice(f->session->state, &ev);
	assert_int_equal(f->fake->asked[FACT_THREADS], 0);
	n.effective = 0;
	state_notice(f->session->state, &ev);
	session_derived(f->session);
	assert_int_equal(session_count(f->session, EVT_CAP_GAIN), 1);
	assert_string_equal(f->session->seen[f->session->n - 1].gained, "CAP_CHOWN");
	assert_int_equal(f->session->seen[f->session->n - 1].thread, 71);
	state_notice(f->session->state, &ev);
	session_derived(f->session);
	assert_int_equal(session_count(f->session, EVT_CAP_GAIN), 1);
	arena_free(a);
}

static void test_child_of_a_divided_process_may_be_of_any_thread(void **state)
{
	struct fixture *f = *state;

	threads(f, 2, KILL | SYS_ADMIN);
	capset(f, 1, 0);
	session_call(f->session, 2, NR_OPENAT, 80, 70, "/bin/sh", NULL);
	session_flush(f->session);
	assert_true(session_find(f->session, 2, EVT_OPENAT)->before.cap_effective ==
		    (KILL | SYS_ADMIN));
}

static void test_host_and_runtime_are_not_asked_about(void **state)
{
	struct fixture *f = *state;

	memset(f->fake->asked, 0, sizeof(f->fake->asked));
	session_call(f->session, 1, NR_UNSHARE, 90, 1, "/bin/sh", NULL);
	session_flush(f->session);
	assert_int_equal(f->fake->asked[FACT_THREADS], 0);
}

/* on this machine */

struct apart {
	int ready[2], end[2];
	int32_t tid;
};

static void *give_up(void *arg)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	struct apart *a = arg;
	char c = 0;

	a->tid = (int32_t)syscall(SYS_gettid);
	(void)syscall(SYS_capset, &head, none);
	(void)!write(a->ready[1], &c, 1);
	(void)!read(a->end[0], &c, 1);
	return NULL;
}

static void test_live_threads_are_told_between_them(void **state)
{
	AUTO(facts) live = facts_live(NULL, NULL, NULL);
	AUTO(arena) arena = arena_new(65536, 1 << 20);
	const uint64_t nobody[NS_COUNT] = { 0 };
	struct facts_threads alone, both;
	struct apart a;
	pthread_t thread;
	char c;

	(void)state;
	assert_int_equal(facts_ask_threads(live, 0, getpid(), nobody, &alone, arena), 0);
	if (!alone.effective) {
		print_message("there is no capability to give up\n");
		skip();
	}
	assert_int_equal(pipe(a.ready) | pipe(a.end), 0);
	assert_int_equal(pthread_create(&thread, NULL, give_up, &a), 0);
	assert_int_equal(read(a.ready[0], &c, 1), 1);
	assert_int_equal(facts_ask_threads(live, 0, getpid(), alone.ns, &both, arena), 0);
	assert_int_equal(write(a.end[1], &c, 1), 1);
	pthread_join(thread, NULL);
	assert_int_equal(both.n, alone.n + 1);
	assert_true(both.is_divided && !alone.is_divided);
	assert_int_equal(both.tid, a.tid);
	assert_true(both.effective == alone.effective);
	assert_memory_equal(both.ns, alone.ns, sizeof(both.ns));
	for (int i = 0; i < 2; i++) {
		close(a.ready[i]);
		close(a.end[i]);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_namespace_of_one_thread_is_told_once_of_that_thread),
		T(test_capability_of_one_thread_beyond_the_container_is_told),
		T(test_capability_that_came_by_no_call_is_found_by_the_sweeper),
		T(test_capability_of_the_process_that_came_by_no_call_is_found),
		T(test_threads_are_swept_a_few_in_a_second),
		T(test_what_one_thread_gives_up_the_others_hold),
		T(test_thread_that_is_gone_takes_nothing_with_it),
		T(test_who_is_not_looked_at_is_not_believed),
		T(test_ids_of_one_thread_do_not_hide_what_the_others_hold),
		T(test_thread_that_became_root_is_looked_at),
		T(test_child_of_a_divided_process_may_be_of_any_thread),
		T(test_host_and_runtime_are_not_asked_about),
		cmocka_unit_test(test_live_threads_are_told_between_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
