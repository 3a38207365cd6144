// SPDX-License-Identifier: Apache-2.0
/* A bare log, and processes whose parents left no record. */
#include "session.h"

#define HOSTDEV "fe:00"
#define ROOTDEV "00:27"
#define SHIM 20
#define CREATE 30
#define INIT 40

static struct session *box(void)
{
	struct session *t = session_new(facts_none(), NULL);

	session_exec(t, 1, CREATE, SHIM, "/usr/sbin/runc", 9, HOSTDEV, "/b",
		     "argc=3 a0=\"runc\" a1=\"create\" a2=\"box\"");
	session_call(t, 2, 155, INIT, CREATE, "/", NULL);
	session_record(t, "PATH", 2,
		       "item=0 name=\".\" inode=2 dev=" ROOTDEV
		       " mode=040755 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=NORMAL");
	session_exec(t, 3, INIT, SHIM, "/bin/app", 7, ROOTDEV, "/", "argc=1 a0=\"app\"");
	return t;
}

static const struct seen *last(struct session *t)
{
	session_flush(t);
	return &t->seen[t->n - 1];
}

static void test_evidence_fork_of_a_fork_runs_the_containers_program(void **state)
{
	struct session *t = box();

	(void)state;
	session_call(t, 10, 257, 60, 59, "/bin/app", NULL);
	assert_string_equal(last(t)->id, "box");
	assert_int_equal(last(t)->source, ID_AUDIT);
	session_free(t);
}

static void test_evidence_exec_from_the_containers_root_device(void **state)
{
	struct session *t = box();

	(void)state;
	session_exec(t, 10, 60, 59, "/bin/other", 8, ROOTDEV, "/", "argc=1 a0=\"other\"");
	assert_string_equal(last(t)->id, "box");
	assert_int_equal(last(t)->source, ID_AUDIT);
	session_exec(t, 11, 61, 59, "/bin/other", 8, "00:28", "/", "argc=1 a0=\"other\"");
	assert_string_equal(last(t)->short_id, "host");
	assert_int_equal(last(t)->source, ID_ASSUMED);
	session_free(t);
}

static void test_evidence_that_conflicts_hides_nothing(void **state)
{
	struct session *t = box();

	(void)state;
	session_exec(t, 10, 50, 1, "/bin/app", 4, HOSTDEV, "/", "argc=1 a0=\"app\"");
	session_call(t, 11, 257, 60, 59, "/bin/app", NULL);
	assert_string_equal(last(t)->short_id, "<NA>");
	assert_int_equal(last(t)->source, ID_UNKNOWN);
	session_free(t);
}

static void test_evidence_of_an_older_process_or_another_login_is_none(void **state)
{
	struct session *t = box();

	(void)state;
	session_call(t, 10, 257, INIT - 1, 5, "/bin/app", NULL);
	assert_string_equal(last(t)->short_id, "host");
	session_record(
		t, "SYSCALL", 11,
		"arch=c000003e syscall=257 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=1 ppid=59 "
		"pid=60 "
		"auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 "
		"comm=\"x\" exe=\"/bin/app\" key=(null)");
	assert_string_equal(last(t)->short_id, "host");
	session_free(t);
}

static void test_evidence_of_a_directory_as_root_is_none(void **state)
{
	struct session *t = session_new(facts_none(), NULL);

	(void)state;
	session_exec(t, 1, CREATE, SHIM, "/usr/sbin/runc", 9, HOSTDEV, "/b",
		     "argc=3 a0=\"runc\" a1=\"run\" a2=\"box\"");
	session_call(t, 2, 155, INIT, CREATE, "/", NULL);
	session_exec(t, 3, INIT, CREATE, "/bin/app", 7, HOSTDEV, "/", "argc=1 a0=\"app\"");
	session_exec(t, 4, 60, 59, "/bin/ls", 8, HOSTDEV, "/", "argc=1 a0=\"ls\"");
	assert_string_equal(last(t)->short_id, "host");
	session_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evidence_fork_of_a_fork_runs_the_containers_program),
		cmocka_unit_test(test_evidence_exec_from_the_containers_root_device),
		cmocka_unit_test(test_evidence_that_conflicts_hides_nothing),
		cmocka_unit_test(test_evidence_of_an_older_process_or_another_login_is_none),
		cmocka_unit_test(test_evidence_of_a_directory_as_root_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
