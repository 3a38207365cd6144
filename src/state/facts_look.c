/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What /proc says of one process beyond what state keeps of all. The process is held by the descriptor of its
 * directory and checked before and after: one that is another, or runs another program by now, has no answer.
 */
#include "state/facts_look.h"

#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/descriptors.h"
#include "kernel/living.h"
#include "state/facts_process.h"

#define ENVIRON_MAX                                                                                \
	(6 * 1024 * 1024) /* what the kernel lets an exec have, fs/exec.c, bprm_stack_limits() */
#define VALUE_MAX 4096
#define START_SLACK (20 * NS_PER_MS) /* clocks of two grains */

static bool is_meant(const struct facts_who *who, uint64_t start_ticks, uint64_t start)
{
	return who->start_ticks ? start_ticks == who->start_ticks
				: start <= who->not_after + START_SLACK;
}

/* audit tells paths as the process saw them: below its root, which may lie deeper than ours */
static int check_exe(int task, const struct facts_who *who, struct arena *a, struct str *exe)
{
	int r = procfs_link(task, "exe", a, exe);

	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	return !who->exe.ptr || str_ends(*exe, who->exe) ? 0 : -ESTALE;
}

static bool is_deleted(struct str path)
{
	return str_ends(path, STR(" (deleted)"));
}

static void put_layer(enum overlay_layer layer, struct facts_exe *out)
{
	out->has_layer = layer != LAYER_UNKNOWN;
	out->is_upper = layer == LAYER_UPPER;
	out->is_lower = layer == LAYER_LOWER;
}

static int ask_exe(struct looker *l, int task, struct str path, struct facts_exe *out,
		   struct arena *a)
{
	struct procfs_exe_status exe;
	int r = procfs_exe_status(task, &exe);

	if (r < 0)
		return r;
	*out = (struct facts_exe){
		.ctime = exe.ctime,
		.mtime = exe.mtime,
		.mode = exe.mode,
		.uid = exe.uid,
		.gid = exe.gid,
		.is_immutable = exe.is_immutable,
	};
	/* a memfd is on no mount that anybody sees */
	if (descriptor_is_memfd(path))
		out->has_layer = true;
	else if (exe.mount && !is_deleted(path))
		put_layer(overlays_find(&l->overlays, l->proc, l->errand,
					&(struct overlay_place){
						.task = task, .path = path, .mount = exe.mount },
					a),
			  out);
	return 0;
}

static int ask_layer(struct looker *l, int task, const struct fact *q, struct facts_exe *out,
		     struct arena *a)
{
	const struct overlay_place place = {
		.task = task, .path = q->text, .major = q->dev_major, .minor = q->dev_minor
	};

	*out = (struct facts_exe){ 0 };
	put_layer(overlays_find(&l->overlays, l->proc, l->errand, &place, a), out);
	return 0;
}

static int ask_task(int task, uint64_t start, struct facts_task *out, struct arena *a)
{
	struct procfs_status status;
	int64_t n = descriptors_count(task);
	int r = procfs_status(task, &status);

	*out = (struct facts_task){ 0 };
	if (r == 0)
		r = procfs_record(task, "cgroup", PROCFS_CGROUP_MAX, a, &out->cgroup);
	if (r < 0)
		return r;
	out->start_time = start;
	out->threads = status.threads;
	out->descriptors = n > 0 ? (uint64_t)n : 0;
	out->vpid = status.vpid;
	out->vpgid = status.vpgid;
	out->pid_ns = procfs_namespace(task, PROCFS_NS_PID);
	return 0;
}

static int ask_descriptors(const struct looker *l, int task, bool only_stdio, struct fact_list *out,
			   struct arena *a)
{
	struct descriptor *list;
	int r = descriptors_list(l->errand, task, only_stdio ? STDERR_FILENO : -1, &list, &out->n,
				 a);

	if (r < 0)
		return r;
	out->descriptors = arena_array_of(a, struct facts_descriptor, out->n + 1);
	if (!out->descriptors)
		return -ENOMEM;
	/* names only of those three that rules can ask the name of */
	for (size_t i = 0; i < out->n; i++)
		out->descriptors[i] =
			(struct facts_descriptor){ list[i].fd, list[i].type,
						   only_stdio ? list[i].name : STR_ABSENT };
	return 0;
}

/* "A=1\0B=2\0": the value of @name; or, if that is absent, the names: -E2BIG if not all can be told */
static int find_variable(struct str environment, struct str name, struct str *out, struct arena *a)
{
	auto_buf struct buf names = { .max = VALUE_MAX };
	struct str one;
	ssize_t is;

	while (str_cut(&environment, '\0', &one)) {
		is = str_chr(one, '=');
		if (is < 0)
			continue;
		if (name.ptr && str_eq(str_first(one, (size_t)is), name)) {
			*out = arena_str(a, str_first(str_from(one, (size_t)is + 1), VALUE_MAX));
			return out->ptr ? 0 : -ENOMEM;
		}
		if (name.ptr)
			continue;
		if (names.len)
			buf_char(&names, ' ');
		buf_add(&names, str_first(one, (size_t)is + 1));
	}
	if (buf_failed(&names))
		return -E2BIG;
	*out = arena_str(a, buf_str(&names));
	return name.ptr ? -ENOENT : out->ptr ? 0 : -ENOMEM;
}

/* it lies in the process's own memory, which may be mapped from anywhere: the helper reads it */
static int ask_env(const struct looker *l, int task, struct fact *q, struct arena *a)
{
	auto_buf struct buf text = { 0 };
	ssize_t n = errand_read_task(l->errand, task, "environ", ENVIRON_MAX, &text);

	return n < 0 ? (int)n : find_variable(buf_str(&text), q->text, &q->names.name, a);
}

static int answer(struct looker *l, int task, uint64_t start, struct str exe, struct fact *q,
		  struct arena *a)
{
	switch (q->kind) {
	case FACT_EXE:
		return ask_exe(l, task, exe, &q->exe, a);
	case FACT_LAYER:
		return ask_layer(l, task, q, &q->exe, a);
	case FACT_TASK:
		return ask_task(task, start, &q->task, a);
	case FACT_STDIO:
	case FACT_DESCRIPTORS:
		return ask_descriptors(l, task, q->kind == FACT_STDIO, &q->list, a);
	case FACT_ENV:
		return ask_env(l, task, q, a);
	default:
		return -EINVAL;
	}
}

int look_ask(struct looker *l, uint64_t boot, struct fact *q, struct arena *a)
{
	struct procfs_stat stat;
	auto_close int task = living_task(l->proc, q->id, &stat, a);
	struct str before, after;
	uint64_t start;
	int r;

	if (task < 0)
		return task;
	start = facts_process_start(boot, stat.start_ticks);
	r = is_meant(&q->who, stat.start_ticks, start) ? 0 : -ESRCH;
	if (r == 0)
		r = check_exe(task, &q->who, a, &before);
	if (r == 0)
		r = answer(l, task, start, before, q, a);
	/* it may have run another program meanwhile, or its file have got another name */
	if (r == 0)
		r = check_exe(task, &q->who, a, &after);
	return r == 0 && !str_eq(before, after) ? -ESTALE : r;
}

void look_release(struct looker *l)
{
	overlays_release(&l->overlays);
}
