/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of mountinfo as kernels write them, and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_root.h"
#include "kernel/mountinfo.h"

static struct arena *arena;

static void test_line_all_fields(void **state)
{
	struct mountinfo m;

	(void)state;
	assert_int_equal(mountinfo_parse(STR("36 35 98:7 /mnt1 /mnt2 rw,noatime master:1 shared:2 "
					     "- ext3 /dev/root rw,errors=continue"),
					 &m, arena),
			 0);
	assert_int_equal(m.id, 36);
	assert_int_equal(m.parent, 35);
	assert_int_equal(m.major, 98);
	assert_int_equal(m.minor, 7);
	assert_str(m.root, "/mnt1");
	assert_str(m.mount_point, "/mnt2");
	assert_str(m.options, "rw,noatime");
	assert_str(m.propagation, "master:1 shared:2");
	assert_str(m.fstype, "ext3");
	assert_str(m.source, "/dev/root");
	assert_str(m.super_options, "rw,errors=continue");
}

static void test_line_octal_escapes_decoded(void **state)
{
	struct mountinfo m;

	(void)state;
	assert_int_equal(
		mountinfo_parse(
			STR("1 2 0:3 /a\\134b /with\\040blank\\011\\012 rw - tmpfs a\\043b rw"), &m,
			arena),
		0);
	assert_str(m.root, "/a\\b");
	assert_str(m.mount_point, "/with blank\t\n");
	assert_str(m.source, "a#b");
	/* no escape: too short, not octal, too large */
	assert_int_equal(mountinfo_parse(STR("1 2 0:3 / /x\\04 rw - tmpfs a\\0 rw"), &m, arena), 0);
	assert_str(m.mount_point, "/x\\04");
	assert_int_equal(mountinfo_parse(STR("1 2 0:3 / /x\\089\\400 rw - tmpfs a rw"), &m, arena),
			 0);
	assert_str(m.mount_point, "/x\\089\\400");
}

static void test_line_empty_source_is_a_source(void **state)
{
	struct mountinfo m;

	(void)state;
	assert_int_equal(mountinfo_parse(STR("1 2 0:3 / /x rw - tmpfs  rw"), &m, arena), 0);
	assert_str(m.source, "");
	assert_str(m.super_options, "rw");
}

static void test_line_malformed_refused(void **state)
{
	static const char *const lines[] = {
		"",
		" ",
		"1",
		"1 2 0:3 / /x rw tmpfs a rw",
		"1 2 03 / /x rw - tmpfs a rw",
		"1 2 0:3 / /x rw -",
		"1 2 0:3 / /x rw - tmpfs",
		"1 2 0:3 / /x rw - tmpfs a",
		"x 2 0:3 / /x rw - tmpfs a rw",
		"1 2 0:4294967296 / /x rw - tmpfs a rw",
		"1 2 0:3  /x rw - tmpfs a rw",
	};
	struct mountinfo m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(mountinfo_parse(str_of(lines[i]), &m, arena), -EINVAL);
}

static void test_next_passes_over_bad_lines(void **state)
{
	struct str rest =
		STR("1 2 0:3 / /a rw - tmpfs a rw\ngarbage\n\n4 2 0:3 / /b rw - tmpfs a rw");
	struct mountinfo m;

	(void)state;
	assert_true(mountinfo_next(&rest, &m, arena));
	assert_str(m.mount_point, "/a");
	assert_true(mountinfo_next(&rest, &m, arena));
	assert_str(m.mount_point, "/b");
	assert_false(mountinfo_next(&rest, &m, arena));
}

static void test_next_out_of_memory_ends(void **state)
{
	AUTO(arena) small = arena_new(16, 16);
	struct str rest = STR("1 2 0:3 / /a\\040aaaaaaaaaaaaaaaaaaaaaaaaaaaaa rw - tmpfs a rw\n");
	struct mountinfo m;

	(void)state;
	assert_false(mountinfo_next(&rest, &m, small));
	assert_true(arena_exhausted(small));
}

static void test_option_by_whole_name(void **state)
{
	struct str options = STR("rw,cpuacct,release_agent=/a\\054b,name=x"), value = STR("?");

	(void)state;
	assert_true(mountinfo_option(options, STR("cpuacct"), &value));
	assert_null(value.ptr);
	assert_false(mountinfo_option(options, STR("cpu"), NULL));
	assert_true(mountinfo_option(options, STR("name"), &value));
	assert_str(value, "x");
	assert_true(mountinfo_option(options, STR("release_agent"), &value));
	assert_str(mountinfo_decode(value, arena), "/a,b");
	assert_false(mountinfo_option(options, STR("b"), NULL));
	assert_false(mountinfo_option(STR(""), STR("b"), NULL));
}

static int make_arena(void **state)
{
	(void)state;
	arena = arena_new(4096, 1 << 20);
	return arena ? 0 : -1;
}

static int free_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line_all_fields),
		cmocka_unit_test(test_line_octal_escapes_decoded),
		cmocka_unit_test(test_line_empty_source_is_a_source),
		cmocka_unit_test(test_line_malformed_refused),
		cmocka_unit_test(test_next_passes_over_bad_lines),
		cmocka_unit_test(test_next_out_of_memory_ends),
		cmocka_unit_test(test_option_by_whole_name),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
