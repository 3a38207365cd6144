/* SPDX-License-Identifier: Apache-2.0 */
/* From a match to an alert that needs nothing of it any more. */
#include "matched.h"

static void assert_message(const struct alert *a, const char *expected)
{
	auto_buf struct buf text = { 0 };

	assert_non_null(a);
	buf_add(&text, a->message);
	assert_string_equal(buf_z(&text), expected);
}

static void assert_fields(const struct alert *a, const char *expected)
{
	auto_buf struct buf text = { 0 };
	const char *from;

	alert_render_json(a, &text);
	from = strstr(buf_z(&text), "\"output_fields\":");
	assert_non_null(from);
	assert_memory_equal(from + 16, expected, strlen(expected));
}

static void test_alert_of_match_owns_message_fields_and_origin(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, "file=%fd.name by %proc.name (%user.uid) in %k8s.ns.name %evt.time.s",
		    SYSCALL("257", "success=yes exit=3", ROOT_IDS), CWD_LINE, PATH_LINE("\"/x\""));

	assert_non_null(a);
	assert_true(str_starts(a->message, STR("file=/x by sh (0) in <NA> ")));
	assert_true(str_eq(a->title, STR("The Title")) && str_eq(a->rule_id, STR("r")));
	assert_true(str_eq(a->event_id, STR("1767323045.123:4711")));
	assert_true(str_eq(a->hostname, STR("here")) && str_eq(a->source, STR("syscall")));
	assert_int_equal(a->n_tags, 2);
	assert_true(str_eq(a->tags[0], STR("a")));
	assert_int_equal(a->origins, 1u << ORIGIN_AUDIT);
	assert_true(a->repeat == 1 && a->first == a->time && a->last == a->time);
	assert_null(a->records.ptr);
	assert_fields(a,
		      "{\"evt.time\":1767323045123000000,\"fd.name\":\"/x\",\"proc.name\":\"sh\","
		      "\"user.uid\":0,\"k8s.ns.name\":null,\"evt.time.s\":\"");
}

static void test_alert_time_field_is_the_number_once(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, "%evt.time", SYSCALL("257", "success=yes exit=3", ROOT_IDS));

	assert_non_null(a);
	assert_fields(a, "{\"evt.time\":1767323045123000000},");
}

static void test_alert_of_foreign_node_names_it(void **state)
{
	AUTO(alert)
	a = MATCHED(*state, "x", "node=other " SYSCALL("257", "success=yes exit=3", ROOT_IDS));

	assert_non_null(a);
	assert_true(str_eq(a->hostname, STR("other")));
}

static void test_alert_hostile_name_is_escaped_in_message_and_json(void **state)
{
	/* /\n"\xff and an escape sequence */
	AUTO(alert)
	a = MATCHED(*state, "f=%fd.name", SYSCALL("257", "success=yes exit=3", ROOT_IDS), CWD_LINE,
		    PATH_LINE("2F0A22FF1B5B324A1A"));

	assert_message(a, "f=/\\n\"\xef\xbf\xbd\\u001b[2J\\u001a");
	assert_fields(a, "{\"evt.time\":1767323045123000000,\"fd.name\":"
			 "\"/\\n\\\"\xef\xbf\xbd\\u001b[2J\\u001a\"}");
}

static void test_alert_ancestors_are_one_text(void **state)
{
	struct matched *m = *state;
	AUTO(alert)
	a = MATCHED(m, "%proc.aname %proc.aname[1]",
		    SYSCALL("257", "success=yes exit=3", ROOT_IDS));
	AUTO(alert) b = NULL;

	assert_fields(
		a, "{\"evt.time\":1767323045123000000,\"proc.aname\":null,\"proc.aname[1]\":null}");
	/* 100 is the parent of 101 */
	b = MATCHED(m, "%proc.aname",
		    "type=SYSCALL " STAMP "arch=c000003e syscall=257 success=yes exit=3 a0=0 a1=0 "
		    "a2=0 a3=0 items=0 ppid=100 pid=101 " ROOT_IDS
		    " tty=(none) ses=1 comm=\"child\" exe=\"/bin/child\" key=(null)");
	assert_fields(b, "{\"evt.time\":1767323045123000000,\"proc.aname\":\"sh\"}");
}

static void test_alert_huge_value_is_cut_and_not_lost(void **state)
{
	static struct value huge = { .type = VALUE_STRING };
	static const struct field_def def = { .name = "x", .type = VALUE_STRING };
	struct alert_field field = {
		.key = STR("x"), .def = &def, .present = true, .values = &huge, .n = 1
	};
	const struct alert from = { .fields = &field, .n_fields = 1 };
	AUTO(alert) a = NULL;
	char *text = malloc(4 * ALERT_VALUE_MAX);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 4 * ALERT_VALUE_MAX);
	/* the cut falls into a character */
	memcpy(text + ALERT_VALUE_MAX - 1, "\xc3\xa4", 2);
	huge.s = str_mem(text, 4 * ALERT_VALUE_MAX);
	a = alert_copy(&from);
	free(text);
	assert_non_null(a);
	assert_int_equal(a->fields[0].values[0].s.len, ALERT_VALUE_MAX - 1 + 5);
	assert_true(str_ends(a->fields[0].values[0].s, STR("x[...]")));
}

#define IN_MATCH(test) cmocka_unit_test_setup_teardown(test, matched_setup, matched_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_MATCH(test_alert_of_match_owns_message_fields_and_origin),
		IN_MATCH(test_alert_time_field_is_the_number_once),
		IN_MATCH(test_alert_of_foreign_node_names_it),
		IN_MATCH(test_alert_hostile_name_is_escaped_in_message_and_json),
		IN_MATCH(test_alert_ancestors_are_one_text),
		cmocka_unit_test(test_alert_huge_value_is_cut_and_not_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
