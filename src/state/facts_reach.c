/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions for kernel/handles.h and kernel/procfs.h.
 *
 * Owns nothing. Must not follow a link of a task itself: the helper does.
 */
#include "state/facts_reach.h"

#include <errno.h>

#include "base/cleanup.h"
#include "kernel/handles.h"
#include "kernel/living.h"
#include "state/mount_list.h"

#define MOUNTINFO_MAX (256 * 1024)

int facts_reach_handles(const struct procfs *proc, struct errand *e, struct fact *q,
			struct arena *a)
{
	struct procfs_stat stat, other;
	auto_close int task = living_task(proc, q->id, &stat, a);
	auto_close int witness = q->fd ? living_task(proc, q->fd, &other, a) : -1;
	struct handles found;
	int r;

	if (task < 0)
		return task;
	r = handles_look(task, witness, q->handles.root_mount, e, a, &found);
	if (r < 0)
		return r;
	q->handles = (struct facts_handles){ .start_ticks = stat.start_ticks,
					     .is_known = found.is_known,
					     .outside = found.outside,
					     .root_mount = found.root_mount,
					     .root_major = found.root_major,
					     .root_minor = found.root_minor };
	return 0;
}

int facts_reach_mounts(const struct procfs *proc, struct fact *q, struct arena *a)
{
	struct procfs_stat stat;
	auto_close int task = living_task(proc, q->id, &stat, a);
	struct str text;
	bool is_cut = false;
	int r;

	if (task < 0)
		return task;
	q->mounts = (struct facts_mounts){ .start_ticks = stat.start_ticks,
					   .ns = procfs_namespace(task, PROCFS_NS_MNT) };
	r = procfs_file(task, "mountinfo", MOUNTINFO_MAX, a, &text);
	if (r == -EFBIG) {
		q->mounts.is_cut = true;
		q->mounts.text = STR("");
		return 0;
	}
	if (r < 0)
		return r;
	/* who is on its way out has none any more */
	if (!q->mounts.ns || !text.len)
		return -ESRCH;
	q->mounts.text = mount_list_trim(text, &is_cut, a);
	q->mounts.is_cut = is_cut;
	return q->mounts.text.ptr ? 0 : -ENOMEM;
}

int facts_reach_target(const struct procfs *proc, struct errand *e, struct fact *q, struct arena *a)
{
	struct procfs_stat stat;
	auto_close int task = living_task(proc, q->id, &stat, a);
	auto_close int target = -1;
	struct procfs_status status;
	int r = task;

	if (r >= 0)
		r = q->kind == FACT_PIDFD_TARGET ? procfs_pidfd(task, q->fd, e)
						 : procfs_pid_inside(task, q->fd);
	if (r < 0)
		return r;
	target = procfs_task(proc, r);
	r = target < 0 ? target : procfs_status(target, &status);
	if (r < 0)
		return r;
	q->process = (struct facts_process){ .pid = status.tgid };
	return status.tgid ? 0 : -ESRCH;
}
