/* SPDX-License-Identifier: Apache-2.0 */
/* The table of host files by path, and what it is on a machine made for it. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_root.h"
#include "silent_mount.h"
#include <sys/sysmacros.h>

#include "base/clock.h"
#include "kernel/hostfiles.h"

static void expect_class(const char *path, const char *class)
{
	assert_string_equal(hostfile_class_name(hostfile_class_of_path(str_of(path))), class);
}

static void test_hostfile_class_follows_from_the_path(void **state)
{
	(void)state;
	expect_class("/etc/ld.so.preload", "loader");
	expect_class("/etc/ld.so.preload.bak", "");
	expect_class("/etc/ld.so.conf.d/x.conf", "loader");
	expect_class("/usr/lib/x86_64-linux-gnu/libc.so.6", "loader");
	expect_class("/usr/lib/x86_64-linux-gnu/libm.so.6", "");
	expect_class("/lib64/security/pam_unix.so", "loader");
	expect_class("/etc/shadow", "secret");
	expect_class("/etc/shadow/below", "");
	expect_class("/etc/sudoers.d", "auth");
	expect_class("/etc/sudoers.d/a/b", "auth");
	expect_class("/etc/sudoers.dx", "");
	expect_class("/root/.ssh/authorized_keys", "keys");
	expect_class("/var/spool/cron/crontabs/root", "cron");
	expect_class("/etc/systemd/system/x.service.d/y.conf", "unit");
	expect_class("/etc/modprobe.d/x.conf", "unit");
	expect_class("/etc/kubernetes/manifests/pod.yaml", "kubelet");
	/* the narrower row comes first */
	expect_class("/etc/kubernetes/pki/ca.key", "keys");
	expect_class("/var/lib/kubelet/config.yaml", "kubelet");
	/* where the volumes of pods are */
	expect_class("/var/lib/kubelet/pods/1/volumes/x", "");
	expect_class("/usr/local/sbin/runc", "runtime");
	expect_class("/usr/bin/runcx", "");
	expect_class("/opt/cni/bin/bridge", "runtime");
	/* a device plugin's volume, as it is written */
	expect_class("/var/run/cdi/gpu.yaml", "runtime");
	expect_class("/etc/nri/conf.d/x.conf", "runtime");
	expect_class("/run/nri/nri.sock", "socket");
	expect_class("/var/lib/kubelet/checkpoints/x.tar", "kubelet");
	expect_class("/etc", "");
	expect_class("/", "");
	expect_class("", "");
	expect_class("etc/passwd", "");
}

static void test_hostfile_rows_are_absolute_and_of_a_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < hostfile_rows_n; i++) {
		struct str dirs = str_of(hostfile_rows[i].dirs), dir;

		assert_true(hostfile_rows[i].class > HOSTFILE_NONE &&
			    hostfile_rows[i].class < HOSTFILE_CLASSES);
		while (str_cut(&dirs, ',', &dir)) {
			assert_true(str_starts(dir, STR("/")));
			assert_false(str_ends(dir, STR("/")));
		}
	}
}

static struct hostfile_id id_of(const struct fake_root *r, const char *name)
{
	struct stat st;

	assert_int_equal(lstat(fake_path(r, name), &st), 0);
	return (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
}

static void expect_found(struct hostfiles *h, struct hostfile_id id, const char *name, uint64_t now,
			 const char *class)
{
	assert_string_equal(hostfile_class_name(hostfiles_find(h, &id, str_of(name), now)), class);
}

static void test_hostfiles_are_known_by_inode(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_id id;

	(void)state;
	assert_non_null(h);
	fake_file(&r, "etc/passwd", "");
	fake_file(&r, "etc/motd", "");
	fake_file(&r, "etc/cron.d/job", "");
	fake_file(&r, "etc/systemd/system/a.wants/b/c", "");
	fake_file(&r, "usr/lib/x86_64-linux-gnu/libc-2.so", "");
	fake_link(&r, "usr/lib/x86_64-linux-gnu/libc.so.6", "libc-2.so");
	fake_link(&r, "lib", "usr/lib");
	fake_file(&r, "etc/kubernetes/pki/ca.key", "");
	fake_file(&r, "etc/kubernetes/admin.conf", "");
	fake_file(&r, "elsewhere/file", "");
	fake_link(&r, "etc/cron.d/link", "../../elsewhere/file");
	expect_found(h, id_of(&r, "etc/passwd"), NULL, NS_PER_S, "auth");
	expect_found(h, id_of(&r, "etc/motd"), NULL, NS_PER_S, "");
	expect_found(h, id_of(&r, "etc"), NULL, NS_PER_S, "");
	expect_found(h, id_of(&r, "etc/cron.d"), NULL, NS_PER_S, "cron");
	expect_found(h, id_of(&r, "etc/cron.d/job"), NULL, NS_PER_S, "cron");
	expect_found(h, id_of(&r, "etc/systemd/system/a.wants/b/c"), NULL, NS_PER_S, "unit");
	expect_found(h, id_of(&r, "usr/lib/x86_64-linux-gnu/libc-2.so"), NULL, NS_PER_S, "loader");
	/* of two rows the first */
	expect_found(h, id_of(&r, "etc/kubernetes/pki/ca.key"), NULL, NS_PER_S, "keys");
	expect_found(h, id_of(&r, "etc/kubernetes/admin.conf"), NULL, NS_PER_S, "secret");
	/* a link in a directory is the host's, what it leads to is not */
	expect_found(h, id_of(&r, "etc/cron.d/link"), NULL, NS_PER_S, "cron");
	expect_found(h, id_of(&r, "elsewhere/file"), NULL, NS_PER_S, "");
	/* the same number on another device */
	id = id_of(&r, "etc/passwd");
	id.dev_minor ^= 1;
	expect_found(h, id, NULL, NS_PER_S, "");
}

static void expect_in(struct hostfiles *h, struct hostfile_id id, const char *class)
{
	assert_string_equal(hostfile_class_name(hostfiles_find_in(h, &id, NS_PER_S)), class);
}

static void test_directories_are_of_the_class_of_what_they_hold(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_id id;

	(void)state;
	fake_file(&r, "etc/cron.d/job", "");
	fake_file(&r, "etc/systemd/system/a.wants/b", "");
	fake_file(&r, "etc/alternatives/x", "");
	fake_file(&r, "etc/kubernetes/x", "");
	fake_file(&r, "var/lib/docker/overlay2/l/x", "");
	fake_file(&r, "var/lib/docker/volumes/v/_data/etc/shadow", "");
	fake_file(&r, "srv/etc/cron.d/job", "");
	expect_in(h, id_of(&r, "etc/cron.d"), "cron");
	expect_in(h, id_of(&r, "etc/systemd/system/a.wants"), "unit");
	/* of what is looked for there, that of the first row */
	expect_in(h, id_of(&r, "etc"), "loader");
	expect_in(h, id_of(&r, "etc/kubernetes"), "secret");
	/* and on the way there */
	expect_in(h, id_of(&r, ""), "socket");
	expect_in(h, id_of(&r, "var"), "socket");
	/* engines inside have their layers in these */
	expect_in(h, id_of(&r, "var/lib/docker"), "");
	expect_in(h, id_of(&r, "var/lib/docker/overlay2/l"), "");
	expect_in(h, id_of(&r, "var/lib/docker/volumes/v/_data"), "");
	expect_in(h, id_of(&r, "var/lib/docker/volumes/v/_data/etc"), "");
	expect_in(h, id_of(&r, "etc/alternatives"), "");
	expect_in(h, id_of(&r, "srv/etc/cron.d"), "");
	id = id_of(&r, "etc");
	id.dev_minor ^= 1;
	expect_in(h, id, "");
}

/* a number of procfs's own, on a device of its kind, is the same file in every procfs */
static void test_hostfiles_of_the_kernel_are_known_in_any_procfs(void **state)
{
	AUTO(hostfiles) h = hostfiles_new("/");
	AUTO(arena) a = arena_new(4096, 65536);
	struct hostfile_watch *watches;
	struct hostfile_id id;
	size_t n, kernel = 0;
	struct stat st;

	(void)state;
	if (stat("/proc/kallsyms", &st) < 0)
		skip();
	id = (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
	expect_found(h, id, NULL, NS_PER_S, "symbols");
	id.dev_minor ^= 1;
	expect_found(h, id, NULL, NS_PER_S, "symbols");
	id.dev_major = 8;
	expect_found(h, id, NULL, NS_PER_S, "");
	/* nothing can be made there, so nothing is where it lies */
	assert_int_equal(stat("/proc", &st), 0);
	id = (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
	expect_found(h, id, "kallsyms", NS_PER_S, "");
	expect_found(h, id, NULL, NS_PER_S, "");
	assert_int_equal(hostfiles_watches(h, &watches, &n, a), 0);
	for (size_t i = 0; i < n; i++)
		if (watches[i].inode) {
			assert_int_equal(watches[i].act, HOSTFILE_SEEN);
			assert_true(str_starts(watches[i].path, STR("/proc/k")));
			kernel++;
		}
	assert_in_range(kernel, 1, 2);
}

static void test_hostfiles_are_known_by_their_place(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);

	(void)state;
	fake_file(&r, "etc/motd", "");
	fake_file(&r, "usr/sbin/runc-1", "");
	fake_file(&r, "usr/bin/x", "");
	fake_link(&r, "usr/bin/runc", "../sbin/runc-1");
	expect_found(h, id_of(&r, "etc"), "ld.so.preload", NS_PER_S, "loader");
	expect_found(h, id_of(&r, "etc"), "kubernetes", NS_PER_S, "kubelet");
	expect_found(h, id_of(&r, "etc"), "motd", NS_PER_S, "");
	expect_found(h, id_of(&r, "usr"), "ld.so.preload", NS_PER_S, "");
	expect_found(h, id_of(&r, "usr/bin"), "runc", NS_PER_S, "runtime");
	expect_found(h, id_of(&r, "usr/sbin"), "runc-1", NS_PER_S, "runtime");
	expect_found(h, id_of(&r, "usr/bin"), "runc-1", NS_PER_S, "");
	/* all of it is another's if these are */
	expect_found(h, id_of(&r, "."), "etc", NS_PER_S, "loader");
	expect_found(h, id_of(&r, "."), "usr", NS_PER_S, "loader");
	expect_found(h, id_of(&r, "usr"), "sbin", NS_PER_S, "runtime");
	expect_found(h, id_of(&r, "."), "home", NS_PER_S, "");
	expect_found(h, id_of(&r, "usr"), NULL, NS_PER_S, "");
}

static void test_hostfiles_are_read_again(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_id old;

	(void)state;
	fake_file(&r, "etc/shadow", "");
	expect_found(h, id_of(&r, "etc/shadow"), NULL, NS_PER_S, "secret");
	old = id_of(&r, "etc/shadow");
	/* replaced by rename */
	fake_file(&r, "etc/shadow-", "");
	assert_int_equal(rename(fake_path(&r, "etc/shadow-"), fake_path(&r, "etc/shadow")), 0);
	expect_found(h, id_of(&r, "etc/shadow"), NULL, NS_PER_S + NS_PER_S / 20, "");
	expect_found(h, old, NULL, NS_PER_S + NS_PER_S / 20, "secret");
	expect_found(h, id_of(&r, "etc/shadow"), NULL, NS_PER_S + NS_PER_S / 5, "secret");
	expect_found(h, old, NULL, NS_PER_S + NS_PER_S / 5, "");
	/* what was found is believed for a second */
	assert_int_equal(unlink(fake_path(&r, "etc/shadow")), 0);
	fake_file(&r, "keep", "");
	expect_found(h, id_of(&r, "etc"), "shadow", 2 * NS_PER_S, "secret");
	expect_found(h, old, NULL, 4 * NS_PER_S, "");
}

static void test_hostfiles_are_not_read_for_what_lies_elsewhere(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_id id;

	(void)state;
	fake_file(&r, "etc/passwd", "");
	id = id_of(&r, "etc/passwd");
	id.dev_minor ^= 1;
	expect_found(h, id, NULL, NS_PER_S, "");
	expect_found(h, id, NULL, NS_PER_S + 500 * NS_PER_MS, "");
	fake_file(&r, "etc/shadow", "");
	/* or it would be too soon to look again */
	expect_found(h, id_of(&r, "etc/shadow"), NULL, NS_PER_S + 550 * NS_PER_MS, "secret");
	expect_found(h, id, NULL, 20 * NS_PER_S, "");
	fake_file(&r, "etc/group", "");
	expect_found(h, id_of(&r, "etc/group"), NULL, 20 * NS_PER_S + 50 * NS_PER_MS, "");
}

static void test_hostfiles_in_one_directory_push_out_none_elsewhere(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	unsigned found = 0;

	(void)state;
	fake_file(&r, "etc/cron.d/job", "");
	for (unsigned i = 0; i < 2100; i++)
		fake_file(&r, arena_printf(r.arena, "etc/ld.so.conf.d/%u", i).ptr, "");
	expect_found(h, id_of(&r, "etc/cron.d/job"), NULL, NS_PER_S, "cron");
	expect_found(h, id_of(&r, "etc/ld.so.conf.d"), NULL, NS_PER_S, "loader");
	for (unsigned i = 0; i < 2100; i++) {
		struct hostfile_id id =
			id_of(&r, arena_printf(r.arena, "etc/ld.so.conf.d/%u", i).ptr);

		found += hostfiles_find(h, &id, STR_ABSENT, NS_PER_S) == HOSTFILE_LOADER;
	}
	assert_int_equal(found, 2048);
}

/* 0: read; 1: it hung */
static int read_in_child(const struct fake_root *r, int fd)
{
	AUTO(hostfiles) h = hostfiles_new(r->path);
	struct hostfile_id id = id_of(r, "etc/passwd");
	pid_t child = fork();
	int status;

	/* whoever has the server's end keeps those waiting who wait for it */
	if (child == 0)
		close(fd);
	if (child == 0)
		_exit(hostfiles_find(h, &id, STR_ABSENT, NS_PER_S) == HOSTFILE_AUTH ? 0 : 2);
	for (unsigned i = 0; i < 100; i++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		usleep(20000);
	}
	kill(child, SIGKILL);
	return 1;
}

/* who may mount in a directory that the host shares with him (rshared) puts such a one anywhere below */
static void test_hostfiles_wait_for_no_file_system(void **state)
{
	static const char *const places[] = { "etc/cron.d", "etc/pam.d/below", "var/spool" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		auto_root struct fake_root r = fake_root();
		const char *where = fake_path(&r, places[i]);
		int fd, result;

		fake_file(&r, "etc/passwd", "");
		fake_file(&r, "etc/pam.d/login", "");
		fake_file(&r, "var/x", "");
		fd = silent_mount(where);
		if (fd < 0) {
			print_message("no FUSE here: %s\n", strerror(errno));
			skip();
		}
		pid_t server = silent_server(fd);
		result = read_in_child(&r, fd);
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
		silent_umount(where, fd);
		print_message("%s: %d\n", places[i], result);
		assert_int_equal(result, 0);
	}
}

static void test_hostfiles_of_a_root_that_is_not_there(void **state)
{
	AUTO(hostfiles) h = hostfiles_new("/nonexistent");
	AUTO(arena) a = arena_new(4096, 65536);
	struct hostfile_watch *list;
	size_t n;

	(void)state;
	expect_found(h, (struct hostfile_id){ 1, 2, 3 }, NULL, 1, "");
	assert_int_equal(hostfiles_watches(h, &list, &n, a), -ENOENT);
}

static const struct hostfile_watch *watch_of(const struct hostfile_watch *list, size_t n,
					     const char *path)
{
	const struct hostfile_watch *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!str_eq(list[i].path, str_of(path)))
			continue;
		assert_null(found);
		found = &list[i];
	}
	return found;
}

#define CLASS(c) (UINT32_C(1) << HOSTFILE_##c)

static void test_hostfile_watches_are_what_exists_once(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_watch *list;
	size_t n;

	(void)state;
	fake_file(&r, "etc/passwd", "");
	fake_file(&r, "etc/cron.d/job", "");
	fake_file(&r, "usr/lib/systemd/system/a", "");
	fake_file(&r, "usr/lib/libc.so.6", "");
	fake_link(&r, "lib", "usr/lib");
	fake_file(&r, "usr/sbin/runc", "");
	assert_int_equal(mkdir(fake_path(&r, "usr/bin"), 0755), 0);
	fake_link(&r, "usr/bin/runc", "../sbin/runc");
	assert_int_equal(mkdir(fake_path(&r, "run"), 0755), 0);
	assert_int_equal(mknod(fake_path(&r, "run/docker.sock"), S_IFSOCK | 0600, 0), 0);
	assert_int_equal(hostfiles_watches(h, &list, &n, r.arena), 0);
	assert_int_equal(n, 5);
	assert_true(watch_of(list, n, "/etc")->is_directory);
	assert_true(watch_of(list, n, "/usr/lib/systemd")->is_directory);
	assert_false(watch_of(list, n, "/usr/lib/libc.so.6")->is_directory);
	assert_false(watch_of(list, n, "/usr/sbin/runc")->is_directory);
	assert_false(watch_of(list, n, "/usr/sbin/runc")->act == HOSTFILE_CONNECTED);
	assert_int_equal(watch_of(list, n, "/run/docker.sock")->act, HOSTFILE_CONNECTED);
	assert_int_equal(watch_of(list, n, "/run/docker.sock")->classes, CLASS(SOCKET));
	assert_int_equal(watch_of(list, n, "/usr/sbin/runc")->classes, CLASS(RUNTIME));
	assert_int_equal(watch_of(list, n, "/usr/lib/systemd")->classes, CLASS(UNIT));
	/* all that may lie in it, be it there or not */
	assert_int_equal(watch_of(list, n, "/etc")->classes & (CLASS(CRON) | CLASS(SECRET)),
			 CLASS(CRON) | CLASS(SECRET));
	assert_int_equal(watch_of(list, n, "/etc")->classes & (CLASS(SOCKET) | CLASS(LOGS)), 0);
}

/* the kernel starts what the link leads to, and who puts something else in its place touches no other file */
static void test_hostfile_watches_of_a_helper_are_also_of_its_link(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_watch *list;
	size_t n;

	(void)state;
	fake_file(&r, "usr/bin/kmod", "");
	assert_int_equal(mkdir(fake_path(&r, "usr/sbin"), 0755), 0);
	fake_link(&r, "usr/sbin/modprobe", "../bin/kmod");
	fake_link(&r, "sbin", "usr/sbin");
	assert_int_equal(hostfiles_watches(h, &list, &n, r.arena), 0);
	assert_int_equal(n, 2);
	assert_int_equal(watch_of(list, n, "/usr/bin/kmod")->classes, CLASS(HELPER));
	assert_int_equal(watch_of(list, n, "/usr/sbin/modprobe")->classes, CLASS(HELPER));
}

static void test_hostfile_watches_of_what_is_read_and_where_links_lead(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_watch *list;
	size_t n, read = 0;

	(void)state;
	fake_file(&r, "etc/shadow", "");
	fake_file(&r, "etc/passwd", "");
	fake_file(&r, "etc/ssh/ssh_host_rsa_key", "");
	fake_file(&r, "root/.ssh/id_rsa", "");
	fake_file(&r, "var/log/messages", "");
	assert_int_equal(hostfiles_watches(h, &list, &n, r.arena), 0);
	/* changes: all of /etc, and /root/.ssh */
	assert_int_equal(n, 6);
	for (size_t i = 0; i < n; i++)
		read += list[i].act == HOSTFILE_READ && !str_eq(list[i].path, STR("/etc"));
	assert_int_equal(read, 3);
	assert_int_equal(watch_of(list, n, "/var/log")->classes, CLASS(LOGS));
	assert_int_equal(watch_of(list, n, "/var/log")->act, HOSTFILE_LINKED);
}

/* one of a row's directories is held up: the others of it stay watched, and whoever asks again does not wait again */
static void test_hostfile_watches_outlast_a_file_system_that_is_silent(void **state)
{
	auto_root struct fake_root r = fake_root();
	AUTO(hostfiles) h = hostfiles_new(r.path);
	struct hostfile_watch *list;
	uint64_t begun;
	size_t n;
	int fd;

	(void)state;
	fake_file(&r, "run/x", "");
	fake_file(&r, "var/lib/kubelet/x", "");
	assert_int_equal(mknod(fake_path(&r, "run/docker.sock"), S_IFSOCK | 0600, 0), 0);
	assert_int_equal(hostfiles_watches(h, &list, &n, r.arena), 0);
	assert_non_null(watch_of(list, n, "/run/docker.sock"));
	assert_int_equal(hostfiles_unread(h), 0);
	fd = silent_mount(fake_path(&r, "var/lib/kubelet/device-plugins"));
	if (fd < 0) {
		print_message("no FUSE here: %s\n", strerror(errno));
		skip();
	}
	pid_t server = silent_server(fd);

	for (unsigned i = 0; i < 3; i++) {
		begun = clock_monotonic();
		assert_int_equal(hostfiles_watches(h, &list, &n, r.arena), 0);
		assert_non_null(watch_of(list, n, "/run/docker.sock"));
		assert_true(hostfiles_unread(h) > 0);
	}
	assert_true(clock_monotonic() - begun < 200 * NS_PER_MS);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	silent_umount(fake_path(&r, "var/lib/kubelet/device-plugins"), fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostfile_class_follows_from_the_path),
		cmocka_unit_test(test_hostfile_rows_are_absolute_and_of_a_class),
		cmocka_unit_test(test_hostfiles_are_known_by_inode),
		cmocka_unit_test(test_directories_are_of_the_class_of_what_they_hold),
		cmocka_unit_test(test_hostfiles_of_the_kernel_are_known_in_any_procfs),
		cmocka_unit_test(test_hostfiles_are_known_by_their_place),
		cmocka_unit_test(test_hostfiles_are_read_again),
		cmocka_unit_test(test_hostfiles_are_not_read_for_what_lies_elsewhere),
		cmocka_unit_test(test_hostfiles_in_one_directory_push_out_none_elsewhere),
		cmocka_unit_test(test_hostfiles_wait_for_no_file_system),
		cmocka_unit_test(test_hostfiles_of_a_root_that_is_not_there),
		cmocka_unit_test(test_hostfile_watches_are_what_exists_once),
		cmocka_unit_test(test_hostfile_watches_of_a_helper_are_also_of_its_link),
		cmocka_unit_test(test_hostfile_watches_of_what_is_read_and_where_links_lead),
		cmocka_unit_test(test_hostfile_watches_outlast_a_file_system_that_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
