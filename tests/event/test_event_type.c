/* SPDX-License-Identifier: Apache-2.0 */
/* One number for a call, whatever the machine calls it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libaudit.h>

#include "event/event_type.h"

static void test_event_type_fixed_rows_have_their_names(void **state)
{
	(void)state;
	for (unsigned i = 1; i < EVT_FIXED_ROWS; i++) {
		assert_true(event_type_name((evt_type)i).len > 0);
		assert_int_equal(event_type_by_name(event_type_name((evt_type)i)), i);
	}
	assert_int_equal(event_type_name(EVT_UNKNOWN).len, 0);
	assert_int_equal(event_type_by_name(STR("")), -1);
	assert_int_equal(event_type_by_name(STR("opennat")), -1);
	assert_int_equal(event_type_name(UINT16_MAX).len, 0);
	assert_true(event_type_is_syscall(EVT_EXECVE));
	assert_false(event_type_is_syscall(EVT_CONTAINER));
	assert_false(event_type_is_syscall(EVT_UID_CHANGE));
}

static void test_event_type_names_are_unique(void **state)
{
	(void)state;
	assert_true(event_type_count() > 350);
	for (unsigned i = 1; i < event_type_count(); i++)
		assert_int_equal(event_type_by_name(event_type_name((evt_type)i)), i);
}

static void test_event_type_same_call_on_every_machine(void **state)
{
	static const struct {
		uint32_t arch, number;
		evt_type type;
	} calls[] = {
		{ AUDIT_ARCH_X86_64, 59, EVT_EXECVE },
		{ AUDIT_ARCH_I386, 11, EVT_EXECVE },
		{ AUDIT_ARCH_AARCH64, 221, EVT_EXECVE },
		{ AUDIT_ARCH_ARM, 11, EVT_EXECVE },
		{ AUDIT_ARCH_RISCV64, 221, EVT_EXECVE },
		{ AUDIT_ARCH_S390X, 11, EVT_EXECVE },
		{ AUDIT_ARCH_X86_64, 257, EVT_OPENAT },
		{ AUDIT_ARCH_AARCH64, 56, EVT_OPENAT },
		{ AUDIT_ARCH_X86_64, 437, EVT_OPENAT2 },
		{ AUDIT_ARCH_AARCH64, 437, EVT_OPENAT2 },
		{ AUDIT_ARCH_X86_64, 166, EVT_UMOUNT2 },
		{ AUDIT_ARCH_I386, 22, EVT_UMOUNT2 },
		{ AUDIT_ARCH_I386, 52, EVT_UMOUNT2 },
		{ AUDIT_ARCH_AARCH64, 39, EVT_UMOUNT2 },
		{ AUDIT_ARCH_X86_64, 105, EVT_SETUID },
		{ AUDIT_ARCH_I386, 23, EVT_SETUID },
		{ AUDIT_ARCH_I386, 213, EVT_SETUID },
		{ AUDIT_ARCH_X86_64, 435, EVT_CLONE3 },
		{ AUDIT_ARCH_X86_64, 442, EVT_MOUNT_SETATTR },
		{ AUDIT_ARCH_X86_64, 304, EVT_OPEN_BY_HANDLE_AT },
		{ AUDIT_ARCH_I386, 342, EVT_OPEN_BY_HANDLE_AT },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (event_type_of_syscall(calls[i].arch, calls[i].number) != calls[i].type)
			fail_msg("arch %x call %u is not '%s'", calls[i].arch, calls[i].number,
				 event_type_name(calls[i].type).ptr);
}

static void test_event_type_variants_are_names_of_the_call(void **state)
{
	static const char *const names[][2] = {
		{ "umount", "umount2" },	 { "setuid32", "setuid" },
		{ "chown32", "chown" },		 { "stat64", "stat" },
		{ "fstatat64", "newfstatat" },	 { "mmap2", "mmap" },
		{ "ppoll_time64", "ppoll" },	 { "clock_gettime64", "clock_gettime" },
		{ "fadvise64_64", "fadvise64" }, { "ftruncate64", "ftruncate" },
		{ "prlimit", "prlimit64" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(event_type_by_name(str_of(names[i][0])) > 0);
		assert_int_equal(event_type_by_name(str_of(names[i][0])),
				 event_type_by_name(str_of(names[i][1])));
	}
	/* a name of its own on x86_64 is a call of its own */
	assert_int_not_equal(event_type_by_name(STR("getdents64")),
			     event_type_by_name(STR("getdents")));
}

static void test_event_type_internal_ones_of_falco_are_known_and_never_made(void **state)
{
	static const char *const names[] = { "procexit", "drop", "switch", "asyncevent" };
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int type = event_type_by_name(str_of(names[i]));
		assert_true(type > 0);
		assert_false(event_type_is_made((evt_type)type));
		assert_false(event_type_is_syscall((evt_type)type));
	}
	assert_true(event_type_is_made(EVT_EXECVE));
	assert_true(event_type_is_made(EVT_CONTAINER));
	assert_true(event_type_is_made((evt_type)event_type_by_name(STR("mseal"))));
	assert_false(event_type_is_made(UINT16_MAX));
}

static void test_event_type_newer_calls_are_known_everywhere(void **state)
{
	int row = event_type_by_name(STR("open_tree_attr"));
	(void)state;
	assert_true(row > 0);
	assert_int_equal(event_type_of_syscall(AUDIT_ARCH_X86_64, 467), row);
	assert_int_equal(event_type_of_syscall(AUDIT_ARCH_ARM, 467), row);
}

static void test_event_type_nonsense_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(event_type_of_syscall(AUDIT_ARCH_X86_64, 511), EVT_UNKNOWN);
	assert_int_equal(event_type_of_syscall(AUDIT_ARCH_X86_64, UINT32_MAX), EVT_UNKNOWN);
	assert_int_equal(event_type_of_syscall(AUDIT_ARCH_X86_64, 0x40000000u + 59), EVT_UNKNOWN);
	assert_int_equal(event_type_of_syscall(0, 59), EVT_UNKNOWN);
	assert_int_equal(event_type_of_syscall(UINT32_MAX, 59), EVT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_type_fixed_rows_have_their_names),
		cmocka_unit_test(test_event_type_names_are_unique),
		cmocka_unit_test(test_event_type_same_call_on_every_machine),
		cmocka_unit_test(test_event_type_variants_are_names_of_the_call),
		cmocka_unit_test(test_event_type_internal_ones_of_falco_are_known_and_never_made),
		cmocka_unit_test(test_event_type_newer_calls_are_known_everywhere),
		cmocka_unit_test(test_event_type_nonsense_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
