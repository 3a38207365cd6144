// SPDX-License-Identifier: Apache-2.0
/* What a process of a container holds beyond the mounts of its container. */
#include "fake_facts.h"
#include "kernel/handles.h"
#include "state/bounds.h"

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HOME "0::/docker/" ID64 "\n"
#define NR_CHROOT 161
#define SECONDS(n) ((uint64_t)(n)*1000000000)

struct fixture {
	struct fake *fake;
	struct session *session;
};

/* a container's first process and a shell of it */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	fake_add(f->fake, 61, 1, "/bin/sleep", HOME);
	fake_add(f->fake, 70, 61, "/bin/sh", HOME);
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	f->fake->n_told = 0;
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

static void holds(struct fixture *f, unsigned handles)
{
	f->fake->handles = (struct facts_handles){ .is_known = true, .outside = handles };
}

static void run(struct fixture *f, unsigned serial, int32_t pid, int32_t ppid)
{
	session_exec(f->session, serial, pid, ppid, "/bin/true", 5, "00:27", "/",
		     "argc=1 a0=\"true\"");
	session_flush(f->session);
}

static size_t told(const struct fixture *f)
{
	return session_count(f->session, EVT_OUTSIDE_ROOT);
}

/* docker restart: the number that its root had is another mount's by now */
static void test_container_that_starts_again_has_another_root(void **state)
{
	struct fixture *f = *state;
	struct container *c = container_find(&f->session->state->containers, 0, STR(ID64));

	c->init_pid = 61;
	f->fake->handles = (struct facts_handles){ .is_known = true, .root_mount = 9 };
	run(f, 1, 61, 1);
	assert_int_equal(c->root_mount, 9);
	container_forget(c);
	c->init_pid = 61;
	f->fake->handles.root_mount = 12;
	run(f, 2, 61, 1);
	assert_int_equal(c->root_mount, 12);
}

static void test_process_within_its_container_is_not_told(void **state)
{
	struct fixture *f = *state;

	holds(f, 0);
	run(f, 1, 70, 61);
	assert_int_equal(told(f), 0);
}

static void test_handles_are_told_once_each(void **state)
{
	struct fixture *f = *state;

	holds(f, HANDLE_DIRECTORY);
	run(f, 1, 70, 61);
	assert_string_equal(session_find(f->session, 1, EVT_OUTSIDE_ROOT)->gained, "dir");
	assert_string_equal(session_find(f->session, 1, EVT_OUTSIDE_ROOT)->id, ID64);
	run(f, 2, 70, 61);
	assert_int_equal(told(f), 1);
	holds(f, HANDLE_DIRECTORY | HANDLE_CWD | HANDLE_ROOT);
	run(f, 3, 70, 61);
	assert_string_equal(session_find(f->session, 3, EVT_OUTSIDE_ROOT)->gained, "cwd root");
}

static void test_chroot_is_looked_at_before_any_program(void **state)
{
	struct fixture *f = *state;

	holds(f, HANDLE_ROOT);
	session_call(f->session, 1, NR_CHROOT, 70, 61, "/bin/sh", NULL);
	session_flush(f->session);
	assert_string_equal(session_find(f->session, 1, EVT_OUTSIDE_ROOT)->gained, "root");
}

static void test_process_of_the_host_is_not_asked_about(void **state)
{
	struct fixture *f = *state;

	holds(f, HANDLE_ROOT);
	run(f, 1, 80, 1);
	assert_int_equal(told(f), 0);
	assert_int_equal(f->fake->asked[FACT_HANDLES], 0);
}

/* a runtime in the container runs itself through a mount that is gone: nothing that its parent did not run from within */
static void test_copy_of_the_parents_program_is_within(void **state)
{
	struct fixture *f = *state;

	for (int32_t pid = 71; pid <= 73; pid++)
		fake_add(f->fake, pid, pid < 73 ? 70 : 72, "/x", HOME);
	holds(f, 0);
	session_exec(f->session, 1, 70, 61, "/runc", 5, "00:27", "/",
		     "argc=2 a0=\"runc\" a1=\"run\"");
	session_flush(f->session);
	holds(f, HANDLE_EXE);
	session_exec(f->session, 2, 71, 70, "/proc/self/exe", 5, "00:27", "/",
		     "argc=2 a0=\"runc\" a1=\"init\"");
	session_flush(f->session);
	assert_int_equal(told(f), 0);
	session_exec(f->session, 3, 72, 70, "/other", 6, "00:27", "/", "argc=1 a0=\"other\"");
	session_flush(f->session);
	assert_int_equal(told(f), 1);
	/* nor is it, where the parent's own was not */
	session_exec(f->session, 4, 73, 72, "/other", 6, "00:27", "/", "argc=1 a0=\"other\"");
	session_flush(f->session);
	assert_int_equal(process_find(&f->session->state->processes, 0, 73)->outside, HANDLE_EXE);
}

static void test_what_is_not_known_changes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct process *p;

	holds(f, HANDLE_EXE);
	run(f, 1, 70, 61);
	f->fake->handles.is_known = false;
	run(f, 2, 70, 61);
	p = process_find(&f->session->state->processes, 0, 70);
	assert_int_equal(p->outside, HANDLE_EXE);
	assert_int_equal(told(f), 1);
}

/* the sweeper asks quietly, and once more aloud for what it has to tell */
/* what was not to be had when it was asked for is asked for again, before any other */
static void test_look_that_was_put_off_is_made_up_for(void **state)
{
	struct fixture *f = *state;
	struct scene sc;

	holds(f, HANDLE_DIRECTORY);
	f->fake->no_handles = -EAGAIN;
	run(f, 1, 70, 61);
	assert_int_equal(told(f), 0);
	assert_int_equal(state_stats(f->session->state)->looks_put_off, 1);
	assert_true(process_find(&f->session->state->processes, 0, 70)->is_put_off);
	f->fake->no_handles = 0;
	state_tick(f->session->state, UINT64_C(1001000000000));
	assert_true(state_next(f->session->state, &sc));
	assert_int_equal(sc.event->type, EVT_OUTSIDE_ROOT);
	assert_int_equal(sc.process->ref.pid, 70);
	assert_false(process_find(&f->session->state->processes, 0, 70)->is_put_off);
}

static void test_look_that_is_prevented_is_counted(void **state)
{
	struct fixture *f = *state;

	f->fake->no_handles = -EFBIG;
	run(f, 1, 70, 61);
	assert_int_equal(state_stats(f->session->state)->looks_blind, 1);
	assert_int_equal(state_stats(f->session->state)->looks_put_off, 0);
}

static void test_sweeper_finds_who_runs_nothing(void **state)
{
	struct fixture *f = *state;
	struct scene sc;
	size_t n = 0;

	holds(f, 0);
	state_tick(f->session->state, SECONDS(2));
	assert_false(state_next(f->session->state, &sc));
	assert_int_equal(f->fake->n_told, 0);
	holds(f, HANDLE_FILE);
	state_tick(f->session->state, SECONDS(3));
	for (; state_next(f->session->state, &sc); n++)
		assert_int_equal(sc.event->type, EVT_OUTSIDE_ROOT);
	assert_int_equal(n, 2);
	assert_int_equal(f->fake->n_told, 2);
	state_tick(f->session->state, SECONDS(4));
	assert_false(state_next(f->session->state, &sc));
}

static void test_names_stand_in_order(void **state)
{
	AUTO(arena) a = arena_new(1024, 4096);

	(void)state;
	assert_true(str_eq(bounds_names(HANDLE_FILE | HANDLE_CWD | HANDLE_EXE, a),
			   STR("cwd exe file")));
	assert_true(str_eq(bounds_names(0, a), STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_container_that_starts_again_has_another_root,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_process_within_its_container_is_not_told,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_handles_are_told_once_each, setup, teardown),
		cmocka_unit_test_setup_teardown(test_chroot_is_looked_at_before_any_program, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_process_of_the_host_is_not_asked_about, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_copy_of_the_parents_program_is_within, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_what_is_not_known_changes_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_look_that_was_put_off_is_made_up_for, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_look_that_is_prevented_is_counted, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_sweeper_finds_who_runs_nothing, setup,
						teardown),
		cmocka_unit_test(test_names_stand_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
