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
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "event/modification.h"
#include "event/record.h"
#include "source/modifications.h"

#define KNOB "/proc/sys/kernel/panic"
#define UNREADABLE                                                                                 \
	"/proc/sys/net/ipv4/route/flush" /* mode 0200: open(2) for reading fails, for root too */

struct heard {
	struct arena *arena;
	int32_t pid; /* of the last write to KNOB; 0: none */
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
	if (str_eq(m.knob, STR(KNOB)))
		h->pid = m.pid;
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

/* both drainings of one round: the first sees that something waits, the second gives it */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_to_what_nobody_may_read_hide_no_other),
		cmocka_unit_test(test_own_writes_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
