/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks of a made-up /proc: hostile names, missing and malformed files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_root.h"
#include "base/clock.h"
#include "kernel/procfs.h"

#define STAT(comm, flags)                                                                          \
	"4711 (" comm ") S 1 4712 4713 34816 -1 " flags                                            \
	" 100 0 0 0 1 2 0 0 20 0 1 0 987654321 1000 10 "                                           \
	"18446744073709551615 0 0 0\n"
#define STATUS                                                                                     \
	"Name:\tx\nUmask:\t0022\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nNStgid:"                      \
	"\t4711\t12\t3\nNSpgid:"                                                                   \
	"\t0\t4700\t2\nThreads:\t5\n"                                                              \
	"CapInh:\t0000000000000001\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000000003\n"        \
	"CapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n"      \
	"Seccomp_filters:\t1\n"

static void test_stat_comm_may_hold_anything(void **state)
{
	static const struct {
		const char *text, *comm;
	} rows[] = {
		{ STAT("sh", "4194304"), "sh" },
		{ STAT("a) S 7 (b", "4194304"), "a) S 7 (b" },
		{ STAT("", "4194304"), "" },
		{ STAT(") ) )", "4194304"), ") ) )" },
		{ STAT("new\nline", "4194304"), "new\nline" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct procfs_stat s;

		assert_int_equal(procfs_stat_parse(str_of(rows[i].text), &s), 0);
		assert_true(str_eq(s.comm, str_of(rows[i].comm)));
		assert_int_equal(s.ppid, 1);
		assert_int_equal(s.pgid, 4712);
		assert_int_equal(s.sid, 4713);
		assert_int_equal(s.tty, 34816);
		assert_false(s.is_kernel_thread);
		assert_int_equal(s.start_ticks, 987654321);
	}
}

static void test_stat_kernel_thread_by_flag(void **state)
{
	struct procfs_stat s;

	(void)state;
	assert_int_equal(procfs_stat_parse(STR(STAT("kworker/0:1", "69238880")), &s), 0);
	assert_true(s.is_kernel_thread);
}

static void test_stat_malformed_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"1",
		"1 (",
		"1 )(",
		"1 (x)",
		"1 (x) S",
		"1 (x) S 1 2 3 4 -1 0 0 0",
		"1 (x) S a 2 3 4 -1 0 0 0 0 0 0 0 0 0 0 0 0 1",
		"1 (x) S 99999999999 2 3 4 -1 0 0 0 0 0 0 0 0 0 0 0 0 1 1",
		"1 (x) S 1 2 3 4 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 -1 ",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct procfs_stat s;

		assert_int_equal(procfs_stat_parse(str_of(texts[i]), &s), -EINVAL);
	}
}

static void test_status_reads_ids_and_capabilities(void **state)
{
	struct procfs_status s;

	(void)state;
	assert_int_equal(procfs_status_parse(STR(STATUS), &s), 0);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(s.uid[i], i + 1);
		assert_int_equal(s.gid[i], i + 5);
	}
	assert_int_equal(s.vpid, 3);
	assert_int_equal(s.vpgid, 2);
	assert_int_equal(s.threads, 5);
	assert_true(s.has_caps);
	assert_int_equal(s.cap_inheritable, 1);
	assert_int_equal(s.cap_permitted, 0x1ffffffffff);
	assert_int_equal(s.cap_effective, 3);
	assert_int_equal(s.cap_bounding, 0xa80425fb);
	assert_int_equal(s.cap_ambient, 0);
	assert_true(s.no_new_privs);
	assert_int_equal(s.seccomp, 2);
}

static void test_status_missing_lines_are_not_guessed(void **state)
{
	struct procfs_status s;

	(void)state;
	assert_int_equal(
		procfs_status_parse(STR("Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapEff:\t1\n"), &s),
		0);
	assert_false(s.has_caps);
	assert_int_equal(s.vpid, 0);
	assert_false(s.no_new_privs);
	assert_int_equal(s.seccomp, -1);
	assert_int_equal(procfs_status_parse(STR(""), &s), -EINVAL);
	assert_int_equal(procfs_status_parse(STR("Uid:\t0\t0\t0\nGid:\t0\t0\t0\t0\n"), &s),
			 -EINVAL);
	assert_int_equal(
		procfs_status_parse(STR("Uid:\t0\t0\t0\t4294967296\nGid:\t0\t0\t0\t0\n"), &s),
		-EINVAL);
	/*
	 * the kernel escapes newlines in Name, so a name cannot bring lines of its own, but may
	 * look like one
	 */
	assert_int_equal(procfs_status_parse(STR("Name:\tUid:\t0\nGid:\t0\t0\t0\t0\n"), &s),
			 -EINVAL);
}

/* however many they are, and wherever a read ends */
static void test_groups_hide_nothing(void **state)
{
	auto_root struct fake_root root = fake_root();
	auto_buf struct buf text = { 0 };
	struct procfs_status status;
	struct procfs p;

	(void)state;
	assert_int_equal(procfs_init(&p, root.path), 0);
	for (unsigned n = 0; n <= 65536; n += n < 500 ? 1 : 5419) {
		buf_clear(&text);
		buf_printf(&text, "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nFDSize:\t64\nGroups:\t");
		for (unsigned i = 0; i < n; i++)
			buf_printf(&text, "%u ", 1000000000 + i);
		buf_printf(&text,
			   "\nNStgid:\t7\t9\nThreads:\t3\nCapInh:\t0\nCapPrm:\t1\nCapEff:\t2\n"
			   "CapBnd:\t4\nCapAmb:\t0\nSeccomp:\t2\n");
		fake_bytes(&root, "7/status", buf_str(&text));
		{
			auto_close int task = procfs_task(&p, 7);

			assert_int_equal(procfs_status(task, &status), 0);
		}
		assert_int_equal(status.uid[3], 4);
		assert_int_equal(status.vpid, 9);
		assert_int_equal(status.threads, 3);
		assert_true(status.has_caps);
		assert_int_equal(status.cap_effective, 2);
		assert_int_equal(status.seccomp, 2);
	}
	procfs_release(&p);
}

static void test_task_answers_from_its_directory(void **state)
{
	auto_root struct fake_root root = fake_root();
	struct procfs p;
	struct procfs_stat stat;
	struct procfs_status status;
	struct procfs_inode exe;
	struct stat st;
	struct str text;
	uint64_t ns[PROCFS_NS_COUNT];
	int task;

	(void)state;
	fake_file(&root, "4711/stat", STAT("x", "0"));
	fake_file(&root, "4711/status", STATUS);
	fake_file(&root, "4711/cgroup", "0::/a\n");
	fake_file(&root, "4711/loginuid", "1000");
	fake_bytes(&root, "4711/cmdline", STR("a\0b\0"));
	fake_file(&root, "4711/ns/none", "");
	fake_link(&root, "4711/ns/mnt", "mnt:[4026531840]");
	fake_link(&root, "4711/ns/pid", "pid:[]");
	fake_link(&root, "4711/ns/net", "net:[12");
	fake_link(&root, "4711/exe", "stat");
	fake_link(&root, "4711/cwd", "/gone (deleted)");
	assert_int_equal(procfs_init(&p, root.path), 0);
	task = procfs_task(&p, 4711);
	assert_true(task >= 0);
	assert_int_equal(procfs_stat(task, &stat, root.arena), 0);
	assert_str(stat.comm, "x");
	assert_int_equal(procfs_status(task, &status), 0);
	assert_int_equal(procfs_file(task, "cgroup", 4096, root.arena, &text), 0);
	assert_str(text, "0::/a\n");
	assert_int_equal(procfs_file(task, "cmdline", 4096, root.arena, &text), 0);
	assert_str(text, "a\0b\0");
	assert_int_equal(procfs_file(task, "cgroup", 3, root.arena, &text), -EFBIG);
	assert_int_equal(procfs_file(task, "gone", 3, root.arena, &text), -ENOENT);
	assert_int_equal(procfs_link(task, "cwd", root.arena, &text), 0);
	assert_str(text, "/gone (deleted)");
	assert_int_equal(procfs_loginuid(task, root.arena), 1000);
	procfs_namespaces(task, ns);
	assert_int_equal(ns[PROCFS_NS_MNT], 4026531840);
	assert_int_equal(ns[PROCFS_NS_PID], 0);
	assert_int_equal(ns[PROCFS_NS_NET], 0);
	assert_int_equal(ns[PROCFS_NS_USER], 0);
	assert_int_equal(procfs_exe(task, &exe), 0);
	assert_int_equal(lstat(fake_path(&root, "4711/stat"), &st), 0);
	assert_int_equal(exe.inode, st.st_ino);
	close(task);
	procfs_release(&p);
}

static void test_task_missing_says_so(void **state)
{
	auto_root struct fake_root root = fake_root();
	struct procfs_status status;
	struct procfs p;
	int task;

	(void)state;
	fake_file(&root, "5/comm", "x\n");
	assert_int_equal(procfs_init(&p, root.path), 0);
	assert_int_equal(procfs_task(&p, 4711), -ESRCH);
	assert_int_equal(procfs_task(&p, -1), -ESRCH);
	task = procfs_task(&p, 5);
	assert_int_equal(procfs_status(task, &status), -ENOENT);
	assert_int_equal(procfs_loginuid(task, root.arena), UINT32_MAX);
	close(task);
	procfs_release(&p);
	assert_int_equal(procfs_init(&p, fake_path(&root, "nothing")), -ENOENT);
}

/* the pid is taken by another while we hold the first one's directory */
static void test_task_reused_pid_never_mixes(void **state)
{
	auto_root struct fake_root root = fake_root();
	struct procfs p;
	struct str text;
	int task;

	(void)state;
	fake_file(&root, "7/cgroup", "0::/first\n");
	assert_int_equal(procfs_init(&p, root.path), 0);
	task = procfs_task(&p, 7);
	assert_int_equal(unlink(fake_path(&root, "7/cgroup")), 0);
	assert_int_equal(rmdir(fake_path(&root, "7")), 0);
	fake_file(&root, "7/cgroup", "0::/second\n");
	assert_int_equal(procfs_file(task, "cgroup", 4096, root.arena, &text), -ENOENT);
	close(task);
	procfs_release(&p);
}

static void test_threads_are_the_numbers_below_task(void **state)
{
	auto_root struct fake_root root = fake_root();
	__attribute__((cleanup(procfs_release))) struct procfs p = { .root = -1 };
	auto_close int task = -1;
	int32_t *threads;
	size_t n;

	(void)state;
	fake_bytes(&root, "7/task/7/comm", STR("a"));
	fake_bytes(&root, "7/task/12/comm", STR("b"));
	fake_bytes(&root, "8/comm", STR("c"));
	assert_int_equal(procfs_init(&p, root.path), 0);
	task = procfs_task(&p, 7);
	assert_int_equal(procfs_threads(task, &threads, &n, root.arena), 0);
	assert_int_equal(n, 2);
	assert_int_equal(threads[0] + threads[1], 19);
	close(take_fd(&task));
	task = procfs_task(&p, 8);
	assert_int_equal(procfs_threads(task, &threads, &n, root.arena), -ENOENT);
}

static void test_pids_only_numbers_that_fit(void **state)
{
	static const char *const names[] = { "1/x", "42/x",  "self/x",	      "007/x",
					     "0/x", "12a/x", "99999999999/x", "-1/x" };
	auto_root struct fake_root root = fake_root();
	struct procfs p;
	int32_t *pids;
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		fake_file(&root, names[i], "");
	assert_int_equal(procfs_init(&p, root.path), 0);
	assert_int_equal(procfs_pids(&p, &pids, &n, root.arena), 0);
	assert_int_equal(n, 2);
	assert_int_equal(pids[0] + pids[1], 43);
	procfs_release(&p);
}

static void test_boot_time_from_btime(void **state)
{
	auto_root struct fake_root root = fake_root();
	struct procfs p;

	(void)state;
	assert_int_equal(procfs_init(&p, root.path), 0);
	assert_int_equal(procfs_boot_time(&p), 0);
	fake_file(&root, "stat", "cpu  1 2\nbtime 1700000000\nprocesses 5\n");
	assert_true(procfs_boot_time(&p) == UINT64_C(1700000000) * NS_PER_S);
	fake_file(&root, "stat", "btime 99999999999999999999\n");
	assert_int_equal(procfs_boot_time(&p), 0);
	procfs_release(&p);
}

static void test_real_proc_knows_ourselves(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct procfs p;
	struct procfs_stat stat, alone;
	struct procfs_status status;
	uint64_t ns[PROCFS_NS_COUNT];
	int task;

	(void)state;
	assert_int_equal(procfs_init(&p, NULL), 0);
	task = procfs_task(&p, getpid());
	assert_int_equal(procfs_stat(task, &stat, a), 0);
	assert_int_equal(stat.ppid, getppid());
	assert_int_equal(procfs_thread_stat(task, getpid(), &alone, a), 0);
	assert_int_equal(alone.start_ticks, stat.start_ticks);
	assert_true(str_eq(alone.comm, stat.comm));
	assert_int_equal(procfs_status(task, &status), 0);
	assert_int_equal(status.uid[1], geteuid());
	assert_true(status.has_caps);
	procfs_namespaces(task, ns);
	for (unsigned i = 0; i < PROCFS_NS_COUNT; i++)
		assert_true(ns[i]);
	close(task);
	procfs_release(&p);
}

/* what somebody has a lease on in ours is nobody's in that */
static void test_private_instance_is_nobody_elses(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	auto_close int lease = -1, task = -1;
	struct procfs p;
	struct procfs_stat stat;

	(void)state;
	if (geteuid() != 0) {
		print_message("to mount needs root\n");
		skip();
	}
	assert_int_equal(procfs_init_private(&p), 0);
	lease = fake_lease("/proc/self/stat");
	task = procfs_task(&p, getpid());
	assert_int_equal(procfs_stat(task, &stat, a), 0);
	alarm(0);
	assert_int_equal(stat.ppid, getppid());
	procfs_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat_comm_may_hold_anything),
		cmocka_unit_test(test_stat_kernel_thread_by_flag),
		cmocka_unit_test(test_stat_malformed_refused),
		cmocka_unit_test(test_status_reads_ids_and_capabilities),
		cmocka_unit_test(test_status_missing_lines_are_not_guessed),
		cmocka_unit_test(test_groups_hide_nothing),
		cmocka_unit_test(test_task_answers_from_its_directory),
		cmocka_unit_test(test_task_missing_says_so),
		cmocka_unit_test(test_task_reused_pid_never_mixes),
		cmocka_unit_test(test_pids_only_numbers_that_fit),
		cmocka_unit_test(test_threads_are_the_numbers_below_task),
		cmocka_unit_test(test_boot_time_from_btime),
		cmocka_unit_test(test_real_proc_knows_ourselves),
		cmocka_unit_test(test_private_instance_is_nobody_elses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
