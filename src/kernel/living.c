/* SPDX-License-Identifier: Apache-2.0 */
/* Owns nothing but a look's memory. */
#include "kernel/living.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/shares.h"

#define STAT_SIZE 8192 /* of one of them */
#define FREE 512 /* bytes of the list, some twenty threads */

static bool has_ended(int task, struct arena *a)
{
	struct procfs_stat stat;

	arena_reset(a);
	return procfs_stat(task, &stat, a) < 0 || stat.is_exiting;
}

/* the first that lives of @n bytes of the list; -ESRCH: none does */
static int living_in(const struct procfs *threads, const char *block, ssize_t n, struct arena *a)
{
	for (ssize_t at = 0; at < n;) {
		const struct dirent64 *d = (const void *)(block + at);
		auto_close int thread = -1;
		uint64_t tid;

		at += d->d_reclen;
		if (str_to_u64(str_of(d->d_name), 10, &tid) < 0)
			continue;
		thread = procfs_task(threads, (int32_t)tid);
		if (thread >= 0 && !has_ended(thread, a))
			return take_fd(&thread);
	}
	return -ESRCH;
}

static bool is_share_left(const struct procfs *p, int32_t pid)
{
	return !p->scans || shares_are_left(p->scans, (uint32_t)pid, clock_monotonic());
}

int living_thread(const struct procfs *p, int32_t pid, int task)
{
	auto_close int list = openat(task, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(arena) a = arena_new(STAT_SIZE, STAT_SIZE);
	_Alignas(struct dirent64) char block[FREE];
	const struct procfs threads = { .root = list };
	uint64_t before = clock_thread();
	int r = a ? -ESRCH : -ENOMEM;
	ssize_t n;

	for (size_t i = 0; list >= 0 && r == -ESRCH; i++) {
		n = getdents64(list, block, sizeof(block));
		if (n <= 0)
			break;
		/* the first are anybody's */
		if (i == 1 && !is_share_left(p, pid))
			return -EAGAIN;
		r = living_in(&threads, block, n, a);
	}
	if (p->scans)
		shares_use(p->scans, (uint32_t)pid, clock_monotonic(), clock_thread() - before);
	return r;
}

int living_task(const struct procfs *p, int32_t pid, struct procfs_stat *stat, struct arena *a)
{
	auto_close int task = procfs_task(p, pid);
	int r = task < 0 ? task : procfs_stat(task, stat, a);

	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	return stat->is_exiting ? living_thread(p, pid, task) : take_fd(&task);
}
