/* SPDX-License-Identifier: Apache-2.0 */
/* Framing: what a line may look like, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <libaudit.h>
#include <stdio.h>

#include "event/record.h"

#define assert_str(s, expected) assert_true(str_eq((s), STR(expected)))

static struct record good(const char *line)
{
	struct record r;
	if (record_parse_line(str_of(line), &r) < 0)
		fail_msg("refused: %s", line);
	return r;
}

static void test_record_line_is_taken_apart(void **state)
{
	struct record r =
		good("type=SYSCALL msg=audit(1700000000.123:4711): arch=c000003e syscall=59");
	(void)state;
	assert_int_equal(r.type, AUDIT_SYSCALL);
	assert_int_equal(r.time, UINT64_C(1700000000123000000));
	assert_int_equal(r.serial, 4711);
	assert_null(r.node.ptr);
	assert_null(r.enriched.ptr);
	assert_str(r.body, "arch=c000003e syscall=59");
}

static void test_record_node_and_enriched_part_are_split_off(void **state)
{
	struct record r = good("node=a.example type=CWD msg=audit(1.002:3): cwd=\"/\"\x1d"
			       "UID=\"root\" \r");
	(void)state;
	assert_str(r.node, "a.example");
	assert_str(r.body, "cwd=\"/\"");
	assert_str(r.enriched, "UID=\"root\"");
	assert_int_equal(r.time, UINT64_C(1002000000));
}

static void test_record_empty_body_is_empty_not_absent(void **state)
{
	struct record r = good("type=EOE msg=audit(1.002:3): ");
	(void)state;
	assert_non_null(r.body.ptr);
	assert_int_equal(r.body.len, 0);
	assert_int_equal(good("type=EOE msg=audit(1.002:3):").body.len, 0);
}

static void test_record_types_by_number_and_by_newer_names(void **state)
{
	(void)state;
	assert_int_equal(good("type=UNKNOWN[1399] msg=audit(1.002:3): x=y").type, 1399);
	assert_int_equal(good("type=URINGOP msg=audit(1.002:3): x=y").type, 1336);
	assert_int_equal(good("type=OPENAT2 msg=audit(1.002:3): x=y").type, 1337);
	assert_int_equal(good("type=LANDLOCK_ACCESS msg=audit(1.002:3): x=y").type, 1423);
	assert_int_equal(good("type=WATCHCAP_FACT msg=audit(1.002:3): x=y").type, RECORD_FACT);
	assert_int_equal(good("type=WATCHCAP_KNOB msg=audit(1.002:3): x=y").type, RECORD_KNOB);
}

static void test_record_every_name_of_libaudit_is_known(void **state)
{
	size_t names = 0;
	(void)state;
	for (int type = AUDIT_GET; type < AUDIT_LAST_USER_MSG2; type++) {
		char line[128], buffer[RECORD_NAME_SIZE];
		const char *name = audit_msg_type_to_name(type);
		struct record r;
		if (!name)
			continue;
		snprintf(line, sizeof(line), "type=%s msg=audit(1.000:1): x", name);
		r = good(line);
		/* two numbers may share a name, never two names a number */
		assert_true(str_eq(record_type_name(r.type, buffer), str_of(name)));
		names++;
	}
	assert_true(names > 100);
}

static void test_record_garbled_lines_are_refused(void **state)
{
	static const char *const lines[] = {
		"",
		" ",
		"=",
		"type",
		"type=",
		"type= ",
		"type=SYSCALL",
		"type=SYSCALL ",
		"type=SYSCALL msg=",
		"type=SYSCALL msg=audit(",
		"type=SYSCALL msg=audit(1",
		"type=SYSCALL msg=audit(1.2",
		"type=SYSCALL msg=audit(1.002:3",
		"type=SYSCALL msg=audit(1.002:3)",
		"type=SYSCALL msg=audit(1.002:3) :",
		"type=SYSCALL msg=audit(1.1000:3): x",
		"type=SYSCALL msg=audit(-1.002:3): x",
		"type=SYSCALL msg=audit(1.-02:3): x",
		"type=SYSCALL msg=audit(:3): x",
		"type=SYSCALL msg=audit(1.002:): x",
		"type=SYSCALL msg=audit(99999999999999999999.002:3): x",
		"type=SYSCALL msg=audit(18446744073709551.0:3): x",
		"type=SYSCALL msg=audit(1.002:99999999999999999999): x",
		"type=SYSCALL  msg=audit(1.002:3): x",
		"type=NO_SUCH_TYPE msg=audit(1.002:3): x",
		"type=syscall msg=audit(1.002:3): x",
		"type=UNKNOWN[] msg=audit(1.002:3): x",
		"type=UNKNOWN[x] msg=audit(1.002:3): x",
		"type=UNKNOWN[65536] msg=audit(1.002:3): x",
		"type=UNKNOWN[1 msg=audit(1.002:3): x",
		"type=UNKNOWN[-1] msg=audit(1.002:3): x",
		"node=",
		"node= type=CWD msg=audit(1.002:3): x",
		"node=a",
		"node=a msg=audit(1.002:3): x",
		" type=CWD msg=audit(1.002:3): x",
		"msg=audit(1.002:3): x",
		("type=SYSCALLSYSCALLSYSCALLSYSCALLSYSCALLSYSCALLSYSCALLSYSCALLSYSCALLSYSCALL "
		 "msg=audit(1.002:3): x"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct record r;
		if (record_parse_line(str_of(lines[i]), &r) != -EINVAL)
			fail_msg("taken: %s", lines[i]);
	}
}

/* every beginning of a good line, each in memory that ends there */
static void test_record_cut_line_is_refused_or_whole(void **state)
{
	static const char line[] =
		"node=n type=PATH msg=audit(1700000000.123:4711): item=0 name=\"/a\"\x1dUID=\"r\"";
	const size_t head = sizeof("node=n type=PATH msg=audit(1700000000.123:4711):") - 1;
	(void)state;
	for (size_t n = 0; n < sizeof(line); n++) {
		char *copy = malloc(n + 1);
		struct record r;
		memcpy(copy, line, n);
		assert_int_equal(record_parse_line(str_mem(copy, n), &r), n < head ? -EINVAL : 0);
		free(copy);
	}
}

static void test_record_over_long_is_refused(void **state)
{
	static char line[RECORD_MAX + 2] = "type=CWD msg=audit(1.002:3): ";
	struct record r;
	(void)state;
	memset(line + 29, 'x', sizeof(line) - 29);
	assert_int_equal(record_parse_line(str_mem(line, RECORD_MAX), &r), 0);
	assert_int_equal(record_parse_line(str_mem(line, RECORD_MAX + 1), &r), -EMSGSIZE);
	assert_int_equal(record_parse_message(1307, str_mem(line, RECORD_MAX + 1), &r), -EMSGSIZE);
}

static void test_record_nul_bytes_stay_inside_and_go_at_the_end(void **state)
{
	struct record r;
	(void)state;
	assert_int_equal(record_parse_line(STR("type=CWD msg=audit(1.002:3): a\0b\0\0"), &r), 0);
	assert_str(r.body, "a\0b");
}

static void test_record_message_has_its_type_outside(void **state)
{
	struct record r;
	(void)state;
	assert_int_equal(record_parse_message(1307, STR("audit(1.002:3): cwd=\"/\"\0"), &r), 0);
	assert_int_equal(r.type, 1307);
	assert_str(r.body, "cwd=\"/\"");
	assert_int_equal(record_parse_message(1307, STR("type=CWD msg=audit(1.002:3): x"), &r),
			 -EINVAL);
	assert_int_equal(record_parse_message(1307, STR(""), &r), -EINVAL);
}

static void test_record_rendered_is_read_again(void **state)
{
	static const char *const lines[] = {
		"type=SYSCALL msg=audit(1700000000.007:4711): arch=c000003e\n",
		"node=n type=UNKNOWN[1399] msg=audit(0.000:0): x\n",
		"type=EOE msg=audit(1.000:4294967296): \n",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct buf b = { 0 };
		struct record r = good(lines[i]);
		record_render(&r, &b);
		assert_string_equal(buf_z(&b), lines[i]);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_line_is_taken_apart),
		cmocka_unit_test(test_record_node_and_enriched_part_are_split_off),
		cmocka_unit_test(test_record_empty_body_is_empty_not_absent),
		cmocka_unit_test(test_record_types_by_number_and_by_newer_names),
		cmocka_unit_test(test_record_every_name_of_libaudit_is_known),
		cmocka_unit_test(test_record_garbled_lines_are_refused),
		cmocka_unit_test(test_record_cut_line_is_refused_or_whole),
		cmocka_unit_test(test_record_over_long_is_refused),
		cmocka_unit_test(test_record_nul_bytes_stay_inside_and_go_at_the_end),
		cmocka_unit_test(test_record_message_has_its_type_outside),
		cmocka_unit_test(test_record_rendered_is_read_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
