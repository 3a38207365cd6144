// SPDX-License-Identifier: Apache-2.0
/* Files read by the helper: plain ones, and all that an attacker puts in their place. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "silent_mount.h"

#include "kernel/errand.h"
#include "kernel/silence.h"
#include "kernel/fanotify.h"

struct fixture {
	char dir[64];
	struct errand *errand;
	struct buf text;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/wc-errand-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	f->errand = errand_new(10000);
	*state = f;
	return 0;
}

static const char *path_in(const struct fixture *f, const char *name)
{
	static char path[4][128];
	static unsigned n;

	snprintf(path[++n % 4], sizeof(path[0]), "%s/%s", f->dir, name);
	return path[n % 4];
}

static int teardown(void **state)
{
	static const char *const names[] = { "file", "link", "fifo", "mount", "etc/name", "etc" };
	struct fixture *f = *state;

	errand_free(f->errand);
	buf_release(&f->text);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (remove(path_in(f, names[i])) < 0 && errno != ENOENT)
			perror(names[i]);
	rmdir(f->dir);
	free(f);
	return 0;
}

static ssize_t get(struct fixture *f, const char *name, size_t max)
{
	buf_clear(&f->text);
	return errand_read(f->errand, path_in(f, name), max, &f->text);
}

static void put(const struct fixture *f, const char *name, struct str text)
{
	assert_int_equal(file_replace(path_in(f, name), text, 0644), 0);
}

static void test_errand_file_is_read_whole(void **state)
{
	struct fixture *f = *state;
	char *big = malloc(300000);

	put(f, "file", STR("hello"));
	assert_int_equal(get(f, "file", 5), 5);
	assert_true(str_eq(buf_str(&f->text), STR("hello")));
	memset(big, 'x', 300000);
	put(f, "file", str_mem(big, 300000));
	assert_int_equal(get(f, "file", 300000), 300000);
	assert_true(str_eq(buf_str(&f->text), str_mem(big, 300000)));
	put(f, "file", STR(""));
	assert_int_equal(get(f, "file", 5), 0);
	assert_int_equal(errand_stats(f->errand)->started, 1);
	free(big);
}

static void test_errand_has_file_follows_nothing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(path_in(f, "etc"), 0755), 0);
	put(f, "etc/name", STR("x"));
	assert_int_equal(symlink("etc", path_in(f, "link")), 0);
	assert_int_equal(errand_has_file(f->errand, f->dir, "etc/name"), 1);
	assert_int_equal(errand_has_file(f->errand, f->dir, "etc"), 0);
	assert_int_equal(errand_has_file(f->errand, f->dir, "etc/none"), 0);
	assert_int_equal(errand_has_file(f->errand, f->dir, "etc/name/below"), 0);
	assert_int_equal(errand_has_file(f->errand, f->dir, "link/name"), -ELOOP);
	assert_int_equal(errand_has_file(f->errand, f->dir, "../etc/passwd"), -EXDEV);
	/* the way to the directory is the host's */
	assert_int_equal(errand_has_file(f->errand, path_in(f, "link"), "name"), 1);
	assert_int_equal(errand_has_file(f->errand, path_in(f, "none"), "name"), -ENOENT);
}

static void test_errand_lists_a_directory(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(errand_list(f->errand, path_in(f, "etc"), 9, &f->text), -ENOENT);
	assert_int_equal(mkdir(path_in(f, "etc"), 0755), 0);
	assert_int_equal(errand_list(f->errand, path_in(f, "etc"), 9, &f->text), 0);
	put(f, "etc/name", STR("x"));
	put(f, "etc/.name", STR("x"));
	assert_int_equal(errand_list(f->errand, path_in(f, "etc/name"), 9, &f->text), -ENOTDIR);
	assert_int_equal(errand_list(f->errand, path_in(f, "etc"), 9, &f->text), sizeof("name"));
	assert_true(str_eq(buf_str(&f->text), str_mem("name", sizeof("name"))));
	assert_int_equal(errand_list(f->errand, path_in(f, "etc"), 0, &f->text), 0);
	remove(path_in(f, "etc/.name"));
}

static ssize_t get_first(struct fixture *f, const char *const *names, size_t n)
{
	auto_buf struct buf paths = { 0 };

	for (size_t i = 0; i < n; i++) {
		buf_add(&paths, str_of(path_in(f, names[i])));
		buf_char(&paths, '\0');
	}
	buf_clear(&f->text);
	return errand_read_first(f->errand, buf_str(&paths), 9, &f->text);
}

/* what was read, and where */
static void assert_first(struct fixture *f, const char *name, const char *text)
{
	struct str rest = buf_str(&f->text), path;

	assert_true(str_cut(&rest, '\0', &path));
	assert_true(str_eq(path, str_of(path_in(f, name))));
	assert_true(str_eq(rest, str_of(text)));
}

static void test_errand_first_that_is_there_is_read(void **state)
{
	static const char *const names[] = { "none", "file", "/name", "etc/name" };
	struct fixture *f = *state;

	assert_int_equal(get_first(f, names, 4), -ENOENT);
	assert_int_equal(mkdir(path_in(f, "etc"), 0755), 0);
	put(f, "etc/name", STR("below"));
	assert_true(get_first(f, names, 4) > 0);
	assert_first(f, "etc/name", "below");
	put(f, "file", STR("hello"));
	assert_true(get_first(f, names, 4) > 0);
	assert_first(f, "file", "hello");
	put(f, "file", STR(""));
	assert_true(get_first(f, names, 4) > 0);
	assert_first(f, "file", "");
	assert_int_equal(get_first(f, names, 0), -ENOENT);
}

static void test_errand_first_passes_over_what_is_no_file(void **state)
{
	static const char *const names[] = { "link", "fifo", "file/x", "mount", "file" };
	struct fixture *f = *state;

	assert_int_equal(symlink(path_in(f, "file"), path_in(f, "link")), 0);
	assert_int_equal(mkfifo(path_in(f, "fifo"), 0600), 0);
	assert_int_equal(get_first(f, names, 5), -ELOOP);
	put(f, "file", STR("hello"));
	assert_true(get_first(f, names, 5) > 0);
	assert_first(f, "file", "hello");
	/* it was begun: the search is over */
	put(f, "file", STR("too long for it"));
	assert_int_equal(get_first(f, names, 5), -EFBIG);
	assert_int_equal(f->text.len, 0);
}

static void test_errand_first_of_any_directory(void **state)
{
	static const char *const names[] = { "/name" };
	struct fixture *f = *state;
	char many[PATH_MAX];

	assert_int_equal(mkdir(path_in(f, ".etc"), 0755), 0);
	put(f, ".etc/name", STR("hidden"));
	put(f, "file", STR("no directory"));
	assert_int_equal(get_first(f, names, 1), -ENOENT);
	assert_int_equal(mkdir(path_in(f, "etc"), 0755), 0);
	assert_int_equal(get_first(f, names, 1), -ENOENT);
	put(f, "etc/name", STR("below"));
	assert_true(get_first(f, names, 1) > 0);
	assert_first(f, "etc/name", "below");
	remove(path_in(f, ".etc/name"));
	remove(path_in(f, ".etc"));
	memset(many, 'x', sizeof(many));
	assert_int_equal(errand_read_first(f->errand, str_mem(many, sizeof(many)), 9, &f->text),
			 -ENAMETOOLONG);
}

static void test_errand_reads_files_of_a_task(void **state)
{
	struct fixture *f = *state;
	auto_close int task = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	buf_clear(&f->text);
	assert_true(errand_read_task(f->errand, task, "environ", 1 << 20, &f->text) > 0);
	assert_true(str_find(buf_str(&f->text), STR("PATH=")) >= 0);
	assert_int_equal(errand_read_task(f->errand, task, "nothing", 10, &f->text), -ENOENT);
	assert_int_equal(errand_read_task(f->errand, -1, "environ", 10, &f->text), -EBADF);
}

static void test_errand_what_is_no_file_is_refused(void **state)
{
	struct fixture *f = *state;

	put(f, "file", STR("hello"));
	assert_int_equal(get(f, "file", 4), -EFBIG);
	assert_int_equal(f->text.len, 0);
	assert_int_equal(symlink(path_in(f, "file"), path_in(f, "link")), 0);
	assert_int_equal(get(f, "link", 9), -ELOOP);
	assert_int_equal(mkfifo(path_in(f, "fifo"), 0600), 0);
	assert_int_equal(get(f, "fifo", 9), -EINVAL);
	assert_int_equal(get(f, "", 9), -EINVAL);
	assert_int_equal(get(f, "none", 9), -ENOENT);
	assert_int_equal(get(f, "file", 5), 5);
	assert_int_equal(errand_stats(f->errand)->started, 1);
}

static void test_errand_mount_that_never_answers_holds_nobody(void **state)
{
	struct fixture *f = *state;
	AUTO(errand) hasty = errand_new(100);
	int fuse = silent_mount(path_in(f, "mount"));

	if (fuse < 0) {
		print_message("no FUSE here: %s\n", strerror(errno));
		skip();
	}
	put(f, "file", STR("hello"));
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(errand_read(hasty, path_in(f, "mount/x"), 9, &f->text),
				 -ETIMEDOUT);
		assert_int_equal(errand_stats(hasty)->late, i + 1);
		assert_int_equal(errand_read(hasty, path_in(f, "file"), 9, &f->text), 5);
	}
	silent_umount(path_in(f, "mount"), fuse);
}

/* who holds a helper gets no other, and costs the others none */
static void test_errand_party_holds_one_helper(void **state)
{
	struct fixture *f = *state;
	AUTO(errand) hasty = errand_new(100);
	int fuse = silent_mount(path_in(f, "mount"));

	if (fuse < 0) {
		print_message("no FUSE here: %s\n", strerror(errno));
		skip();
	}
	put(f, "file", STR("hello"));
	for (unsigned i = 0; i < 2 * ERRAND_HUNG_MAX; i++) {
		errand_for(hasty, 7);
		assert_int_equal(errand_read(hasty, path_in(f, "mount/x"), 9, &f->text),
				 -ETIMEDOUT);
		/* nor is it waited for */
		assert_int_equal(errand_stats(hasty)->late, 1);
		assert_int_equal(errand_read(hasty, path_in(f, "file"), 9, &f->text), -ETIMEDOUT);
		errand_for(hasty, 8);
		assert_int_equal(errand_read(hasty, path_in(f, "file"), 9, &f->text), 5);
	}
	silent_umount(path_in(f, "mount"), fuse);
}

/* also when it would be asked again */
static void test_errand_party_that_holds_a_helper_is_not_asked(void **state)
{
	struct fixture *f = *state;
	AUTO(errand) hasty = errand_new(100);
	int fuse = silent_mount(path_in(f, "mount"));
	pid_t server;

	if (fuse < 0) {
		print_message("no FUSE here: %s\n", strerror(errno));
		skip();
	}
	server = silent_server(fuse);
	assert_true(server > 0);
	put(f, "file", STR("hello"));
	errand_for(hasty, 7);
	assert_int_equal(errand_read(hasty, path_in(f, "mount/x"), 9, &f->text), -ETIMEDOUT);
	usleep((SILENCE_FIRST_MS + 100) * 1000);
	assert_int_equal(errand_read(hasty, path_in(f, "file"), 9, &f->text), -ETIMEDOUT);
	assert_int_equal(errand_stats(hasty)->late, 1);
	/* its server ends, and so the wait */
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	silent_umount(path_in(f, "mount"), fuse);
	for (unsigned i = 0; i < 100; i++) {
		if (errand_read(hasty, path_in(f, "file"), 9, &f->text) == 5)
			return;
		usleep(50000);
	}
	fail_msg("never asked again");
}

static pid_t child_of(pid_t parent)
{
	char name[64], line[32] = "";
	int fd;

	snprintf(name, sizeof(name), "/proc/%d/task/%d/children", parent, parent);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0 && read(fd, line, sizeof(line) - 1) > 0);
	close(fd);
	return atoi(line);
}

static void test_errand_helper_that_was_killed_is_replaced(void **state)
{
	struct fixture *f = *state;

	put(f, "file", STR("hello"));
	assert_int_equal(get(f, "file", 9), 5);
	kill(child_of(getpid()), SIGKILL);
	assert_int_equal(get(f, "file", 9), 5);
	assert_int_equal(errand_stats(f->errand)->started, 2);
}

/* a process whose root is the fixture's directory */
static pid_t start_inside(const struct fixture *f, int *task)
{
	char name[64], byte;
	int ready[2];
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (chroot(f->dir) < 0 || chdir("/") < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	snprintf(name, sizeof(name), "/proc/%d", pid);
	*task = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return pid;
}

static void test_errand_inside_a_root_nothing_leads_out(void **state)
{
	struct fixture *f = *state;
	pid_t pid;
	int task;

	if (geteuid() != 0) {
		print_message("chroot(2) needs root\n");
		skip();
	}
	mkdir(path_in(f, "etc"), 0755);
	put(f, "etc/name", STR("inside"));
	pid = start_inside(f, &task);
#define INSIDE(path) (buf_clear(&f->text), errand_read_inside(f->errand, task, path, 64, &f->text))
	assert_int_equal(INSIDE("etc/name"), 6);
	assert_int_equal(INSIDE("../../../etc/name"), 6);
	/* a link stays within the root that it is in */
	assert_int_equal(symlink("/etc/name", path_in(f, "link")), 0);
	assert_int_equal(INSIDE("link"), 6);
	unlink(path_in(f, "link"));
	assert_int_equal(symlink("/etc/passwd", path_in(f, "link")), 0);
	assert_int_equal(INSIDE("link"), -ENOENT);
	/* another mount is not walked into */
	assert_int_equal(mkdir(path_in(f, "mount"), 0755), 0);
	assert_int_equal(mount("none", path_in(f, "mount"), "tmpfs", 0, NULL), 0);
	put(f, "mount/name", STR("other"));
	assert_int_equal(INSIDE("mount/name"), -EXDEV);
	umount2(path_in(f, "mount"), MNT_DETACH);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* whoever has the pid next has another directory */
	assert_int_equal(INSIDE("etc/name"), -ESRCH);
	assert_int_equal(errand_read_inside(f->errand, -1, "etc/name", 64, &f->text), -EBADF);
	close(task);
}

static void test_errand_marks_the_kernels_file_systems_alone(void **state)
{
	struct fixture *f = *state;
	struct fan_event events[FAN_BATCH_MAX];
	auto_close int task = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int group = fan_open_notify();
	auto_close int comm =
		open("/proc/self/comm", O_WRONLY | O_CLOEXEC); /* older than the mark */
	dev_t dev;

	if (geteuid() != 0) {
		print_message("fanotify marks of file systems need root\n");
		skip();
	}
	assert_true(task >= 0 && group >= 0 && comm >= 0);
	assert_int_equal(errand_mark_inside(f->errand, task, group, "/tmp", &dev), -EXDEV);
	assert_int_equal(errand_mark_inside(f->errand, task, group, "no/such", &dev), -ENOENT);
	assert_int_equal(errand_mark_inside(f->errand, -1, group, "proc", &dev), -EBADF);
	assert_int_equal(errand_mark_inside(f->errand, task, group, "proc", &dev), 0);
	assert_int_equal(fan_read(group, events, FAN_BATCH_MAX), 0);
	assert_int_equal(write(comm, "marked", 6), 6);
	assert_int_equal(fan_read(group, events, FAN_BATCH_MAX), 1);
	assert_int_equal(events[0].what, FAN_WHAT_WRITE);
	assert_int_equal(events[0].tid, getpid());
	close(events[0].fd);
}

static void test_errand_file_of_a_procfs_is_named_by_its_inode(void **state)
{
	struct fixture *f = *state;
	auto_close int task = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int panic = open("/proc/sys/kernel/panic", O_PATH | O_CLOEXEC);
	const struct knob_def *found;
	struct stat st, other;

	assert_int_equal(fstat(panic, &st), 0);
	assert_int_equal(stat("/proc/self/comm", &other), 0);
	found = errand_name_inside(f->errand, task, "proc", st.st_dev, st.st_ino);
	assert_non_null(found);
	assert_string_equal(found->path, "/proc/sys/kernel/panic");
	assert_null(errand_name_inside(f->errand, task, "proc", other.st_dev, other.st_ino));
	assert_null(errand_name_inside(f->errand, task, "proc", st.st_dev + 1, st.st_ino));
	assert_null(errand_name_inside(f->errand, task, "tmp", st.st_dev, st.st_ino));
	assert_null(errand_name_inside(f->errand, task, "no/such", st.st_dev, st.st_ino));
	assert_null(errand_name_inside(f->errand, -1, "proc", st.st_dev, st.st_ino));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_errand_file_is_read_whole),
		T(test_errand_has_file_follows_nothing),
		T(test_errand_lists_a_directory),
		T(test_errand_first_that_is_there_is_read),
		T(test_errand_first_passes_over_what_is_no_file),
		T(test_errand_first_of_any_directory),
		T(test_errand_reads_files_of_a_task),
		T(test_errand_what_is_no_file_is_refused),
		T(test_errand_mount_that_never_answers_holds_nobody),
		T(test_errand_party_holds_one_helper),
		T(test_errand_party_that_holds_a_helper_is_not_asked),
		T(test_errand_helper_that_was_killed_is_replaced),
		T(test_errand_inside_a_root_nothing_leads_out),
		T(test_errand_marks_the_kernels_file_systems_alone),
		T(test_errand_file_of_a_procfs_is_named_by_its_inode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
