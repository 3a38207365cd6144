/* SPDX-License-Identifier: Apache-2.0 */
/* Capability masks and names, known and unknown bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_root.h"
#include "kernel/capset.h"

static void test_capset_names_in_bit_order(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);

	(void)state;
	assert_str(capset_names(0, a), "");
	assert_str(capset_names(UINT64_C(1) << 21 | 1, a), "CAP_CHOWN CAP_SYS_ADMIN");
	assert_str(capset_names(UINT64_C(1) << 63, a), "CAP_63");
}

static void test_capset_names_every_bit_of_a_full_mask(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct str rest = capset_names(UINT64_MAX, a), name;
	unsigned n = 0;

	(void)state;
	while (str_cut(&rest, ' ', &name)) {
		assert_true(str_starts(name, STR("CAP_")));
		n++;
	}
	assert_int_equal(n, 64);
}

static void test_capset_names_without_memory_absent(void **state)
{
	AUTO(arena) a = arena_new(16, 16);

	(void)state;
	assert_null(capset_names(UINT64_MAX, a).ptr);
}

static void test_capset_of_name_forms(void **state)
{
	static const struct {
		const char *name;
		uint64_t mask;
	} rows[] = {
		{ "CAP_SYS_ADMIN", 1 << 21 },
		{ "cap_sys_admin", 1 << 21 },
		{ "Sys_Admin", 1 << 21 },
		{ "CAP_CHOWN", 1 },
		{ "CAP_CHECKPOINT_RESTORE", UINT64_C(1) << 40 },
		{ "", 0 },
		{ "CAP_", 0 },
		{ "CAP_NOPE", 0 },
		{ "CAP_CAP_CHOWN", 0 },
		{ "SYS_ADMIN ", 0 },
		{ "CAP_SYS_ADMIN,CAP_CHOWN", 0 },
		{ "a_name_that_is_much_longer_than_any_capability_could_ever_be_in_any_kernel", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(capset_of_name(str_of(rows[i].name)) == rows[i].mask);
	assert_true(capset_of_name(STR("CHOWN\0X")) == 0);
	assert_true(capset_of_name(STR_ABSENT) == 0);
}

static void test_capset_names_of_name_round_trip(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);

	(void)state;
	for (unsigned bit = 0; bit <= 40; bit++)
		assert_true(capset_of_name(capset_names(UINT64_C(1) << bit, a)) == UINT64_C(1)
											   << bit);
}

static void test_capset_all_holds_the_runtime_default(void **state)
{
	(void)state;
	assert_true((capset_all() & CAPSET_RUNTIME_DEFAULT) == CAPSET_RUNTIME_DEFAULT);
	assert_true((capset_all() & (capset_all() + 1)) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capset_names_in_bit_order),
		cmocka_unit_test(test_capset_names_every_bit_of_a_full_mask),
		cmocka_unit_test(test_capset_names_without_memory_absent),
		cmocka_unit_test(test_capset_of_name_forms),
		cmocka_unit_test(test_capset_names_of_name_round_trip),
		cmocka_unit_test(test_capset_all_holds_the_runtime_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
