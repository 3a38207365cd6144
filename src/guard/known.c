/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table that is looked through whole, and only for the few tasks whose cgroup says nothing.
 *
 * An inode number of a namespace may be given to another one; therefore it is read again from the
 * first process, which must be the one that was told, at the moment of the question.
 */
#include "guard/known.h"

#include <errno.h>

#include "kernel/living.h"
#include "state/cgroup_path.h"

#define SCRATCH 8192
#define CGROUP_MAX 16384

static const enum facts_ns telling[] = { NS_PID, NS_MNT };

_Static_assert((int)PROCFS_NS_COUNT == (int)NS_COUNT, "one order of namespaces");

int known_init(struct known *k, const struct procfs *proc)
{
	auto_close int self = procfs_task(proc, getpid());

	*k = (struct known){ 0 };
	if (self < 0)
		return self;
	procfs_namespaces(self, k->host_ns);
	k->unlisted.is_identified = true;
	return 0;
}

static void container_set(struct container *c, struct str id, struct str type)
{
	text_set(&c->id, id, CONTAINER_ID_MAX);
	text_set(&c->type, type, CONTAINER_ID_MAX);
	c->is_identified = true;
}

static void container_release(struct container *c)
{
	text_release(&c->id);
	text_release(&c->type);
}

void known_release(struct known *k)
{
	for (size_t i = 0; i < KNOWN_MAX; i++)
		container_release(&k->rows[i].container);
	container_release(&k->unlisted);
}

/* its namespaces as they are now; 0: not known, or it is another process or none */
static bool namespaces_of(const struct procfs *proc, int32_t pid, uint64_t *start_ticks,
			  uint64_t ns[static NS_COUNT])
{
	AUTO(arena) a = arena_new(SCRATCH, SCRATCH);
	struct procfs_stat stat;
	auto_close int task = a ? living_task(proc, pid, &stat, a) : -ENOMEM;

	if (task < 0 || (*start_ticks && stat.start_ticks != *start_ticks))
		return false;
	*start_ticks = stat.start_ticks;
	procfs_namespaces(task, ns);
	return true;
}

static struct known_row *row_for(struct known *k, struct str id)
{
	struct known_row *free = NULL;

	for (size_t i = 0; i < KNOWN_MAX; i++) {
		struct known_row *row = &k->rows[i];

		if (row->init_pid && str_eq(text_str(&row->container.id), id))
			return row;
		if (!row->init_pid && !free)
			free = row;
	}
	return free ? free : &k->rows[k->next++ % KNOWN_MAX];
}

void known_add(struct known *k, const struct procfs *proc, const struct guard_container *c)
{
	struct known_row *row = row_for(k, str_of(c->id));
	uint64_t start = 0, ns[NS_COUNT];

	if (!namespaces_of(proc, c->init_pid, &start, ns)) {
		row->init_pid = 0;
		return;
	}
	container_set(&row->container, str_of(c->id), str_of(c->type[0] ? c->type : NULL));
	row->init_pid = c->init_pid;
	row->start_ticks = start;
}

static bool shares(const struct known *k, const uint64_t *ns, const struct facts_process *f)
{
	for (size_t i = 0; i < ARRAY_LEN(telling); i++)
		if (f->ns[telling[i]] && f->ns[telling[i]] != k->host_ns[telling[i]] &&
		    f->ns[telling[i]] == ns[telling[i]])
			return true;
	return false;
}

static const struct container *by_namespace(struct known *k, const struct procfs *proc,
					    const struct facts_process *f)
{
	for (size_t i = 0; i < KNOWN_MAX; i++) {
		struct known_row *row = &k->rows[i];
		uint64_t ns[NS_COUNT];

		if (!row->init_pid)
			continue;
		if (!namespaces_of(proc, row->init_pid, &row->start_ticks, ns))
			row->init_pid = 0;
		else if (shares(k, ns, f))
			return &row->container;
	}
	return NULL;
}

static const struct container *by_id(struct known *k, const struct cgroup_id *id)
{
	for (size_t i = 0; i < KNOWN_MAX; i++)
		if (k->rows[i].init_pid && str_eq(text_str(&k->rows[i].container.id), id->id))
			return &k->rows[i].container;
	container_set(&k->unlisted, id->id, id->type);
	return &k->unlisted;
}

/* plain runc and crun use any path: then only an id that was told can be found in it */
static const struct container *by_path(struct known *k, struct str cgroup)
{
	for (size_t i = 0; i < KNOWN_MAX; i++)
		if (k->rows[i].init_pid &&
		    cgroup_path_names(cgroup, text_str(&k->rows[i].container.id)))
			return &k->rows[i].container;
	return NULL;
}

int known_read(int task, struct facts_process *f, struct arena *a)
{
	int r;

	for (size_t i = 0; i < ARRAY_LEN(telling); i++)
		f->ns[telling[i]] = procfs_namespace(task, (enum procfs_ns)telling[i]);
	r = procfs_record(task, "cgroup", CGROUP_MAX, a, &f->cgroup);
	if (r != -EFBIG && r != -ENAMETOOLONG)
		return r;
	f->cgroup = STR_ABSENT;
	return 0;
}

const struct container *known_find(struct known *k, const struct procfs *proc,
				   const struct facts_process *f, bool *foreign)
{
	const struct container *c = NULL;
	struct cgroup_id id;

	*foreign = false;
	for (size_t i = 0; i < ARRAY_LEN(telling); i++)
		*foreign |= f->ns[telling[i]] && f->ns[telling[i]] != k->host_ns[telling[i]];
	if (cgroup_path_parse(f->cgroup, &id))
		return by_id(k, &id);
	c = by_path(k, f->cgroup);
	return c || !*foreign ? c : by_namespace(k, proc, f);
}
