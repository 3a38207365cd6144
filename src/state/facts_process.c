/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One process as /proc has it. The cgroups and the namespaces are those of whoever answers for it (kernel/living.h);
 * start and name are its own.
 */
#include "state/facts_process.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/living.h"

#define CMDLINE_READ 65536
#define CMDLINE_KEPT 4096
#define TAKEOVERS_MAX 8 /* of threads that end while they are asked */

_Static_assert((int)PROCFS_NS_MNT == (int)NS_MNT && (int)PROCFS_NS_CGROUP == (int)NS_CGROUP &&
		       (int)PROCFS_NS_USER == (int)NS_USER,
	       "one order of namespaces");

uint64_t facts_process_start(uint64_t boot, uint64_t start_ticks)
{
	return boot ? boot + start_ticks * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK)) : 0;
}

static void process_stat(uint64_t boot, const struct procfs_stat *stat, struct facts_process *out)
{
	out->ppid = stat->ppid;
	out->pgid = stat->pgid;
	out->sid = stat->sid;
	out->tty = stat->tty;
	out->comm = stat->comm;
	out->is_kernel_thread = stat->is_kernel_thread;
	out->start_ticks = stat->start_ticks;
	out->start_time = facts_process_start(boot, stat->start_ticks);
}

static void process_status(const struct procfs_status *status, struct facts_process *out)
{
	memcpy(out->uid, status->uid, sizeof(out->uid));
	memcpy(out->gid, status->gid, sizeof(out->gid));
	out->vpid = status->vpid;
	out->threads = status->threads;
	out->has_caps = status->has_caps;
	out->cap_inheritable = status->cap_inheritable;
	out->cap_permitted = status->cap_permitted;
	out->cap_effective = status->cap_effective;
	out->cap_bounding = status->cap_bounding;
	out->cap_ambient = status->cap_ambient;
	out->no_new_privs = status->no_new_privs;
	out->seccomp = status->seccomp;
}

/* what tells the container, and whose it is */
struct place {
	struct str cgroup; /* absent: too long */
	struct procfs_stat stat;
};

static int read_place(int task, struct place *out, struct arena *a)
{
	int cgroup = procfs_record(task, "cgroup", PROCFS_CGROUP_MAX, a, &out->cgroup);
	int r = procfs_stat(task, &out->stat, a);

	/* who stands too deep to be told of is not hidden by that: what else is asked can be told */
	if (cgroup == -EFBIG || cgroup == -ENAMETOOLONG) {
		out->cgroup = STR_ABSENT;
		return r;
	}
	return r < 0 ? r : cgroup;
}

/* @out: the first thread's, which has ended. The others may be about to: then it is as good as gone. */
static int take_over(const struct procfs *proc, int32_t pid, int task, struct place *out,
		     struct arena *a)
{
	for (unsigned i = 0; i < TAKEOVERS_MAX; i++) {
		auto_close int thread = living_thread(proc, pid, task);
		struct place its;

		if (thread < 0)
			return thread;
		if (read_place(thread, &its, a) < 0 || its.stat.is_exiting)
			continue;
		out->cgroup = its.cgroup;
		return take_fd(&thread);
	}
	return -ESRCH;
}

/*
 * The directory of whoever answers for @pid. Whoever was on its way out when its cgroups were read has none any more,
 * and is not the host's.
 */
static int open_place(const struct procfs *proc, int32_t pid, struct place *out, struct arena *a)
{
	auto_close int task = procfs_task(proc, pid);
	int r = task < 0 ? task : read_place(task, out, a);

	if (r < 0)
		return r;
	return out->stat.is_exiting ? take_over(proc, pid, task, out, a) : take_fd(&task);
}

int facts_process_read(const struct procfs *proc, uint64_t boot, int32_t pid,
		       struct facts_process *out, struct arena *a)
{
	struct place place;
	auto_close int task = open_place(proc, pid, &place, a);
	struct procfs_status status;
	struct procfs_inode exe;
	int r = task < 0 ? task : procfs_status(task, &status);

	if (r < 0)
		return r;
	if (!place.cgroup.ptr)
		return -EFBIG;
	*out = (struct facts_process){ .pid = pid, .cgroup = place.cgroup };
	process_stat(boot, &place.stat, out);
	process_status(&status, out);
	out->loginuid = procfs_loginuid(task, a);
	procfs_namespaces(task, out->ns);
	if (out->is_kernel_thread)
		return 0;
	if (procfs_link(task, "exe", a, &out->exe) < 0)
		out->exe = STR_ABSENT;
	if (procfs_link(task, "cwd", a, &out->cwd) < 0)
		out->cwd = STR_ABSENT;
	if (procfs_record(task, "cmdline", CMDLINE_READ, a, &out->cmdline) < 0)
		out->cmdline = STR_ABSENT;
	out->cmdline = str_first(out->cmdline, CMDLINE_KEPT);
	out->has_exe_inode = procfs_exe(task, &exe) == 0;
	if (out->has_exe_inode) {
		out->exe_inode = exe.inode;
		out->exe_dev_major = exe.dev_major;
		out->exe_dev_minor = exe.dev_minor;
	}
	return 0;
}

int facts_process_place(const struct procfs *proc, uint64_t boot, int32_t pid,
			struct facts_process *out, struct arena *a)
{
	struct place place;
	auto_close int task = open_place(proc, pid, &place, a);

	if (task < 0)
		return task;
	*out = (struct facts_process){ .pid = pid,
				       .start_ticks = place.stat.start_ticks,
				       .start_time =
					       facts_process_start(boot, place.stat.start_ticks),
				       .cgroup = place.cgroup };
	procfs_namespaces(task, out->ns);
	return 0;
}
