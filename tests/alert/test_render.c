/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as text and JSON: what Falco's tools read, whatever an attacker put into the values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "alert/alert.h"

#define TIME UINT64_C(1767323045123456789)

static const struct field_def string_field = { .name = "a.s", .type = VALUE_STRING };
static const struct field_def number_field = { .name = "a.n", .type = VALUE_INT };
static const struct field_def list_field = { .name = "a.l",
					     .type = VALUE_STRING,
					     .flags = FIELD_LIST };
static const struct field_def bool_field = { .name = "a.b", .type = VALUE_BOOL };

static struct alert *hostile_alert(void)
{
	static const struct value texts[] = { { .type = VALUE_STRING, .s = { "12345", 5 } } };
	static const struct value odd[] = { { .type = VALUE_STRING,
					      .s = { "a\"b\n\x1b[2J\xff", 9 } } };
	static const struct value number[] = { { .type = VALUE_INT, .i = -7 } };
	static const struct value list[] = { { .type = VALUE_STRING, .s = { "x", 1 } },
					     { .type = VALUE_STRING, .s = { "y", 1 } } };
	static const struct value yes[] = { { .type = VALUE_BOOL, .b = true } };
	static const struct alert_field fields[] = {
		{ { "k8s.ns.name", 11 }, &string_field, true, false, texts, 1 },
		{ { "a.s", 3 }, &string_field, true, false, odd, 1 },
		{ { "a.n", 3 }, &number_field, true, false, number, 1 },
		{ { "a.l", 3 }, &list_field, true, true, list, 2 },
		{ { "a.b", 3 }, &bool_field, true, false, yes, 1 },
		{ { "a.none", 6 }, &string_field, false, false, NULL, 0 },
	};
	static const struct str tags[] = { { "T1611", 5 }, { "container", 9 } };
	struct alert *a = alert_new_internal(TIME, PRIORITY_CRITICAL, STR("rule-id"), STR("Title"),
					     STR("it happened"), STR("node1"));
	a->source = STR("syscall");
	a->fields = fields;
	a->n_fields = ARRAY_LEN(fields);
	a->tags = tags;
	a->n_tags = ARRAY_LEN(tags);
	a->event_id = STR("1767323045.123:4711");
	a->origins = 1u << ORIGIN_AUDIT | 1u << ORIGIN_PROC;
	return a;
}

static void test_render_json_object_is_the_documented_one(void **state)
{
	AUTO(alert) a = hostile_alert();
	auto_buf struct buf out = { 0 };

	(void)state;
	setenv("TZ", "UTC", 1);
	alert_render_json(a, &out);
	assert_string_equal(
		buf_z(&out),
		"{\"time\":\"2026-01-02T03:04:05.123456789Z\",\"rule\":\"Title\",\"priority\":"
		"\"Critical\","
		"\"source\":\"syscall\",\"hostname\":\"node1\","
		"\"output\":\"03:04:05.123456789: Critical it "
		"happened\",\"tags\":[\"T1611\",\"container\"],"
		"\"output_fields\":{\"evt.time\":1767323045123456789,\"k8s.ns.name\":\"12345\","
		"\"a.s\":\"a\\\"b\\n\\u001b[2J\xef\xbf\xbd\",\"a.n\":-7,\"a.l\":[\"x\",\"y\"],\"a."
		"b\":true,\"a.none\":null},"
		"\"watchcap\":{\"version\":1,\"rule_id\":\"rule-id\",\"event\":\"1767323045.123:"
		"4711\","
		"\"origins\":[\"audit\",\"proc\"],\"actions\":[],\"repeat\":1,"
		"\"first\":\"2026-01-02T03:04:05.123456789Z\",\"last\":\"2026-01-02T03:04:05."
		"123456789Z\"}}");
}

static void test_render_internal_notice_has_fields_and_no_tags(void **state)
{
	AUTO(alert)
	a = alert_new_internal(TIME, PRIORITY_WARNING, STR("records-lost"), STR("Lost"), STR("m"),
			       STR("h"));
	auto_buf struct buf out = { 0 };

	(void)state;
	alert_render_json(a, &out);
	assert_non_null(strstr(buf_z(&out), "\"source\":\"internal\""));
	assert_non_null(strstr(buf_z(&out), "\"tags\":[],\"output_fields\":{\"evt.time\":"));
	assert_non_null(strstr(buf_z(&out), "\"event\":null"));
}

static void test_render_copy_owns_everything(void **state)
{
	struct alert *a = hostile_alert(), *b = alert_copy(a);
	auto_buf struct buf first = { 0 }, second = { 0 };

	(void)state;
	alert_render_json(a, &first);
	alert_free(a);
	alert_render_json(b, &second);
	assert_string_equal(buf_z(&first), buf_z(&second));
	alert_free(b);
}

static void test_render_text_is_one_line_and_colour_wraps_it(void **state)
{
	AUTO(alert)
	a = alert_new_internal(TIME, PRIORITY_ERROR, STR("r"), STR("t"), STR("a\nb"), STR("h"));
	auto_buf struct buf out = { 0 };

	(void)state;
	alert_render_text(a, &out);
	assert_null(strchr(buf_z(&out), '\n'));
	assert_non_null(strstr(buf_z(&out), ": Error a\\nb"));
	buf_clear(&out);
	alert_render_terminal(a, true, &out);
	assert_non_null(strstr(buf_z(&out), ": \x1b[31mError\x1b[0m a\\nb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render_json_object_is_the_documented_one),
		cmocka_unit_test(test_render_internal_notice_has_fields_and_no_tags),
		cmocka_unit_test(test_render_copy_owns_everything),
		cmocka_unit_test(test_render_text_is_one_line_and_colour_wraps_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
