// SPDX-License-Identifier: Apache-2.0
/* What calls do to ids and capabilities, and what may not be guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "session.h"
#include "state/credentials.h"

#define ADMIN (UINT64_C(1) << 21)

static struct credentials root_with(uint64_t set)
{
	struct credentials c = CREDENTIALS_UNKNOWN;

	c.has_ids = c.has_caps = true;
	c.cap_permitted = c.cap_effective = set;
	c.cap_source = CAP_STATUS;
	return c;
}

static struct event call_of(evt_type type, uint32_t uid)
{
	struct event ev = { .type = type, .has_syscall = true };

	ev.sys.success = true;
	ev.sys.uid = ev.sys.euid = ev.sys.suid = ev.sys.fsuid = uid;
	return ev;
}

struct states {
	struct credentials before, after;
};

static struct states observe(struct credentials c, struct event ev)
{
	struct states s;

	credentials_observe(&c, true, &ev, &s.before, &s.after);
	return s;
}

static void test_credentials_silent_root_exec_is_full_or_empty_by_the_ledger(void **state)
{
	struct event ev = call_of(EVT_EXECVE, 0);
	struct credentials c = root_with(CAP_ALL);

	(void)state;
	assert_int_equal(observe(c, ev).after.cap_permitted, CAP_ALL);
	assert_int_equal(observe(root_with(0), ev).after.cap_permitted, 0);
	assert_true(observe(root_with(0), ev).after.has_caps);
	/* in between would have left a record: what happened is not known */
	assert_false(observe(root_with(CAP_DEFAULT), ev).after.has_caps);
	c.has_bounding = true;
	c.cap_bounding = 0;
	assert_int_equal(observe(c, ev).after.cap_permitted, 0);
	c.cap_bounding = CAP_DEFAULT;
	assert_int_equal(observe(c, ev).after.cap_permitted, 0);
	c.cap_permitted = c.cap_effective = 0;
	c.cap_bounding = (UINT64_C(1) << 38) - 1; /* all of an older kernel */
	assert_int_equal(observe(c, ev).after.cap_permitted, (UINT64_C(1) << 38) - 1);
	ev.is_incomplete = true;
	assert_false(observe(c, ev).after.has_caps);
}

static void test_credentials_exec_by_others_keeps_the_ambient_set_only(void **state)
{
	struct credentials c = root_with(CAP_ALL);
	struct states s;

	(void)state;
	c.ruid = c.euid = c.suid = 1000;
	c.cap_ambient = ADMIN;
	s = observe(c, call_of(EVT_EXECVE, 1000));
	assert_true(s.after.has_caps);
	assert_int_equal(s.after.cap_effective, ADMIN);
	assert_int_equal(s.before.cap_effective, CAP_ALL);
	c.userns_is_host = 0;
	assert_false(observe(c, call_of(EVT_EXECVE, 1000)).after.has_caps);
}

static void test_credentials_unseen_setuid_is_noticed(void **state)
{
	struct credentials c = root_with(CAP_ALL);

	(void)state;
	assert_false(observe(c, call_of(EVT_EXECVE, 1000)).after.has_caps);
	assert_false(observe(c, call_of(EVT_OPENAT, 1000)).before.has_caps);
	assert_int_equal(observe(c, call_of(EVT_OPENAT, 1000)).before.euid, 1000);
}

static void test_credentials_setuid_as_the_kernel_does_it(void **state)
{
	struct event ev = call_of(EVT_SETRESUID, 0);
	struct credentials c = root_with(CAP_DEFAULT);
	struct states s;

	(void)state;
	ev.sys.euid = 1000;
	s = observe(c, ev);
	assert_int_equal(s.before.euid, 0);
	assert_int_equal(s.after.euid, 1000);
	assert_int_equal(s.after.cap_effective, 0);
	assert_int_equal(s.after.cap_permitted, CAP_DEFAULT);
	/* and back */
	s = observe(s.after, call_of(EVT_SETRESUID, 0));
	assert_int_equal(s.after.cap_effective, CAP_DEFAULT);
	/* PR_SET_KEEPCAPS decides, and nobody saw it */
	assert_false(observe(c, call_of(EVT_SETUID, 1000)).after.has_caps);
	/* a call that failed changes nothing */
	ev = call_of(EVT_SETUID, 0);
	ev.sys.success = false;
	assert_int_equal(observe(c, ev).after.cap_permitted, CAP_DEFAULT);
}

static void test_credentials_before_is_absent_without_a_ledger(void **state)
{
	struct credentials c = CREDENTIALS_UNKNOWN;
	struct states s = observe(c, call_of(EVT_SETUID, 0));

	(void)state;
	assert_false(s.before.has_ids);
	assert_true(s.after.has_ids);
	s = observe(c, call_of(EVT_OPENAT, 5));
	assert_true(s.before.has_ids);
	assert_int_equal(s.before.euid, 5);
}

static void test_credentials_of_proc_are_those_after_the_call(void **state)
{
	struct credentials c = root_with(CAP_DEFAULT), before, after;
	struct event ev = call_of(EVT_EXECVE, 0);

	(void)state;
	credentials_observe(&c, false, &ev, &before, &after);
	assert_false(before.has_caps);
	assert_int_equal(after.cap_permitted, CAP_DEFAULT);
}

static void test_credentials_new_user_namespace_gives_all_in_it(void **state)
{
	struct event ev = call_of(EVT_UNSHARE, 1000);
	struct credentials c = root_with(0);
	struct states s;

	(void)state;
	c.ruid = c.euid = c.suid = 1000;
	c.userns_is_host = 1;
	ev.sys.arg[0] = 0x10000000;
	s = observe(c, ev);
	assert_int_equal(s.before.cap_effective, 0);
	assert_int_equal(s.before.userns_is_host, 1);
	assert_int_equal(s.after.cap_effective, CAP_SET_FULL);
	assert_int_equal(s.after.userns_is_host, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials_silent_root_exec_is_full_or_empty_by_the_ledger),
		cmocka_unit_test(test_credentials_exec_by_others_keeps_the_ambient_set_only),
		cmocka_unit_test(test_credentials_unseen_setuid_is_noticed),
		cmocka_unit_test(test_credentials_setuid_as_the_kernel_does_it),
		cmocka_unit_test(test_credentials_before_is_absent_without_a_ledger),
		cmocka_unit_test(test_credentials_of_proc_are_those_after_the_call),
		cmocka_unit_test(test_credentials_new_user_namespace_gives_all_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
