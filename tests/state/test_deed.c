// SPDX-License-Identifier: Apache-2.0
/* Who traces whom, and who dies of a signal: attributed when the records that were on their way have come. */
#include "notices.h"

static const struct process *found(struct fixture *f, int32_t pid)
{
	return process_find(&f->session->state->processes, 0, pid);
}

/* a record of second 1000 + @serial; how many of @type the session has seen by then */
static unsigned later(struct fixture *f, unsigned serial, evt_type type)
{
	session_exec(f->session, serial, 50, 1, "/bin/bash", 5, "00:27", "/", "argc=1 a0=\"true\"");
	session_flush(f->session);
	return session_count(f->session, type);
}

static const struct seen *last_of(struct fixture *f, evt_type type)
{
	const struct seen *r = NULL;

	for (size_t i = 0; i < f->session->n; i++)
		if (f->session->seen[i].type == type)
			r = &f->session->seen[i];
	assert_non_null(r);
	return r;
}

static void traced(struct fixture *f, int32_t tracer, int32_t pid, int32_t tid, uint64_t at)
{
	tell(f, (struct notice){
			.kind = NOTICE_PTRACE, .at = at, .pid = pid, .tid = tid, .other = tracer });
}

static void test_deed_tracer_is_the_subject_and_told_once_for_all_threads(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	traced(f, 500, 50, 50, SECONDS(1002));
	traced(f, 500, 50, 51, SECONDS(1002) + 1);
	assert_int_equal(session_count(f->session, EVT_TRACED), 0);
	assert_int_equal(later(f, 3, EVT_TRACED), 1);
	r = last_of(f, EVT_TRACED);
	assert_int_equal(r->pid, 500);
	assert_string_equal(r->id, ID64);
	assert_int_equal(r->target, 50);
	assert_string_equal(r->target_comm, "x");
	/* let go: no news */
	traced(f, 0, 50, 50, SECONDS(1004));
	assert_int_equal(later(f, 6, EVT_TRACED), 1);
	/* and traced once more */
	traced(f, 500, 50, 50, SECONDS(1007));
	assert_int_equal(later(f, 9, EVT_TRACED), 2);
}

/* the record of the program's start comes behind the notice of its end */
static void test_deed_waits_for_records_on_their_way(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	tell(f, (struct notice){
			.kind = NOTICE_COREDUMP, .at = SECONDS(1002) + 1, .pid = 500, .tid = 501 });
	session_exec(f->session, 2, 500, 61, "/bin/crasher", 6, "00:27", "/",
		     "argc=1 a0=\"crasher\"");
	session_flush(f->session);
	exited(f, 500, SECONDS(1002) + 2);
	assert_int_equal(session_count(f->session, EVT_CORE_DUMP), 0);
	assert_int_equal(later(f, 3, EVT_CORE_DUMP), 1);
	assert_string_equal(last_of(f, EVT_CORE_DUMP)->id, ID64);
	assert_true(str_eq(text_str(&found(f, 500)->exe), STR("/bin/crasher")));
}

static void test_deed_where_no_record_comes_time_tells(void **state)
{
	struct fixture *f = *state;

	listening(f);
	tell(f,
	     (struct notice){ .kind = NOTICE_COREDUMP, .at = SECONDS(1002), .pid = 61, .tid = 61 });
	assert_false(state_waits(f->session->state, SECONDS(1003)));
	assert_true(state_waits(f->session->state, SECONDS(1003) + 1));
	tell(f, (struct notice){ .kind = NOTICE_TICK, .at = SECONDS(1003) + 1 });
	assert_int_equal(session_count(f->session, EVT_CORE_DUMP), 1);
	assert_false(state_waits(f->session->state, SECONDS(1009)));
}

/* the answer is in the recording, ahead of the notice; of whoever has gone nothing is claimed */
static void test_deed_of_one_that_nobody_told_of_is_asked_about(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	fake_add(f->fake, 700, 60, "/bin/gdb", DOCKER);
	f->fake->n_told = 0;
	traced(f, 700, 61, 61, SECONDS(1002));
	assert_int_equal(f->fake->asked[FACT_PROCESS], 1);
	assert_int_equal(f->fake->n_told, 1);
	assert_int_equal(strncmp(f->fake->told[0], "q=process id=700 err=0", 22), 0);
	assert_int_equal(later(f, 3, EVT_TRACED), 1);
	assert_string_equal(last_of(f, EVT_TRACED)->id, ID64);
	traced(f, 800, 61, 61, SECONDS(1004));
	assert_int_equal(later(f, 5, EVT_TRACED), 2);
	r = last_of(f, EVT_TRACED);
	assert_int_equal(r->pid, 0);
	assert_true(r->is_unknown);
	assert_string_equal(r->short_id, "<NA>");
}

static void test_deed_of_a_pid_that_is_anothers_by_now_is_nobodys(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 61, 500, SECONDS(1001));
	tell(f, (struct notice){
			.kind = NOTICE_COREDUMP, .at = SECONDS(1002), .pid = 500, .tid = 500 });
	exited(f, 500, SECONDS(1002) + 1);
	forked(f, 50, 500, SECONDS(1002) + 2);
	assert_int_equal(later(f, 3, EVT_CORE_DUMP), 1);
	assert_true(last_of(f, EVT_CORE_DUMP)->is_unknown);
	assert_string_equal(last_of(f, EVT_CORE_DUMP)->short_id, "<NA>");
}

static void test_deed_past_the_limit_the_oldest_is_told(void **state)
{
	struct fixture *f = *state;

	listening(f);
	for (int32_t i = 0; i < 70; i++) {
		forked(f, 61, 1000 + i, SECONDS(1001) + (uint64_t)i);
		traced(f, 1000 + i, 61, 61, SECONDS(1001) + (uint64_t)i);
	}
	assert_int_equal(session_count(f->session, EVT_TRACED), 6);
	assert_int_equal(f->session->seen[0].pid, 1000);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_deed_tracer_is_the_subject_and_told_once_for_all_threads),
		CASE(test_deed_waits_for_records_on_their_way),
		CASE(test_deed_where_no_record_comes_time_tells),
		CASE(test_deed_of_one_that_nobody_told_of_is_asked_about),
		CASE(test_deed_of_a_pid_that_is_anothers_by_now_is_nobodys),
		CASE(test_deed_past_the_limit_the_oldest_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
