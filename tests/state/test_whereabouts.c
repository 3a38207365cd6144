// SPDX-License-Identifier: Apache-2.0
/* Processes that leave the cgroups of their container, and containers within one. */
#include "fake_facts.h"
#include "state/whereabouts.h"

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define F64 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define HOME "4:memory:/docker/" ID64 "\n3:name=lab:/\n0::/docker/" ID64 "\n"
#define AWAY "4:memory:/evil\n3:name=lab:/\n0::/docker/" ID64 "\n"
#define NR_EXECVE 59
#define NR_SETNS 308
#define SECONDS(n) ((uint64_t)(n)*1000000000)

struct fixture {
	struct fake *fake;
	struct session *session;
	struct facts_process *init, *sh;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	f->init = fake_add(f->fake, 61, 1, "/bin/sleep", HOME);
	f->sh = fake_add(f->fake, 70, 61, "/bin/sh", HOME);
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	memset(f->fake->asked, 0, sizeof(f->fake->asked));
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

static void run(struct fixture *f, unsigned serial, int32_t pid, int32_t ppid)
{
	session_exec(f->session, serial, pid, ppid, "/bin/true", 5, "00:27", "/",
		     "argc=1 a0=\"true\"");
	session_flush(f->session);
}

static size_t desertions(const struct fixture *f)
{
	return session_count(f->session, EVT_DESERTION);
}

static void test_process_that_stays_is_not_told(void **state)
{
	struct fixture *f = *state;

	run(f, 1, 70, 61);
	f->sh->cgroup =
		STR("4:memory:/docker/" ID64 "/sub\n3:name=lab:/other\n0::/docker/" ID64 "/x\n");
	run(f, 2, 70, 61);
	assert_int_equal(desertions(f), 0);
	assert_int_equal(f->fake->asked[FACT_CGROUP], 2);
	assert_int_equal(f->fake->asked[FACT_PROCESS], 0);
}

static void
test_process_that_leaves_one_hierarchy_is_told_once_and_keeps_its_container(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	f->sh->cgroup = STR(AWAY);
	run(f, 1, 70, 61);
	seen = session_find(f->session, 1, EVT_DESERTION);
	assert_non_null(seen);
	assert_string_equal(seen->cgroup, "/evil");
	assert_string_equal(seen->id, ID64);
	assert_int_equal(seen->pid, 70);
	run(f, 2, 70, 61);
	/* nor are its children */
	fake_add(f->fake, 71, 70, "/bin/x", AWAY);
	run(f, 3, 71, 70);
	assert_int_equal(desertions(f), 1);
	assert_string_equal(session_find(f->session, 3, EVT_EXECVE)->id, ID64);
	/* home again, and off again */
	f->sh->cgroup = STR(HOME);
	run(f, 4, 70, 61);
	f->sh->cgroup = STR(AWAY);
	run(f, 5, 70, 61);
	assert_int_equal(desertions(f), 2);
}

/* a directory elsewhere that is called like the container's is not the container's */
static void test_namesake_of_its_cgroup_is_no_home(void **state)
{
	struct fixture *f = *state;

	f->sh->cgroup = STR("4:memory:/evil/docker/" ID64 "\n0::/docker/" ID64 "\n");
	run(f, 1, 70, 61);
	assert_int_equal(desertions(f), 1);
	f->sh->cgroup = STR("4:memory:/docker/" ID64 "0\n0::/docker/" ID64 "\n");
	f->init->cgroup = f->sh->cgroup;
	run(f, 2, 61, 1);
	assert_int_equal(desertions(f), 2);
}

static void test_place_that_cannot_be_told_is_no_desertion_and_no_cover(void **state)
{
	struct fixture *f = *state;

	f->init->cgroup = STR_ABSENT;
	run(f, 1, 61, 1);
	assert_int_equal(desertions(f), 0);
	assert_int_equal(f->fake->asked[FACT_HANDLES], 1);
	f->init->cgroup = STR(AWAY);
	run(f, 2, 61, 1);
	assert_int_equal(desertions(f), 1);
	/* nor a return */
	f->init->cgroup = STR_ABSENT;
	run(f, 3, 61, 1);
	f->init->cgroup = STR(AWAY);
	run(f, 4, 61, 1);
	assert_int_equal(desertions(f), 1);
}

static void test_pid_of_another_by_now_tells_nothing(void **state)
{
	struct fixture *f = *state;

	f->sh->cgroup = STR("4:memory:/\n0::/\n");
	f->sh->start_ticks = 99;
	f->sh->start_time = SECONDS(2000);
	run(f, 1, 70, 61);
	assert_int_equal(desertions(f), 0);
}

/* at 1001.@ms */
static void call_at(struct fixture *f, unsigned ms, int nr, int32_t pid)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "type=SYSCALL msg=audit(1001.%03u:%u): arch=c000003e syscall=%d success=yes "
		 "exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=61 pid=%d auid=1 uid=0 gid=0 euid=0 "
		 "suid=0 "
		 "fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"x\" exe=\"/bin/x\" "
		 "key=(null)",
		 ms, 1 + ms, nr, pid);
	session_line(f->session, line);
}

static void exec_often(struct fixture *f, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		call_at(f, i, NR_EXECVE, 70);
	session_flush(f->session);
}

static void test_questions_have_a_limit_for_each_second(void **state)
{
	struct fixture *f = *state;

	exec_often(f, 300);
	assert_int_equal(f->fake->asked[FACT_CGROUP], 100);
}

/* who runs as many programs as it takes cannot hide that it enters the host's namespaces by it */
static void test_programs_do_not_hide_who_leaves(void **state)
{
	struct fixture *f = *state;

	exec_often(f, 300);
	call_at(f, 500, NR_SETNS, 61);
	session_flush(f->session);
	assert_int_equal(f->fake->asked[FACT_CGROUP], 101);
}

static void test_who_was_put_off_is_the_sweepers_first(void **state)
{
	struct fixture *f = *state;
	struct facts_process *last = NULL;
	struct scene sc;

	for (int32_t pid = 100; pid < 250; pid++)
		last = fake_add(f->fake, pid, 61, "/bin/sleep", HOME);
	for (int32_t pid = 100; pid < 250; pid++)
		session_call(f->session, (unsigned)pid, 257, pid, 61, "/bin/sleep", NULL);
	session_flush(f->session);
	exec_often(f, 300);
	last->cgroup = STR(AWAY);
	call_at(f, 500, NR_EXECVE, 249);
	session_flush(f->session);
	assert_int_equal(state_stats(f->session->state)->looks_put_off, 201);
	assert_false(state_next(f->session->state, &sc));
	state_tick(f->session->state, SECONDS(1002));
	assert_true(state_next(f->session->state, &sc));
	assert_int_equal(sc.event->type, EVT_DESERTION);
	assert_int_equal(sc.process->ref.pid, 249);
}

/* it takes too long to find a thread of it that lives */
static void test_who_cannot_be_asked_about_now_is_put_off(void **state)
{
	struct fixture *f = *state;
	struct scene sc;

	f->init->cgroup = STR(AWAY);
	f->fake->no_place = -EAGAIN;
	call_at(f, 1, NR_EXECVE, 61);
	session_flush(f->session);
	assert_int_equal(session_count(f->session, EVT_DESERTION), 0);
	assert_int_equal(state_stats(f->session->state)->looks_put_off, 1);
	state_tick(f->session->state, SECONDS(1001));
	assert_false(state_next(f->session->state, &sc));
	f->fake->no_place = 0;
	state_tick(f->session->state, SECONDS(1002));
	assert_true(state_next(f->session->state, &sc));
	assert_int_equal(sc.event->type, EVT_DESERTION);
}

/* others that are put off in every second, ahead of one in the table, do not keep him from being looked at */
static void test_who_is_put_off_always_keeps_nobody_waiting(void **state)
{
	struct fixture *f = *state;
	struct process_table *t = &f->session->state->processes;
	struct process *last;

	for (int32_t pid = 100; pid < 250; pid++)
		fake_add(f->fake, pid, 61, "/bin/sleep", HOME);
	for (int32_t pid = 100; pid < 250; pid++)
		session_call(f->session, (unsigned)pid, 257, pid, 61, "/bin/sleep", NULL);
	session_flush(f->session);
	last = process_find(t, 0, 249);
	last->is_put_off = true;
	for (unsigned second = 1; second <= 4; second++) {
		for (int32_t pid = 100; pid < 249; pid++)
			process_find(t, 0, pid)->is_put_off = true;
		state_tick(f->session->state, SECONDS(1000 + second));
	}
	assert_false(last->is_put_off);
}

static void test_sweeper_finds_who_runs_nothing_and_records_just_the_news(void **state)
{
	struct fixture *f = *state;
	struct session *again = session_new(facts_recorded(), NULL);
	struct scene sc;

	state_tick(f->session->state, SECONDS(1001));
	assert_false(state_next(f->session->state, &sc));
	assert_int_equal(f->fake->n_told, 0);
	f->init->cgroup = STR(AWAY);
	state_tick(f->session->state, SECONDS(1002));
	assert_true(state_next(f->session->state, &sc));
	assert_int_equal(sc.event->type, EVT_DESERTION);
	assert_int_equal(sc.process->ref.pid, 61);
	assert_true(sc.event->time == SECONDS(1002));
	assert_int_equal(f->fake->n_told, 1);
	/* the same from what was recorded */
	session_record(again, "WATCHCAP_FACT", 1, "q=process id=61 err=0 pid=61 ppid=1 cgroup=%s",
		       "343A6D656D6F72793A2F6C78632F776562");
	session_record(again, "WATCHCAP_FACT", 2, "q=cgroup id=61 err=0 pid=61 cgroup=%s",
		       "343A6D656D6F72793A2F6576696C0A");
	session_flush(again);
	assert_int_equal(session_count(again, EVT_DESERTION), 1);
	assert_string_equal(session_find(again, 2, EVT_DESERTION)
				    ? session_find(again, 2, EVT_DESERTION)->cgroup
				    : again->seen[again->n - 1].cgroup,
			    "/evil");
	session_free(again);
}

/* a recording holds the answer by which one without a first thread was found to live, and to be away */
static void test_recorded_answer_proves_life(void **state)
{
	struct fixture *f = *state;
	struct process *p = process_find(&f->session->state->processes, 0, 61);

	process_died(&f->session->state->processes, p, SECONDS(1001));
	session_record(f->session, "WATCHCAP_FACT", 2, "q=cgroup id=61 err=-3");
	session_flush(f->session);
	assert_true(p->is_dead);
	session_record(f->session, "WATCHCAP_FACT", 3, "q=cgroup id=61 err=0 pid=61 cgroup=%s",
		       "343A6D656D6F72793A2F6576696C0A");
	session_flush(f->session);
	assert_false(p->is_dead);
	assert_int_equal(desertions(f), 1);
}

static void test_deserter_that_nobody_saw_leave_is_its_parents(void **state)
{
	struct fixture *f = *state;
	struct facts_process *p = fake_add(f->fake, 80, 70, "/bin/x", "4:memory:/evil\n0::/\n");

	p->ns[NS_MNT] = 7;
	/* met as the parent of somebody */
	session_call(f->session, 1, 257, 1000, 80, "/bin/x", NULL);
	session_flush(f->session);
	assert_string_equal(session_find(f->session, 1, EVT_OPENAT)->id, ID64);
}

static void test_inner_container_is_told_beside_the_accountable_one(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	f->sh->cgroup = STR("4:memory:/docker/" ID64 "/docker/" F64 "\n0::/docker/" ID64 "\n");
	run(f, 1, 70, 61);
	run(f, 2, 71, 70);
	run(f, 3, 72, 61);
	f->sh->cgroup = STR(HOME);
	run(f, 4, 70, 61);
	for (unsigned i = 1; i <= 4; i++) {
		seen = session_find(f->session, i, EVT_EXECVE);
		assert_string_equal(seen->id, ID64);
	}
	assert_string_equal(session_find(f->session, 2, EVT_EXECVE)->inner, F64);
	assert_string_equal(session_find(f->session, 3, EVT_EXECVE)->inner, "");
	assert_string_equal(session_find(f->session, 4, EVT_EXECVE)->inner, "");
	assert_int_equal(desertions(f), 0);
}

/* in namespaces of its own, and beside its container's cgroups: what a runtime inside started there */
static void be_apart(struct fixture *f, struct facts_process *p)
{
	for (size_t i = 0; i < f->fake->n_processes; i++)
		if (f->fake->processes[i].pid != 1)
			f->fake->processes[i].ns[NS_MNT] = f->fake->processes[i].ns[NS_PID] = 7;
	if (p)
		p->ns[NS_MNT] = p->ns[NS_PID] = 8;
}

/* the container's namespaces are learnt with its processes */
static void start_apart(struct fixture *f)
{
	session_free(f->session);
	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	f->init = fake_add(f->fake, 61, 1, "/bin/sleep", HOME);
	f->sh = fake_add(f->fake, 70, 61, "/bin/sh", HOME);
	f->init->start_ticks = 5;
	f->sh->start_ticks = 6;
	be_apart(f, NULL);
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
}

#define ELSEWHERE "4:memory:/docker/" F64 "\n3:name=lab:/\n0::/docker/" ID64 "\n"

static void test_inner_container_beside_its_container_has_left_and_is_named(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	start_apart(f);
	be_apart(f, f->sh);
	f->sh->cgroup = STR(ELSEWHERE);
	run(f, 1, 70, 61);
	seen = session_find(f->session, 1, EVT_DESERTION);
	assert_non_null(seen);
	assert_string_equal(seen->id, ID64);
	assert_string_equal(seen->inner, F64);
	assert_string_equal(seen->cgroup, "/docker/" F64);
	/* what it starts is in there, too, and no news */
	run(f, 2, 71, 70);
	assert_string_equal(session_find(f->session, 2, EVT_EXECVE)->inner, F64);
	assert_int_equal(desertions(f), 1);
	f->sh->cgroup = STR(HOME);
	run(f, 3, 70, 61);
	run(f, 4, 70, 61);
	assert_string_equal(session_find(f->session, 4, EVT_EXECVE)->inner, "");
}

/* plain runc and crun call a cgroup what they like */
static void test_inner_container_of_any_path_has_its_last_name(void **state)
{
	struct fixture *f = *state;

	start_apart(f);
	be_apart(f, f->sh);
	f->sh->cgroup = STR("4:memory:/odd/place\n3:name=lab:/\n0::/docker/" ID64 "\n");
	run(f, 1, 70, 61);
	assert_string_equal(session_find(f->session, 1, EVT_DESERTION)->inner, "place");
}

static void tick(struct fixture *f, unsigned second)
{
	state_tick(f->session->state, SECONDS(second));
	session_derived(f->session);
}

/* the last of the desertions that were told: of @pid, in @inner */
static void assert_told(const struct fixture *f, int32_t pid, const char *inner)
{
	const struct seen *last = NULL;

	for (size_t i = 0; i < f->session->n; i++)
		if (f->session->seen[i].type == EVT_DESERTION)
			last = &f->session->seen[i];
	assert_non_null(last);
	assert_int_equal(last->pid, pid);
	assert_string_equal(last->inner, inner);
}

/* who calls a cgroup a container's and does not live in it apart is a deserter like any other, a second later */
static void test_cgroup_that_is_called_like_a_container_hides_no_deserter(void **state)
{
	struct fixture *f = *state;

	start_apart(f);
	f->sh->cgroup = STR(ELSEWHERE);
	run(f, 1, 70, 61);
	assert_int_equal(desertions(f), 0);
	tick(f, 1002);
	assert_int_equal(desertions(f), 1);
	assert_told(f, 70, "");
	/* nor in namespaces of the host's */
	be_apart(f, f->init);
	f->init->ns[NS_PID] = 1;
	f->init->cgroup = STR(ELSEWHERE);
	tick(f, 1003);
	assert_told(f, 61, "");
}

static void test_inner_container_on_its_way_is_told_when_it_is_there(void **state)
{
	struct fixture *f = *state;

	start_apart(f);
	f->sh->cgroup = STR(ELSEWHERE);
	call_at(f, 1, NR_EXECVE, 70);
	call_at(f, 2, NR_SETNS, 70);
	session_flush(f->session);
	assert_int_equal(desertions(f), 0);
	be_apart(f, f->sh);
	run(f, 5, 70, 61);
	assert_int_equal(desertions(f), 1);
	assert_told(f, 70, F64);
	tick(f, 1006);
	assert_int_equal(desertions(f), 1);
}

static void test_inner_container_that_was_there_before_is_its_outer_ones(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	start_apart(f);
	fake_add(f->fake, 80, 70, "/bin/x", "4:memory:/docker/" F64 "\n0::/docker/" F64 "\n");
	be_apart(f, &f->fake->processes[f->fake->n_processes - 1]);
	/* and half of it where it was born */
	fake_add(f->fake, 81, 70, "/bin/x", ELSEWHERE);
	be_apart(f, NULL);
	f->fake->processes[3].ns[NS_MNT] = f->fake->processes[3].ns[NS_PID] = 8;
	f->fake->processes[4].ns[NS_MNT] = f->fake->processes[4].ns[NS_PID] = 9;
	session_call(f->session, 1, 257, 80, 70, "/bin/x", NULL);
	session_call(f->session, 2, 257, 1000, 80, "/bin/x", NULL);
	session_call(f->session, 3, 257, 1001, 81, "/bin/x", NULL);
	session_flush(f->session);
	for (int32_t pid = 80; pid <= 81; pid++) {
		p = process_find(&f->session->state->processes, 0, pid);
		assert_true(str_eq(text_str(&p->container->id), STR(ID64)));
	}
	p = process_find(&f->session->state->processes, 0, 81);
	assert_true(str_eq(text_str(&p->inner), STR(F64)));
}

/* whose first process shares the pid namespace of another container may leave it its orphans */
static void test_orphan_of_a_container_of_the_hosts_is_not_its_adopters(void **state)
{
	struct fixture *f = *state;

	start_apart(f);
	fake_add(f->fake, 91, 61, "/bin/y", "4:memory:/docker/" F64 "\n");
	be_apart(f, NULL);
	session_call(f->session, 1, 257, 1001, 91, "/bin/x", NULL);
	session_flush(f->session);
	assert_string_equal(session_find(f->session, 1, EVT_OPENAT)->id, F64);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_process_that_stays_is_not_told),
		T(test_process_that_leaves_one_hierarchy_is_told_once_and_keeps_its_container),
		T(test_namesake_of_its_cgroup_is_no_home),
		T(test_place_that_cannot_be_told_is_no_desertion_and_no_cover),
		T(test_pid_of_another_by_now_tells_nothing),
		T(test_questions_have_a_limit_for_each_second),
		T(test_programs_do_not_hide_who_leaves),
		T(test_who_was_put_off_is_the_sweepers_first),
		T(test_who_is_put_off_always_keeps_nobody_waiting),
		T(test_who_cannot_be_asked_about_now_is_put_off),
		T(test_sweeper_finds_who_runs_nothing_and_records_just_the_news),
		T(test_recorded_answer_proves_life),
		T(test_deserter_that_nobody_saw_leave_is_its_parents),
		T(test_inner_container_is_told_beside_the_accountable_one),
		T(test_inner_container_beside_its_container_has_left_and_is_named),
		T(test_inner_container_of_any_path_has_its_last_name),
		T(test_cgroup_that_is_called_like_a_container_hides_no_deserter),
		T(test_inner_container_on_its_way_is_told_when_it_is_there),
		T(test_inner_container_that_was_there_before_is_its_outer_ones),
		T(test_orphan_of_a_container_of_the_hosts_is_not_its_adopters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
