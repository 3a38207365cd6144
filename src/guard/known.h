/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The containers that the main process told the guard of, to find the one of a task that has left its
 * cgroup: it is still in a namespace that the container began in, or in one that lies in that.
 */
#ifndef WC_KNOWN_H
#define WC_KNOWN_H

#include <stddef.h>

#include "guard/protocol.h"
#include "kernel/procfs.h"
#include "state/container.h"
#include "state/facts.h"

#define KNOWN_MAX 1024
#define KNOWN_NS 2

struct known {
	struct known_row {
		struct container container; /* id and type only */
		int32_t init_pid; /* 0: a free row */
		int first; /* its directory in /proc (O_PATH), which is never another process's */
		uint64_t ns[KNOWN_NS]; /* pid, mnt; 0: not known */
	} rows[KNOWN_MAX];
	int fds_end; /* no descriptor from this number on is kept: they are for those who wait */
	size_t next; /* to be overwritten when all are in use */
	struct container unlisted; /* one that nobody told of yet, found by its cgroup */
	uint64_t host_ns[NS_COUNT]; /* of the first process */
};

/* 0 or -errno */
int known_init(struct known *k, const struct procfs *proc);
void known_release(struct known *k);
/* its first process must live, and there be a descriptor for it; else it is not kept */
void known_add(struct known *k, const struct procfs *proc, const struct guard_container *c);
/* that of an id, which need not have been told of; borrowed until the next call of known_*() */
const struct container *known_named(struct known *k, struct str id, struct str type);
/* it is in the host's mount namespace */
bool known_is_at_home(const struct known *k, int task);
/* what known_find() needs of a task: its cgroups (absent: too long to be told) and two of its namespaces; 0 or -errno */
int known_read(int task, struct facts_process *f, struct arena *a);
/*
 * The container of @task by its cgroup, else by its pid or mount namespace, else by a pid namespace above its own; NULL: none
 * is one's. *foreign: it is in a namespace that is not the host's.
 */
const struct container *known_find(struct known *k, int task, const struct facts_process *f,
				   bool *foreign);

#endif
