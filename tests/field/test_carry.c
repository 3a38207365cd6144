/* SPDX-License-Identifier: Apache-2.0 */
/* Which events can carry a field: what the lint field-not-in-type is told. */
#include "stage.h"

#include "event/event_type.h"

static bool carries(const char *field, const char *type)
{
	struct field_use use;
	int number = event_type_by_name(str_of(type));

	assert_int_equal(stage_use(field, &use), 0);
	assert_true(number > 0);
	return registry_schema()->carries(&use, (unsigned)number);
}

static void test_argument_is_carried_by_the_types_that_have_it(void **state)
{
	static const struct {
		const char *field, *type;
		bool is_carried;
	} rows[] = {
		{ "evt.arg.name", "openat", true },	{ "evt.arg.dirfd", "openat", true },
		{ "evt.arg.dirfd", "open", false },	{ "evt.rawarg.flags", "creat", false },
		{ "evt.arg.request", "ptrace", true },	{ "evt.arg.request", "openat", false },
		{ "evt.arg.old", "knob_change", true }, { "evt.arg.old", "mount", false },
		{ "evt.arg[0]", "execve", true },	{ "evt.arg[30]", "execve", false },
		{ "evt.arg.res", "mount", true },	{ "evt.arg.acct", "record", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (carries(rows[i].field, rows[i].type) != rows[i].is_carried)
			fail_msg("%s of %s", rows[i].field, rows[i].type);
}

static void test_group_of_fields_belongs_to_few_types(void **state)
{
	(void)state;
	assert_true(carries("mount.fstype", "mount_change"));
	assert_true(carries("mount.target", "move_mount"));
	assert_false(carries("mount.fstype", "openat"));
	assert_true(carries("target.pid", "pidfd_send_signal"));
	assert_false(carries("target.pid", "execve"));
	assert_true(carries("fd.container.id", "execveat"));
	assert_false(carries("fd.container.id", "openat"));
	assert_true(carries("fd.origin", "usermodehelper"));
	assert_false(carries("fd.origin", "openat"));
	assert_true(carries("fd.containername", "openat"));
}

static void test_field_of_no_group_belongs_to_all_types(void **state)
{
	(void)state;
	for (unsigned type = 1; type < event_type_count(); type++) {
		struct field_use use;

		assert_int_equal(stage_use("proc.name", &use), 0);
		assert_true(registry_schema()->carries(&use, type));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_argument_is_carried_by_the_types_that_have_it),
		cmocka_unit_test(test_group_of_fields_belongs_to_few_types),
		cmocka_unit_test(test_field_of_no_group_belongs_to_all_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
