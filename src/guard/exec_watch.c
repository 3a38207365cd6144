/* SPDX-License-Identifier: Apache-2.0 */
/* A watch that ends takes its marks away and keeps its group: to close that would take too long (kernel/fanotify.h). */
#include "guard/exec_watch.h"

#include "base/cleanup.h"
#include "base/clock.h"

#define WINDOW 1000 /* answers */
#define SLOW_MAX 10 /* of these: p99 */
#define BUDGET_SHARE 10 /* of the deadline */

void exec_watch_init(struct exec_watch *w, unsigned deadline_ms)
{
	*w = (struct exec_watch){
		.queue.group = -1,
		.deadline_ms = deadline_ms,
		.budget = deadline_ms * NS_PER_MS / BUDGET_SHARE,
	};
}

void exec_watch_release(struct exec_watch *w)
{
	cleanup_close(&w->queue.group);
	w->queue.group = -1;
	w->is_armed = false;
}

bool exec_watch_is_armed(const struct exec_watch *w)
{
	return w->is_armed;
}

int exec_watch_add(struct exec_watch *w, int fd)
{
	if (w->queue.group < 0)
		queue_init(&w->queue, fan_open_permission(), w->deadline_ms);
	if (w->queue.group < 0)
		return w->queue.group;
	if (!w->is_armed)
		w->answers = w->slow = 0;
	w->is_armed = true;
	return fan_mark_filesystem(w->queue.group, FAN_WHAT_EXEC, fd);
}

void exec_watch_disarm(struct exec_watch *w)
{
	if (w->is_armed && fan_unmark_filesystems(w->queue.group) < 0)
		exec_watch_release(w);
	w->is_armed = false;
}

bool exec_watch_keeps_up(struct exec_watch *w, uint64_t ns)
{
	/* one that waited when the watch ended */
	if (!w->is_armed)
		return true;
	w->slow += ns > w->budget;
	if (w->slow > SLOW_MAX) {
		exec_watch_disarm(w);
		return false;
	}
	if (++w->answers >= WINDOW)
		w->answers = w->slow = 0;
	return true;
}
