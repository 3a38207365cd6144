// SPDX-License-Identifier: Apache-2.0
/* Whose a process is that waits in the guard: what is on its way makes it nobody's as yet, never the host's. */
#include "notices.h"

struct answer {
	enum state_whose whose;
	struct str id, type;
};

static struct answer ask(struct fixture *f, int32_t pid)
{
	struct answer a = { 0 };

	a.whose = state_whose(f->session->state, pid, &a.id, &a.type);
	return a;
}

/* a child that the fake kernel shows, and its birth */
static void born(struct fixture *f, int32_t parent, int32_t pid, const char *cgroup, uint64_t at)
{
	fake_add(f->fake, pid, parent, "/bin/sh", cgroup);
	forked(f, parent, pid, at);
}

static void test_whose_it_is_what_it_was_looked_at_for(void **state)
{
	struct fixture *f = *state;
	struct answer a;

	listening(f);
	assert_int_equal(ask(f, 50).whose, WHOSE_HOST);
	a = ask(f, 61);
	assert_int_equal(a.whose, WHOSE_CONTAINER);
	assert_true(str_eq(a.id, STR(ID64)));
	assert_true(str_eq(a.type, STR("docker")));
	assert_int_equal(ask(f, 4711).whose, WHOSE_UNKNOWN);
}

static void test_whose_children_are_their_parents(void **state)
{
	struct fixture *f = *state;

	listening(f);
	born(f, 61, 500, DOCKER, SECONDS(1001));
	born(f, 50, 501, HOST, SECONDS(1002));
	born(f, 501, 502, HOST, SECONDS(1003));
	assert_int_equal(ask(f, 500).whose, WHOSE_CONTAINER);
	assert_int_equal(ask(f, 501).whose, WHOSE_HOST);
	assert_int_equal(ask(f, 502).whose, WHOSE_HOST);
}

/* what it has run by then may be a runtime: its record tells, and is on its way */
static void test_whose_program_is_not_told_of_yet_is_nobodys(void **state)
{
	struct fixture *f = *state;

	listening(f);
	born(f, 50, 500, HOST, SECONDS(1001));
	execed(f, 500, SECONDS(1002));
	born(f, 500, 501, HOST, SECONDS(1003));
	assert_int_equal(ask(f, 500).whose, WHOSE_UNKNOWN);
	assert_int_equal(ask(f, 501).whose, WHOSE_UNKNOWN);
	session_exec(f->session, 2, 500, 50, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	session_flush(f->session);
	assert_int_equal(ask(f, 500).whose, WHOSE_HOST);
	assert_int_equal(ask(f, 501).whose, WHOSE_HOST);
}

/* in namespaces of its own it is the container's, long before its cgroups say so */
static void test_whose_runtimes_child_is_no_hosts(void **state)
{
	struct fixture *f = *state;
	struct answer a;

	listening(f);
	born(f, 50, 500, HOST, SECONDS(1001));
	execed(f, 500, SECONDS(1002));
	session_exec(f->session, 2, 500, 50, "/usr/sbin/runc", 5, "00:27", "/",
		     "argc=5 a0=\"runc\" a1=\"run\" a2=\"--bundle\" a3=\"/b\" a4=\"fresh\"");
	session_flush(f->session);
	assert_int_equal(ask(f, 500).whose, WHOSE_HOST);
	born(f, 500, 501, HOST, SECONDS(1003));
	born(f, 501, 502, HOST, SECONDS(1004));
	a = ask(f, 502);
	assert_int_equal(a.whose, WHOSE_CONTAINER);
	assert_true(str_eq(a.id, STR("fresh")));
}

/* the one who waits was born later than the one whose notice has come */
static void test_whose_pid_is_anothers_by_now_is_nobodys(void **state)
{
	struct fixture *f = *state;

	listening(f);
	process_find(&f->session->state->processes, 0, 61)->ref.start_ticks = 100;
	for (size_t i = 0; i < f->fake->n_processes; i++)
		if (f->fake->processes[i].pid == 61)
			f->fake->processes[i].start_ticks = 1000;
	assert_int_equal(ask(f, 61).whose, WHOSE_UNKNOWN);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_whose_it_is_what_it_was_looked_at_for),
		CASE(test_whose_children_are_their_parents),
		CASE(test_whose_program_is_not_told_of_yet_is_nobodys),
		CASE(test_whose_runtimes_child_is_no_hosts),
		CASE(test_whose_pid_is_anothers_by_now_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
