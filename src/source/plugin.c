/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A poll loop around standard input. The descriptor's flags are left alone (it may be shared):
 * read(2) is called only when poll(2) said that it will not wait.
 */
#include "source/plugin.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "source/connector.h"
#include "source/lines.h"
#include "source/pace.h"

#define MUCH (64 * 1024) /* in one read: there may be more */
#define LINE_USUAL 256 /* bytes of a record as text */
#define LAST_READS 64 /* after a stop: as much as a stream can hold, but not for ever */

/* 1: @fd can be read, 0: @other can (or the time is over), -errno */
static int wait_for(int fd, int other, int timeout_ms)
{
	struct pollfd fds[] = { { fd, POLLIN, 0 }, { other, POLLIN, 0 } };
	int r;
	do
		r = poll(fds, ARRAY_LEN(fds), timeout_ms);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	if (fds[1].revents)
		return 0;
	return fds[0].revents != 0;
}

static void take_rest(int fd, struct lines *lines)
{
	for (int i = 0; i < LAST_READS && wait_for(fd, -1, 0) > 0; i++)
		if (lines_read(lines, fd) <= 0)
			return;
}

int plugin_read(int fd, struct connector *c, int stop_fd, const struct source_consumer *to)
{
	AUTO(lines) lines = lines_new(to);
	struct pace pace = { 0 };
	ssize_t n = 1;
	int r = 1;
	if (!lines)
		return -ENOMEM;
	while (r > 0 && (n > 0 || n == -EINTR || n == -EAGAIN)) {
		r = connector_wait(c, fd, stop_fd, to);
		if (r <= 0)
			break;
		if (pace.is_busy && n < MUCH)
			(void)pace_wait(stop_fd);
		connector_drain(c, to);
		n = lines_read(lines, fd);
		to->settle(to->ctx);
		pace_count(&pace, n > 0 ? (unsigned)n / LINE_USUAL : 0, clock_monotonic());
	}
	if (r == 0)
		take_rest(fd, lines);
	lines_end(lines);
	if (r < 0)
		return r;
	return n < 0 && r > 0 ? (int)n : 0;
}

int plugin_drain(int fd, int wake_fd, int timeout_ms)
{
	uint64_t end = clock_monotonic() + (uint64_t)timeout_ms * NS_PER_MS;
	char waste[65536];
	for (;;) {
		uint64_t now = clock_monotonic();
		int left = timeout_ms < 0 ? -1 : now < end ? (int)((end - now) / NS_PER_MS) + 1 : 0;
		int r = wait_for(fd, wake_fd, left);
		ssize_t n;
		if (r <= 0)
			return r < 0 ? r : 1;
		n = read(fd, waste, sizeof(waste));
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (left == 0)
			return 1;
	}
}
