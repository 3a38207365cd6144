/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of the table that the main process has, and a short memory. */
#include "guard/launches.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* /proc/TID/statm is all zeros without an mm (fs/proc/array.c, proc_pid_statm()) */
bool launches_has_candidate(const struct procfs *proc, int32_t tid, bool *is_blind)
{
	char text[16];
	auto_close int fd = -1;
	ssize_t n;

	snprintf(text, sizeof(text), "%d/statm", tid);
	fd = openat(proc->root, text, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, 2);
	/* nothing to be read is a task that has gone, too */
	*is_blind = n < 0 && errno != ENOENT && errno != ESRCH;
	return n == 2 && text[0] == '0' && text[1] == ' ';
}

bool launches_know(const struct launches *l, uint32_t dev_major, uint32_t dev_minor, uint64_t inode)
{
	for (size_t i = 0; i < l->known.n && i < GUARD_HELPERS_MAX; i++)
		if (l->known.files[i].inode == inode && l->known.files[i].dev_major == dev_major &&
		    l->known.files[i].dev_minor == dev_minor)
			return true;
	return false;
}

void launches_settle(struct launches *l, int32_t tid, uint64_t start_ticks)
{
	l->seen[l->next++ % LAUNCHES_SEEN] = (struct launch_seen){ tid, start_ticks };
}

bool launches_are_settled(const struct launches *l, int32_t tid, uint64_t start_ticks)
{
	for (size_t i = 0; i < LAUNCHES_SEEN; i++)
		if (l->seen[i].tid == tid && l->seen[i].start_ticks == start_ticks)
			return true;
	return false;
}
