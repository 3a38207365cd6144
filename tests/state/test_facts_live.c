// SPDX-License-Identifier: Apache-2.0
/* The live answerer under temporary roots, and the texts that it gives to a recording. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "state/fact.h"

struct fixture {
	char root[64], proc[96];
	struct arena *arena;
	struct facts *facts;
	char told[8192];
	uint32_t told_type;
	unsigned n_told;
};

static void tap(void *ctx, uint32_t type, struct str body)
{
	struct fixture *f = ctx;

	f->told_type = type;
	f->n_told++;
	snprintf(f->told, sizeof(f->told), "%.*s", STR_ARG(body));
}

static void put(struct fixture *f, const char *path, const char *text)
{
	char full[256], part[256];

	snprintf(full, sizeof(full), "%s%s", f->root, path);
	for (const char *p = full + strlen(f->root) + 1; *p; p++) {
		if (*p != '/')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)(p - full), full);
		mkdir(part, 0755);
	}
	assert_int_equal(file_replace(full, str_of(text), 0644), 0);
}

static void link_to(struct fixture *f, const char *path, const char *target)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s", f->root, path);
	assert_int_equal(symlink(target, full), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->root, sizeof(f->root), "/tmp/wc-live-XXXXXX");
	if (!mkdtemp(f->root))
		return -1;
	snprintf(f->proc, sizeof(f->proc), "%s/proc", f->root);
	f->arena = arena_new(4096, 1 << 20);
	put(f, "/proc/stat", "cpu 1\nbtime 1000\n");
	put(f, "/proc/77/stat",
	    "77 (a) b) S 7 70 60 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 200 1 1 1 1 1 1 1 1 1\n");
	put(f, "/proc/77/status",
	    "Name:\ta\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nNStgid:\t77\t9\nCapInh:\t0\nCapPrm:"
	    "\t00000000a80425fb\n"
	    "CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nCapAmb:\t0\nNoNewPrivs:"
	    "\t1\nSeccomp:\t2\n");
	put(f, "/proc/77/cgroup", "0::/lxc.payload.box\n");
	put(f, "/proc/77/loginuid", "1000");
	put(f, "/etc/passwd",
	    "# "
	    "comment\n\nroot:x:0:0:root:/root:/bin/bash\nbroken\nu:x:abc\nann:x:1000:1000::/home/"
	    "ann\n");
	put(f, "/etc/group", "root:x:0:\nadm:x:4:ann,bob\n");
	f->facts = facts_live(&(struct facts_roots){ f->proc, NULL, f->root, "me", 0 }, tap, f);
	*state = f;
	return f->facts ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", "--", f->root, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	facts_free(f->facts);
	arena_free(f->arena);
	free(f);
	return 0;
}

static void test_live_process_is_read_and_told(void **state)
{
	struct fixture *f = *state;
	struct facts_process p;
	struct fact told;

	assert_int_equal(facts_ask_process(f->facts, 77, &p, f->arena), 0);
	assert_int_equal(p.ppid, 7);
	assert_int_equal(p.start_ticks, 200);
	assert_true(p.start_time > UINT64_C(1000) * 1000000000);
	assert_true(str_eq(p.comm, STR("a) b")));
	assert_true(str_eq(p.cgroup, STR("0::/lxc.payload.box\n")));
	assert_int_equal(p.uid[3], 4);
	assert_int_equal(p.vpid, 9);
	assert_int_equal(p.cap_bounding, 0xa80425fb);
	assert_int_equal(p.loginuid, 1000);
	assert_null(p.exe.ptr);
	assert_int_equal(f->told_type, RECORD_FACT);
	assert_int_equal(fact_read(str_of(f->told), &told, f->arena), 0);
	assert_int_equal(told.process.start_time, p.start_time);
	assert_true(str_eq(told.process.cgroup, p.cgroup));
}

static void test_live_process_that_is_gone_is_told_too(void **state)
{
	struct fixture *f = *state;
	struct facts_process p;

	assert_int_equal(facts_ask_process(f->facts, 78, &p, f->arena), -ESRCH);
	assert_string_equal(f->told, "q=process id=78 err=-3");
	facts_set_quiet(f->facts, true);
	assert_int_equal(facts_ask_process(f->facts, 78, &p, f->arena), -ESRCH);
	assert_int_equal(f->n_told, 1);
}

/* the first thread is a zombie (flag 4, PF_EXITING): what it belonged to is gone, and its capabilities are not what others have */
static void test_live_process_without_its_first_thread_is_asked_of_another(void **state)
{
	struct fixture *f = *state;
	struct facts_process p;

	put(f, "/proc/77/stat",
	    "77 (first) Z 7 70 60 0 -1 4194564 1 2 3 4 5 6 7 8 20 0 1 0 200 1 1 1 1 1 1 1 1 1\n");
	put(f, "/proc/77/cgroup", "0::/\n");
	put(f, "/proc/77/task/77/stat",
	    "77 (first) Z 7 70 60 0 -1 4194564 1 2 3 4 5 6 7 8 20 0 1 0 200 1 1\n");
	assert_int_equal(facts_ask_process(f->facts, 77, &p, f->arena), -ESRCH);
	put(f, "/proc/77/task/79/stat",
	    "79 (other) S 7 70 60 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 300 1 1 1 1 1 1 1 1 1\n");
	put(f, "/proc/77/task/79/status",
	    "Name:\ta\nTgid:\t77\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nNStgid:\t77\t9\nNSpid:"
	    "\t79\t11\n"
	    "CapInh:\t0\nCapPrm:\t1\nCapEff:\t1\nCapBnd:\t3\nCapAmb:\t0\n");
	put(f, "/proc/77/task/79/cgroup", "0::/lxc.payload.box\n");
	put(f, "/proc/77/task/79/cmdline", "prog");
	put(f, "/proc/77/task/79/ns/x", "");
	link_to(f, "/proc/77/task/79/ns/mnt", "mnt:[4026531999]");
	link_to(f, "/proc/77/task/79/exe", "/bin/prog");
	link_to(f, "/proc/77/task/79/cwd", "/work");
	assert_int_equal(facts_ask_process(f->facts, 77, &p, f->arena), 0);
	assert_true(str_eq(p.cgroup, STR("0::/lxc.payload.box\n")));
	assert_true(str_eq(p.exe, STR("/bin/prog")));
	assert_true(str_eq(p.cwd, STR("/work")));
	assert_true(str_eq(p.cmdline, STR("prog")));
	assert_int_equal(p.ns[NS_MNT], 4026531999);
	assert_int_equal(p.cap_permitted, 1);
	/* the process's own */
	assert_int_equal(p.start_ticks, 200);
	assert_true(str_eq(p.comm, STR("first")));
	assert_int_equal(p.vpid, 9);
	assert_int_equal(facts_ask_cgroup(f->facts, 77, &p, f->arena), 0);
	assert_true(str_eq(p.cgroup, STR("0::/lxc.payload.box\n")));
	assert_int_equal(p.ns[NS_MNT], 4026531999);
	assert_int_equal(p.start_ticks, 200);
}

static void test_live_names_come_from_files(void **state)
{
	struct fixture *f = *state;
	struct str name, home, shell;

	assert_int_equal(facts_ask_user(f->facts, NULL, 0, &name, &home, &shell, f->arena), 0);
	assert_true(str_eq(name, STR("root")));
	assert_true(str_eq(shell, STR("/bin/bash")));
	assert_int_equal(facts_ask_user(f->facts, NULL, 1000, &name, &home, &shell, f->arena), 0);
	assert_true(str_eq(name, STR("ann")));
	assert_null(shell.ptr);
	assert_int_equal(facts_ask_user(f->facts, NULL, 5, &name, &home, &shell, f->arena),
			 -ENOENT);
	assert_int_equal(facts_ask_group(f->facts, NULL, 4, &name, f->arena), 0);
	assert_true(str_eq(name, STR("adm")));
}

static void test_live_names_of_a_container_are_those_below_its_root(void **state)
{
	struct fixture *f = *state;
	struct facts_inside inside = { STR("web"), 90, 0, 0 };
	struct str name, home, shell;

	put(f, "/proc/90/root/etc/passwd", "joe:x:7:7::/home/joe:/bin/sh\n");
	put(f, "/proc/90/stat", "90 (x) S 7 70 60 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 200 1 1\n");
	put(f, "/proc/90/cgroup", "0::/docker-web.scope\n");
#define ASK_INSIDE(uid) facts_ask_user(f->facts, &inside, uid, &name, &home, &shell, f->arena)
	assert_int_equal(ASK_INSIDE(7), 0);
	assert_true(str_eq(name, STR("joe")));
	assert_true(str_eq(home, STR("/home/joe")));
	assert_int_equal(ASK_INSIDE(0), -ENOENT);
	/* there is no group file */
	assert_int_equal(facts_ask_group(f->facts, &inside, 7, &name, f->arena), -ENODATA);
	/* the pid is another's by now */
	put(f, "/proc/90/cgroup", "0::/docker-other.scope\n");
	assert_int_equal(ASK_INSIDE(7), -ESRCH);
	inside.pid = 91;
	assert_int_equal(ASK_INSIDE(7), -ESRCH);
}

static void test_live_names_follow_a_changed_file(void **state)
{
	struct fixture *f = *state;
	struct str name, home, shell;

	assert_int_equal(facts_ask_user(f->facts, NULL, 5, &name, &home, &shell, f->arena),
			 -ENOENT);
	put(f, "/etc/passwd", "new:x:5:5::/:/bin/sh\n");
	assert_int_equal(facts_ask_user(f->facts, NULL, 5, &name, &home, &shell, f->arena), 0);
	assert_true(str_eq(name, STR("new")));
}

static void test_live_knows_the_hosts_files(void **state)
{
	struct fixture *f = *state;
	struct str class = STR_ABSENT;
	struct stat st, dir;
	char path[128], question[128];
	struct fact told;
	size_t n;

	put(f, "/etc/cron.d/job", "");
	snprintf(path, sizeof(path), "%s/etc", f->root);
	assert_int_equal(stat(path, &dir), 0);
	snprintf(path, sizeof(path), "%s/etc/cron.d/job", f->root);
	assert_int_equal(stat(path, &st), 0);
	/* the second of two, NUL between */
	n = (size_t)snprintf(question, sizeof(question), "%u:%u:1%c%u:%u:%llu", major(st.st_dev),
			     minor(st.st_dev), 0, major(st.st_dev), minor(st.st_dev),
			     (unsigned long long)st.st_ino);
	assert_int_equal(facts_ask_host_file(f->facts, str_mem(question, n), &class, f->arena), 0);
	assert_true(str_eq(class, STR("cron")));
	assert_int_equal(fact_read(str_of(f->told), &told, f->arena), 0);
	assert_int_equal(told.kind, FACT_HOST_FILE);
	assert_true(str_eq(told.text, str_mem(question, n)));
	assert_true(str_eq(told.names.name, STR("cron")));
	n = (size_t)snprintf(question, sizeof(question), "%u:%u:%llu/shadow", major(st.st_dev),
			     minor(st.st_dev), (unsigned long long)dir.st_ino);
	assert_int_equal(facts_ask_host_file(f->facts, str_mem(question, n), &class, f->arena), 0);
	assert_true(str_eq(class, STR("secret")));
	/* without a name: all that is in it */
	assert_int_equal(facts_ask_host_file(f->facts, str_mem(question, n - strlen("shadow")),
					     &class, f->arena),
			 0);
	assert_true(str_eq(class, STR("loader")));
	assert_int_equal(facts_ask_host_file(f->facts, STR("0:0:1"), &class, f->arena), 0);
	assert_int_equal(class.len, 0);
	assert_non_null(class.ptr);
	assert_int_equal(facts_ask_host_file(f->facts, STR("0:x:1"), &class, f->arena), -EINVAL);
	assert_int_equal(facts_ask_host_file(f->facts, STR("99999999999:0:1"), &class, f->arena),
			 -EINVAL);
}

static void test_live_who_stands_deep_is_looked_at(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf cgroup = { 0 };
	struct facts_process p;
	char full[256];

	for (unsigned i = 0; i < 5000; i++)
		buf_printf(&cgroup, "%u:name=h%u:/%064u\n", i + 1, i, i);
	snprintf(full, sizeof(full), "%s/77/cgroup", f->proc);
	assert_int_equal(file_replace(full, buf_str(&cgroup), 0644), 0);
	put(f, "/proc/77/ns/x", "");
	snprintf(full, sizeof(full), "%s/77/ns/mnt", f->proc);
	assert_int_equal(symlink("mnt:[5]", full), 0);
	assert_int_equal(facts_ask_cgroup(f->facts, 77, &p, f->arena), 0);
	assert_null(p.cgroup.ptr);
	assert_int_equal(p.start_ticks, 200);
	assert_int_equal(p.ns[NS_MNT], 5);
	/* whose it is is another question */
	assert_int_equal(facts_ask_process(f->facts, 77, &p, f->arena), -EFBIG);
}

static void test_live_disk_is_known_beside_any_number_of_mounts(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf mounts = { 0 };
	char full[256];
	struct str use;

	put(f, "/sys/devices/pci0/block/sda/dev", "8:0");
	put(f, "/sys/dev/block/x", "");
	snprintf(full, sizeof(full), "%s/sys/dev/block/8:0", f->root);
	assert_int_equal(symlink("../../devices/pci0/block/sda", full), 0);
	for (unsigned i = 0; i < 20000; i++)
		buf_printf(&mounts, "%u 1 0:%u / /%064u rw - tmpfs none rw\n", i, i, i);
	put(f, "/proc/self/x", "");
	snprintf(full, sizeof(full), "%s/self/mountinfo", f->proc);
	assert_int_equal(file_replace(full, buf_str(&mounts), 0644), 0);
	assert_int_equal(facts_ask_disk(f->facts, false, 8, 0, &use, f->arena), 0);
	assert_true(str_eq(use, STR("disk")));
}

/* nor of anything else that is slow: of the second, so much is left to the others */
static void test_live_party_is_asked_as_long_as_there_is_time(void **state)
{
	struct fixture *f = *state;
	AUTO(facts)
	facts = facts_live(&(struct facts_roots){ f->proc, NULL, f->root, "me", 1 }, NULL, NULL);
	const struct facts_who who = { .pid = 77, .start_ticks = 200, .party = 7 };
	const struct facts_who other = { .pid = 77, .start_ticks = 200, .party = 8 };
	struct facts_task task;
	char full[256];

	snprintf(full, sizeof(full), "%s/77/exe", f->proc);
	assert_int_equal(symlink("/bin/x", full), 0);
	assert_int_equal(facts_ask_task(facts, &who, &task, f->arena), 0);
	assert_int_equal(facts_ask_task(facts, &who, &task, f->arena), -EAGAIN);
	assert_int_equal(facts_ask_task(facts, &other, &task, f->arena), 0);
	usleep(1050000);
	assert_int_equal(facts_ask_task(facts, &who, &task, f->arena), 0);
}

/* @n variables ahead of the one that matters */
static void put_environment(struct fixture *f, size_t n)
{
	char full[256];
	auto_buf struct buf text = { 0 };

	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "PADDING_%zu=%064zu%c", i, i, '\0');
	buf_printf(&text, "LD_PRELOAD=/evil.so%c", '\0');
	snprintf(full, sizeof(full), "%s/77/environ", f->proc);
	assert_int_equal(file_replace(full, buf_str(&text), 0644), 0);
}

static void test_live_environment_hides_no_variable(void **state)
{
	struct fixture *f = *state;
	const struct facts_who who = { .pid = 77, .start_ticks = 200 };
	char full[256];
	struct str text;

	snprintf(full, sizeof(full), "%s/77/exe", f->proc);
	assert_int_equal(symlink("/bin/x", full), 0);
	put_environment(f, 1);
	assert_int_equal(facts_ask_env(f->facts, &who, STR_ABSENT, &text, f->arena), 0);
	assert_true(str_eq(text, STR("PADDING_0= LD_PRELOAD=")));
	/* not all names can be told: then none are */
	put_environment(f, 1000);
	assert_int_equal(facts_ask_env(f->facts, &who, STR_ABSENT, &text, f->arena), -E2BIG);
	assert_int_equal(facts_ask_env(f->facts, &who, STR("LD_PRELOAD"), &text, f->arena), 0);
	assert_true(str_eq(text, STR("/evil.so")));
	/* as long as an exec may have it */
	put_environment(f, 60000);
	assert_int_equal(facts_ask_env(f->facts, &who, STR("LD_PRELOAD"), &text, f->arena), 0);
}

static size_t helpers_with(struct fixture *f, const char *path)
{
	struct facts_helper *list;
	struct stat st;
	char full[256];
	size_t n, found = 0;

	snprintf(full, sizeof(full), "%s%s", f->root, path);
	assert_int_equal(stat(full, &st), 0);
	assert_int_equal(facts_ask_helpers(f->facts, &list, &n, f->arena), 0);
	for (size_t i = 0; i < n; i++)
		found += list[i].inode == st.st_ino;
	return found;
}

/* where nothing was nobody is known; a package may replace what was there */
static void test_live_helper_that_comes_later_is_not_known(void **state)
{
	struct fixture *f = *state;

	put(f, "/proc/sys/kernel/modprobe", "/opt/modprobe\n");
	put(f, "/opt/modprobe", "x");
	assert_int_equal(helpers_with(f, "/opt/modprobe"), 1);
	put(f, "/sbin/request-key", "planted");
	assert_int_equal(helpers_with(f, "/sbin/request-key"), 0);
	put(f, "/opt/modprobe", "another");
	assert_int_equal(helpers_with(f, "/opt/modprobe"), 1);
}

static void test_live_helper_that_is_forgotten_is_none_whatever_lies_there(void **state)
{
	struct fixture *f = *state;

	put(f, "/proc/sys/kernel/modprobe", "/opt/modprobe\n");
	put(f, "/opt/modprobe", "x");
	assert_int_equal(helpers_with(f, "/opt/modprobe"), 1);
	facts_forget_helper(f->facts, STR("/opt/modprobe"));
	assert_int_equal(helpers_with(f, "/opt/modprobe"), 0);
	put(f, "/opt/modprobe", "another");
	assert_int_equal(helpers_with(f, "/opt/modprobe"), 0);
}

static void test_live_no_helper_at_first_is_none_later(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(helpers_with(f, "/etc/passwd"), 0);
	put(f, "/sbin/request-key", "planted");
	assert_int_equal(helpers_with(f, "/sbin/request-key"), 0);
}

static void test_live_knows_its_own_node(void **state)
{
	struct fixture *f = *state;

	assert_true(facts_is_live(f->facts));
	assert_true(facts_is_local(f->facts, STR_ABSENT));
	assert_true(facts_is_local(f->facts, STR("me")));
	assert_false(facts_is_local(f->facts, STR("other")));
}

/* by no path of anybody's */
static void test_live_mounts_are_read_and_told(void **state)
{
	struct fixture *f = *state;
	struct facts_mounts m;
	struct fact told;
	char link[128];

	assert_int_equal(facts_ask_mounts(f->facts, 0, 78, &m, f->arena), -ESRCH);
	put(f, "/proc/77/mountinfo",
	    "1 0 0:1 / / rw - overlay o rw,lowerdir=/a\n2 1 0:2 / /dev/mqueue rw - mqueue q rw\n"
	    "3 1 0:3 / /a\\040b rw shared:1 - cgroup c rw,release_agent=/x\n");
	put(f, "/proc/77/ns/x", "");
	snprintf(link, sizeof(link), "%s/77/ns/mnt", f->proc);
	assert_int_equal(symlink("mnt:[4242]", link), 0);
	assert_int_equal(facts_ask_mounts(f->facts, 0, 77, &m, f->arena), 0);
	assert_int_equal(m.start_ticks, 200);
	assert_int_equal(m.ns, 4242);
	assert_false(m.is_cut);
	assert_true(str_eq(m.text, STR("1 0 0:1 / / rw - overlay o rw\n"
				       "2 1 0:2 / /dev/mqueue rw - mqueue q rw\n"
				       "3 1 0:3 / /a\\040b rw shared:1 - cgroup c "
				       "rw,release_agent=/x\n")));
	assert_int_equal(fact_read(str_of(f->told), &told, f->arena), 0);
	assert_true(str_eq(told.mounts.text, m.text));
	assert_int_equal(told.mounts.ns, 4242);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_live_process_is_read_and_told),
		T(test_live_process_that_is_gone_is_told_too),
		T(test_live_process_without_its_first_thread_is_asked_of_another),
		T(test_live_names_come_from_files),
		T(test_live_names_of_a_container_are_those_below_its_root),
		T(test_live_names_follow_a_changed_file),
		T(test_live_knows_the_hosts_files),
		T(test_live_who_stands_deep_is_looked_at),
		T(test_live_disk_is_known_beside_any_number_of_mounts),
		T(test_live_party_is_asked_as_long_as_there_is_time),
		T(test_live_environment_hides_no_variable),
		T(test_live_mounts_are_read_and_told),
		T(test_live_helper_that_comes_later_is_not_known),
		T(test_live_helper_that_is_forgotten_is_none_whatever_lies_there),
		T(test_live_no_helper_at_first_is_none_later),
		T(test_live_knows_its_own_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
