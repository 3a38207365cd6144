/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where containers can be acted upon as a whole, by made-up tables of mounts; and the acts themselves, on cgroups of the
 * real kernel, of both versions.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_root.h"
#include "kernel/cgroup_control.h"

static bool is_possible(const char *mountinfo)
{
	auto_root struct fake_root r = fake_root();
	struct procfs proc;
	bool answer;

	fake_file(&r, "proc/self/mountinfo", mountinfo);
	assert_int_equal(procfs_init(&proc, fake_path(&r, "proc")), 0);
	answer = cgroup_control_is_possible(&proc);
	procfs_release(&proc);
	return answer;
}

static void test_possible_where_a_hierarchy_that_freezes_is_writable(void **state)
{
	(void)state;
	assert_true(is_possible("41 31 0:38 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"));
	assert_true(is_possible("36 31 0:33 / /c/devices ro - cgroup cgroup rw,devices\n"
				"37 31 0:34 / /c/freezer rw - cgroup cgroup rw,freezer\n"));
}

static void test_not_possible_where_none_is(void **state)
{
	(void)state;
	/* as in the sandbox of auditd's unit */
	assert_false(is_possible("41 31 0:38 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw\n"));
	assert_false(is_possible("41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 ro\n"));
	assert_false(is_possible("36 31 0:33 / /c/devices rw - cgroup cgroup rw,devices\n"));
	assert_false(is_possible(""));
}

/*
 * A hierarchy mounted for this program alone, and in it a cgroup with a task, within it another with one. Its table of
 * mounts has no other, so what is acted upon is what is meant.
 */
static const struct version {
	const char *type, *options, *super_options, *line;
} v1 = { "cgroup", "freezer", "rw,freezer", "7:freezer" }, v2 = { "cgroup2", NULL, "rw", "0:" };

#define TASKS 2

struct fixture {
	struct fake_root root;
	struct procfs proc;
	char at[64], name[64]; /* where it is mounted: not below @root, which is deleted */
	pid_t tasks[TASKS]; /* 0: none */
	_Atomic unsigned *beats; /* of each: it grows while the task runs */
	struct cgroup_place place;
};

static const char *inside(const struct fixture *f, const char *name)
{
	return arena_printf(f->root.arena, "%s/%s/%s", f->at, f->name, name).ptr;
}

static void value_set(const char *path, const char *value)
{
	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, str_of(value)), 0);
}

/* in the cgroup @where */
static void task_start(struct fixture *f, size_t i, const char *where)
{
	char pid[16];

	f->tasks[i] = fork();
	assert_true(f->tasks[i] >= 0);
	if (f->tasks[i] == 0) {
		alarm(60);
		for (;; usleep(1000))
			atomic_fetch_add(&f->beats[i], 1);
	}
	snprintf(pid, sizeof(pid), "%d", (int)f->tasks[i]);
	value_set(inside(f, arena_printf(f->root.arena, "%scgroup.procs", where).ptr), pid);
}

static bool is_running(const struct fixture *f, size_t i)
{
	unsigned before = atomic_load(&f->beats[i]);

	/* of a busy machine */
	for (int tries = 0; tries < 100; tries++) {
		usleep(10000);
		if (atomic_load(&f->beats[i]) != before)
			return true;
	}
	return false;
}

static bool is_standing(const struct fixture *f, size_t i)
{
	unsigned before = atomic_load(&f->beats[i]);

	usleep(50000);
	return atomic_load(&f->beats[i]) == before;
}

/* false: not on this machine, or not by us */
static bool hierarchy_mount(struct fixture *f, const struct version *v)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", f->at, v->type, 0, v->options) < 0) {
		print_message("no %s that freezes here, or no root\n", v->type);
		return false;
	}
	return true;
}

static void cgroups_make(struct fixture *f, const struct version *v)
{
	const char *table = "proc/self/mountinfo";

	snprintf(f->name, sizeof(f->name), "watchcap-test-%d", (int)getpid());
	assert_int_equal(mkdir(inside(f, ""), 0755), 0);
	assert_int_equal(mkdir(inside(f, "inner"), 0755), 0);
	task_start(f, 0, "");
	task_start(f, 1, "inner/");
	fake_file(&f->root, table,
		  arena_printf(f->root.arena, "41 31 0:38 / %s rw - %s none %s\n", f->at, v->type,
			       v->super_options)
			  .ptr);
	assert_int_equal(procfs_init(&f->proc, fake_path(&f->root, "proc")), 0);
	assert_int_equal(
		cgroup_place_open(&f->proc,
				  arena_printf(f->root.arena, "%s:/%s\n", v->line, f->name),
				  &f->place),
		0);
	assert_int_equal(f->place.is_v2, v == &v2);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*f = (struct fixture){ .root = fake_root(),
			       .proc.root = -1,
			       .at = "/tmp/watchcap-test-XXXXXX",
			       .place = CGROUP_NOWHERE };
	assert_non_null(mkdtemp(f->at));
	f->beats = mmap(NULL, TASKS * sizeof(*f->beats), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(f->beats != MAP_FAILED);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->place.dir >= 0)
		cgroup_place_freeze(&f->place, false);
	cgroup_place_close(&f->place);
	for (size_t i = 0; i < TASKS; i++) {
		if (f->tasks[i] <= 0)
			continue;
		kill(f->tasks[i], SIGKILL);
		waitpid(f->tasks[i], NULL, 0);
	}
	if (f->name[0]) {
		rmdir(inside(f, "inner"));
		rmdir(inside(f, ""));
	}
	umount2(f->at, MNT_DETACH);
	rmdir(f->at);
	munmap(f->beats, TASKS * sizeof(*f->beats));
	procfs_release(&f->proc);
	fake_root_release(&f->root);
	free(f);
	return 0;
}

static void freeze_and_thaw(struct fixture *f, const struct version *v)
{
	if (!hierarchy_mount(f, v))
		skip();
	cgroups_make(f, v);
	assert_true(is_running(f, 0) && is_running(f, 1));
	assert_int_equal(cgroup_place_freeze(&f->place, true), 0);
	assert_true(is_standing(f, 0) && is_standing(f, 1));
	assert_int_equal(cgroup_place_freeze(&f->place, false), 0);
	assert_true(is_running(f, 0) && is_running(f, 1));
	/* by name, as `watchcap thaw` does: what is frozen itself, once */
	assert_int_equal(cgroup_thaw(&f->proc, str_of(f->name)), 0);
	assert_int_equal(cgroup_place_freeze(&f->place, true), 0);
	assert_int_equal(cgroup_thaw(&f->proc, str_of(f->name)), 1);
	assert_true(is_running(f, 0) && is_running(f, 1));
}

static void kill_all(struct fixture *f, const struct version *v, bool is_frozen)
{
	if (!hierarchy_mount(f, v))
		skip();
	cgroups_make(f, v);
	if (is_frozen)
		assert_int_equal(cgroup_place_freeze(&f->place, true), 0);
	assert_int_equal(cgroup_place_kill(&f->place), 0);
	for (size_t i = 0; i < TASKS; i++) {
		pid_t pid = f->tasks[i];
		int status = 0;

		assert_int_equal(waitpid(pid, &status, 0), pid);
		f->tasks[i] = 0;
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
}

/* cgroup.freeze, cgroup.events */
static void test_freeze_and_thaw_of_version_2(void **state)
{
	freeze_and_thaw(*state, &v2);
}

static void test_freeze_and_thaw_of_version_1(void **state)
{
	freeze_and_thaw(*state, &v1);
}

/* cgroup.kill; where the kernel has none, frozen and one by one */
static void test_kill_of_version_2(void **state)
{
	kill_all(*state, &v2, false);
}

static void test_kill_of_version_2_frozen(void **state)
{
	kill_all(*state, &v2, true);
}

static void test_kill_of_version_1(void **state)
{
	kill_all(*state, &v1, false);
}

static void test_kill_of_version_1_frozen(void **state)
{
	kill_all(*state, &v1, true);
}

/* as in the sandbox of auditd's unit: nothing is done, and it is known why */
static void test_read_only_is_respected(void **state)
{
	struct fixture *f = *state;

	if (!hierarchy_mount(f, &v2))
		skip();
	cgroups_make(f, &v2);
	assert_int_equal(mount(NULL, f->at, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
	assert_int_equal(cgroup_place_freeze(&f->place, true), -EROFS);
	assert_int_equal(cgroup_place_kill(&f->place), -EROFS);
	assert_true(is_running(f, 0) && is_running(f, 1));
	assert_int_equal(mount(NULL, f->at, NULL, MS_REMOUNT | MS_BIND, NULL), 0);
}

/* a container's first user may have leases on the files of its own cgroup: they are not waited for */
static void leases_are_not_waited_for(struct fixture *f, const struct version *v, const char *file)
{
	auto_close int lease = -1;

	if (!hierarchy_mount(f, v))
		skip();
	cgroups_make(f, v);
	lease = fake_lease(inside(f, file));
	assert_int_equal(cgroup_place_freeze(&f->place, true), -EAGAIN);
	alarm(0);
	cleanup_close(&lease);
	lease = -1;
	assert_int_equal(cgroup_place_freeze(&f->place, true), 0);
}

static void test_leases_are_not_waited_for_in_version_2(void **state)
{
	leases_are_not_waited_for(*state, &v2, "cgroup.freeze");
}

static void test_leases_are_not_waited_for_in_version_1(void **state)
{
	leases_are_not_waited_for(*state, &v1, "freezer.state");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_possible_where_a_hierarchy_that_freezes_is_writable),
		cmocka_unit_test(test_not_possible_where_none_is),
		T(test_freeze_and_thaw_of_version_2),
		T(test_freeze_and_thaw_of_version_1),
		T(test_kill_of_version_2),
		T(test_kill_of_version_2_frozen),
		T(test_kill_of_version_1),
		T(test_kill_of_version_1_frozen),
		T(test_read_only_is_respected),
		T(test_leases_are_not_waited_for_in_version_2),
		T(test_leases_are_not_waited_for_in_version_1),
	};

	return cmocka_run_group_tests_name("cgroup_control", tests, NULL, NULL);
}
