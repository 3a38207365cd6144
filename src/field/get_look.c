/* SPDX-License-Identifier: Apache-2.0 */
/* From the answers of state/look.h to values. */
#include "field/get_look.h"

#include <linux/capability.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "field/subject.h"
#include "state/look.h"

#define OVERRIDES (UINT64_C(1) << CAP_DAC_OVERRIDE | UINT64_C(1) << CAP_FOWNER)

GETTER(get_env)
{
	struct str value;

	return look_env(s, use->selector, &value) && give_str(out, value);
}

/* a leader outside of the namespace has no number there */
GETTER(get_virtual_group)
{
	const struct facts_task *task = look_task(s);

	(void)use;
	return task && task->vpgid > 0 && values_int(out, task->vpgid);
}

GETTER(get_virtual_group_text)
{
	const struct facts_task *task = look_task(s);

	return task && task->vpgid > 0 &&
	       give_str(out, process_text(scene_leader(s, LEADER_GROUP),
					  (enum process_text)use->param, out->arena));
}

GETTER(get_is_virtual_leader)
{
	const struct facts_task *task = look_task(s);

	(void)use;
	return task && task->vpid > 0 && values_bool(out, task->vpid == task->vpgid);
}

GETTER(get_pidns_start)
{
	uint64_t start = look_pidns_start(s);

	(void)use;
	return start && values_time(out, start);
}

/* by the mode of the file or by being free to change it; Linux generic_permission(), inode_owner_or_capable() */
GETTER(get_is_exe_writable)
{
	const struct facts_exe *exe = look_exe(s);
	const struct credentials *c = scene_credentials(s);

	(void)use;
	if (!exe || !c->has_ids)
		return false;
	if (exe->is_immutable)
		return values_bool(out, false);
	if (c->fsuid == exe->uid || exe->mode & S_IWOTH ||
	    (exe->mode & S_IWGRP && c->fsgid == exe->gid))
		return values_bool(out, true);
	/* other groups of his are not known, nor what his powers are worth in another user namespace */
	if (exe->mode & S_IWGRP || !c->has_caps)
		return false;
	if (!(c->cap_effective & OVERRIDES))
		return values_bool(out, false);
	return c->userns_is_host == 1 && values_bool(out, true);
}

static bool give_layer(const struct facts_exe *file, uint32_t which, struct values *out)
{
	return file && file->has_layer &&
	       values_bool(out, which == EXE_UPPER ? file->is_upper : file->is_lower);
}

GETTER(get_exe_layer)
{
	return give_layer(look_exe(s), use->param, out);
}

GETTER(get_object_layer)
{
	return s->object.exists && give_layer(look_object(s), use->param, out);
}

GETTER(get_exe_time)
{
	const struct facts_exe *exe = look_exe(s);
	uint64_t time = !exe ? 0 : use->param == EXE_CTIME ? exe->ctime : exe->mtime;

	return time && values_time(out, time);
}

/* of processes that run a program that is younger than they are: 0 */
static bool give_distance(struct values *out, uint64_t from, uint64_t to)
{
	return from && to && give_duration(out, to > from ? to - from : 0);
}

GETTER(get_exe_age_at_start)
{
	const struct facts_exe *exe = look_exe(s);

	(void)use;
	return exe && s->process && give_distance(out, exe->ctime, s->process->start_time);
}

GETTER(get_exe_age_in_pidns)
{
	const struct facts_exe *exe = look_exe(s);

	(void)use;
	return exe && give_distance(out, look_pidns_start(s), exe->ctime);
}

GETTER(get_task_count)
{
	const struct facts_task *task;
	uint64_t n = 0;

	if (use->param == COUNT_CHILDREN)
		return look_children(s, &n) && values_uint(out, n);
	task = look_task(s);
	if (!task)
		return false;
	if (use->param == COUNT_DESCRIPTORS)
		return values_uint(out, task->descriptors);
	return task->threads && values_uint(out, task->threads);
}

GETTER(get_stdio)
{
	const struct facts_descriptor *d = look_stdio(s, (int32_t)(use->param & ~STDIO_NAME));

	return d && give_str(out, use->param & STDIO_NAME ? d->name : d->type);
}

GETTER(get_fd_types)
{
	size_t n;
	const struct facts_descriptor *list = look_descriptors(s, &n);

	if (!list)
		return false;
	for (size_t i = 0; i < n; i++)
		if (list[i].type.ptr && (!use->selector.ptr || list[i].fd == use->index) &&
		    !values_str(out, list[i].type))
			return false;
	return out->n > 0 || !use->selector.ptr;
}

/* "5:cpu,cpuacct:/a" is cpu=/a and cpuacct=/a; the hierarchy of version 2 is unified=/a */
struct cgroup_entry {
	struct str names, path;
};

static bool next_line(struct str *text, struct cgroup_entry *out)
{
	struct str line, number;

	return str_cut(text, '\n', &line) && str_cut(&line, ':', &number) &&
	       str_cut(&line, ':', &out->names) && (out->path = line).ptr;
}

static bool next_name(struct cgroup_entry *e, struct str *name)
{
	if (!str_cut(&e->names, ',', name))
		return false;
	if (!name->len)
		*name = STR("unified");
	return true;
}

/* a controller of no version 1 hierarchy is version 2's */
static struct str path_of_controller(struct str text, struct str wanted)
{
	struct str name, unified = STR_ABSENT;
	struct cgroup_entry e;

	while (next_line(&text, &e))
		while (next_name(&e, &name)) {
			if (str_eq(name, wanted))
				return e.path;
			if (str_eq(name, STR("unified")))
				unified = e.path;
		}
	return str_starts(wanted, STR("name=")) ? STR_ABSENT : unified;
}

GETTER(get_cgroups)
{
	const struct facts_task *task = look_task(s);
	auto_buf struct buf all = { 0 };
	struct cgroup_entry e;
	struct str text, name;

	if (!task)
		return false;
	text = task->cgroup;
	if (use->selector.ptr)
		return give_str(out, path_of_controller(text, use->selector));
	while (next_line(&text, &e))
		while (next_name(&e, &name))
			buf_printf(&all, "%s%.*s=%.*s", all.len ? " " : "", STR_ARG(name),
				   STR_ARG(e.path));
	return give_str(out, arena_str(out->arena, buf_str(&all)));
}
