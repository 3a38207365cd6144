/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table that is looked through whole, and only for the few tasks whose cgroup says nothing.
 *
 * An inode number of a namespace may be given to another one; therefore the first process, which must be the one that was
 * told, is looked for at the moment of the question: its pid namespace lives as long (kernel/pid.c, put_pid()). What it has become by
 * then does not matter, and is not looked at: its threads are the container's to make, and to keep anybody busy with. They would: its stat
 * counts all of them (fs/proc/array.c, do_task_stat()), waits for the lock under which they are told to end (kernel/signal.c,
 * zap_other_threads()) and, as its links do, for its exec to free all memory that it had (fs/exec.c, exec_mmap()).
 */
#include "guard/known.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>

#include "guard/strangers.h"
#include "kernel/fanotify.h"
#include "state/cgroup_path.h"

#define CGROUP_MAX 16384
/* those who wait, and those who wait longer; the groups, what is read of /proc */
#define FDS_OF_OTHERS (FAN_BATCH_MAX + STRANGERS_MAX + 64)

static const enum facts_ns telling[KNOWN_NS] = { NS_PID, NS_MNT };

_Static_assert((int)PROCFS_NS_COUNT == (int)NS_COUNT, "one order of namespaces");

static int fds_end(void)
{
	struct rlimit all;

	if (getrlimit(RLIMIT_NOFILE, &all) < 0 || all.rlim_cur < FDS_OF_OTHERS)
		return 0;
	return all.rlim_cur > INT_MAX ? INT_MAX : (int)all.rlim_cur - FDS_OF_OTHERS;
}

int known_init(struct known *k, const struct procfs *proc)
{
	auto_close int first = procfs_task(proc, 1);
	auto_close int self = procfs_task(proc, getpid());

	*k = (struct known){ .fds_end = fds_end() };
	if (self < 0)
		return self;
	procfs_namespaces(self, k->host_ns);
	/* auditd's unit gives us a mount namespace of our own */
	for (unsigned i = 0; first >= 0 && i < NS_COUNT; i++) {
		uint64_t ns = procfs_namespace(first, (enum procfs_ns)i);

		k->host_ns[i] = ns ? ns : k->host_ns[i];
	}
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

static void row_free(struct known_row *row)
{
	if (row->init_pid)
		close(row->first);
	row->init_pid = 0;
}

void known_release(struct known *k)
{
	for (size_t i = 0; i < KNOWN_MAX; i++) {
		row_free(&k->rows[i]);
		container_release(&k->rows[i].container);
	}
	container_release(&k->unlisted);
}

/* though nothing may be left of it but its number (fs/proc/base.c, pid_revalidate()) */
static bool is_there(const struct known_row *row)
{
	return row->init_pid && faccessat(row->first, "stat", F_OK, 0) == 0;
}

/* those that are gone make room */
static struct known_row *row_for(struct known *k, struct str id)
{
	struct known_row *free = NULL;

	for (size_t i = 0; i < KNOWN_MAX; i++) {
		struct known_row *row = &k->rows[i];

		if (!is_there(row))
			row_free(row);
		else if (str_eq(text_str(&row->container.id), id))
			return row;
		if (!row->init_pid && !free)
			free = row;
	}
	return free ? free : &k->rows[k->next++ % KNOWN_MAX];
}

void known_add(struct known *k, const struct procfs *proc, const struct guard_container *c)
{
	struct known_row *row = row_for(k, str_of(c->id));
	const uint64_t told[KNOWN_NS] = { c->pid_ns, c->mnt_ns };
	auto_close int first = procfs_task(proc, c->init_pid);

	row_free(row);
	if (first < 0 || first >= k->fds_end)
		return;
	for (size_t i = 0; i < KNOWN_NS; i++)
		row->ns[i] =
			told[i] ? told[i] : procfs_namespace(first, (enum procfs_ns)telling[i]);
	container_set(&row->container, str_of(c->id), str_of(c->type[0] ? c->type : NULL));
	row->init_pid = c->init_pid;
	row->first = take_fd(&first);
}

static bool is_foreign(const struct known *k, const uint64_t *ns, enum facts_ns which)
{
	return ns[which] && ns[which] != k->host_ns[which];
}

static bool shares(const struct known *k, const struct known_row *row, const uint64_t *ns, size_t i)
{
	return is_foreign(k, ns, telling[i]) && ns[telling[i]] == row->ns[i];
}

/*
 * Its pid namespace lives as long as the first process. Its mount namespace goes with the last who is in it, and the next one made gets the
 * number (proc_alloc_inum(), fs/proc/generic.c): so that tells only while the first process is there itself.
 */
static bool is_shared(const struct known *k, const struct known_row *row, const uint64_t *ns)
{
	return shares(k, row, ns, 0) ||
	       (shares(k, row, ns, 1) && procfs_namespace(row->first, PROCFS_NS_MNT) == row->ns[1]);
}

static const struct container *by_namespace(const struct known *k, const uint64_t *ns)
{
	for (size_t i = 0; i < KNOWN_MAX; i++) {
		const struct known_row *row = &k->rows[i];

		if (row->init_pid && is_shared(k, row, ns) && is_there(row))
			return &row->container;
	}
	return NULL;
}

/*
 * A pid namespace made by somebody in another lies in that one for good, and nobody can get out of his (pid_namespaces(7)): so whoever
 * is in one that a container made is the container's, whatever else he has left.
 */
static const struct container *by_ancestor(const struct known *k, int task)
{
	auto_close int at = procfs_pidns(task);
	uint64_t ns[NS_COUNT] = { 0 };
	const struct container *c = NULL;

	while (!c && at >= 0 && (ns[NS_PID] = procfs_pidns_parent(&at)) &&
	       is_foreign(k, ns, NS_PID))
		c = by_namespace(k, ns);
	return c;
}

const struct container *known_named(struct known *k, struct str id, struct str type)
{
	for (size_t i = 0; i < KNOWN_MAX; i++)
		if (k->rows[i].init_pid && str_eq(text_str(&k->rows[i].container.id), id))
			return &k->rows[i].container;
	container_set(&k->unlisted, id, type);
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

bool known_is_at_home(const struct known *k, int task)
{
	return procfs_namespace(task, PROCFS_NS_MNT) == k->host_ns[NS_MNT];
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

const struct container *known_find(struct known *k, int task, const struct facts_process *f,
				   bool *foreign)
{
	const struct container *c = NULL;
	struct cgroup_id id;

	*foreign = is_foreign(k, f->ns, NS_PID) || is_foreign(k, f->ns, NS_MNT);
	if (cgroup_path_parse(f->cgroup, &id))
		return known_named(k, id.id, id.type);
	c = by_path(k, f->cgroup);
	if (!c && *foreign)
		c = by_namespace(k, f->ns);
	if (!c && is_foreign(k, f->ns, NS_PID))
		c = by_ancestor(k, task);
	return c;
}
