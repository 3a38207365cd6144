// SPDX-License-Identifier: Apache-2.0
/*
 * Attribution against a machine made of rows: births, reapers, reuse, hooks, dropped capabilities.
 */
#include "fake_facts.h"

#define ID64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DOCKER "0::/docker/" ID64 "\n"
#define HOST "0::/user.slice\n"
#define SECONDS(n) ((n)*UINT64_C(1000000000))
#define RUNC "argc=6 a0=\"runc\" a1=\"create\" a2=\"--bundle\" a3=\"/b\" a4=\"" ID64 "\" a5=\"\""
#define HOSTDEV "fe:00"

struct fixture {
	struct fake *fake;
	struct session *session;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", HOST);
	fake_add(f->fake, 50, 1, "/bin/bash", HOST);
	fake_add(f->fake, 60, 1, "/usr/bin/containerd-shim-runc-v2", HOST)->cmdline =
		STR("containerd-shim\0-namespace\0moby\0-id\0" ID64);
	fake_add(f->fake, 61, 60, "/bin/sleep", DOCKER);
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	memset(f->fake->asked, 0, sizeof(f->fake->asked));
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

static const struct seen *last(struct fixture *f)
{
	session_flush(f->session);
	assert_true(f->session->n > 0);
	return &f->session->seen[f->session->n - 1];
}

static void test_sweep_container_that_was_there_is_known_and_not_told(void **state)
{
	struct fixture *f = *state;

	session_exec(f->session, 1, 61, 60, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	assert_string_equal(last(f)->id, ID64);
	assert_int_equal(last(f)->source, ID_PROC);
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 0);
}

static void test_host_exec_costs_no_question(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 1; i < 100; i++)
		session_exec(f->session, i, 1000 + (int)i, 50, "/bin/true", 5, HOSTDEV, "/",
			     "argc=1 a0=\"true\"");
	assert_string_equal(last(f)->short_id, "host");
	assert_int_equal(f->fake->asked[FACT_PROCESS], 0);
	assert_int_equal(state_stats(f->session->state)->questions, 0);
}

/* each second's look at the kernel's settings is about nobody */
static void test_second_without_containers_costs_no_question(void **state)
{
	struct fake *fake = fake_new();
	struct session *host = session_new(&fake->facts, NULL);
	unsigned looks;

	(void)state;
	fake_add(fake, 1, 0, "/sbin/init", HOST);
	fake_add(fake, 50, 1, "/bin/bash", HOST);
	state_start(host->state);
	looks = fake->asked[FACT_KNOBS];
	for (uint64_t i = 1; i < 9; i++)
		state_tick(host->state, i * 1000000000);
	assert_int_equal(fake->asked[FACT_KNOBS] - looks, 8);
	assert_int_equal(state_stats(host->state)->questions, 0);
	session_free(host);
}

static void test_child_of_container_process_costs_no_question(void **state)
{
	struct fixture *f = *state;

	session_exec(f->session, 1, 1000, 61, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	assert_string_equal(last(f)->id, ID64);
	assert_int_equal(last(f)->source, ID_INHERITED);
	assert_int_equal(f->fake->asked[FACT_PROCESS], 0);
}

static void test_unknown_parent_is_asked_for_once(void **state)
{
	struct fixture *f = *state;

	fake_add(f->fake, 70, 61, "/bin/sh", DOCKER);
	session_exec(f->session, 1, 1000, 70, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	session_exec(f->session, 2, 1001, 70, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	assert_string_equal(last(f)->id, ID64);
	assert_int_equal(f->fake->asked[FACT_PROCESS], 1);
}

static void test_gone_child_of_gone_parent_is_unknown_not_host(void **state)
{
	struct fixture *f = *state;

	session_call(f->session, 1, 257, 1000, 999, "/bin/x", NULL);
	assert_string_equal(last(f)->short_id, "<NA>");
	assert_int_equal(last(f)->source, ID_UNKNOWN);
	assert_int_equal(state_stats(f->session->state)->unattributed, 1);
}

static void test_orphan_of_reaper_is_asked_for(void **state)
{
	struct fixture *f = *state;

	fake_add(f->fake, 80, 1, "/bin/x", DOCKER);
	session_call(f->session, 1, 257, 80, 1, "/bin/x", NULL);
	assert_string_equal(last(f)->id, ID64);
	assert_int_equal(last(f)->source, ID_PROC);
}

static void test_double_fork_keeps_its_container(void **state)
{
	struct fixture *f = *state;

	session_call(f->session, 1, 257, 1000, 61, "/bin/x", NULL);
	/* its parent died: the shim reaps it; /proc has nothing left to say */
	session_call(f->session, 2, 257, 1000, 60, "/bin/x", NULL);
	assert_string_equal(last(f)->id, ID64);
	session_call(f->session, 3, 257, 1000, 1, "/bin/x", NULL);
	assert_string_equal(last(f)->id, ID64);
	assert_int_equal(f->session->seen[0].generation, last(f)->generation);
}

static void test_reused_pid_is_another_process(void **state)
{
	struct fixture *f = *state;

	session_call(f->session, 1, 257, 1000, 61, "/bin/x", NULL);
	session_exec(f->session, 2, 1000, 50, "/bin/y", 5, HOSTDEV, "/", "argc=1 a0=\"y\"");
	assert_string_equal(last(f)->short_id, "host");
	assert_int_not_equal(f->session->seen[0].generation, last(f)->generation);
}

static void test_reused_pid_under_reaper_is_told_by_its_start_time(void **state)
{
	struct fixture *f = *state;

	session_call(f->session, 1, 257, 1000, 61, "/bin/x", NULL);
	fake_add(f->fake, 1000, 1, "/bin/y", HOST)->start_time = SECONDS(1005);
	session_call(f->session, 9, 257, 1000, 1, "/bin/y", NULL);
	assert_string_equal(last(f)->short_id, "host");
}

static void test_answer_about_a_later_process_is_not_taken(void **state)
{
	struct fixture *f = *state;

	fake_add(f->fake, 1000, 1, "/bin/y", HOST)->start_time = SECONDS(5000);
	session_call(f->session, 1, 257, 1000, 1, "/bin/x", NULL);
	assert_string_equal(last(f)->short_id, "<NA>");
}

static void test_census_marks_the_dead_and_their_pids_start_anew(void **state)
{
	struct fixture *f = *state;

	session_call(f->session, 1, 257, 1000, 61, "/bin/x", NULL);
	session_flush(f->session);
	for (unsigned i = 0; i < 10; i++)
		state_tick(f->session->state, SECONDS(1010));
	/* a record from before its death, late */
	session_call(f->session, 5, 257, 1000, 61, "/bin/x", NULL);
	assert_int_equal(last(f)->generation, f->session->seen[0].generation);
	session_call(f->session, 50, 257, 1000, 50, "/bin/x", NULL);
	assert_string_equal(last(f)->short_id, "host");
	assert_int_not_equal(last(f)->generation, f->session->seen[0].generation);
}

static void test_foreign_node_is_kept_apart_and_never_asked_for(void **state)
{
	struct fixture *f = *state;

	session_line(f->session,
		     "node=there type=SYSCALL msg=audit(1001.000:1): arch=c000003e syscall=257 "
		     "success=yes exit=3 "
		     "a0=0 a1=0 a2=0 a3=0 items=0 ppid=60 pid=61 auid=0 uid=0 gid=0 euid=0 suid=0 "
		     "fsuid=0 egid=0 "
		     "sgid=0 fsgid=0 tty=(none) ses=1 comm=\"x\" exe=\"/bin/x\" key=(null)");
	assert_string_not_equal(last(f)->short_id, "aaaaaaaaaaaa");
	assert_int_equal(f->fake->asked[FACT_PROCESS], 0);
	session_line(f->session,
		     "node=here type=SYSCALL msg=audit(1002.000:2): arch=c000003e syscall=257 "
		     "success=yes exit=3 "
		     "a0=0 a1=0 a2=0 a3=0 items=0 ppid=60 pid=61 auid=0 uid=0 gid=0 euid=0 suid=0 "
		     "fsuid=0 egid=0 "
		     "sgid=0 fsgid=0 tty=(none) ses=1 comm=\"x\" exe=\"/bin/x\" key=(null)");
	assert_string_equal(last(f)->short_id, "aaaaaaaaaaaa");
}

/* the init stage */

#define NEW "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void create(struct fixture *f, const char *verb)
{
	char args[512];

	fake_add(f->fake, 200, 60, "/usr/sbin/runc", HOST);
	snprintf(args, sizeof(args),
		 "argc=5 a0=\"runc\" a1=\"%s\" a2=\"--bundle\" a3=\"/b\" a4=\"" NEW "\"", verb);
	session_exec(f->session, 1, 200, 60, "/usr/sbin/runc", 9, HOSTDEV, "/b", args);
}

static void test_init_stage_ends_with_the_program_and_is_told_once(void **state)
{
	struct fixture *f = *state;

	create(f, "create");
	session_exec(f->session, 2, 201, 200, "/usr/sbin/runc", 9, HOSTDEV, "/b",
		     "argc=2 a0=\"runc\" a1=\"init\"");
	session_call(f->session, 3, 165, 202, 200, "/", NULL);
	assert_true(last(f)->is_runtime_init);
	assert_string_equal(last(f)->id, NEW);
	session_exec(f->session, 4, 202, 60, "/bin/app", 7, "00:30", "/", "argc=1 a0=\"app\"");
	session_exec(f->session, 5, 202, 60, "/bin/app2", 8, "00:30", "/", "argc=1 a0=\"app2\"");
	session_flush(f->session);
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 1);
	assert_string_equal(session_find(f->session, 4, EVT_CONTAINER)->id, NEW);
	assert_false(session_find(f->session, 4, EVT_EXECVE)->is_runtime_init);
}

static void test_init_stage_running_the_runtime_from_inside_is_the_program(void **state)
{
	struct fixture *f = *state;

	/*
	 * an image whose entry point is a link to /proc/self/exe runs the host's runc inside
	 * (CVE-2019-5736)
	 */
	create(f, "create");
	session_call(f->session, 2, 155, 202, 200, "/", NULL);
	session_call(f->session, 3, 59, 202, 60, "/", NULL);
	session_record(f->session, "EXECVE", 3, "argc=2 a0=\"runc\" a1=\"init\"");
	session_record(f->session, "PATH", 3,
		       "item=0 name=\"/proc/self/exe\" inode=9 dev=" HOSTDEV
		       " mode=0100755 ouid=0 ogid=0 "
		       "rdev=00:00 nametype=NORMAL");
	assert_false(last(f)->is_runtime_init);
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 1);
}

static void test_hook_on_the_host_is_the_hosts(void **state)
{
	struct fixture *f = *state;

	create(f, "create");
	/* gone already: where it stands tells */
	session_exec(f->session, 2, 201, 200, "/usr/bin/hook", 77, HOSTDEV, "/b",
		     "argc=1 a0=\"hook\"");
	assert_string_equal(last(f)->short_id, "host");
	fake_add(f->fake, 203, 200, "/usr/bin/hook", HOST);
	session_exec(f->session, 3, 203, 200, "/usr/bin/hook", 77, HOSTDEV, "/",
		     "argc=1 a0=\"hook\"");
	assert_string_equal(last(f)->short_id, "host");
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 0);
}

static void test_runtime_exec_joins_without_a_container_event(void **state)
{
	struct fixture *f = *state;

	create(f, "exec");
	session_call(f->session, 2, 308, 202, 200, "/", NULL);
	session_exec(f->session, 3, 202, 200, "/bin/sh", 7, "00:30", "/", "argc=1 a0=\"sh\"");
	assert_string_equal(last(f)->id, NEW);
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 0);
}

static void test_reused_name_is_a_new_container(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 2; i++) {
		unsigned at = 10 * i;

		session_exec(f->session, at + 1, 300 + (int)i, 50, "/usr/sbin/runc", 9, HOSTDEV,
			     "/b", "argc=3 a0=\"runc\" a1=\"run\" a2=\"web\"");
		session_call(f->session, at + 2, 155, 310 + (int)i, 300 + (int)i, "/", NULL);
		session_exec(f->session, at + 3, 310 + (int)i, 300 + (int)i, "/bin/app", 7, "00:30",
			     "/", "argc=1 a0=\"app\"");
	}
	session_flush(f->session);
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 2);
}

static void test_runtime_name_inside_a_container_is_just_a_name(void **state)
{
	struct fixture *f = *state;

	session_exec(f->session, 1, 1000, 61, "/usr/sbin/runc", 5, "00:27", "/",
		     "argc=3 a0=\"runc\" a1=\"run\" a2=\"inner\"");
	session_exec(f->session, 2, 1001, 1000, "/bin/x", 5, "00:27", "/", "argc=1 a0=\"x\"");
	assert_string_equal(last(f)->id, ID64);
	assert_false(last(f)->is_runtime_init);
}

/*
 * a root container with everything dropped leaves no BPRM_FCAPS, and neither does one with
 * everything
 */
static const struct seen *run_silent(struct fixture *f, const char *capset)
{
	create(f, "create");
	session_call(f->session, 2, 126, 202, 200, "/", NULL);
	session_record(f->session, "CAPSET", 2, "pid=202 cap_pi=0 cap_pp=%s cap_pe=%s cap_pa=0",
		       capset, capset);
	session_exec(f->session, 3, 202, 60, "/bin/app", 7, "00:30", "/", "argc=1 a0=\"app\"");
	session_flush(f->session);
	return session_find(f->session, 3, EVT_CONTAINER);
}

static void test_all_dropped_is_not_full(void **state)
{
	const struct seen *s = run_silent(*state, "0");

	assert_non_null(s);
	assert_true(s->after.has_caps);
	assert_int_equal(s->after.cap_permitted, 0);
	assert_int_equal(s->after.cap_effective, 0);
	assert_true(s->after.has_bounding);
	assert_int_equal(s->after.cap_bounding, 0);
}

static void test_full_is_not_dropped(void **state)
{
	const struct seen *s = run_silent(*state, "1ffffffffff");

	assert_non_null(s);
	assert_true(s->after.has_caps);
	assert_int_equal(s->after.cap_permitted, CAP_ALL);
}

static void test_unknown_set_is_taken_from_the_bundle(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->container_id = NEW;
	f->fake->container = (struct facts_container){
		.name = STR("web"),
		.image = STR("img"),
		.has_bounding = true,
		.cap_bounding = CAP_DEFAULT,
	};
	create(f, "create");
	session_call(f->session, 2, 155, 202, 200, "/", NULL);
	session_exec(f->session, 3, 202, 60, "/bin/app", 7, "00:30", "/", "argc=1 a0=\"app\"");
	session_flush(f->session);
	s = session_find(f->session, 3, EVT_CONTAINER);
	assert_non_null(s);
	assert_string_equal(s->name, "web");
	assert_string_equal(s->image, "img");
	assert_true(s->after.has_bounding);
	assert_int_equal(s->after.cap_bounding, CAP_DEFAULT);
}

static void test_program_is_looked_up_once_after_its_first_exec(void **state)
{
	struct fixture *f = *state;
	struct facts_process *p;
	const struct seen *s;

	create(f, "create");
	session_call(f->session, 2, 155, 202, 200, "/", NULL);
	session_flush(f->session);
	memset(f->fake->asked, 0, sizeof(f->fake->asked));
	p = fake_add(f->fake, 202, 60, "/bin/app", "0::/docker/" NEW "\n");
	p->cap_permitted = p->cap_effective = p->cap_bounding = 0;
	session_exec(f->session, 3, 202, 60, "/bin/app", 7, "00:30", "/", "argc=1 a0=\"app\"");
	session_flush(f->session);
	s = session_find(f->session, 3, EVT_CONTAINER);
	assert_int_equal(s->source, ID_PROC);
	assert_true(s->after.has_caps);
	assert_int_equal(s->after.cap_permitted, 0);
	assert_int_equal(f->fake->asked[FACT_PROCESS], 1);
}

static void test_unknown_runtime_is_found_after_it_changed_namespaces(void **state)
{
	struct fixture *f = *state;

	session_call(f->session, 1, 155, 1000, 50, "/opt/engine", NULL);
	assert_string_equal(last(f)->short_id, "host");
	fake_add(f->fake, 1000, 50, "/bin/app", "0::/lxc.payload.box\n");
	session_exec(f->session, 2, 1000, 50, "/bin/app", 7, "00:30", "/", "argc=1 a0=\"app\"");
	session_flush(f->session);
	assert_string_equal(session_find(f->session, 2, EVT_CONTAINER)->id, "box");
}

static void test_flood_of_pids_stays_within_the_table(void **state)
{
	struct fixture *f = *state;
	struct session *small =
		session_new(&fake_new()->facts, &(struct state_options){ .processes_max = 16 });

	(void)f;
	for (unsigned i = 1; i < 500; i++)
		session_call(small, i, 257, 10000 + (int)i, 50, "/bin/x", NULL);
	session_flush(small);
	assert_int_equal(state_stats(small->state)->processes, 16);
	assert_true(state_stats(small->state)->evicted > 400);
	session_free(small);
}

/* the dead make room before anybody who lives does, however long he has been silent */
static void test_flood_takes_the_dead_first(void **state)
{
	struct fixture *f = *state;
	struct process_table t;

	(void)f;
	assert_int_equal(process_table_init(&t, 4), 0);
	for (int32_t pid = 1; pid <= 4; pid++)
		process_touch(&t, process_add(&t, 0, pid), (uint64_t)pid);
	process_died(&t, process_find(&t, 0, 4), 5);
	process_died(&t, process_find(&t, 0, 3), 6);
	process_add(&t, 0, 10);
	assert_null(process_find(&t, 0, 4));
	process_add(&t, 0, 11);
	assert_null(process_find(&t, 0, 3));
	assert_int_equal(t.evicted, 0);
	process_add(&t, 0, 12);
	assert_null(process_find(&t, 0, 1)); /* the one that was silent longest */
	assert_non_null(process_find(&t, 0, 2));
	assert_int_equal(t.evicted, 1);
	process_table_release(&t);
}

/* /proc says of a deserter that it is the host's: only its row knows better, and forking must not push it out */
static void test_flood_leaves_who_has_deserted(void **state)
{
	struct process_table t;

	(void)state;
	assert_int_equal(process_table_init(&t, 4), 0);
	for (int32_t pid = 1; pid <= 4; pid++)
		process_touch(&t, process_add(&t, 0, pid), (uint64_t)pid);
	process_find(&t, 0, 1)->has_deserted = true;
	for (int32_t pid = 10; pid < 1000; pid++)
		process_touch(&t, process_add(&t, 0, pid), (uint64_t)pid);
	assert_non_null(process_find(&t, 0, 1));
	assert_int_equal(t.evicted, 990);
	/* where all have, one of them must go */
	for (int32_t pid = 997; pid < 1000; pid++)
		process_find(&t, 0, pid)->has_deserted = true;
	process_add(&t, 0, 1000);
	assert_int_equal(t.evicted, 991);
	process_table_release(&t);
}

static void test_flood_of_containers_leaves_processes_in_a_container(void **state)
{
	struct session *small =
		session_new(&fake_new()->facts, &(struct state_options){ .containers_max = 4 });
	char args[128];

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		snprintf(args, sizeof(args), "argc=3 a0=\"runc\" a1=\"run\" a2=\"box%u\"", i);
		session_exec(small, 10 * i + 1, 1000 + (int)i, 50, "/usr/sbin/runc", 9, HOSTDEV,
			     "/b", args);
		session_call(small, 10 * i + 2, 155, 2000 + (int)i, 1000 + (int)i, "/", NULL);
	}
	session_call(small, 1000, 257, 2000, 1000, "/bin/x", NULL);
	session_flush(small);
	assert_int_equal(state_stats(small->state)->containers, 4);
	assert_string_equal(session_find(small, 1000, EVT_OPENAT)->short_id, "<NA>");
	session_free(small);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_sweep_container_that_was_there_is_known_and_not_told),
		T(test_host_exec_costs_no_question),
		T(test_second_without_containers_costs_no_question),
		T(test_child_of_container_process_costs_no_question),
		T(test_unknown_parent_is_asked_for_once),
		T(test_gone_child_of_gone_parent_is_unknown_not_host),
		T(test_orphan_of_reaper_is_asked_for),
		T(test_double_fork_keeps_its_container),
		T(test_reused_pid_is_another_process),
		T(test_reused_pid_under_reaper_is_told_by_its_start_time),
		T(test_answer_about_a_later_process_is_not_taken),
		T(test_census_marks_the_dead_and_their_pids_start_anew),
		T(test_foreign_node_is_kept_apart_and_never_asked_for),
		T(test_init_stage_ends_with_the_program_and_is_told_once),
		T(test_init_stage_running_the_runtime_from_inside_is_the_program),
		T(test_hook_on_the_host_is_the_hosts),
		T(test_runtime_exec_joins_without_a_container_event),
		T(test_reused_name_is_a_new_container),
		T(test_runtime_name_inside_a_container_is_just_a_name),
		T(test_all_dropped_is_not_full),
		T(test_full_is_not_dropped),
		T(test_unknown_set_is_taken_from_the_bundle),
		T(test_program_is_looked_up_once_after_its_first_exec),
		T(test_unknown_runtime_is_found_after_it_changed_namespaces),
		T(test_flood_of_pids_stays_within_the_table),
		T(test_flood_takes_the_dead_first),
		T(test_flood_leaves_who_has_deserted),
		T(test_flood_of_containers_leaves_processes_in_a_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
