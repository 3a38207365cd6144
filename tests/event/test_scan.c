/* SPDX-License-Identifier: Apache-2.0 */
/* key=value pairs, as the kernel and as hostile user space write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "event/scan.h"

/* "key=value;" for each field, the quote in front of the value */
static void expect(struct str body, const char *expected)
{
	struct buf b = { 0 };
	struct scan s = scan_start(body);
	struct scan_field f;
	while (scan_next(&s, &f)) {
		buf_add(&b, f.key);
		buf_char(&b, '=');
		if (f.quote)
			buf_char(&b, f.quote);
		buf_add(&b, f.value);
		buf_char(&b, ';');
	}
	assert_string_equal(buf_z(&b), expected);
	assert_false(scan_next(&s, &f)); /* and stays at the end */
	buf_release(&b);
}

static void test_scan_fields_are_found_in_order(void **state)
{
	(void)state;
	expect(STR("a=1 b=2 c=\"x\" d='y'"), "a=1;b=2;c=\"x;d='y;");
	expect(STR("  a=1   b=2  "), "a=1;b=2;");
	expect(STR(""), "");
}

static void test_scan_prose_is_skipped(void **state)
{
	(void)state;
	expect(STR("avc:  denied  { read } for  pid=7 comm=\"x\""), "pid=7;comm=\"x;");
	expect(STR("no field at all"), "");
}

static void test_scan_quoted_value_keeps_blanks(void **state)
{
	(void)state;
	expect(STR("a=\"x y=z\" b=1"), "a=\"x y=z;b=1;");
	expect(STR("msg='op=login exe=\"/x\" res=ok' k=v"), "msg='op=login exe=\"/x\" res=ok;k=v;");
}

static void test_scan_value_may_hold_anything_but_a_blank(void **state)
{
	(void)state;
	expect(STR("a=x=y b=c,d e=a\"b"), "a=x=y;b=c,d;e=a\"b;");
}

static void test_scan_broken_pairs_do_no_harm(void **state)
{
	(void)state;
	expect(STR("a="), "a=;");
	expect(STR("a=\""), "a=\";");
	expect(STR("a=\"never closed b=1"), "a=\"never closed b=1;");
	expect(STR("=x a=1"), "a=1;");
	expect(STR("= = ="), "");
	expect(STR("a=\"x\"y=2"), "a=\"x;y=2;");
	expect(STR("a= b=1"), "a=;b=1;");
}

/* bytes that differ from a blank in one bit, or in the highest */
static void test_scan_value_of_any_length_ends_at_the_blank(void **state)
{
	static const char odd[] = { '!', '\x00', '\x1f', '\xa0', '\xff', '\x80' };
	char body[64] = "a=";

	(void)state;
	for (size_t i = 0; i < sizeof(odd); i++) {
		for (size_t len = 0; len < 40; len++) {
			char *exact = malloc(len + 6);
			struct scan s;
			struct scan_field f;

			memset(body + 2, odd[i], len);
			memcpy(body + 2 + len, " b=1", 4);
			memcpy(exact, body, len + 6);
			s = scan_start(str_mem(exact, len + 6));
			assert_true(scan_next(&s, &f));
			assert_int_equal(f.value.len, len);
			assert_true(scan_next(&s, &f));
			assert_true(str_eq(f.key, STR("b")) && str_eq(f.value, STR("1")));
			assert_false(scan_next(&s, &f));
			free(exact);
		}
	}
}

static void test_scan_expected_is_the_next_or_none(void **state)
{
	struct scan s = scan_start(STR(" ab=1, c=\"x y\" d= prose e=5"));
	struct scan_field f;

	(void)state;
	assert_false(scan_expected(&s, STR("a"), &f));
	assert_false(scan_expected(&s, STR("abc"), &f));
	assert_false(scan_expected(&s, STR("c"), &f));
	assert_true(scan_expected(&s, STR("ab"), &f));
	assert_true(str_eq(f.key, STR("ab")) && str_eq(f.value, STR("1,")));
	assert_true(scan_expected(&s, STR("c"), &f));
	assert_true(str_eq(f.value, STR("x y")) && f.quote == '"');
	assert_true(scan_expected(&s, STR("d"), &f));
	assert_true(f.value.ptr && f.value.len == 0 && !f.quote);
	assert_false(scan_expected(&s, STR("e"), &f));
	assert_true(scan_next(&s, &f));
	assert_true(str_eq(f.key, STR("e")) && str_eq(f.value, STR("5")));
	assert_false(scan_expected(&s, STR("e"), &f));
}

static void test_scan_find_takes_the_first_of_its_name(void **state)
{
	struct scan_field f;
	(void)state;
	assert_true(scan_find(STR("apid=3 pid=1 pid=2"), STR("pid"), &f));
	assert_true(str_eq(f.value, STR("1")));
	assert_false(scan_find(STR("pid2=1 mypid=2"), STR("pid"), &f));
}

static struct str untrusted(struct arena *arena, const char *value, char quote)
{
	const struct scan_field f = { .key = STR("k"), .value = str_of(value), .quote = quote };
	return scan_untrusted(&f, arena);
}

static void test_scan_untrusted_is_decoded_when_bare(void **state)
{
	AUTO(arena) a = arena_new(64, 65536);
	(void)state;
	assert_true(str_eq(untrusted(a, "612062", 0), STR("a b")));
	assert_true(str_eq(untrusted(a, "00FF", 0), STR("\0\xff")));
	assert_true(str_eq(untrusted(a, "612062", '"'), STR("612062")));
	assert_true(str_eq(untrusted(a, "6120625", 0), STR("6120625")));
	assert_true(str_eq(untrusted(a, "pts0", 0), STR("pts0")));
}

static void test_scan_untrusted_words_for_nothing_are_absent(void **state)
{
	AUTO(arena) a = arena_new(64, 65536);
	(void)state;
	assert_null(untrusted(a, "(null)", 0).ptr);
	assert_null(untrusted(a, "(none)", 0).ptr);
	assert_null(untrusted(a, "?", 0).ptr);
	assert_null(untrusted(a, "", 0).ptr);
	/* a file may really have this name */
	assert_true(str_eq(untrusted(a, "(null)", '"'), STR("(null)")));
	assert_non_null(untrusted(a, "", '"').ptr);
}

static void test_scan_untrusted_without_memory_is_absent(void **state)
{
	AUTO(arena) a = arena_new(64, 64);
	char hex[1025];
	(void)state;
	memset(hex, '4', sizeof(hex) - 1);
	hex[sizeof(hex) - 1] = '\0';
	assert_null(untrusted(a, hex, 0).ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan_fields_are_found_in_order),
		cmocka_unit_test(test_scan_prose_is_skipped),
		cmocka_unit_test(test_scan_quoted_value_keeps_blanks),
		cmocka_unit_test(test_scan_value_may_hold_anything_but_a_blank),
		cmocka_unit_test(test_scan_broken_pairs_do_no_harm),
		cmocka_unit_test(test_scan_value_of_any_length_ends_at_the_blank),
		cmocka_unit_test(test_scan_expected_is_the_next_or_none),
		cmocka_unit_test(test_scan_find_takes_the_first_of_its_name),
		cmocka_unit_test(test_scan_untrusted_is_decoded_when_bare),
		cmocka_unit_test(test_scan_untrusted_words_for_nothing_are_absent),
		cmocka_unit_test(test_scan_untrusted_without_memory_is_absent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
