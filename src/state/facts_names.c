/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's passwd and group files, and a container's own.
 *
 * Owns the cached text of the host's. Must never open a file below a container's root: the helper of kernel/errand.h does.
 */
#include "state/facts_names.h"

#include <errno.h>

#include "kernel/living.h"
#include "state/cgroup_path.h"

#define INSIDE_FILE_MAX (256 * 1024)

/* a pid may be another's by now: its start time tells, else its cgroup */
static int open_witness(const struct procfs *proc, const struct facts_inside *inside,
			struct arena *a)
{
	struct procfs_stat stat;
	auto_close int task = living_task(proc, inside->pid, &stat, a);
	struct str cgroup;
	int r = 0;

	if (task < 0)
		return task;
	if (inside->start_ticks) {
		r = stat.start_ticks == inside->start_ticks ? 0 : -ESRCH;
	} else {
		r = procfs_record(task, "cgroup", PROCFS_CGROUP_MAX, a, &cgroup);
		if (r == 0 && !cgroup_path_names(cgroup, inside->container))
			r = -ESRCH;
	}
	return r < 0 ? r : take_fd(&task);
}

static int ask_inside(struct namer *n, const struct fact *q, struct users_entry *out,
		      struct arena *a)
{
	const char *path = q->kind == FACT_USER ? "etc/passwd" : "etc/group";
	auto_buf struct buf text = { 0 };
	auto_close int task = -1;
	ssize_t r;

	task = open_witness(n->proc, &q->inside, a);
	if (task < 0)
		return task == -ENOENT ? -ESRCH : task;
	r = errand_read_inside(n->errand, task, path, INSIDE_FILE_MAX, &text);
	if (r < 0)
		return r == -ENOENT ? -ENODATA : (int)r;
	return users_find(buf_str(&text), (uint32_t)q->id, out, a);
}

int namer_ask(struct namer *n, struct fact *q, struct arena *a)
{
	struct users_entry found = { 0 };
	int r;

	if (q->text.ptr)
		r = ask_inside(n, q, &found, a);
	else if (q->kind == FACT_USER)
		r = users_passwd(&n->users, n->root, (uint32_t)q->id, &found, a);
	else
		r = users_group(&n->users, n->root, (uint32_t)q->id, &found, a);
	q->names = (struct fact_names){ found.name, found.home, found.shell };
	return r;
}

void namer_release(struct namer *n)
{
	users_release(&n->users);
}
