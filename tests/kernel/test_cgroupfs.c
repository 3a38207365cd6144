/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hierarchies of a made-up machine: mounted, over-mounted, bound, mounted where we must not walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/sysmacros.h>

#include "fake_root.h"
#include "kernel/cgroupfs.h"

struct machine {
	struct fake_root root;
	struct procfs proc;
	struct cgroup_hierarchy *list;
	size_t n;
	unsigned dev_major, dev_minor;
};

static struct machine machine(const char *cgroup)
{
	struct machine m = { .root = fake_root() };
	struct stat st;

	fake_file(&m.root, "proc/self/cgroup", cgroup);
	assert_int_equal(stat(m.root.path, &st), 0);
	m.dev_major = major(st.st_dev);
	m.dev_minor = minor(st.st_dev);
	assert_int_equal(procfs_init(&m.proc, fake_path(&m.root, "proc")), 0);
	return m;
}

static void machine_release(struct machine *m)
{
	procfs_release(&m->proc);
	fake_root_release(&m->root);
}
#define auto_machine __attribute__((cleanup(machine_release)))

/* one mountinfo line; @point below the fake root; @shift: the device is another one */
static const char *mount_line(const struct machine *m, const char *root, const char *point,
			      const char *options, unsigned shift)
{
	return arena_printf(m->root.arena, "31 30 %u:%u %s %s/%s rw - cgroup cgroup %s\n",
			    m->dev_major, m->dev_minor + shift, root, m->root.path, point, options)
		.ptr;
}

static void look(struct machine *m)
{
	struct cgroupfs c = { &m->proc, fake_path(&m->root, "sys/cgroup"), false, NULL };

	assert_int_equal(cgroupfs_hierarchies(&c, &m->list, &m->n, m->root.arena), 0);
}

static void test_line_forms(void **state)
{
	struct str rest = STR("12:cpu,cpuacct:/a:b\n0::/\nx:y:/z\n3:name=systemd:/"
			      "init.scope\n1:memory:relative\n99999999999:a:/\n\n5:pids");
	struct cgroup_line l;

	(void)state;
	assert_true(cgroup_line_next(&rest, &l));
	assert_int_equal(l.hierarchy, 12);
	assert_str(l.controllers, "cpu,cpuacct");
	assert_str(l.path, "/a:b");
	assert_true(cgroup_line_next(&rest, &l));
	assert_int_equal(l.hierarchy, 0);
	assert_str(l.controllers, "");
	assert_true(cgroup_line_next(&rest, &l));
	assert_str(l.controllers, "name=systemd");
	assert_false(cgroup_line_next(&rest, &l));
}

static void test_cgroup_lines_of_a_root_are_passed_over(void **state)
{
	struct str rest = STR("12:cpu:/\n11:pids:/a:/b\nno line:/x\n3:name=x:/\n0::/..\n0::/\n");
	struct cgroup_line l;

	(void)state;
	assert_true(cgroup_line_below(&rest, &l));
	assert_int_equal(l.hierarchy, 11);
	assert_str(l.path, "/a:/b");
	assert_true(cgroup_line_below(&rest, &l));
	assert_str(l.path, "/..");
	assert_false(cgroup_line_below(&rest, &l));
}

static void test_mounted_hierarchy_is_read(void **state)
{
	auto_machine struct machine m = machine("2:cpu,cpuacct:/\n0::/\n");
	struct stat st;

	(void)state;
	fake_file(&m.root, "sys/cgroup/cpu/release_agent", "/sbin/agent\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/", "sys/cgroup/cpu", "rw,cpu,cpuacct", 0));
	look(&m);
	assert_int_equal(m.n, 1);
	assert_int_equal(m.list[0].id, 2);
	assert_str(m.list[0].controllers, "cpu,cpuacct");
	assert_true(str_ends(m.list[0].mount_point, STR("/sys/cgroup/cpu")));
	assert_str(m.list[0].options, "rw,cpu,cpuacct");
	assert_true(m.list[0].has_inode);
	assert_int_equal(stat(fake_path(&m.root, "sys/cgroup/cpu/release_agent"), &st), 0);
	assert_int_equal(m.list[0].inode, st.st_ino);
	assert_int_equal(m.list[0].dev_major, m.dev_major);
	assert_int_equal(m.list[0].dev_minor, m.dev_minor);
	assert_str(m.list[0].release_agent, "/sbin/agent");
}

/* nobody hides what it holds */
static void test_agent_that_is_leased_is_told_as_that(void **state)
{
	auto_machine struct machine m = machine("2:cpu,cpuacct:/\n0::/\n");
	auto_close int lease = -1;

	(void)state;
	fake_file(&m.root, "sys/cgroup/cpu/release_agent", "/sbin/agent\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/", "sys/cgroup/cpu", "rw,cpu,cpuacct", 0));
	lease = fake_lease(fake_path(&m.root, "sys/cgroup/cpu/release_agent"));
	look(&m);
	alarm(0);
	assert_true(m.list[0].has_inode);
	assert_true(str_eq(m.list[0].release_agent, FILE_WITHHELD));
}

static void test_empty_agent_is_not_absent(void **state)
{
	auto_machine struct machine m = machine("2:name=x:/\n");

	(void)state;
	fake_file(&m.root, "sys/cgroup/x/release_agent", "\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/", "sys/cgroup/x", "rw,name=x", 0));
	look(&m);
	assert_non_null(m.list[0].release_agent.ptr);
	assert_int_equal(m.list[0].release_agent.len, 0);
}

static void test_name_and_controller_match_whole(void **state)
{
	auto_machine struct machine m = machine("3:name=x:/\n2:cpu:/\n");

	(void)state;
	fake_file(&m.root, "sys/cgroup/a/release_agent", "a\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/", "sys/cgroup/a", "rw,cpuacct,name=xx", 0));
	look(&m);
	assert_int_equal(m.n, 2);
	for (size_t i = 0; i < m.n; i++) {
		assert_null(m.list[i].mount_point.ptr);
		assert_null(m.list[i].options.ptr);
		assert_false(m.list[i].has_inode);
		assert_null(m.list[i].release_agent.ptr);
	}
}

/* the host's mount table may show what a container mounted: its path is not walked */
static void test_foreign_mount_point_is_named_not_walked(void **state)
{
	auto_machine struct machine m = machine("2:cpu:/\n");

	(void)state;
	fake_file(&m.root, "sys/cgroupless/release_agent", "trap\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/", "sys/cgroupless", "rw,cpu", 0));
	look(&m);
	assert_true(str_ends(m.list[0].mount_point, STR("/sys/cgroupless")));
	assert_str(m.list[0].options, "rw,cpu");
	assert_false(m.list[0].has_inode);
}

static void test_own_mount_point_preferred(void **state)
{
	auto_machine struct machine m = machine("2:cpu:/\n");
	const char *foreign = mount_line(&m, "/", "else", "rw,cpu", 0);
	const char *own = mount_line(&m, "/", "sys/cgroup/cpu", "rw,cpu", 0);

	(void)state;
	fake_file(&m.root, "sys/cgroup/cpu/release_agent", "yes\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  arena_printf(m.root.arena, "%s%s", foreign, own).ptr);
	look(&m);
	assert_true(str_ends(m.list[0].mount_point, STR("/sys/cgroup/cpu")));
	assert_str(m.list[0].release_agent, "yes");
}

static void test_overmounted_point_is_not_believed(void **state)
{
	auto_machine struct machine m = machine("2:cpu:/\n");

	(void)state;
	fake_file(&m.root, "sys/cgroup/cpu/release_agent", "not the hierarchy's\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/", "sys/cgroup/cpu", "rw,cpu", 1));
	look(&m);
	assert_false(m.list[0].has_inode);
	assert_null(m.list[0].release_agent.ptr);
}

/* a bind mount of one cgroup is not the hierarchy's root */
static void test_bind_of_a_cgroup_is_passed_over(void **state)
{
	auto_machine struct machine m = machine("2:cpu:/\n");

	(void)state;
	fake_file(&m.root, "sys/cgroup/cpu/release_agent", "x\n");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/docker/1", "sys/cgroup/cpu", "rw,cpu", 0));
	look(&m);
	assert_null(m.list[0].mount_point.ptr);
}

static void test_symlink_for_agent_is_not_followed(void **state)
{
	auto_machine struct machine m = machine("2:cpu:/\n");

	(void)state;
	fake_file(&m.root, "secret", "secret\n");
	fake_file(&m.root, "sys/cgroup/cpu/tasks", "");
	fake_link(&m.root, "sys/cgroup/cpu/release_agent", "../../../secret");
	fake_file(&m.root, "proc/self/mountinfo",
		  mount_line(&m, "/", "sys/cgroup/cpu", "rw,cpu", 0));
	look(&m);
	assert_null(m.list[0].release_agent.ptr);
}

static void test_no_cgroup_file_is_an_error(void **state)
{
	auto_root struct fake_root root = fake_root();
	struct cgroup_hierarchy *list;
	struct procfs p;
	size_t n;

	(void)state;
	assert_int_equal(procfs_init(&p, root.path), 0);
	assert_int_equal(cgroupfs_hierarchies(&(struct cgroupfs){ &p, NULL, false, NULL }, &list,
					      &n, root.arena),
			 -ENOENT);
	procfs_release(&p);
}

static void test_no_mountinfo_still_lists(void **state)
{
	auto_machine struct machine m = machine("2:cpu:/\n1:name=x:/\n");

	(void)state;
	look(&m);
	assert_int_equal(m.n, 2);
}

static void test_many_hierarchies_little_memory_fails_cleanly(void **state)
{
	auto_machine struct machine m = machine("2:cpu:/\n1:name=x:/\n");
	AUTO(arena) small = arena_new(64, 64);
	struct cgroupfs c = { &m.proc, NULL, false, NULL };

	(void)state;
	assert_int_equal(cgroupfs_hierarchies(&c, &m.list, &m.n, small), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line_forms),
		cmocka_unit_test(test_cgroup_lines_of_a_root_are_passed_over),
		cmocka_unit_test(test_mounted_hierarchy_is_read),
		cmocka_unit_test(test_agent_that_is_leased_is_told_as_that),
		cmocka_unit_test(test_empty_agent_is_not_absent),
		cmocka_unit_test(test_name_and_controller_match_whole),
		cmocka_unit_test(test_foreign_mount_point_is_named_not_walked),
		cmocka_unit_test(test_own_mount_point_preferred),
		cmocka_unit_test(test_overmounted_point_is_not_believed),
		cmocka_unit_test(test_bind_of_a_cgroup_is_passed_over),
		cmocka_unit_test(test_symlink_for_agent_is_not_followed),
		cmocka_unit_test(test_no_cgroup_file_is_an_error),
		cmocka_unit_test(test_no_mountinfo_still_lists),
		cmocka_unit_test(test_many_hierarchies_little_memory_fails_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
