// SPDX-License-Identifier: Apache-2.0
/*
 * Notices of births and deaths in every order: early, late, doubled, missing, of pids that come back.
 */
#include "notices.h"

static const struct seen *run(struct fixture *f, unsigned serial, int32_t pid, int32_t ppid)
{
	session_exec(f->session, serial, pid, ppid, "/bin/true", 5, "00:27", "/",
		     "argc=1 a0=\"true\"");
	session_flush(f->session);
	return &f->session->seen[f->session->n - 1];
}

static void test_birth_child_is_what_its_parent_is(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	s = run(f, 1, 500, 61);
	assert_string_equal(s->id, ID64);
	assert_int_equal(s->source, ID_INHERITED);
	forked(f, 50, 501, SECONDS(1002));
	assert_string_equal(run(f, 2, 501, 50)->short_id, "host");
}

/* of the one between no record tells */
static void test_birth_child_has_its_parents_session_and_ids(void **state)
{
	struct fixture *f = *state;
	struct process *parent, *between, *child;

	listening(f);
	parent = process_find(&f->session->state->processes, 0, 61);
	parent->sid = 41;
	parent->pgid = 42;
	parent->loginuid = 1000;
	parent->cred.has_ids = true;
	parent->cred.ruid = 1001;
	parent->cred.euid = 1002;
	forked(f, 61, 500, SECONDS(1001));
	forked(f, 500, 501, SECONDS(1001) + 1);
	run(f, 1, 501, 500);
	between = process_find(&f->session->state->processes, 0, 500);
	child = process_find(&f->session->state->processes, 0, 501);
	assert_int_equal(between->sid, 41);
	assert_int_equal(between->pgid, 42);
	assert_int_equal(between->loginuid, 1000);
	assert_true(between->cred.has_ids);
	assert_int_equal(between->cred.ruid, 1001);
	assert_int_equal(between->cred.euid, 1002);
	assert_int_equal(child->sid, 41);
	assert_int_equal(child->pgid, 42);
	assert_int_equal(child->ppid, 500);
}

/* the parent has run its program just before, so nothing of that is its child's for certain; a session is */
static void test_birth_session_is_that_of_the_fork(void **state)
{
	struct fixture *f = *state;
	const struct process_table *t = &f->session->state->processes;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	run(f, 1, 500, 61);
	tell(f, (struct notice){
			.kind = NOTICE_SID, .at = SECONDS(1001) + 1, .pid = 500, .tid = 500 });
	forked(f, 500, 501, SECONDS(1001) + 2);
	forked(f, 500, 502, SECONDS(1001) + 3);
	tell(f, (struct notice){
			.kind = NOTICE_SID, .at = SECONDS(1001) + 4, .pid = 502, .tid = 502 });
	run(f, 2, 501, 500);
	run(f, 3, 502, 500);
	assert_int_equal(process_find(t, 0, 501)->sid, 500);
	assert_int_equal(process_find(t, 0, 502)->sid, 502);
}

static void test_birth_child_of_a_deserter_has_deserted_too(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	listening(f);
	process_find(&f->session->state->processes, 0, 61)->has_deserted = true;
	forked(f, 61, 500, SECONDS(1001));
	p = process_find(&f->session->state->processes, 0, 500);
	assert_non_null(p);
	assert_true(p->has_deserted);
}

/* parents that are gone, the reaper in their place: nobody need be asked */
static void test_birth_orphan_stays_where_it_was_born(void **state)
{
	struct fixture *f = *state;
	unsigned before;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	forked(f, 500, 501, SECONDS(1001) + 1);
	forked(f, 501, 502, SECONDS(1001) + 2);
	exited(f, 500, SECONDS(1001) + 3);
	exited(f, 501, SECONDS(1001) + 4);
	before = f->fake->asked[FACT_PROCESS];
	assert_string_equal(run(f, 1, 502, 1)->id, ID64);
	assert_int_equal(f->fake->asked[FACT_PROCESS], before);
}

static void test_birth_records_of_the_dead_are_its_own(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	exited(f, 500, SECONDS(1001) + 1000000);
	/* the record was on its way; its stamp lies on the coarse clock */
	assert_string_equal(run(f, 1, 500, 61)->id, ID64);
}

static void test_birth_pid_that_comes_back_is_somebody_else(void **state)
{
	struct fixture *f = *state;
	uint32_t generation;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	generation = run(f, 1, 500, 61)->generation;
	exited(f, 500, SECONDS(1001) + 10);
	forked(f, 50, 500, SECONDS(1001) + 20);
	assert_string_equal(run(f, 2, 500, 50)->short_id, "host");
	assert_int_not_equal(run(f, 3, 500, 50)->generation, generation);
}

static void test_birth_without_its_parents_death_or_exit_is_still_another(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	/* its exit was lost */
	forked(f, 50, 500, SECONDS(1002));
	assert_string_equal(run(f, 2, 500, 50)->short_id, "host");
}

/* of whom nobody knows where its children belong, the records decide */
static void test_birth_of_a_shims_child_is_left_to_its_records(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 60, 500, SECONDS(1001));
	fake_add(f->fake, 500, 60, "/bin/true", DOCKER);
	assert_string_equal(run(f, 1, 500, 60)->id, ID64);
	forked(f, 999, 501, SECONDS(1001));
	fake_add(f->fake, 501, 999, "/bin/true", HOST);
	assert_string_equal(run(f, 2, 501, 999)->short_id, "host");
}

/* after an overrun births may have been missed: what a record contradicts is another process again */
static void test_birth_overrun_ends_certainty(void **state)
{
	struct fixture *f = *state;
	uint32_t generation;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	generation = run(f, 1, 500, 61)->generation;
	tell(f, (struct notice){ .kind = NOTICE_OVERRUN, .at = SECONDS(1002) });
	fake_add(f->fake, 500, 50, "/bin/true", HOST);
	assert_int_not_equal(run(f, 5, 500, 50)->generation, generation);
	assert_string_equal(run(f, 6, 500, 50)->short_id, "host");
}

static void test_birth_nonsense_is_survived(void **state)
{
	static const struct notice list[] = {
		{ .kind = NOTICE_EXIT, .pid = 0, .tid = 0 },
		{ .kind = NOTICE_EXIT, .pid = 77777, .tid = 77777 },
		{ .kind = NOTICE_EXIT, .pid = 61, .tid = 62 }, /* a thread */
		{ .kind = NOTICE_FORK, .pid = 61, .tid = 61, .other = 61 },
		{ .kind = NOTICE_FORK, .pid = 61, .tid = 99, .other = 50 }, /* a thread */
		{ .kind = NOTICE_SID, .pid = 4242, .tid = 4242 },
		{ .kind = NOTICE_UID, .pid = 4242, .tid = 4242 },
		{ .kind = NOTICE_PTRACE, .pid = 1, .tid = 1 },
		{ .kind = NOTICE_TICK, .at = UINT64_MAX },
	};
	struct fixture *f = *state;

	forked(f, 61, 500, SECONDS(1001)); /* before anybody listens */
	listening(f);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		tell(f, list[i]);
	assert_string_equal(run(f, 1, 61, 60)->id, ID64);
}

static void test_birth_more_than_there_are_rows_is_bounded(void **state)
{
	struct fixture *f = *state;

	listening(f);
	for (int32_t i = 0; i < 100000; i++) {
		forked(f, 61, 1000 + i, SECONDS(1001) + (uint64_t)i);
		if (i % 2)
			exited(f, 1000 + i, SECONDS(1001) + (uint64_t)i);
	}
	assert_string_equal(run(f, 1, 100999, 61)->id, ID64);
	assert_true(state_stats(f->session->state)->processes <= 8192);
}

static void test_birth_late_record_is_of_the_one_before(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	forked(f, 61, 500, SECONDS(1000));
	run(f, 1, 500, 61);
	exited(f, 500, SECONDS(1002) + 5000000);
	forked(f, 50, 500, SECONDS(1002) + 30000000);
	r = run(f, 2, 500, 61); /* at second 1002 */
	assert_string_equal(r->id, ID64);
	assert_int_equal(r->pid, 0);
	assert_string_equal(run(f, 3, 500, 50)->short_id, "host");
}

/* its main thread has called pthread_exit(): no start of another process */
static void test_birth_first_thread_ends_before_the_others(void **state)
{
	struct fixture *f = *state;
	uint32_t generation;

	listening(f);
	forked(f, 61, 500, SECONDS(1000));
	generation = run(f, 1, 500, 61)->generation;
	exited(f, 500, SECONDS(1002));
	assert_int_equal(run(f, 5, 500, 61)->generation, generation);
	/* one that was there before us */
	exited(f, 61, SECONDS(1006));
	assert_string_equal(run(f, 8, 61, 60)->id, ID64);
}

/* the notice of the fork overtakes the record of what the parent did before it */
static void test_birth_parents_capset_is_on_its_way_when_it_forks(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	forked(f, 61, 500, SECONDS(1002));
	session_call(f->session, 1, 126, 61, 60, "/bin/sh", NULL);
	session_record(f->session, "CAPSET", 1, "pid=61 cap_pi=0 cap_pp=0 cap_pe=0 cap_pa=0");
	session_call(f->session, 3, 257, 500, 61, "/bin/sh", NULL);
	session_flush(f->session);
	r = &f->session->seen[f->session->n - 1];
	assert_int_equal(r->pid, 500);
	assert_false(r->before.has_caps && r->before.cap_permitted != 0);
}

/* what the parent became after the fork is not the child's */
static void test_birth_parent_that_changed_since_gives_nothing(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	session_call(f->session, 2, 126, 61, 60, "/bin/sh", NULL);
	session_record(f->session, "CAPSET", 2, "pid=61 cap_pi=0 cap_pp=0 cap_pe=0 cap_pa=0");
	session_call(f->session, 3, 257, 500, 61, "/bin/sh", NULL);
	session_flush(f->session);
	r = &f->session->seen[f->session->n - 1];
	assert_int_equal(r->pid, 500);
	assert_string_equal(r->id, ID64);
	assert_false(r->before.has_caps);
}

/* a program that the parent runs just before the fork is the child's, one that it runs after it is not */
static void test_birth_child_has_the_program_of_the_fork(void **state)
{
	struct fixture *f = *state;
	const struct process *p;

	listening(f);
	execed(f, 61, SECONDS(1001));
	run(f, 1, 61, 60);
	forked(f, 61, 500, SECONDS(1001) + 1);
	session_call(f->session, 3, 257, 500, 61, "/bin/true", NULL);
	session_flush(f->session);
	p = process_find(&f->session->state->processes, 0, 500);
	assert_true(str_eq(text_str(&p->exe), STR("/bin/true")));
	assert_true(p->has_exe_inode);
	assert_true(f->session->seen[f->session->n - 1].before.has_caps);

	forked(f, 61, 501, SECONDS(1004) - 2);
	execed(f, 61, SECONDS(1004) - 1);
	run(f, 4, 61, 60);
	session_call(f->session, 5, 257, 501, 61, "/bin/sh", NULL);
	session_flush(f->session);
	p = process_find(&f->session->state->processes, 0, 501);
	assert_true(str_eq(text_str(&p->exe), STR("/bin/sh")));
	assert_false(p->has_exe_inode);
	assert_false(f->session->seen[f->session->n - 1].before.has_caps);
}

/* the last two scenes: the first program of container "box", and that it was told as such */
static void assert_box_begins(struct fixture *f, int32_t pid)
{
	const struct seen *r = &f->session->seen[f->session->n - 2];

	assert_int_equal(r->pid, pid);
	assert_string_equal(r->id, "box");
	assert_int_equal(r->source, ID_RUNTIME_ARGS);
	assert_false(r->is_runtime_init);
	assert_int_equal(r[1].type, EVT_CONTAINER);
	assert_string_equal(r[1].id, "box");
}

static void lxc_execute(struct fixture *f, unsigned serial, int32_t pid, int32_t ppid)
{
	session_exec(f->session, serial, pid, ppid, "/usr/bin/lxc-execute", 7, "08:01", "/",
		     "argc=3 a0=\"lxc-execute\" a1=\"-n\" a2=\"box\"");
}

static void program(struct fixture *f, unsigned serial, int32_t pid, int32_t ppid)
{
	session_exec(f->session, serial, pid, ppid, "/bin/sh", 9, "00:27", "/root",
		     "argc=1 a0=\"sh\"");
	session_flush(f->session);
}

/*
 * As a recording of `timeout 30 lxc-execute` had it, on a machine under load: the record of the exec that made the
 * parent a runtime comes after the notice of its fork, and the first record of its line is the container's program.
 */
static void test_birth_runtimes_exec_is_on_its_way_when_it_forks(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 50, 300, SECONDS(1001));
	execed(f, 300, SECONDS(1001) + 1000000);
	forked(f, 300, 301, SECONDS(1001) + 4000000); /* within the tick of the exec's stamp */
	forked(f, 301, 302, SECONDS(1001) + 5000000);
	lxc_execute(f, 1, 300, 50);
	program(f, 2, 302, 301);
	assert_box_begins(f, 302);
}

/* a step between that made no record and is gone: nobody can be asked about it any more */
static void test_birth_runtimes_steps_are_known_without_records(void **state)
{
	struct fixture *f = *state;

	listening(f);
	lxc_execute(f, 1, 300, 50);
	session_flush(f->session);
	forked(f, 300, 301, SECONDS(1002));
	forked(f, 301, 302, SECONDS(1002) + 1);
	exited(f, 301, SECONDS(1002) + 2);
	program(f, 3, 302, 1);
	assert_box_begins(f, 302);
}

static bool is_stage(struct fixture *f, int32_t pid)
{
	return process_find(&f->session->state->processes, 0, pid)->is_runtime_init;
}

/* the record of the program's exec is on its way: the child is none of the runtime's */
static void test_birth_programs_child_is_no_runtime(void **state)
{
	struct fixture *f = *state;

	listening(f);
	lxc_execute(f, 1, 300, 50);
	session_flush(f->session);
	forked(f, 300, 301, SECONDS(1002));
	execed(f, 301, SECONDS(1003));
	forked(f, 301, 302, SECONDS(1003) + 1000000);
	program(f, 3, 301, 300);
	assert_box_begins(f, 301);
	session_call(f->session, 4, 257, 302, 301, "/bin/sh", NULL);
	session_flush(f->session);
	assert_string_equal(f->session->seen[f->session->n - 1].id, "box");
	assert_false(is_stage(f, 302));
}

/* the same, and the program ran another before its child did anything */
static void test_birth_child_is_no_runtime_whatever_became_of_its_parent(void **state)
{
	struct fixture *f = *state;

	listening(f);
	lxc_execute(f, 1, 300, 50);
	session_flush(f->session);
	forked(f, 300, 301, SECONDS(1002));
	execed(f, 301, SECONDS(1003));
	forked(f, 301, 302, SECONDS(1003) + 1000000);
	execed(f, 301, SECONDS(1003) + 2000000);
	program(f, 3, 301, 300);
	session_call(f->session, 4, 257, 302, 301, "/bin/sh", NULL);
	session_flush(f->session);
	assert_string_equal(f->session->seen[f->session->n - 1].id, "box");
	assert_false(is_stage(f, 302));
}

/* a parent that becomes a runtime after the fork has had an ordinary child */
static void test_birth_before_the_parent_became_a_runtime(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 50, 300, SECONDS(1001));
	forked(f, 300, 301, SECONDS(1001) + 1000000);
	execed(f, 300, SECONDS(1002));
	lxc_execute(f, 2, 300, 50);
	program(f, 3, 301, 300);
	assert_int_equal(f->session->seen[f->session->n - 1].pid, 301);
	assert_string_equal(f->session->seen[f->session->n - 1].short_id, "host");
}

/* one second later the machine is looked at again, some of it at a time */
static void tick(struct fixture *f, unsigned n)
{
	while (n-- > 0)
		state_tick(f->session->state, SECONDS(1100) + n);
}

static const struct process *found(struct fixture *f, int32_t pid)
{
	return process_find(&f->session->state->processes, 0, pid);
}

/* the notice of an exit is of the first thread alone */
static void test_birth_goes_on_without_its_first_thread(void **state)
{
	struct fixture *f = *state;

	listening(f);
	exited(f, 61, SECONDS(1000) + 1);
	assert_true(found(f, 61)->is_dead);
	forked(f, 61, 500, SECONDS(1001));
	assert_false(found(f, 61)->is_dead);
	assert_string_equal(run(f, 1, 500, 61)->id, ID64);
	/* another thread runs a program: the first one's end is told before */
	exited(f, 61, SECONDS(1003));
	execed(f, 61, SECONDS(1003) + 1);
	assert_false(found(f, 61)->is_dead);
	/* another thread takes an id */
	exited(f, 61, SECONDS(1004));
	tell(f,
	     (struct notice){ .kind = NOTICE_UID, .at = SECONDS(1004) + 1, .pid = 61, .tid = 62 });
	assert_false(found(f, 61)->is_dead);
}

static void test_birth_census_finds_who_goes_on_and_asks_once_about_the_dead(void **state)
{
	struct fixture *f = *state;
	unsigned asked;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	forked(f, 61, 501, SECONDS(1001));
	fake_add(f->fake, 500, 61, "/bin/sh", DOCKER);
	exited(f, 500, SECONDS(1002));
	exited(f, 501, SECONDS(1002));
	/* of 501 there is a pid, and no living thread */
	f->fake->ended = 501;
	f->fake->n_told = 0;
	tick(f, 10);
	assert_false(found(f, 500)->is_dead);
	assert_true(found(f, 501)->is_dead && found(f, 501)->is_gone);
	assert_int_equal(strncmp(f->fake->told[0], "q=pids err=0", 12), 0);
	assert_int_equal(strncmp(f->fake->told[1], "q=cgroup id=500 err=0", 21), 0);
	/* of the dead nothing is told, and they are never asked about again; 61 and 500 are of the container */
	assert_int_equal(f->fake->n_told, 2);
	asked = f->fake->asked[FACT_CGROUP];
	tick(f, 10);
	assert_int_equal(f->fake->asked[FACT_CGROUP] - asked, 20);
}

static void test_birth_after_an_overrun_the_unknown_are_met(void **state)
{
	struct fixture *f = *state;

	listening(f);
	fake_add(f->fake, 700, 61, "/bin/httpd", DOCKER);
	tick(f, 1);
	assert_null(found(f, 700)); /* nobody looks without a reason */
	tell(f, (struct notice){ .kind = NOTICE_OVERRUN, .at = SECONDS(1002) });
	assert_int_equal(f->fake->asked[FACT_PIDS], 0); /* not while notices wait */
	tick(f, 1);
	assert_non_null(found(f, 700));
	assert_non_null(found(f, 700)->container);
	assert_true(str_eq(text_str(&found(f, 700)->container->id), STR(ID64)));
	assert_int_equal(state_stats(f->session->state)->resyncs, 1);
}

static void test_birth_after_an_overrun_the_dead_are_dead_and_pids_are_others(void **state)
{
	struct fixture *f = *state;
	uint32_t generation;
	struct facts_process *row;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	forked(f, 61, 501, SECONDS(1001));
	generation = found(f, 501)->ref.generation;
	row = fake_add(f->fake, 501, 50, "/bin/other", HOST);
	row->start_time = SECONDS(1050);
	tell(f, (struct notice){ .kind = NOTICE_LOST, .at = SECONDS(1060), .count = 9 });
	tick(f, 1);
	assert_true(found(f, 500)->is_dead);
	assert_int_not_equal(found(f, 501)->ref.generation, generation);
	assert_null(found(f, 501)->container);
}

/* questions about processes in the next second */
static unsigned questions(struct fixture *f)
{
	const unsigned *asked = f->fake->asked;
	unsigned before = asked[FACT_CGROUP] + asked[FACT_PROCESS];

	tick(f, 1);
	return asked[FACT_CGROUP] + asked[FACT_PROCESS] - before;
}

/* whose birth was told since the loss needs no look */
static void test_birth_after_an_overrun_the_certain_are_not_asked_about(void **state)
{
	struct fixture *f = *state;
	unsigned after_loss;

	listening(f);
	tell(f, (struct notice){ .kind = NOTICE_OVERRUN, .at = SECONDS(1003) });
	forked(f, 61, 500, SECONDS(1004));
	fake_add(f->fake, 500, 61, "/bin/sh", DOCKER);
	after_loss = questions(f);
	/* the four of the start, by their start time alone */
	assert_int_equal(after_loss - questions(f), 4);
}

/* the shell of the host died unseen, a process of the container has its pid: whose are its children? */
static void test_birth_after_a_loss_the_parent_may_be_another(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	process_find(&f->session->state->processes, 0, 50)->ref.start_ticks = 100;
	tell(f, (struct notice){ .kind = NOTICE_LOST, .at = SECONDS(1060), .count = 9 });
	for (size_t i = 0; i < f->fake->n_processes; i++) {
		struct facts_process *p = &f->fake->processes[i];

		if (p->pid != 50)
			continue;
		p->ppid = 61;
		p->start_ticks = 1000;
		p->start_time = SECONDS(1059);
		p->exe = STR("/bin/sh");
		p->cgroup = STR(DOCKER);
	}
	session_exec(f->session, 61, 700, 50, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	session_flush(f->session);
	r = session_find(f->session, 61, EVT_EXECVE);
	assert_non_null(r);
	assert_string_equal(r->id, ID64);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_birth_child_is_what_its_parent_is),
		CASE(test_birth_child_has_its_parents_session_and_ids),
		CASE(test_birth_session_is_that_of_the_fork),
		CASE(test_birth_child_of_a_deserter_has_deserted_too),
		CASE(test_birth_orphan_stays_where_it_was_born),
		CASE(test_birth_records_of_the_dead_are_its_own),
		CASE(test_birth_pid_that_comes_back_is_somebody_else),
		CASE(test_birth_without_its_parents_death_or_exit_is_still_another),
		CASE(test_birth_of_a_shims_child_is_left_to_its_records),
		CASE(test_birth_overrun_ends_certainty),
		CASE(test_birth_late_record_is_of_the_one_before),
		CASE(test_birth_first_thread_ends_before_the_others),
		CASE(test_birth_parents_capset_is_on_its_way_when_it_forks),
		CASE(test_birth_parent_that_changed_since_gives_nothing),
		CASE(test_birth_child_has_the_program_of_the_fork),
		CASE(test_birth_runtimes_exec_is_on_its_way_when_it_forks),
		CASE(test_birth_runtimes_steps_are_known_without_records),
		CASE(test_birth_programs_child_is_no_runtime),
		CASE(test_birth_child_is_no_runtime_whatever_became_of_its_parent),
		CASE(test_birth_before_the_parent_became_a_runtime),
		CASE(test_birth_goes_on_without_its_first_thread),
		CASE(test_birth_census_finds_who_goes_on_and_asks_once_about_the_dead),
		CASE(test_birth_after_an_overrun_the_unknown_are_met),
		CASE(test_birth_after_an_overrun_the_dead_are_dead_and_pids_are_others),
		CASE(test_birth_after_an_overrun_the_certain_are_not_asked_about),
		CASE(test_birth_nonsense_is_survived),
		CASE(test_birth_more_than_there_are_rows_is_bounded),
		CASE(test_birth_after_a_loss_the_parent_may_be_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
