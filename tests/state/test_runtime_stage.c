// SPDX-License-Identifier: Apache-2.0
/* The init stage of every kind of runtime: where it begins, what it runs of its own, where it ends. */
#include "fake_facts.h"

#define HOSTDEV "fe:01"
#define NEW "web"

struct fixture {
	struct session *session;
	unsigned serial;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->session = session_new(facts_none(), NULL);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->session);
	free(f);
	return 0;
}

/* @name: as it was passed to execve; @exe: as the kernel resolved it */
static void run(struct fixture *f, int32_t pid, int32_t ppid, const char *exe, const char *name,
		uint64_t inode, const char *dev, const char *args)
{
	unsigned serial = ++f->serial;

	session_call(f->session, serial, 59, pid, ppid, exe, NULL);
	session_record(f->session, "EXECVE", serial, "%s", args);
	session_record(f->session, "CWD", serial, "cwd=\"/b\"");
	session_record(f->session, "PATH", serial,
		       "item=0 name=\"%s\" inode=%llu dev=%s mode=0100755 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=NORMAL",
		       name, (unsigned long long)inode, dev);
	session_flush(f->session);
}

static void call(struct fixture *f, unsigned nr, int32_t pid, int32_t ppid, const char *exe)
{
	session_call(f->session, ++f->serial, nr, pid, ppid, exe, NULL);
	session_flush(f->session);
}

#define UNSHARE 272
#define OPENAT 257

static const struct seen *now(const struct fixture *f)
{
	return session_find(f->session, f->serial, EVT_EXECVE);
}

static void assert_stage(const struct fixture *f)
{
	assert_true(now(f)->is_runtime_init);
	assert_string_equal(now(f)->id, NEW);
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 0);
}

static void assert_started(const struct fixture *f)
{
	assert_false(now(f)->is_runtime_init);
	assert_string_equal(now(f)->id, NEW);
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 1);
}

static void test_stage_runc_runs_its_sealed_copy(void **state)
{
	/* file itself, anonymous file of 1.0 and later, copy in an overlay of 1.2 */
	static const struct {
		const char *exe, *name, *dev;
		uint64_t inode;
	} rows[] = {
		{ "/usr/sbin/runc", "/proc/self/exe", HOSTDEV, 9 },
		{ "/memfd:runc_cloned:/proc/self/exe (deleted)", "/proc/self/fd/6", "00:01", 77 },
		{ "/runc", "/proc/self/fd/7", "00:4d", 9 },
		{ "/runc", "/proc/thread-self/fd/7", "00:4d", 1 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		session_free(f->session);
		f->session = session_new(facts_none(), NULL);
		run(f, 200, 50, "/usr/sbin/runc", "/usr/sbin/runc", 9, HOSTDEV,
		    "argc=3 a0=\"runc\" a1=\"run\" a2=\"" NEW "\"");
		run(f, 201, 200, rows[i].exe, rows[i].name, rows[i].inode, rows[i].dev,
		    "argc=2 a0=\"runc\" a1=\"init\"");
		assert_stage(f);
		call(f, UNSHARE, 202, 200, rows[i].exe);
		run(f, 202, 200, "/bin/app", "/bin/app", 5, "00:30", "argc=1 a0=\"app\"");
		assert_started(f);
	}
}

static void test_stage_crun_does_not_run_itself(void **state)
{
	struct fixture *f = *state;

	run(f, 60, 1, "/usr/bin/conmon", "/usr/bin/conmon", 8, HOSTDEV,
	    "argc=5 a0=\"conmon\" a1=\"-c\" a2=\"" NEW "\" a3=\"-b\" a4=\"/b\"");
	run(f, 200, 60, "/usr/bin/crun", "/usr/bin/crun", 9, HOSTDEV,
	    "argc=3 a0=\"crun\" a1=\"create\" a2=\"" NEW "\"");
	call(f, OPENAT, 201, 200, "/usr/bin/crun");
	assert_true(f->session->seen[f->session->n - 1].is_runtime_init);
	/* the runtime is gone, conmon has its child */
	run(f, 201, 60, "/bin/app", "/bin/app", 5, "00:30", "argc=1 a0=\"app\"");
	assert_started(f);
}

/* lxc, nspawn and youki: the first process is a grandchild */
static void test_stage_that_forks_in_steps_ends_with_a_grandchild(void **state)
{
	static const struct {
		const char *exe, *args;
	} rows[] = {
		{ "/usr/bin/systemd-nspawn",
		  "argc=5 a0=\"systemd-nspawn\" a1=\"-D\" a2=\"/srv/x\" a3=\"-M\" a4=\"" NEW "\"" },
		{ "/usr/bin/lxc-start", "argc=3 a0=\"lxc-start\" a1=\"-n\" a2=\"" NEW "\"" },
		{ "/opt/incus/bin/incusd",
		  "argc=4 a0=\"incusd\" a1=\"forkstart\" a2=\"" NEW "\" a3=\"/c\"" },
		{ "/usr/bin/youki", "argc=3 a0=\"youki\" a1=\"run\" a2=\"" NEW "\"" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		session_free(f->session);
		f->session = session_new(facts_none(), NULL);
		run(f, 200, 50, rows[i].exe, rows[i].exe, 9, HOSTDEV, rows[i].args);
		call(f, UNSHARE, 201, 200, rows[i].exe);
		call(f, UNSHARE, 202, 201, rows[i].exe);
		run(f, 202, 201, "/sbin/init", "/sbin/init", 5, "00:30", "argc=1 a0=\"init\"");
		assert_started(f);
	}
}

/* what a stage of runc forks is a hook within the container, not its first program */
static void test_stage_of_runc_forks_hooks_not_programs(void **state)
{
	struct fixture *f = *state;

	run(f, 200, 50, "/usr/sbin/runc", "/usr/sbin/runc", 9, HOSTDEV,
	    "argc=3 a0=\"runc\" a1=\"run\" a2=\"" NEW "\"");
	call(f, UNSHARE, 201, 200, "/usr/sbin/runc");
	run(f, 202, 201, "/hook", "/hook", 6, "00:30", "argc=1 a0=\"hook\"");
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 0);
	/* nor is what the hook runs (nvidia-cdi-hook: ldconfig) */
	run(f, 203, 202, "/sbin/ldconfig", "/sbin/ldconfig", 7, "00:30", "argc=1 a0=\"ldconfig\"");
	run(f, 204, 203, "/bin/sh", "/bin/sh", 8, "00:30", "argc=1 a0=\"sh\"");
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 0);
	run(f, 201, 200, "/bin/app", "/bin/app", 5, "00:30", "argc=1 a0=\"app\"");
	assert_started(f);
}

/* gVisor's kernel is runsc itself: no program of the container is ever the host's */
static void test_stage_of_gvisor_does_not_end(void **state)
{
	struct fixture *f = *state;

	run(f, 200, 50, "/usr/bin/runsc", "/usr/bin/runsc", 9, HOSTDEV,
	    "argc=4 a0=\"runsc\" a1=\"--root=/r\" a2=\"create\" a3=\"" NEW "\"");
	run(f, 201, 200, "/usr/bin/runsc", "/proc/self/exe", 9, HOSTDEV,
	    "argc=3 a0=\"runsc-gofer\" a1=\"gofer\" a2=\"--bundle=/b\"");
	assert_stage(f);
	run(f, 202, 200, "/usr/bin/runsc", "/proc/self/exe", 9, HOSTDEV,
	    "argc=3 a0=\"runsc-sandbox\" a1=\"boot\" a2=\"" NEW "\"");
	assert_stage(f);
}

/* another file is the program, whatever it calls itself and whatever its arguments are */
static void test_stage_believes_no_name(void **state)
{
	struct fixture *f = *state;

	run(f, 200, 50, "/usr/sbin/runc", "/usr/sbin/runc", 9, HOSTDEV,
	    "argc=3 a0=\"runc\" a1=\"run\" a2=\"" NEW "\"");
	call(f, UNSHARE, 201, 200, "/usr/sbin/runc");
	run(f, 201, 200, "/usr/sbin/runc", "/usr/sbin/runc", 10, "00:30",
	    "argc=2 a0=\"runc\" a1=\"init\"");
	assert_started(f);
	/* and a runtime inside is a program like any other */
	run(f, 201, 200, "/usr/sbin/runc", "/usr/sbin/runc", 10, "00:30",
	    "argc=3 a0=\"runc\" a1=\"run\" a2=\"inner\"");
	call(f, UNSHARE, 203, 201, "/usr/sbin/runc");
	run(f, 203, 201, "/bin/app", "/bin/app", 5, "00:31", "argc=1 a0=\"app\"");
	assert_started(f);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_stage_runc_runs_its_sealed_copy),
		T(test_stage_crun_does_not_run_itself),
		T(test_stage_that_forks_in_steps_ends_with_a_grandchild),
		T(test_stage_of_runc_forks_hooks_not_programs),
		T(test_stage_of_gvisor_does_not_end),
		T(test_stage_believes_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
