// SPDX-License-Identifier: Apache-2.0
/* What a process of a container holds that its container was not given. */
#include "fake_facts.h"
#include "state/trespass.h"

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HOME "0::/docker/" ID64 "\n"
#define NR_SETNS 308
#define NR_UNSHARE 272
#define SYS_ADMIN (UINT64_C(1) << 21)

struct fixture {
	struct fake *fake;
	struct session *session;
	struct facts_process *init, *sh;
};

/* pid 1 of the host, whose namespaces are 1; a container's first process and a shell of it, whose are 2 */
static void prepare(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	f->init = fake_add(f->fake, 61, 1, "/bin/sleep", HOME);
	f->sh = fake_add(f->fake, 70, 61, "/bin/sh", HOME);
	for (unsigned i = 0; i < NS_COUNT; i++)
		f->init->ns[i] = f->sh->ns[i] = 2;
	f->init->start_ticks = 100;
	f->sh->start_ticks = 200;
	f->init->cap_permitted = f->init->cap_effective = f->init->cap_bounding = CAP_DEFAULT;
	f->sh->cap_permitted = f->sh->cap_effective = f->sh->cap_bounding = CAP_DEFAULT;
	f->fake->container_id = ID64;
	f->fake->container =
		(struct facts_container){ .has_bounding = true, .cap_bounding = CAP_DEFAULT };
	*state = f;
}

static void begin(struct fixture *f)
{
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
}

static int setup(void **state)
{
	prepare(state);
	begin(*state);
	return 0;
}

/* the first process is in the host's network by the time that the sensor comes */
static int setup_late(void **state)
{
	struct fixture *f;

	prepare(state);
	f = *state;
	f->init->ns[NS_NET] = f->init->ns[NS_CGROUP] = 1;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->session);
	free(f);
	return 0;
}

/* its shell runs a program; @pe: the effective and permitted set of its record */
static void run(struct fixture *f, unsigned serial, uint64_t pe)
{
	session_exec(f->session, serial, 70, 61, "/bin/true", 5, "00:27", "/",
		     "argc=1 a0=\"true\"");
	session_record(f->session, "BPRM_FCAPS", serial,
		       "fver=0 fp=0 fi=0 fe=0 old_pp=%llx old_pi=0 old_pe=%llx old_pa=0 pp=%llx "
		       "pi=0 pe=%llx pa=0 "
		       "frootid=0",
		       (unsigned long long)pe, (unsigned long long)pe, (unsigned long long)pe,
		       (unsigned long long)pe);
	session_flush(f->session);
}

static size_t gains(const struct fixture *f)
{
	return session_count(f->session, EVT_NS_GAIN) + session_count(f->session, EVT_CAP_GAIN);
}

static void assert_gained(const struct fixture *f, unsigned serial, evt_type type, const char *what)
{
	const struct seen *seen = session_find(f->session, serial, type);

	assert_non_null(seen);
	assert_string_equal(seen->gained, what);
	assert_string_equal(seen->id, ID64);
	assert_int_equal(seen->pid, 70);
}

static void test_process_with_what_its_container_has_is_not_told(void **state)
{
	struct fixture *f = *state;

	run(f, 1, CAP_DEFAULT);
	assert_int_equal(gains(f), 0);
}

static void test_namespaces_of_the_host_are_told_once_each(void **state)
{
	struct fixture *f = *state;

	f->sh->ns[NS_PID] = 1;
	run(f, 1, CAP_DEFAULT);
	assert_gained(f, 1, EVT_NS_GAIN, "pid");
	f->sh->ns[NS_MNT] = f->sh->ns[NS_NET] = 1;
	run(f, 2, CAP_DEFAULT);
	assert_gained(f, 2, EVT_NS_GAIN, "mnt net");
	run(f, 3, CAP_DEFAULT);
	assert_int_equal(gains(f), 2);
}

static void test_setns_is_looked_at_before_any_program(void **state)
{
	struct fixture *f = *state;

	f->sh->ns[NS_UTS] = 1;
	session_call(f->session, 1, NR_SETNS, 70, 61, "/bin/sh", NULL);
	session_flush(f->session);
	assert_gained(f, 1, EVT_NS_GAIN, "uts");
	assert_int_equal(session_find(f->session, 1, EVT_SETNS)->before.ns[NS_UTS], 2);
	assert_int_equal(session_find(f->session, 1, EVT_SETNS)->after.ns[NS_UTS], 1);
}

static void test_container_that_shares_with_the_host_has_nothing_to_gain(void **state)
{
	struct fixture *f = *state;
	struct container *c = container_find(&f->session->state->containers, 0, STR(ID64));

	c->ns[NS_PID] = 1;
	f->sh->ns[NS_PID] = 1;
	run(f, 1, CAP_DEFAULT);
	assert_int_equal(gains(f), 0);
}

static void test_user_namespace_with_capabilities_is_told_once(void **state)
{
	struct fixture *f = *state;

	f->sh->ns[NS_USER] = 7;
	f->sh->cap_effective = SYS_ADMIN;
	run(f, 1, CAP_DEFAULT);
	run(f, 2, CAP_DEFAULT);
	assert_gained(f, 1, EVT_USERNS_GAIN, "CAP_SYS_ADMIN");
	assert_int_equal(session_count(f->session, EVT_USERNS_GAIN), 1);
}

static void test_user_namespace_without_capabilities_is_nothing(void **state)
{
	struct fixture *f = *state;

	f->sh->ns[NS_USER] = 7;
	f->sh->cap_effective = f->sh->cap_permitted = 0;
	run(f, 1, 0);
	assert_int_equal(session_count(f->session, EVT_USERNS_GAIN), 0);
}

static void test_namespaces_of_another_are_not_the_hosts(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < NS_COUNT; i++)
		f->sh->ns[i] = 3;
	run(f, 1, CAP_DEFAULT);
	assert_int_equal(gains(f), 0);
}

static void test_capabilities_beyond_the_container_are_told_once(void **state)
{
	struct fixture *f = *state;

	f->sh->cap_permitted = f->sh->cap_effective = CAP_DEFAULT | SYS_ADMIN;
	run(f, 1, CAP_DEFAULT | SYS_ADMIN);
	assert_gained(f, 1, EVT_CAP_GAIN, "CAP_SYS_ADMIN");
	run(f, 2, CAP_DEFAULT | SYS_ADMIN);
	assert_int_equal(gains(f), 1);
}

static void test_capabilities_of_another_user_namespace_do_not_count(void **state)
{
	struct fixture *f = *state;

	f->sh->cap_permitted = f->sh->cap_effective = CAP_ALL;
	f->sh->ns[NS_USER] = 3;
	run(f, 1, CAP_ALL);
	assert_int_equal(gains(f), 0);
}

static void test_what_was_there_before_the_sensor_is_no_news(void **state)
{
	struct fixture *f = *state;
	struct process *p = process_find(&f->session->state->processes, 0, 70);

	p->cap_granted = p->cap_told = CAP_ALL;
	f->sh->cap_permitted = f->sh->cap_effective = CAP_ALL;
	run(f, 1, CAP_ALL);
	assert_int_equal(gains(f), 0);
}

static void test_unshare_makes_namespaces_that_are_not_the_hosts(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	session_record(
		f->session, "SYSCALL", 1,
		"arch=c000003e syscall=%u success=yes exit=0 a0=40000000 a1=0 a2=0 a3=0 items=0 "
		"ppid=0 "
		"pid=1 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
		"tty=(none) ses=4294967295 comm=\"x\" exe=\"/sbin/init\" key=(null)",
		NR_UNSHARE);
	session_flush(f->session);
	seen = session_find(f->session, 1, EVT_UNSHARE);
	assert_non_null(seen);
	assert_int_equal(seen->before.ns[NS_NET], 1);
	assert_true(seen->after.ns[NS_NET] == NS_NEW);
	assert_int_equal(seen->after.ns[NS_MNT], 1);
}

static void tick(struct fixture *f)
{
	state_tick(f->session->state, UINT64_C(1001000000000));
	session_derived(f->session);
}

#define NEW(kind) ((uint32_t)SPEC_NEW_NS << (kind))

static void test_who_had_left_before_the_sensor_came_is_told_by_the_configuration(void **state)
{
	struct fixture *f = *state;
	const struct container *c;
	const struct seen *seen;

	f->fake->container.spec =
		(struct spec){ .is_known = true, .marks = NEW(NS_NET) | NEW(NS_CGROUP) };
	begin(f);
	tick(f);
	tick(f);
	assert_int_equal(gains(f), 1);
	seen = &f->session->seen[f->session->n - 1];
	assert_int_equal(seen->type, EVT_NS_GAIN);
	assert_int_equal(seen->pid, 61);
	assert_string_equal(seen->gained, "net");
	/* where the next one still is the container is */
	c = container_find(&f->session->state->containers, 0, STR(ID64));
	assert_int_equal(c->ns[NS_NET], 2);
	assert_int_equal(c->ns[NS_CGROUP], 1);
	assert_int_equal(c->ns_since, 100);
}

static void test_who_was_in_a_namespace_that_a_path_may_have_given_is_not_told(void **state)
{
	struct fixture *f = *state;

	f->fake->container.spec = (struct spec){ .is_known = true, .marks = NEW(NS_UTS) };
	begin(f);
	tick(f);
	assert_int_equal(gains(f), 0);
}

/* whose baseline its mounts are is in its own mount namespace */
static void test_witness_is_who_has_not_left(void **state)
{
	struct fixture *f = *state;
	const struct container *c;

	f->init->ns[NS_MNT] = 1;
	f->fake->container.spec = (struct spec){ .is_known = true, .marks = NEW(NS_MNT) };
	begin(f);
	c = container_find(&f->session->state->containers, 0, STR(ID64));
	assert_int_equal(c->ns[NS_MNT], 2);
	assert_int_equal(c->ns_pid, 70);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define LATE(name) cmocka_unit_test_setup_teardown(name, setup_late, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_process_with_what_its_container_has_is_not_told),
		TEST(test_namespaces_of_the_host_are_told_once_each),
		TEST(test_setns_is_looked_at_before_any_program),
		TEST(test_container_that_shares_with_the_host_has_nothing_to_gain),
		TEST(test_user_namespace_with_capabilities_is_told_once),
		TEST(test_user_namespace_without_capabilities_is_nothing),
		TEST(test_namespaces_of_another_are_not_the_hosts),
		TEST(test_capabilities_beyond_the_container_are_told_once),
		TEST(test_capabilities_of_another_user_namespace_do_not_count),
		TEST(test_what_was_there_before_the_sensor_is_no_news),
		TEST(test_unshare_makes_namespaces_that_are_not_the_hosts),
		LATE(test_who_had_left_before_the_sensor_came_is_told_by_the_configuration),
		LATE(test_who_was_in_a_namespace_that_a_path_may_have_given_is_not_told),
		LATE(test_witness_is_who_has_not_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
