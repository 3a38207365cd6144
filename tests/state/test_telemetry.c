// SPDX-License-Identifier: Apache-2.0
/* Gaps, those who matter for the sensor's sight, and what containers say in the audit trail. */
#include "notices.h"
#include "state/telemetry.h"

static const struct seen *last(const struct fixture *f)
{
	return &f->session->seen[f->session->n - 1];
}

static void test_gap_has_its_kind_and_its_range(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *what;
		bool hides_lives;
	} cases[] = {
		{ NOTICE_OVERRUN, "connector-overrun", true },
		{ NOTICE_LOST, "records-lost", true },
		{ NOTICE_KERNEL_LOST, "kernel-lost", true },
		{ NOTICE_BACKLOG, "backlog", false },
		{ NOTICE_AUDIT_OFF, "audit-off", true },
		{ NOTICE_AUDIT_ON, "audit-on", true },
		{ NOTICE_STALL, "stall", false },
	};
	struct fixture *f = *state;

	listening(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		f->session->state->must_resync = false;
		tell(f, (struct notice){ .kind = cases[i].kind,
					 .at = SECONDS(1020 + i),
					 .since = SECONDS(1010) + i,
					 .count = 7 });
		assert_int_equal(last(f)->type, EVT_TELEMETRY);
		assert_string_equal(last(f)->gap, cases[i].what);
		assert_int_equal(last(f)->gap_from, SECONDS(1010) + i);
		assert_int_equal(last(f)->gap_to, SECONDS(1020 + i));
		assert_int_equal(last(f)->lost, 7);
		assert_true(last(f)->is_unknown);
		assert_int_equal(f->session->state->must_resync, cases[i].hides_lives);
	}
}

static void test_gap_without_a_beginning_begins_with_what_was_told_last(void **state)
{
	struct fixture *f = *state;

	listening(f);
	forked(f, 50, 500, SECONDS(1003));
	tell(f, (struct notice){ .kind = NOTICE_LOST, .at = SECONDS(1005), .count = 1 });
	assert_int_equal(last(f)->gap_from, SECONDS(1003));
	assert_int_equal(last(f)->gap_to, SECONDS(1005));
}

static void took(struct fixture *f, enum notice_role role, int32_t pid)
{
	tell(f,
	     (struct notice){ .kind = NOTICE_ROLE, .at = SECONDS(1001), .pid = pid, .code = role });
}

static void kill_call(struct fixture *f, unsigned serial, int32_t pid, const char *const *targets)
{
	session_call(f->session, serial, 62, pid, 60, "/bin/sh", NULL);
	for (; *targets; targets++)
		session_record(f->session, "OBJ_PID", serial,
			       "opid=%s oauid=-1 ouid=0 oses=-1 ocomm=\"x\"", *targets);
	session_flush(f->session);
}

static void test_signal_to_one_who_matters_says_which(void **state)
{
	static const struct {
		enum notice_role role;
		int32_t pid;
		const char *text, *name;
	} cases[] = {
		{ ROLE_SENSOR, 700, "700", "sensor" },
		{ ROLE_GUARD, 701, "701", "guard" },
		{ ROLE_AUDITD, 702, "702", "auditd" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *targets[] = { "50", cases[i].text, NULL };

		took(f, cases[i].role, cases[i].pid);
		kill_call(f, 10 + (unsigned)i, 61, targets);
		assert_string_equal(session_find(f->session, 10 + i, EVT_KILL)->role,
				    cases[i].name);
		assert_int_equal(session_find(f->session, 10 + i, EVT_KILL)->target, cases[i].pid);
	}
	kill_call(f, 20, 61, (const char *[]){ "50", NULL });
	assert_string_equal(session_find(f->session, 20, EVT_KILL)->role, "");
	assert_int_equal(session_find(f->session, 20, EVT_KILL)->target, 50);
}

static void test_role_ends_with_its_process_or_its_successor(void **state)
{
	struct fixture *f = *state;
	int32_t roles[STATE_ROLES_MAX];
	uint64_t before = state_watch_generation(f->session->state);

	listening(f);
	took(f, ROLE_SENSOR, 700);
	took(f, ROLE_AUDITD, 702);
	assert_int_equal(state_roles(f->session->state, roles), 2);
	assert_int_equal(roles[0], 700);
	assert_int_equal(roles[1], 702);
	assert_true(state_watch_generation(f->session->state) > before);
	/* a thread of it is not it */
	tell(f,
	     (struct notice){ .kind = NOTICE_EXIT, .at = SECONDS(1002), .pid = 702, .tid = 703 });
	assert_int_equal(state_roles(f->session->state, roles), 2);
	exited(f, 702, SECONDS(1002));
	assert_int_equal(state_roles(f->session->state, roles), 1);
	took(f, ROLE_AUDITD, 710);
	took(f, ROLE_AUDITD, 711);
	assert_int_equal(telemetry_role(f->session->state, 710), ROLE_NONE);
	assert_int_equal(telemetry_role(f->session->state, 711), ROLE_AUDITD);
	before = state_watch_generation(f->session->state);
	took(f, ROLE_AUDITD, 711);
	assert_int_equal(state_watch_generation(f->session->state), before);
	/* a recording may say anything */
	took(f, NOTICE_ROLES, 712);
	took(f, ROLE_NONE, 713);
	assert_int_equal(state_roles(f->session->state, roles), 2);
}

static void says(struct fixture *f, const char *type, unsigned serial, int32_t pid)
{
	session_record(f->session, type, serial,
		       "pid=%d uid=0 auid=0 ses=1 msg='op=remove_rule pid=50 res=success'",
		       (int)pid);
	session_flush(f->session);
}

static void test_words_of_a_container_are_ignored_and_counted(void **state)
{
	static const char *const types[] = { "USER", "USER_LOGIN", "ANOM_LOGIN_FAILURES",
					     "VIRT_CONTROL" };
	struct fixture *f = *state;
	unsigned serial = 10;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		says(f, types[i], ++serial, 61);
		assert_true(session_find(f->session, serial, EVT_RECORD)->is_ignored);
		assert_string_equal(session_find(f->session, serial, EVT_RECORD)->short_id,
				    "aaaaaaaaaaaa");
		says(f, types[i], ++serial, 50);
		assert_false(session_find(f->session, serial, EVT_RECORD)->is_ignored);
	}
	assert_int_equal(state_stats(f->session->state)->user_messages, ARRAY_LEN(types));
	/* the kernel's own, about a container */
	says(f, "ANOM_ABEND", ++serial, 61);
	assert_false(session_find(f->session, serial, EVT_RECORD)->is_ignored);
	assert_int_equal(session_count(f->session, EVT_TELEMETRY), 0);
}

/* @n messages of @pid in second 1000 + @second */
static void floods(struct fixture *f, unsigned n, unsigned second, int32_t pid)
{
	for (unsigned i = 0; i < n; i++) {
		char line[256];

		snprintf(line, sizeof(line),
			 "type=USER_LOGIN msg=audit(%u.%03u:%u): pid=%d uid=0 msg='x'",
			 1000 + second, i, second * 1000 + i, (int)pid);
		session_line(f->session, line);
	}
	session_flush(f->session);
}

static void test_words_above_the_rate_are_told_once_a_second(void **state)
{
	struct fixture *f = *state;

	floods(f, WORDS_RATE, 10, 61);
	floods(f, WORDS_RATE, 12, 61);
	floods(f, 100, 14, 50);
	assert_int_equal(session_count(f->session, EVT_TELEMETRY), 0);
	floods(f, 100, 16, 61);
	assert_int_equal(session_count(f->session, EVT_TELEMETRY), 1);
	for (size_t i = 0; i < f->session->n; i++) {
		const struct seen *r = &f->session->seen[i];

		if (r->type != EVT_TELEMETRY)
			continue;
		assert_string_equal(r->gap, "user-messages");
		assert_string_equal(r->short_id, "aaaaaaaaaaaa");
		assert_int_equal(r->pid, 61);
		assert_int_equal(r->lost, WORDS_RATE + 1);
		assert_int_equal(r->gap_from, SECONDS(1016));
		assert_int_equal(r->gap_to, SECONDS(1016) + WORDS_RATE * UINT64_C(1000000));
	}
	floods(f, 100, 18, 61);
	assert_int_equal(session_count(f->session, EVT_TELEMETRY), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_gap_has_its_kind_and_its_range),
		TEST(test_gap_without_a_beginning_begins_with_what_was_told_last),
		TEST(test_signal_to_one_who_matters_says_which),
		TEST(test_role_ends_with_its_process_or_its_successor),
		TEST(test_words_of_a_container_are_ignored_and_counted),
		TEST(test_words_above_the_rate_are_told_once_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
