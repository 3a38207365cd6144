// SPDX-License-Identifier: Apache-2.0
/*
 * Changes of user ids and their causes: a call, a program with the set-user-ID bit, nothing; records late, lost
 * or never to come.
 */
#include "notices.h"

#define USER 1000
#define NOT_ROOT "a0=0 a1=0 a2=0 a3=0"

/* what a process of USER runs: its credentials are known from here on */
static void login(struct fixture *f, unsigned serial, int32_t pid, int32_t ppid)
{
	session_record(f->session, "SYSCALL", serial,
		       "arch=c000003e syscall=59 success=yes exit=0 " NOT_ROOT
		       " items=0 ppid=%d pid=%d auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 "
		       "fsuid=1000 "
		       "egid=1000 sgid=1000 fsgid=1000 tty=(none) ses=1 comm=\"sh\" "
		       "exe=\"/bin/sh\" key=(null)",
		       ppid, pid);
	session_record(f->session, "EXECVE", serial, "argc=1 a0=\"sh\"");
	session_flush(f->session);
}

/* root's call that gains what root has: rules for such calls are in the kernel */
static void audited(struct fixture *f, unsigned serial)
{
	session_call(f->session, serial, 105, 50, 1, "/bin/bash", NULL);
	session_flush(f->session);
}

static void became(struct fixture *f, int32_t pid, uint32_t real, uint32_t effective, uint64_t at)
{
	tell(f, (struct notice){ .kind = NOTICE_UID,
				 .at = at,
				 .pid = pid,
				 .tid = pid,
				 .real = real,
				 .effective = effective });
}

/* any record of second 1000 + @serial; the scene of the id change before it, or NULL */
static const struct seen *later(struct fixture *f, unsigned serial)
{
	size_t before = f->session->n;

	session_exec(f->session, serial, 50, 1, "/bin/bash", 5, "00:27", "/", "argc=1 a0=\"true\"");
	session_flush(f->session);
	for (size_t i = before; i < f->session->n; i++)
		if (f->session->seen[i].type == EVT_UID_CHANGE)
			return &f->session->seen[i];
	return NULL;
}

/* a user's process, child of the host's shell, on a machine that audits */
static void begin(struct fixture *f)
{
	listening(f);
	audited(f, 1);
	forked(f, 50, 500, SECONDS(1002));
	login(f, 2, 500, 50);
}

static void test_id_change_without_cause_is_told_as_such(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	begin(f);
	became(f, 500, 0, 0, SECONDS(1010));
	assert_null(later(f, 13)); /* its record might still come */
	r = later(f, 15);
	assert_non_null(r);
	assert_string_equal(r->cause, "none");
	assert_int_equal(r->pid, 500);
	assert_true(r->before.has_ids && r->after.has_ids);
	assert_int_equal(r->before.euid, USER);
	assert_int_equal(r->after.euid, 0);
	assert_string_equal(r->short_id, "host");
	assert_null(later(f, 30)); /* once */
}

static void test_id_change_of_a_process_that_made_no_record(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	begin(f);
	forked(f, 500, 501, SECONDS(1009));
	became(f, 501, 0, 0, SECONDS(1010));
	r = later(f, 15);
	assert_non_null(r);
	assert_string_equal(r->cause, "none");
	assert_int_equal(r->pid, 501);
	assert_int_equal(r->before.euid, USER);
}

static void test_id_change_by_a_call(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	begin(f);
	became(f, 500, 0, 0, SECONDS(1010));
	session_call(f->session, 10, 105, 500, 50, "/bin/sh", NULL);
	session_flush(f->session);
	r = &f->session->seen[f->session->n - 1];
	assert_int_equal(r->type, EVT_UID_CHANGE);
	assert_string_equal(r->cause, "syscall");
	assert_null(later(f, 20));
}

/* a call behind the change cannot be its cause, whatever it was: exploits tidy up like that */
static void test_id_change_a_later_call_explains_nothing(void **state)
{
	struct fixture *f = *state;

	begin(f);
	became(f, 500, 0, 0, SECONDS(1010));
	session_call(f->session, 11, 105, 500, 50, "/bin/sh", NULL);
	session_flush(f->session);
	assert_string_equal(later(f, 20)->cause, "none");
}

/* nor one that the kernel would have refused */
static void test_id_change_a_call_without_the_right_to_it_explains_nothing(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	begin(f);
	p = process_find(&f->session->state->processes, 0, 500);
	p->cred.has_caps = true;
	p->cred.cap_effective = p->cred.cap_permitted = 0;
	became(f, 500, 0, 0, SECONDS(1010));
	session_call(f->session, 10, 105, 500, 50, "/bin/sh", NULL);
	session_flush(f->session);
	assert_string_equal(later(f, 20)->cause, "none");
}

static void exec_as(struct fixture *f, unsigned serial, const char *mode, unsigned owner,
		    unsigned real)
{
	session_record(f->session, "SYSCALL", serial,
		       "arch=c000003e syscall=59 success=yes exit=0 " NOT_ROOT
		       " items=1 ppid=50 pid=500 auid=1000 uid=%u gid=1000 euid=0 suid=0 fsuid=0 "
		       "egid=1000 sgid=1000 fsgid=1000 tty=(none) ses=1 comm=\"su\" "
		       "exe=\"/bin/su\" key=(null)",
		       real);
	session_record(f->session, "EXECVE", serial, "argc=1 a0=\"su\"");
	session_record(f->session, "PATH", serial,
		       "item=0 name=\"/bin/su\" inode=9 dev=08:01 mode=%s ouid=%u ogid=0 "
		       "rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0",
		       mode, owner);
	session_flush(f->session);
}

static void exec_of(struct fixture *f, unsigned serial, const char *mode)
{
	exec_as(f, serial, mode, 0, USER);
}

static void test_id_change_by_a_program(void **state)
{
	struct fixture *f = *state;

	begin(f);
	became(f, 500, USER, 0, SECONDS(1010));
	exec_of(f, 10, "0104755");
	assert_string_equal(f->session->seen[f->session->n - 1].cause, "exec");
	assert_null(later(f, 20));
}

static void test_id_change_a_plain_program_is_no_cause(void **state)
{
	struct fixture *f = *state;

	begin(f);
	became(f, 500, USER, 0, SECONDS(1010));
	exec_of(f, 10, "0100755");
	assert_string_equal(later(f, 20)->cause, "none");
}

/* dropping root needs no explanation, and calls that do are not audited */
static void test_id_change_away_from_root_has_no_known_cause(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	audited(f, 1);
	forked(f, 50, 500, SECONDS(1002));
	session_call(f->session, 3, 257, 500, 50, "/bin/bash", NULL);
	became(f, 500, USER, USER, SECONDS(1010));
	r = later(f, 20);
	assert_non_null(r);
	assert_string_equal(r->cause, "");
	assert_int_equal(r->after.euid, USER);
}

static void test_id_change_regained_within_a_moment(void **state)
{
	struct fixture *f = *state;

	begin(f);
	/* both notices are ahead of both records */
	became(f, 500, USER, 0, SECONDS(1010));
	became(f, 500, USER, USER, SECONDS(1010) + 1000);
	became(f, 500, 0, 0, SECONDS(1010) + 2000);
	exec_of(f, 10, "0104755");
	assert_string_equal(f->session->seen[f->session->n - 1].cause, "exec");
	assert_string_equal(later(f, 20)->cause, "");
}

/* what was lost may have been the cause */
static void test_id_change_is_not_judged_over_a_gap(void **state)
{
	struct fixture *f = *state;

	begin(f);
	became(f, 500, 0, 0, SECONDS(1010));
	tell(f, (struct notice){ .kind = NOTICE_LOST, .at = SECONDS(1011), .count = 3 });
	assert_string_equal(later(f, 20)->cause, "");
}

/* no rule for such calls was loaded, as far as anybody has seen */
static void test_id_change_is_not_judged_where_calls_are_not_audited(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 50, 500, SECONDS(1002));
	login(f, 2, 500, 50);
	became(f, 500, 0, 0, SECONDS(1010));
	assert_string_equal(later(f, 20)->cause, "");
}

/* one that was there before auditing began never makes a record */
static void test_id_change_is_not_judged_where_the_process_is_not_audited(void **state)
{
	struct fixture *f = *state;

	fake_add(f->fake, 70, 1, "/usr/sbin/crond", HOST);
	listening(f);
	audited(f, 1);
	became(f, 61, 0, 0, SECONDS(1010)); /* of the sweep */
	assert_string_equal(later(f, 20)->cause, "");
}

static void test_id_change_of_nobody_known_is_told_all_the_same(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	begin(f);
	became(f, 7777, 0, 0, SECONDS(1010));
	r = later(f, 20);
	assert_non_null(r);
	assert_true(r->is_unknown);
	assert_string_equal(r->cause, "");
}

static void test_id_change_storm_is_bounded(void **state)
{
	struct fixture *f = *state;

	begin(f);
	for (unsigned i = 0; i < 1000; i++)
		became(f, 500, 0, i, SECONDS(1010) + i);
	assert_true(f->session->state->id_changes.n <= ID_CHANGES_MAX);
	assert_int_equal(state_stats(f->session->state)->dropped, 0);
}

static void test_id_change_loss_is_an_event(void **state)
{
	struct fixture *f = *state;
	const struct seen *r;

	listening(f);
	tell(f, (struct notice){ .kind = NOTICE_LOST, .at = SECONDS(1011), .count = 3 });
	r = &f->session->seen[f->session->n - 1];
	assert_int_equal(r->type, EVT_TELEMETRY);
	assert_string_equal(r->gap, "records-lost");
	assert_int_equal(r->lost, 3);
	tell(f, (struct notice){ .kind = NOTICE_OVERRUN, .at = SECONDS(1012) });
	r = &f->session->seen[f->session->n - 1];
	assert_int_equal(r->type, EVT_TELEMETRY);
	assert_string_equal(r->gap, "connector-overrun");
	assert_true(r->is_unknown);
}

/* sshd does so at every login: the notices of all changes are there before the first record is */
static void test_id_change_to_and_fro_each_has_its_own_call(void **state)
{
	struct fixture *f = *state;
	unsigned syscalls = 0;

	listening(f);
	audited(f, 1);
	forked(f, 50, 500, SECONDS(1002));
	session_call(f->session, 3, 257, 500, 50, "/bin/bash", NULL);
	for (unsigned i = 0; i < 4; i++)
		became(f, 500, 0, i % 2 ? 0 : USER, SECONDS(1010) + i);
	session_call(f->session, 9, 117, 500, 50, "/bin/bash", NULL);
	session_call(f->session, 10, 117, 500, 50, "/bin/bash", NULL);
	session_flush(f->session);
	later(f, 20);
	for (size_t i = 0; i < f->session->n; i++) {
		const struct seen *r = &f->session->seen[i];

		if (r->type != EVT_UID_CHANGE)
			continue;
		assert_string_not_equal(r->cause, "none");
		syscalls += r->after.euid == 0 && strcmp(r->cause, "syscall") == 0;
	}
	assert_int_equal(syscalls, 2);
}

/* the cause of the last change that was told, now that nothing waits any more */
static const char *at_last(struct fixture *f, unsigned serial)
{
	const char *cause = "(not told)";

	later(f, serial);
	for (size_t i = 0; i < f->session->n; i++)
		if (f->session->seen[i].type == EVT_UID_CHANGE)
			cause = f->session->seen[i].cause;
	return cause;
}

/*
 * Stamps are of the coarse clock, so a call right behind a change may seem to be ahead of it. No exec changes the real
 * id: whoever has a new one had it before he ran su to look innocent.
 */
static void test_id_change_a_program_explains_no_new_real_id(void **state)
{
	struct fixture *f = *state;

	begin(f);
	became(f, 500, 0, 0, SECONDS(1010));
	exec_as(f, 10, "0104755", 0, 0);
	assert_string_equal(at_last(f, 20), "none");
}

/* through a mount that maps ids the owner on disk is another */
static void test_id_change_by_a_program_on_a_mount_that_maps_ids(void **state)
{
	struct fixture *f = *state;

	begin(f);
	became(f, 500, USER, 0, SECONDS(1010));
	exec_as(f, 10, "0104755", 100000, USER);
	assert_string_equal(f->session->seen[f->session->n - 1].cause, "exec");
}

/* setuid(0) in a user namespace of his own leaves him who he was: the record says so */
static void test_id_change_root_of_another_user_namespace_explains_nothing(void **state)
{
	struct fixture *f = *state;

	begin(f);
	process_find(&f->session->state->processes, 0, 500)->cred.has_caps = false;
	became(f, 500, 0, 0, SECONDS(1010));
	session_record(f->session, "SYSCALL", 10,
		       "arch=c000003e syscall=105 success=yes exit=0 " NOT_ROOT
		       " items=0 ppid=50 pid=500 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 "
		       "fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=(none) ses=1 comm=\"sh\" "
		       "exe=\"/bin/sh\" key=(null)");
	session_flush(f->session);
	assert_string_equal(at_last(f, 20), "none");
}

/* one whose only change so far was told without a record is audited as its parent is */
static void test_id_change_the_second_of_one_that_made_no_record(void **state)
{
	struct fixture *f = *state;

	begin(f);
	forked(f, 500, 501, SECONDS(1009));
	became(f, 501, USER + 1, USER + 1, SECONDS(1010));
	assert_string_equal(at_last(f, 21), "");
	became(f, 501, 0, 0, SECONDS(1030));
	assert_string_equal(at_last(f, 36), "none");
}

/* a loss hid that it became root's program: what the ledger says is old */
static void test_id_change_is_not_judged_by_what_was_known_before_a_gap(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	begin(f);
	p = process_find(&f->session->state->processes, 0, 500);
	p->cred.has_caps = true;
	p->cred.cap_effective = p->cred.cap_permitted = 0;
	tell(f, (struct notice){ .kind = NOTICE_LOST, .at = SECONDS(1008), .count = 3 });
	became(f, 500, 0, 0, SECONDS(1010));
	session_call(f->session, 10, 105, 500, 50, "/bin/sh", NULL);
	session_flush(f->session);
	assert_string_not_equal(at_last(f, 20), "none");
}

/* who changes his ids to and fro cannot push out what is to be judged */
static void test_id_change_storm_hides_none(void **state)
{
	struct fixture *f = *state;
	bool found = false;

	begin(f);
	forked(f, 500, 501, SECONDS(1009));
	became(f, 500, 0, 0, SECONDS(1010));
	for (unsigned i = 0; i < 1000; i++)
		became(f, 501, USER + i % 2, USER + i % 2, SECONDS(1010) + i + 1);
	assert_true(f->session->state->id_changes.n <= ID_CHANGES_MAX);
	later(f, 20);
	for (size_t i = 0; i < f->session->n; i++)
		found |= strcmp(f->session->seen[i].cause, "none") == 0;
	assert_true(found);
}

/* rules are gone, or auditing is: until a record shows otherwise nothing can be concluded from silence */
static void configured(struct fixture *f, unsigned serial, const char *what)
{
	session_record(f->session, "CONFIG_CHANGE", serial, "%s", what);
	session_flush(f->session);
}

static void test_id_change_is_not_judged_when_rules_are_taken_out(void **state)
{
	struct fixture *f = *state;

	begin(f);
	configured(f, 8, "auid=0 ses=1 op=remove_rule key=\"wc_exec\" list=4 res=1");
	became(f, 500, USER, 0, SECONDS(1010));
	assert_string_equal(at_last(f, 20), "");
	audited(f, 21);
	login(f, 22, 500, 50);
	became(f, 500, USER, USER, SECONDS(1023));
	became(f, 500, 0, 0, SECONDS(1030));
	assert_string_equal(at_last(f, 36), "none");
}

static void test_id_change_is_not_judged_when_auditing_is_switched_off(void **state)
{
	struct fixture *f = *state;

	begin(f);
	became(f, 500, USER, 0, SECONDS(1010));
	configured(f, 11, "op=set audit_enabled=0 old=1 auid=0 ses=1 res=1");
	assert_string_equal(at_last(f, 20), "");
}

/* a pid of the dead that pid 1 gave to a child of its own: the row is the dead one's still */
static void test_id_change_of_a_child_of_init_with_the_pid_of_a_dead_one(void **state)
{
	struct fixture *f = *state;

	begin(f);
	exited(f, 500, SECONDS(1008));
	forked(f, 1, 500, SECONDS(1009));
	became(f, 500, 0, 0, SECONDS(1010));
	assert_string_equal(at_last(f, 20), "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_id_change_without_cause_is_told_as_such),
		CASE(test_id_change_of_a_process_that_made_no_record),
		CASE(test_id_change_by_a_call),
		CASE(test_id_change_a_later_call_explains_nothing),
		CASE(test_id_change_a_call_without_the_right_to_it_explains_nothing),
		CASE(test_id_change_by_a_program),
		CASE(test_id_change_a_plain_program_is_no_cause),
		CASE(test_id_change_away_from_root_has_no_known_cause),
		CASE(test_id_change_regained_within_a_moment),
		CASE(test_id_change_to_and_fro_each_has_its_own_call),
		CASE(test_id_change_is_not_judged_over_a_gap),
		CASE(test_id_change_is_not_judged_where_calls_are_not_audited),
		CASE(test_id_change_is_not_judged_where_the_process_is_not_audited),
		CASE(test_id_change_of_nobody_known_is_told_all_the_same),
		CASE(test_id_change_storm_is_bounded),
		CASE(test_id_change_loss_is_an_event),
		CASE(test_id_change_a_program_explains_no_new_real_id),
		CASE(test_id_change_by_a_program_on_a_mount_that_maps_ids),
		CASE(test_id_change_root_of_another_user_namespace_explains_nothing),
		CASE(test_id_change_the_second_of_one_that_made_no_record),
		CASE(test_id_change_is_not_judged_by_what_was_known_before_a_gap),
		CASE(test_id_change_storm_hides_none),
		CASE(test_id_change_is_not_judged_when_rules_are_taken_out),
		CASE(test_id_change_is_not_judged_when_auditing_is_switched_off),
		CASE(test_id_change_of_a_child_of_init_with_the_pid_of_a_dead_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
