/* SPDX-License-Identifier: Apache-2.0 */
/* A list of threads has the form of /proc itself. Owns nothing but a look's memory. */
#include "kernel/living.h"

#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"

#define LIST_FIRST 16384
#define LIST_LIMIT                                                                                 \
	(4 * 1024 *                                                                                \
	 1024) /* ended threads that somebody traces stay in the list, ahead of the living */

#define STAT_SIZE 8192 /* of one of them */

static bool has_ended(int task, struct arena *a)
{
	struct procfs_stat stat;

	arena_reset(a);
	return procfs_stat(task, &stat, a) < 0 || stat.is_exiting;
}

int living_thread(int task)
{
	AUTO(arena) a = arena_new(LIST_FIRST, LIST_LIMIT);
	AUTO(arena) line = arena_new(STAT_SIZE, STAT_SIZE);
	struct procfs threads = { openat(task, "task", O_PATH | O_DIRECTORY | O_CLOEXEC) };
	auto_close int list = threads.root;
	int32_t *tids;
	size_t n;
	int r = !a || !line ? -ENOMEM : list < 0 ? -ESRCH : procfs_pids(&threads, &tids, &n, a);

	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	for (size_t i = 0; i < n; i++) {
		auto_close int thread = procfs_task(&threads, tids[i]);

		if (thread >= 0 && !has_ended(thread, line))
			return take_fd(&thread);
	}
	return -ESRCH;
}

int living_task(const struct procfs *p, int32_t pid, struct procfs_stat *stat, struct arena *a)
{
	auto_close int task = procfs_task(p, pid);
	int r = task < 0 ? task : procfs_stat(task, stat, a);

	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	return stat->is_exiting ? living_thread(task) : take_fd(&task);
}
