/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptor first, the start time second: what /proc says then is said of the held one. */
#include "kernel/pidfd.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define STAT_ARENA 4096
/* start times lie on clock ticks (10 ms), audit stamps on the coarse clock (4 ms) */
#define SLACK (20 * NS_PER_MS)

int pidfd_signal(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

static bool had_started(uint64_t start_ticks, uint64_t seen)
{
	uint64_t tick = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);

	return clock_boot() + start_ticks * tick <= seen + SLACK;
}

static bool is_meant(const struct procfs *proc, int32_t pid, uint64_t start_ticks, uint64_t seen)
{
	AUTO(arena) a = arena_new(STAT_ARENA, STAT_ARENA);
	auto_close int task = procfs_task(proc, pid);
	struct procfs_stat stat;

	if (!a || task < 0 || procfs_stat(task, &stat, a) < 0)
		return false;
	return start_ticks ? stat.start_ticks == start_ticks : had_started(stat.start_ticks, seen);
}

int pidfd_hold(const struct procfs *proc, int32_t pid, uint64_t start_ticks, uint64_t seen)
{
	auto_close int fd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;

	if (pid <= 0)
		return -ESRCH;
	if (fd < 0)
		return -errno;
	/* it lives after /proc was read: so it was the one that /proc was read of */
	if (!is_meant(proc, pid, start_ticks, seen) || pidfd_signal(fd, 0) == -ESRCH)
		return -ESRCH;
	return take_fd(&fd);
}
