// SPDX-License-Identifier: Apache-2.0
/* Writes in this machine's own /proc, real fanotify: what is told, and who cannot hide it. Needs root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "event/modification.h"
#include "event/record.h"
#include "source/modifications.h"

#define BINFMT "/proc/sys/fs/binfmt_misc"
#define KNOB "/proc/sys/kernel/panic"
#define UNREADABLE                                                                                 \
	"/proc/sys/net/ipv4/route/flush" /* mode 0200: open(2) for reading fails, for root too */

struct heard {
	struct arena *arena;
	const char *knob; /* NULL: KNOB */
	int32_t pid; /* of the last write to it; 0: none */
	unsigned writes;
	unsigned lost;
};

static void on_message(void *ctx, uint32_t type, struct str payload)
{
	struct heard *h = ctx;
	struct record r;
	struct modification m;

	if (type != RECORD_WRITE)
		return;
	assert_int_equal(record_parse_message(type, payload, &r), 0);
	assert_true(modification_read(r.body, &m, h->arena));
	if (!str_eq(m.knob, str_of(h->knob ? h->knob : KNOB)))
		return;
	h->pid = m.pid;
	h->writes++;
}

static void on_settle(void *ctx)
{
	(void)ctx;
}

static void on_lost(void *ctx, uint64_t n)
{
	((struct heard *)ctx)->lost += (unsigned)n;
}

/* a process of its own writes @text to @path, as often as @times processes do */
static int32_t write_by_others(const char *path, const char *text, unsigned times)
{
	int32_t last = 0;

	for (unsigned i = 0; i < times; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			int fd = open(path, O_WRONLY);

			_exit(fd < 0 || write(fd, text, strlen(text)) < 0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status)
			return 0;
		last = pid;
	}
	return last;
}

/* both drainings of one round: the first takes what there is, the second gives it */
static void drain(struct modifications *m, struct heard *h)
{
	const struct source_consumer to = {
		.ctx = h,
		.message = on_message,
		.settle = on_settle,
		.lost = on_lost,
	};

	modifications_drain(m, &to);
	poll(NULL, 0, modifications_timeout(m, 0) + 1);
	modifications_drain(m, &to);
}

static void value_of(char text[static 32])
{
	int fd = open(KNOB, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, 31);

	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
}

static void test_writes_to_what_nobody_may_read_hide_no_other(void **state)
{
	AUTO(diag) d = diag_new();
	AUTO(modifications) m = geteuid() == 0 ? modifications_open(d) : NULL;
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct heard h = { .arena = a };
	char same[32];
	int32_t writer;

	(void)state;
	if (!m) {
		print_message("fanotify marks of file systems need root\n");
		skip();
	}
	value_of(same);
	if (!write_by_others(UNREADABLE, "1", 10)) {
		print_message("%s cannot be written here\n", UNREADABLE);
		skip();
	}
	writer = write_by_others(KNOB, same, 1);
	assert_true(writer > 0);
	drain(m, &h);
	assert_int_equal(h.pid, writer);
	assert_int_equal(modifications_stats(m).overflows, 0);
	assert_int_equal(h.lost, 0);
}

/* a child that writes into the middle of its own "/proc/PID/task/PID/FILE" and waits; the host's procfs */
static pid_t write_own(const char *file)
{
	char path[64], same[8] = "0";
	int done[2];
	pid_t pid;

	assert_int_equal(pipe(done), 0);
	pid = fork();
	if (pid == 0) {
		snprintf(path, sizeof(path), "/proc/self/task/%d/%s", (int)getpid(), file);
		(void)!pwrite(open(path, O_RDWR), same, 1, (off_t)(uintptr_t)same);
		(void)!write(done[1], same, 1);
		pause();
	}
	(void)!read(done[0], same, 1);
	close(done[0]);
	close(done[1]);
	return pid;
}

/* not only the knobs of the host's own procfs: a volume may have brought it to a container */
static void test_what_changes_a_process_is_told_by_whose_it_is(void **state)
{
	static const char *const files[] = { "mem", "oom_score_adj" };
	AUTO(diag) d = diag_new();
	AUTO(modifications) m = geteuid() == 0 ? modifications_open(d) : NULL;
	AUTO(arena) a = arena_new(4096, 1 << 20);

	(void)state;
	if (!m) {
		print_message("fanotify marks of file systems need root\n");
		skip();
	}
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char name[64];
		struct heard h = { .arena = a, .knob = name };
		pid_t pid = write_own(files[i]);

		snprintf(name, sizeof(name), "/proc/%d/%s", (int)pid, files[i]);
		drain(m, &h);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(h.pid, pid);
	}
}

static void test_own_writes_are_none(void **state)
{
	AUTO(diag) d = diag_new();
	AUTO(modifications) m = geteuid() == 0 ? modifications_open(d) : NULL;
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct heard h = { .arena = a };
	char same[32];
	int fd;

	(void)state;
	if (!m) {
		print_message("fanotify marks of file systems need root\n");
		skip();
	}
	value_of(same);
	fd = open(KNOB, O_WRONLY | O_CLOEXEC);
	assert_true(write(fd, same, strlen(same)) > 0);
	close(fd);
	drain(m, &h);
	assert_int_equal(h.pid, 0);
}

static void test_writes_of_one_process_while_the_first_is_held_are_one(void **state)
{
	AUTO(diag) d = diag_new();
	AUTO(modifications) m = geteuid() == 0 ? modifications_open(d) : NULL;
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct heard h = { .arena = a };
	const struct source_consumer to = { &h, NULL, NULL, on_message, on_settle, on_lost };
	int go[2], done[2], status;
	char same[32], c = 0;
	pid_t pid;

	(void)state;
	if (!m) {
		print_message("fanotify marks of file systems need root\n");
		skip();
	}
	value_of(same);
	assert_int_equal(pipe(go) | pipe(done), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(KNOB, O_WRONLY);

		for (int i = 0; i < 3; i++) {
			(void)!write(fd, same, strlen(same));
			(void)!write(done[1], &c, 1);
			(void)!read(go[0], &c, 1);
		}
		_exit(0);
	}
	/* each is read before the next is made */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(read(done[0], &c, 1), 1);
		modifications_drain(m, &to);
		assert_int_equal(write(go[1], &c, 1), 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* a machine that took longer than they are held told of one more */
	drain(m, &h);
	assert_int_equal(h.pid, pid);
	assert_in_range(h.writes, 1, 2);
	for (int i = 0; i < 2; i++) {
		close(go[i]);
		close(done[i]);
	}
}

static void test_what_the_host_mounts_later_is_watched(void **state)
{
	AUTO(diag) d = diag_new();
	AUTO(modifications) m = NULL;
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct heard h = { .arena = a, .knob = BINFMT };
	int32_t writer;

	(void)state;
	/* for this program alone */
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		print_message("mounts need root\n");
		skip();
	}
	umount2(BINFMT, MNT_DETACH);
	m = modifications_open(d);
	if (!m || mount("test", BINFMT, "binfmt_misc", 0, NULL) < 0) {
		print_message("no binfmt_misc, or no fanotify here\n");
		skip();
	}
	drain(m, &h);
	writer = write_by_others(BINFMT "/status", "1", 1);
	assert_true(writer > 0);
	drain(m, &h);
	assert_int_equal(h.pid, writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_to_what_nobody_may_read_hide_no_other),
		cmocka_unit_test(test_what_changes_a_process_is_told_by_whose_it_is),
		cmocka_unit_test(test_own_writes_are_none),
		cmocka_unit_test(test_writes_of_one_process_while_the_first_is_held_are_one),
		cmocka_unit_test(test_what_the_host_mounts_later_is_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
