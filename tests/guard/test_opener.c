/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who waits, and for what, against a /proc that was made for it: calls and their flags, containers by
 * cgroup and by namespace, helpers of the kernel, and tasks that are gone or lie.
 */
#include "waiting_task.h"

static int look(struct fixture *f, int tid, unsigned what)
{
	struct call call = { .tid = tid };

	calls_read(&call, 1, &f->proc, 0);
	return opener_look(&f->opener,
			   &(struct fan_event){ .what = what, .fd = f->object, .tid = tid }, &call);
}

static void test_opener_tells_who_and_what(void **state)
{
	struct fixture *f = *state;
	const struct scene *s = &f->opener.scene;
	uint64_t flags;

	task(f, 500, 61, "0", "0::/docker/" ID64 "\n", "7",
	     "257 0xffffff9c 0x7f 0x241 0x1b6 0x0 0x0\n");
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), 0);
	assert_int_equal(s->event->type, EVT_OPENAT);
	assert_true(s->event->is_permission);
	assert_true(event_open_flags(s->event, &flags));
	assert_int_equal(flags, 0x241);
	assert_non_null(s->container);
	assert_str(text_str(&s->container->id), ID64);
	assert_int_equal(s->process->ref.pid, 500);
	assert_int_equal(s->process->ref.start_ticks, 50000);
	assert_int_equal(s->before.euid, 0);
	assert_int_equal(s->before.cap_bounding, 0xff);
	assert_str(s->object.knob, "release_agent");
	assert_str(s->object.realpath, "/known");
}

/* a read is believed of native open and openat alone */
static void test_opener_believes_only_native_calls(void **state)
{
	static const struct {
		const char *call;
		bool has_flags;
	} rows[] = {
		{ "2 0x7f 0x0 0x0 0x0 0x0 0x0\n", true },
		{ "257 0xffffff9c 0x7f 0x0 0x0 0x0 0x0\n", true },
		{ "437 0xffffff9c 0x7f 0x7f 0x18\n", false }, /* openat2 */
		{ "426 0x3 0x1 0x0 0x0\n", false }, /* io_uring_enter */
		{ "5 0x7f 0x0 0x0 0x0\n", false }, /* open of i386, fstat of ours */
		{ "295 0xffffff9c 0x7f 0x0 0x0\n", false }, /* openat of i386 */
		{ "85 0x7f 0x1b6 0x0\n", false }, /* creat */
		{ "running\n", false },
		{ "-1 0x7f 0x7f\n", false },
		{ "257\n", false },
		{ "257 0xffffff9c 0x7f zz 0x0\n", false },
		{ "", false },
	};
	struct fixture *f = *state;
	uint64_t flags;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int pid = 600 + (int)i;

		task(f, pid, 61, "0", "0::/docker/" ID64 "\n", "7", rows[i].call);
		assert_int_equal(look(f, pid, FAN_WHAT_OPEN), 0);
#if defined(__x86_64__)
		if (event_open_flags(f->opener.scene.event, &flags) != rows[i].has_flags)
			fail_msg("%s", rows[i].call);
#else
		(void)flags;
#endif
	}
}

/* io_uring opens on the way out of a call, and in workers that inherit one's registers */
static void test_opener_registers_without_the_call_are_not_believed(void **state)
{
	static const char *const stacks[] = {
		"[<0>] do_filp_open+0x1/0x2\n[<0>] io_openat2+0x1/0x2\n"
		"[<0>] task_work_run+0x1/0x2\n[<0>] do_syscall_64+0x1/0x2\n",
		"[<0>] io_openat2+0x1/0x2\n[<0>] io_wq_worker+0x1/0x2\n[<0>] "
		"ret_from_fork+0x1/0x2\n",
		"",
	};
	struct fixture *f = *state;
	uint64_t flags;

	task(f, 500, 1, "0", "0::/docker/" ID64 "\n", "7", "257 0xffffff9c 0x7f 0x0 0x0 0x0 0x0\n");
	for (size_t i = 0; i < ARRAY_LEN(stacks); i++) {
		fake_file(&f->root, "500/stack", stacks[i]);
		assert_int_equal(look(f, 500, FAN_WHAT_OPEN), 0);
		assert_false(event_open_flags(f->opener.scene.event, &flags));
	}
	assert_int_equal(unlink(fake_path(&f->root, "500/stack")), 0);
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), 0);
	assert_false(event_open_flags(f->opener.scene.event, &flags));
}

static void test_opener_host_is_no_container(void **state)
{
	struct fixture *f = *state;

	task(f, 500, 1, "0", "0::/user.slice\n", "1", "running\n");
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), OPENER_FREE);
	/* of an exec more is asked */
	assert_int_equal(look(f, 500, FAN_WHAT_EXEC), 0);
	assert_null(f->opener.scene.container);
	assert_false(f->opener.scene.is_container_unknown);
}

/* told by its mount namespace and its cgroups alone */
static void test_opener_who_is_plainly_the_hosts_is_told_first(void **state)
{
	struct fixture *f = *state;

	task(f, 500, 1, "0", "0::/user.slice\n", "1", "running\n");
	assert_true(opener_is_hosts(&f->opener, 500));
	/* in a namespace of its own: it is left to a closer look */
	task(f, 502, 1, "0", "0::/user.slice\n", "9", "running\n");
	assert_false(opener_is_hosts(&f->opener, 502));
	assert_int_equal(symlink("mnt:[9]", fake_path(&f->root, "500/ns/mnt")), 0);
	assert_false(opener_is_hosts(&f->opener, 500));
	task(f, 501, 1, "0", "0::/docker/" ID64 "\n", "1", "running\n");
	assert_false(opener_is_hosts(&f->opener, 501));
	assert_false(opener_is_hosts(&f->opener, 4242));
}

/* it left its cgroup, not its pid namespace */
static void test_opener_deserter_is_known_by_its_namespace(void **state)
{
	struct fixture *f = *state;
	struct guard_container c = { .id = "web", .type = "runc", .init_pid = 70 };

	task(f, 70, 60, "0", "0::/web\n", "7", "running\n");
	known_add(&f->known, &f->proc, &c);
	task(f, 500, 1, "0", "0::/\n", "7", "running\n");
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), 0);
	assert_non_null(f->opener.scene.container);
	assert_str(text_str(&f->opener.scene.container->id), "web");

	/* a namespace that is nobody's: neither host nor known */
	task(f, 501, 1, "0", "0::/\n", "99", "running\n");
	assert_int_equal(look(f, 501, FAN_WHAT_OPEN), OPENER_STRANGER);
	assert_int_equal(f->opener.process_facts.pid, 501);
	assert_int_equal(look(f, 501, FAN_WHAT_EXEC), 0);
	assert_null(f->opener.scene.container);
	assert_true(f->opener.scene.is_container_unknown);
	/* the main process can say it */
	f->opener.told = known_named(&f->known, STR("new"), STR_ABSENT);
	assert_int_equal(look(f, 501, FAN_WHAT_OPEN), 0);
	assert_str(text_str(&f->opener.scene.container->id), "new");
	/* of these nobody need say it */
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), 0);
	assert_str(text_str(&f->opener.scene.container->id), "web");
	task(f, 502, 1, "0", "0::/\n", "1", "running\n");
	assert_int_equal(look(f, 502, FAN_WHAT_OPEN), OPENER_FREE);
}

/* what it can make long: its place in hierarchies of its own, and the list of its groups */
static void test_opener_long_files_hide_nobody(void **state)
{
	struct fixture *f = *state;
	struct guard_container c = { .id = "web", .type = "runc", .init_pid = 70 };
	auto_buf struct buf cgroup = { 0 }, status = { 0 };

	task(f, 70, 60, "0", "0::/web\n", "7", "running\n");
	known_add(&f->known, &f->proc, &c);
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&cgroup, "%u:name=h%u:/%064u\n", i + 1, i, i);
	buf_printf(&status, "Name:\tsh\nTgid:\t500\nUid:\t1\t0\t2\t3\nGid:\t4\t5\t6\t7\nGroups:\t");
	for (unsigned i = 0; i < 65536; i++)
		buf_printf(&status, "%u ", 1000000000 + i);
	buf_printf(&status, "\nNSpid:\t500\t1\nCapEff:\t1\n");
	task(f, 500, 1, "0", "0::/\n", "7", "running\n");
	fake_bytes(&f->root, "500/cgroup", buf_str(&cgroup));
	fake_bytes(&f->root, "500/status", buf_str(&status));
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), 0);
	assert_non_null(f->opener.scene.container);
	assert_str(text_str(&f->opener.scene.container->id), "web");

	/* in no container's namespace: nobody can tell, which is counted */
	task(f, 501, 1, "0", "0::/\n", "1", "running\n");
	fake_bytes(&f->root, "501/cgroup", buf_str(&cgroup));
	assert_int_equal(look(f, 501, FAN_WHAT_OPEN), -EFBIG);
}

/* its first process is gone, and somebody else has the pid and the number of the namespace */
static void test_opener_namespace_of_the_dead_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct guard_container c = { .id = "web", .init_pid = 70 };
	char gone[PATH_MAX];

	task(f, 70, 60, "0", "0::/web\n", "7", "running\n");
	known_add(&f->known, &f->proc, &c);
	snprintf(gone, sizeof(gone), "%s", fake_path(&f->root, "gone"));
	assert_int_equal(rename(fake_path(&f->root, "70"), gone), 0);
	assert_int_equal(unlink(fake_path(&f->root, "gone/stat")), 0);
	task(f, 70, 60, "0", "0::/\n", "7", "running\n");
	task(f, 500, 1, "0", "0::/\n", "7", "running\n");
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), OPENER_STRANGER);
	assert_null(f->opener.container);
}

static void test_opener_helper_is_a_kernel_threads_child(void **state)
{
	struct fixture *f = *state;

	task(f, 2, 0, "2129984", "0::/\n", "1", "running\n"); /* PF_KTHREAD */
	task(f, 500, 2, "0", "0::/\n", "1", "running\n");
	assert_int_equal(look(f, 500, FAN_WHAT_EXEC), 0);
	assert_int_equal(f->opener.scene.event->type, EVT_USERMODEHELPER);
	task(f, 501, 500, "0", "0::/\n", "1", "running\n");
	assert_int_equal(look(f, 501, FAN_WHAT_EXEC), 0);
	assert_int_equal(f->opener.scene.event->type, EVT_EXECVE);
	/* the subject is what is about to run */
	assert_true(str_ends(text_str(&f->opener.scene.process->exe), STR("known")));
}

/* of all threads of its process: who reads a FIFO waits for good */
static void test_opener_does_not_read_what_counts_all_threads(void **state)
{
	struct fixture *f = *state;

	task(f, 500, 1, "0", "0::/docker/" ID64 "\n", "7", "running\n");
	assert_int_equal(unlink(fake_path(&f->root, "500/stat")), 0);
	assert_int_equal(mkfifo(fake_path(&f->root, "500/stat"), 0600), 0);
	alarm(10);
	assert_int_equal(look(f, 500, FAN_WHAT_OPEN), 0);
	alarm(0);
	assert_int_equal(f->opener.process_facts.ppid, 1);
	assert_int_equal(f->opener.process_facts.start_ticks, 50000);
	assert_true(str_eq(text_str(&f->opener.scene.process->comm), STR("sh")));
}

static void test_opener_gone_or_garbled_is_an_error(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(look(f, 4242, FAN_WHAT_OPEN), -ESRCH);
	task(f, 700, 1, "0", "0::/docker/" ID64 "\n", "7", "running\n");
	fake_file(&f->root, "700/task/700/stat", "garbage");
	assert_true(look(f, 700, FAN_WHAT_OPEN) < 0);
	assert_true(look(f, 0, FAN_WHAT_OPEN) < 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_opener_tells_who_and_what),
		CASE(test_opener_believes_only_native_calls),
		CASE(test_opener_registers_without_the_call_are_not_believed),
		CASE(test_opener_host_is_no_container),
		CASE(test_opener_who_is_plainly_the_hosts_is_told_first),
		CASE(test_opener_deserter_is_known_by_its_namespace),
		CASE(test_opener_long_files_hide_nobody),
		CASE(test_opener_namespace_of_the_dead_proves_nothing),
		CASE(test_opener_helper_is_a_kernel_threads_child),
		CASE(test_opener_does_not_read_what_counts_all_threads),
		CASE(test_opener_gone_or_garbled_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
