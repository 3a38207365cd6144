// SPDX-License-Identifier: Apache-2.0
/* What calls do to ids and capabilities, and what may not be guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/audit.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
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

/* no record tells of PR_CAP_AMBIENT: what could have been raised is not denied (setpriv, capsh, AmbientCapabilities=) */
static void test_credentials_exec_of_what_may_have_been_made_ambient(void **state)
{
	struct credentials c = root_with(CAP_ALL);

	(void)state;
	c.ruid = c.euid = c.suid = 1000;
	c.cap_inheritable = ADMIN;
	assert_false(observe(c, call_of(EVT_EXECVE, 1000)).after.has_caps);
	c.cap_permitted = c.cap_effective = 0;
	assert_true(observe(c, call_of(EVT_EXECVE, 1000)).after.has_caps);
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

static struct event prctl_of(uint64_t option, uint64_t arg, uint64_t more)
{
	struct event ev = call_of(EVT_PRCTL, 0);

	ev.sys.arg[0] = option;
	ev.sys.arg[1] = arg;
	ev.sys.arg[2] = more;
	return ev;
}

static void test_credentials_keepcaps_that_was_seen_decides_over_setuid(void **state)
{
	struct credentials c =
		observe(root_with(CAP_DEFAULT), prctl_of(PR_SET_KEEPCAPS, 1, 0)).after;
	struct states s = observe(c, call_of(EVT_SETUID, 1000));

	(void)state;
	assert_true(s.after.has_caps);
	assert_int_equal(s.after.cap_permitted, CAP_DEFAULT);
	assert_int_equal(s.after.cap_effective, 0);
	assert_int_equal(s.after.cap_source, CAP_COMPUTED);
	c = observe(c, prctl_of(PR_SET_KEEPCAPS, 0, 0)).after;
	s = observe(c, call_of(EVT_SETUID, 1000));
	assert_true(s.after.has_caps);
	assert_int_equal(s.after.cap_permitted, 0);
	/* an exec clears it, and what came after may have gone unseen */
	c = observe(root_with(CAP_ALL), prctl_of(PR_SET_KEEPCAPS, 1, 0)).after;
	c = observe(c, call_of(EVT_EXECVE, 0)).after;
	assert_false(observe(c, call_of(EVT_SETUID, 1000)).after.has_caps);
	/* no fixup at all */
	c = observe(root_with(CAP_DEFAULT), prctl_of(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0))
		    .after;
	s = observe(c, call_of(EVT_SETUID, 1000));
	assert_int_equal(s.after.cap_effective, CAP_DEFAULT);
}

static void test_credentials_prctl_moves_each_set_it_names(void **state)
{
	struct credentials c = root_with(CAP_ALL);
	struct states s;

	(void)state;
	c.has_bounding = true;
	c.cap_bounding = CAP_ALL;
	c.cap_inheritable = CAP_ALL;
	s = observe(c, prctl_of(PR_CAPBSET_DROP, 21, 0));
	assert_int_equal(s.before.cap_bounding, CAP_ALL);
	assert_int_equal(s.after.cap_bounding, CAP_ALL & ~ADMIN);
	/* high bits of the option are not the kernel's to see; a wild number drops nothing */
	s = observe(c, prctl_of(PR_CAPBSET_DROP | UINT64_C(1) << 32, UINT64_MAX, 0));
	assert_int_equal(s.after.cap_bounding, CAP_ALL);
	s = observe(c, prctl_of(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21));
	assert_int_equal(s.after.cap_ambient, ADMIN);
	s = observe(s.after, prctl_of(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 22));
	assert_int_equal(s.after.cap_ambient, ADMIN);
	s = observe(s.after, prctl_of(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, 21));
	assert_int_equal(s.after.cap_ambient, 0);
	s = observe(c, prctl_of(PR_SET_NO_NEW_PRIVS, 1, 0));
	assert_int_equal(s.before.no_new_privs, -1);
	assert_int_equal(s.after.no_new_privs, 1);
	assert_int_equal(observe(c, prctl_of(PR_SET_SECCOMP, 2, 0)).after.seccomp, 2);
	assert_int_equal(observe(c, prctl_of(PR_SET_SECCOMP, 7, 0)).after.seccomp, -1);
	c = root_with(CAP_ALL);
	assert_false(observe(c, prctl_of(PR_CAPBSET_DROP, 21, 0)).after.has_bounding);
}

static void test_credentials_seccomp_call_tells_the_mode(void **state)
{
	struct event ev = call_of(EVT_SECCOMP, 0);

	(void)state;
	ev.sys.arg[0] = 1;
	assert_int_equal(observe(root_with(0), ev).after.seccomp, 2);
	ev.sys.arg[0] = 0;
	assert_int_equal(observe(root_with(0), ev).after.seccomp, 1);
	ev.sys.arg[0] = 2; /* asks what is available */
	assert_int_equal(observe(root_with(0), ev).after.seccomp, -1);
	ev.sys.arg[0] = 1;
	ev.sys.success = false;
	assert_int_equal(observe(root_with(0), ev).after.seccomp, -1);
}

static void test_credentials_setfsuid_moves_what_belongs_to_files(void **state)
{
	struct event ev = call_of(EVT_SETFSUID, 0);
	struct states s;

	(void)state;
	ev.sys.fsuid = 1000;
	s = observe(root_with(CAP_DEFAULT), ev);
	assert_int_equal(s.after.cap_effective,
			 CAP_DEFAULT & ~UINT64_C(0x10800021f) & ~(UINT64_C(1) << 27));
	assert_int_equal(s.after.cap_permitted, CAP_DEFAULT);
	s = observe(s.after, call_of(EVT_SETFSUID, 0));
	assert_int_equal(s.after.cap_effective, CAP_DEFAULT);
}

static void test_credentials_setid_program_clears_the_ambient_set(void **state)
{
	struct credentials c = root_with(CAP_ALL);
	struct event ev = call_of(EVT_EXECVE, 1000);

	(void)state;
	c.ruid = c.euid = c.suid = 1000;
	c.cap_ambient = ADMIN;
	ev.sys.euid = ev.sys.suid = ev.sys.fsuid = 1001;
	assert_int_equal(observe(c, ev).after.cap_permitted, 0);
	assert_int_equal(observe(c, ev).after.cap_ambient, 0);
}

static void test_credentials_root_by_real_id_only_has_nothing_effective(void **state)
{
	struct credentials c = root_with(CAP_DEFAULT);
	struct event ev = call_of(EVT_EXECVE, 0);

	(void)state;
	ev.sys.euid = ev.sys.suid = ev.sys.fsuid = 1000;
	c.euid = c.suid = 1000;
	/* what it may gain is not seen: no record comes for it */
	assert_false(observe(c, ev).after.has_caps);
	c.has_bounding = true;
	c.cap_bounding = CAP_DEFAULT;
	assert_int_equal(observe(c, ev).after.cap_permitted, CAP_DEFAULT);
	assert_int_equal(observe(c, ev).after.cap_effective, 0);
}

static void test_credentials_silent_exec_of_a_file_with_capabilities_is_not_known(void **state)
{
	struct record path = { .type = AUDIT_PATH,
			       .body = STR(
				       "item=0 name=\"/bin/ping\" inode=1 dev=fe:01 mode=0100755 "
				       "ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=2000 "
				       "cap_fi=0 cap_fe=1 cap_fver=2 cap_frootid=0") };
	struct credentials c = root_with(0);
	struct event ev = call_of(EVT_EXECVE, 1000);

	(void)state;
	c.ruid = c.euid = c.suid = 1000;
	ev.records = &path;
	ev.n_records = 1;
	assert_false(observe(c, ev).after.has_caps);
	path.body = STR("item=0 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0");
	assert_true(observe(c, ev).after.has_caps);
}

static void test_credentials_root_of_a_user_namespace_is_nobody_we_know(void **state)
{
	struct credentials c = root_with(CAP_SET_FULL);

	(void)state;
	c.userns_is_host = 0;
	c.ruid = c.euid = c.suid = c.fsuid = 100000;
	assert_false(observe(c, call_of(EVT_SETUID, 101000)).after.has_caps);
	assert_false(observe(c, call_of(EVT_SETFSUID, 101000)).after.has_caps);
}

static void test_credentials_entered_user_namespace_is_never_the_hosts(void **state)
{
	struct event ev = call_of(EVT_SETNS, 0);
	struct credentials c = root_with(CAP_DEFAULT);

	(void)state;
	c.userns_is_host = 1;
	ev.sys.arg[1] = 0x10000000;
	assert_int_equal(observe(c, ev).after.userns_is_host, 0);
	assert_int_equal(observe(c, ev).after.cap_effective, CAP_SET_FULL);
	ev.sys.arg[1] = 0;
	assert_int_equal(observe(c, ev).after.userns_is_host, -1);
	assert_false(observe(c, ev).after.has_caps);
	c.userns_is_host = 0;
	assert_int_equal(observe(c, ev).after.userns_is_host, 0);
	ev.sys.arg[1] = 0x20000; /* a mount namespace */
	assert_int_equal(observe(c, ev).after.cap_effective, CAP_DEFAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials_silent_root_exec_is_full_or_empty_by_the_ledger),
		cmocka_unit_test(test_credentials_exec_by_others_keeps_the_ambient_set_only),
		cmocka_unit_test(test_credentials_exec_of_what_may_have_been_made_ambient),
		cmocka_unit_test(test_credentials_unseen_setuid_is_noticed),
		cmocka_unit_test(test_credentials_setuid_as_the_kernel_does_it),
		cmocka_unit_test(test_credentials_before_is_absent_without_a_ledger),
		cmocka_unit_test(test_credentials_of_proc_are_those_after_the_call),
		cmocka_unit_test(test_credentials_new_user_namespace_gives_all_in_it),
		cmocka_unit_test(test_credentials_keepcaps_that_was_seen_decides_over_setuid),
		cmocka_unit_test(test_credentials_prctl_moves_each_set_it_names),
		cmocka_unit_test(test_credentials_seccomp_call_tells_the_mode),
		cmocka_unit_test(test_credentials_setfsuid_moves_what_belongs_to_files),
		cmocka_unit_test(test_credentials_setid_program_clears_the_ambient_set),
		cmocka_unit_test(test_credentials_root_by_real_id_only_has_nothing_effective),
		cmocka_unit_test(
			test_credentials_silent_exec_of_a_file_with_capabilities_is_not_known),
		cmocka_unit_test(test_credentials_root_of_a_user_namespace_is_nobody_we_know),
		cmocka_unit_test(test_credentials_entered_user_namespace_is_never_the_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
