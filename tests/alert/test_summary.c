/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evt.summary: a sentence of libauparse's, from what the alert carries, with nobody asked for
 * names.
 */
#include <auparse.h>
#include <grp.h>
#include <pwd.h>

#include "matched.h"

static unsigned nss_calls;

/* these stand before libc's: whoever asks NSS in this process is seen */
struct passwd *getpwuid(uid_t uid)
{
	(void)uid;
	nss_calls++;
	return NULL;
}

struct passwd *getpwnam(const char *name)
{
	(void)name;
	nss_calls++;
	return NULL;
}

struct group *getgrgid(gid_t gid)
{
	(void)gid;
	nss_calls++;
	return NULL;
}

static void assert_summary(struct alert *a, const char *expected)
{
	auto_buf struct buf text = { 0 }, message = { 0 }, whole = { 0 };

	assert_non_null(a);
	nss_calls = 0;
	alert_summarize(a);
	assert_int_equal(nss_calls, 0);
	buf_add(&text, a->summary.ptr ? a->summary : STR("(absent)"));
	assert_string_equal(buf_z(&text), expected);
	buf_add(&message, a->message);
	buf_printf(&whole, "before %s after", a->summary.ptr ? expected : "<NA>");
	assert_string_equal(buf_z(&message), buf_z(&whole));
}

#define OUTPUT "before %evt.summary after"

static void test_summary_without_enriched_records_would_ask_nss(void **state)
{
	auparse_state_t *au = auparse_init(AUSOURCE_BUFFER,
					   SYSCALL("257", "success=yes exit=3", NAMELESS_IDS) "\n");

	(void)state;
	assert_non_null(au);
	assert_int_equal(auparse_next_event(au), 1);
	assert_non_null(auparse_find_field(au, "uid"));
	nss_calls = 0;
	auparse_interpret_field(au);
	auparse_destroy(au);
	assert_int_equal(nss_calls, 1); /* so the other tests can fail */
}

static void test_summary_open_names_user_object_program_and_result(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, OUTPUT, SYSCALL("257", "success=yes exit=3", ROOT_IDS), CWD_LINE,
		    PATH_LINE("\"/tmp/c/release_agent\""));

	assert_summary(a, "superuser opened-file /tmp/c/release_agent using /bin/busybox: success");
}

static void test_summary_login_is_told_when_it_is_another(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, OUTPUT, SYSCALL("257", "success=no exit=-13", ALICE_IDS), CWD_LINE,
		    PATH_LINE("\"/etc/x\""));

	assert_summary(a, "superuser (login alice) opened-file /etc/x using /bin/busybox: failed");
}

static void test_summary_ids_without_name_are_numbers(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, OUTPUT, SYSCALL("257", "success=yes exit=3", NAMELESS_IDS), CWD_LINE,
		    PATH_LINE("\"/etc/x\""));

	assert_summary(a, "uid 4242 opened-file /etc/x using /bin/busybox: success");
}

static void test_summary_hostile_account_name_is_not_repeated(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, OUTPUT,
		    SYSCALL("257", "success=yes exit=3",
			    "auid=4243 uid=4243 gid=0 euid=4243 suid=4243 fsuid=4243 egid=0 sgid=0 "
			    "fsgid=0"),
		    CWD_LINE, PATH_LINE("\"/etc/x\""));

	assert_summary(a, "uid 4243 opened-file /etc/x using /bin/busybox: success");
}

static void test_summary_hostile_file_name_stays_one_line(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, OUTPUT, SYSCALL("257", "success=yes exit=3", ROOT_IDS), CWD_LINE,
		    PATH_LINE("2F0A747970653D1B1A"));

	assert_summary(a,
		       "superuser opened-file /\\ntype=\\u001b\\u001a using /bin/busybox: success");
}

static void test_summary_ids_that_are_no_numbers_are_not_looked_up(void **state)
{
	AUTO(alert)
	a = MATCHED(
		*state, OUTPUT,
		SYSCALL("257", "success=yes exit=3",
			"auid=77x uid=78\"x gid=0 euid=99999999999 suid=-5 fsuid= egid=0 sgid=0 "
			"fsgid=0"),
		CWD_LINE, PATH_LINE("\"/etc/x\""));

	assert_non_null(a);
	nss_calls = 0;
	alert_summarize(a);
	assert_int_equal(nss_calls, 0);
}

static void test_summary_call_without_verb_is_named(void **state)
{
	/* setns: libauparse has no word for it */
	AUTO(alert) a = MATCHED(*state, OUTPUT, SYSCALL("308", "success=yes exit=0", ROOT_IDS));

	assert_summary(a, "superuser called setns using /bin/busybox: success");
}

static void test_summary_every_mark_is_filled_and_second_call_changes_nothing(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, "%evt.summary|%evt.summary",
		    SYSCALL("257", "success=yes exit=3", ROOT_IDS), CWD_LINE, PATH_LINE("\"/x\""));
	struct str message;

	assert_non_null(a);
	alert_summarize(a);
	message = a->message;
	assert_true(str_find(message, STR(SUMMARY_MARK)) < 0);
	assert_true(str_find(message, STR("success|superuser")) > 0);
	alert_summarize(a);
	assert_ptr_equal(a->message.ptr, message.ptr);
}

static void test_summary_is_an_output_field(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, OUTPUT, SYSCALL("257", "success=yes exit=3", ROOT_IDS), CWD_LINE,
		    PATH_LINE("\"/x\""));
	auto_buf struct buf json = { 0 };

	assert_non_null(a);
	alert_summarize(a);
	alert_render_json(a, &json);
	assert_non_null(strstr(buf_z(&json), ",\"evt.summary\":\"superuser opened-file /x "));
}

static void test_summary_without_usable_records_is_absent(void **state)
{
	static const struct str useless[] = {
		STR(""),
		STR("\n"),
		STR("type=SYSCALL msg=audit(x): nonsense\n"),
		STR("\x1d\x1d\n\x1d"),
		STR("type=PATH msg=audit(1.1:1): item=0 name=(null)\n"),
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(useless); i++) {
		const struct alert view = { .message = STR("before " SUMMARY_MARK " after"),
					    .wants_summary = true,
					    .records = useless[i] };
		AUTO(alert) a = alert_copy(&view);

		assert_non_null(a);
		alert_summarize(a);
		assert_true(str_find(a->message, STR(SUMMARY_MARK)) < 0);
	}
}

#define IN_MATCH(test) cmocka_unit_test_setup_teardown(test, matched_setup, matched_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_summary_without_enriched_records_would_ask_nss),
		IN_MATCH(test_summary_open_names_user_object_program_and_result),
		IN_MATCH(test_summary_login_is_told_when_it_is_another),
		IN_MATCH(test_summary_ids_without_name_are_numbers),
		IN_MATCH(test_summary_hostile_account_name_is_not_repeated),
		IN_MATCH(test_summary_hostile_file_name_stays_one_line),
		IN_MATCH(test_summary_ids_that_are_no_numbers_are_not_looked_up),
		IN_MATCH(test_summary_call_without_verb_is_named),
		IN_MATCH(test_summary_every_mark_is_filled_and_second_call_changes_nothing),
		IN_MATCH(test_summary_is_an_output_field),
		cmocka_unit_test(test_summary_without_usable_records_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
