/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings, arenas, buffers, texts, escaping, JSON: the things every other floor writes and reads
 * with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/text.h"

#define assert_str(actual, expected)                                                               \
	do {                                                                                       \
		struct str a_ = (actual), e_ = STR(expected);                                      \
		assert_int_equal(a_.len, e_.len);                                                  \
		assert_memory_equal(a_.ptr ? a_.ptr : "", e_.ptr, e_.len);                         \
	} while (0)

static void test_number_whole_view_only(void **state)
{
	static const struct {
		const char *text;
		unsigned base;
		int ret;
		uint64_t value;
	} rows[] = {
		{ "0", 10, 0, 0 },
		{ "18446744073709551615", 10, 0, UINT64_MAX },
		{ "18446744073709551616", 10, -ERANGE, 0 },
		{ "99999999999999999999999x", 10, -EINVAL, 0 },
		{ "", 10, -EINVAL, 0 },
		{ " 1", 10, -EINVAL, 0 },
		{ "1 ", 10, -EINVAL, 0 },
		{ "-1", 10, -EINVAL, 0 },
		{ "c000003e", 16, 0, 0xc000003e },
		{ "fF", 16, 0, 255 },
		{ "0x1", 16, -EINVAL, 0 },
		{ "777", 8, 0, 0777 },
		{ "8", 8, -EINVAL, 0 },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t value = 0;

		assert_int_equal(str_to_u64(str_of(rows[i].text), rows[i].base, &value),
				 rows[i].ret);
		assert_int_equal(value, rows[i].value);
	}
}

static void test_signed_number_ends_of_range(void **state)
{
	int64_t value;

	(void)state;
	assert_int_equal(str_to_i64(STR("-9223372036854775808"), &value), 0);
	assert_true(value == INT64_MIN);
	assert_int_equal(str_to_i64(STR("9223372036854775808"), &value), -ERANGE);
	assert_int_equal(str_to_i64(STR("-"), &value), -EINVAL);
	assert_int_equal(str_to_i64(STR("--1"), &value), -EINVAL);
}

static void test_cut_gives_empty_and_last_parts(void **state)
{
	struct str rest = STR("a::b"), part;

	(void)state;
	assert_true(str_cut(&rest, ':', &part));
	assert_str(part, "a");
	assert_true(str_cut(&rest, ':', &part));
	assert_str(part, "");
	assert_true(str_cut(&rest, ':', &part));
	assert_str(part, "b");
	assert_false(str_cut(&rest, ':', &part));
}

static void test_unhex_refuses_odd_and_foreign(void **state)
{
	char out[4];

	(void)state;
	assert_int_equal(str_unhex(STR("00fF41"), out), 3);
	assert_memory_equal(out,
			    "\0\xff"
			    "A",
			    3);
	assert_int_equal(str_unhex(STR("abc"), out), -EINVAL);
	assert_int_equal(str_unhex(STR("zz"), out), -EINVAL);
}

static void test_arena_reset_keeps_memory_and_limit_holds(void **state)
{
	AUTO(arena) a = arena_new(64, 4096);
	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 16; i++) {
			char *p = arena_alloc(a, 100);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % 16, 0);
			memset(p, 'x', 100);
		}
		assert_null(arena_alloc(a, 4096));
		assert_true(arena_exhausted(a));
		assert_null(arena_alloc(a, 1));
		arena_reset(a);
	}
	assert_null(arena_calloc(a, SIZE_MAX / 2, 3));
}

static void test_buf_failure_is_sticky_until_cleared(void **state)
{
	auto_buf struct buf b = { .max = 8 };

	(void)state;
	buf_add(&b, STR("12345678"));
	assert_false(buf_failed(&b));
	buf_char(&b, '9');
	assert_true(buf_failed(&b));
	buf_clear(&b);
	buf_u64(&b, 0);
	assert_str(buf_str(&b), "0");
	buf_consume(&b, 5);
	assert_int_equal(b.len, 0);
}

static void test_text_is_reused_cut_and_absent(void **state)
{
	struct text t = { 0 };
	const char *memory;

	(void)state;
	assert_null(text_str(&t).ptr);
	assert_int_equal(text_set(&t, STR("a long enough text"), 100), 0);
	memory = t.ptr;
	assert_int_equal(text_set(&t, STR("short"), 3), 0);
	assert_ptr_equal(t.ptr, memory);
	assert_str(text_str(&t), "sho");
	assert_int_equal(text_set(&t, STR(""), 3), 0);
	assert_non_null(text_str(&t).ptr);
	text_set(&t, STR_ABSENT, 3);
	assert_null(text_str(&t).ptr);
	text_release(&t);
}

static void test_escape_hostile_bytes(void **state)
{
	static const struct {
		struct str in;
		const char *text, *json;
	} rows[] = {
		{ STR("plain \"q\" \\"), "plain \"q\" \\", "plain \\\"q\\\" \\\\" },
		{ STR("a\nb\x1b[31m\x7f\0"), "a\\nb\\u001b[31m\\u007f\\u0000",
		  "a\\nb\\u001b[31m\\u007f\\u0000" },
		{ STR("\xff\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ STR("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ STR("\xc2\x9b"
		      "31m"),
		  "\\u009b31m", "\\u009b31m" },
		/* right to left, an isolate, a line separator; not the characters beside them */
		{ STR("a\xe2\x80\xae"
		      "b\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c"),
		  "a\\u202eb\\u2066\\u2028\\u061c", "a\\u202eb\\u2066\\u2028\\u061c" },
		{ STR("\xe2\x80\x93\xe2\x80\xa6\xd8\x9d"), "\xe2\x80\x93\xe2\x80\xa6\xd8\x9d",
		  "\xe2\x80\x93\xe2\x80\xa6\xd8\x9d" },
		{ STR("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ STR("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd" },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf b = { 0 };

		escape_text(&b, rows[i].in, SIZE_MAX);
		assert_string_equal(buf_z(&b), rows[i].text);
		buf_clear(&b);
		escape_json(&b, rows[i].in, SIZE_MAX);
		assert_string_equal(buf_z(&b), rows[i].json);
	}
}

static void test_escape_cuts_between_characters(void **state)
{
	auto_buf struct buf b = { 0 };

	(void)state;
	escape_text(&b, STR("ab\xc3\xbc"), 3);
	assert_string_equal(buf_z(&b), "ab[...]");
	buf_clear(&b);
	escape_text(&b, STR("abc"), 3);
	assert_string_equal(buf_z(&b), "abc");
}

static void test_json_nesting_and_commas(void **state)
{
	auto_buf struct buf b = { 0 };
	struct json j = json_start(&b);

	(void)state;
	json_object(&j);
	json_put(&j, "a", u64, UINT64_MAX);
	json_key(&j, STR("b\n"));
	json_array(&j);
	json_i64(&j, -1);
	json_str(&j, STR_ABSENT);
	json_bool(&j, false);
	json_object(&j);
	json_object_end(&j);
	json_array_end(&j);
	json_object_end(&j);
	assert_string_equal(buf_z(&b), "{\"a\":18446744073709551615,\"b\\n\":[-1,null,false,{}]}");
}

static void test_iso_time_in_and_out_of_range(void **state)
{
	char out[CLOCK_ISO_SIZE];

	(void)state;
	clock_iso8601(UINT64_C(1767323045123456789), out);
	assert_string_equal(out, "2026-01-02T03:04:05.123456789Z");
	clock_iso8601(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00.000000000Z");
	clock_iso8601(UINT64_MAX, out);
	assert_int_equal(strlen(out), CLOCK_ISO_SIZE - 1);
}

static void test_nearest_offers_typos_only(void **state)
{
	struct nearest n = nearest_to(STR("opennat"));

	(void)state;
	nearest_offer(&n, STR("mount"));
	assert_null(n.best.ptr);
	nearest_offer(&n, STR("openat2"));
	nearest_offer(&n, STR("openat"));
	assert_str(n.best, "openat");
	n = nearest_to(STR("fd.nmae"));
	nearest_offer(&n, STR("fd.name"));
	assert_int_equal(n.distance, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number_whole_view_only),
		cmocka_unit_test(test_signed_number_ends_of_range),
		cmocka_unit_test(test_cut_gives_empty_and_last_parts),
		cmocka_unit_test(test_unhex_refuses_odd_and_foreign),
		cmocka_unit_test(test_arena_reset_keeps_memory_and_limit_holds),
		cmocka_unit_test(test_buf_failure_is_sticky_until_cleared),
		cmocka_unit_test(test_text_is_reused_cut_and_absent),
		cmocka_unit_test(test_escape_hostile_bytes),
		cmocka_unit_test(test_escape_cuts_between_characters),
		cmocka_unit_test(test_json_nesting_and_commas),
		cmocka_unit_test(test_iso_time_in_and_out_of_range),
		cmocka_unit_test(test_nearest_offers_typos_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
