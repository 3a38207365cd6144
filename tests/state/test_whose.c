// SPDX-License-Identifier: Apache-2.0
/* Whose somebody is who waits for the guard, in the first moments of a container that no cgroup names. */
#include "notices.h"

/* "": the host's; NULL: nobody can say it yet */
static const char *whose(const struct fixture *f, int32_t pid)
{
	struct str id = STR_ABSENT, type;

	switch (state_whose(f->session->state, pid, &id, &type)) {
	case WHOSE_CONTAINER:
		return arena_str(f->session->arena, id).ptr;
	case WHOSE_HOST:
		return "";
	default:
		return NULL;
	}
}

static struct facts_process *there(struct fixture *f, int32_t pid, int32_t ppid)
{
	struct facts_process *p = fake_add(f->fake, pid, ppid, "/usr/bin/runc", "0::/lab\n");

	p->start_time = SECONDS(1001);
	p->ns[NS_MNT] = 7;
	f->session->state->host_ns[NS_MNT] = 1;
	return p;
}

/* what the shell of the host's starts */
static void runtime_record(struct fixture *f, unsigned serial)
{
	session_exec(f->session, serial, 70, 50, "/usr/bin/runc", 5, "fe:00", "/bundle",
		     "argc=3 a0=\"runc\" a1=\"run\" a2=\"web\"");
	session_flush(f->session);
}

static void test_whose_it_is_that_was_known_before(void **state)
{
	struct fixture *f = *state;

	listening(f);
	assert_string_equal(whose(f, 61), ID64);
	assert_string_equal(whose(f, 50), "");
	assert_null(whose(f, 999));
	/* a child that made no record yet */
	there(f, 500, 61);
	forked(f, 61, 500, SECONDS(1001));
	assert_string_equal(whose(f, 500), ID64);
	there(f, 501, 50);
	forked(f, 50, 501, SECONDS(1001));
	assert_string_equal(whose(f, 501), "");
}

/* the runtime's own child, before any record of it, and when its first program runs */
static void test_whose_a_runtimes_child_is_is_known_before_it_runs_anything(void **state)
{
	struct fixture *f = *state;

	listening(f);
	there(f, 70, 50);
	there(f, 71, 70);
	forked(f, 50, 70, SECONDS(1001));
	execed(f, 70, SECONDS(1001));
	forked(f, 70, 71, SECONDS(1001));
	/* the record of the runtime's exec is on its way: it must not pass for the host's */
	assert_null(whose(f, 71));
	runtime_record(f, 1);
	assert_string_equal(whose(f, 71), "web");
	execed(f, 71, SECONDS(1002));
	assert_string_equal(whose(f, 71), "web");
	session_exec(f->session, 2, 71, 70, "/bin/sh", 6, "fe:00", "/", "argc=1 a0=\"sh\"");
	session_flush(f->session);
	assert_string_equal(whose(f, 71), "web");
	assert_string_equal(session_find(f->session, 2, EVT_EXECVE)->id, "web");
}

/* of one that runs another program than at the fork nobody can say what the child is */
static void test_whose_nobodys_when_the_parent_has_become_another(void **state)
{
	struct fixture *f = *state;

	listening(f);
	there(f, 70, 50);
	there(f, 71, 70);
	forked(f, 50, 70, SECONDS(1001));
	forked(f, 70, 71, SECONDS(1001));
	execed(f, 70, SECONDS(1001));
	runtime_record(f, 1);
	assert_null(whose(f, 71));
}

static void test_whose_it_is_not_who_had_the_pid_before(void **state)
{
	struct fixture *f = *state;

	listening(f);
	there(f, 500, 50);
	forked(f, 50, 500, SECONDS(1001));
	assert_string_equal(whose(f, 500), "");
	/* the notices of its end and of the next one's birth are on their way */
	f->fake->processes[f->fake->n_processes - 1].start_time = SECONDS(1005);
	assert_null(whose(f, 500));
}

/* in namespaces of its own now: what puts it there may be a runtime that we do not know */
static void test_whose_it_is_that_changed_its_namespaces_shows_at_its_next_program(void **state)
{
	struct fixture *f = *state;

	listening(f);
	session_call(f->session, 1, 272, 50, 1, "/bin/bash", NULL); /* unshare */
	session_flush(f->session);
	assert_null(whose(f, 50));
	session_exec(f->session, 2, 50, 1, "/bin/true", 5, "fe:00", "/", "argc=1 a0=\"true\"");
	session_flush(f->session);
	assert_string_equal(whose(f, 50), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_whose_it_is_that_was_known_before),
		TEST(test_whose_a_runtimes_child_is_is_known_before_it_runs_anything),
		TEST(test_whose_nobodys_when_the_parent_has_become_another),
		TEST(test_whose_it_is_not_who_had_the_pid_before),
		TEST(test_whose_it_is_that_changed_its_namespaces_shows_at_its_next_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
