/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process table: who every pid is, as far as records and facts have told.
 *
 * Key: (node, pid); a generation tells the processes seen under one pid apart. Rows are fixed in
 * number (options.processes_max, the dead and the longest unseen go first, evictions are counted)
 * and reuse their memory: no allocation in steady state. Only state writes here; others read
 * through const pointers that are valid until the next state_observe().
 */
#ifndef WC_PROCESS_H
#define WC_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "base/target.h"
#include "base/text.h"

enum cap_source {
	CAP_UNKNOWN,
	CAP_FCAPS,
	CAP_CAPSET,
	CAP_STATUS,
	CAP_COMPUTED,
	CAP_INHERITED,
	CAP_THREADS, /* what several threads hold between them: which of them it was is not known */
};

/* what a process may do; each part with its own "known" */
/* a namespace that a process made just now: nobody's inode, and not the host's */
#define NS_NEW UINT64_MAX

struct credentials {
	bool has_ids;
	uint32_t ruid, euid, suid, fsuid, rgid, egid, sgid, fsgid;
	bool has_caps; /* permitted, effective, inheritable, ambient */
	uint64_t cap_permitted, cap_effective, cap_inheritable, cap_ambient;
	bool has_bounding;
	uint64_t cap_bounding;
	enum cap_source cap_source;
	uint64_t cap_time; /* ns since the epoch: when that was told; 0 = not known */
	int8_t no_new_privs; /* 0, 1; -1 not known */
	int8_t seccomp; /* 0 none, 1 strict, 2 filter; -1 not known */
	int8_t userns_is_host; /* 0, 1; -1 not known */
	uint8_t securebits,
		securebits_known; /* prctl(2) alone tells them: bits, and which of them */
	bool has_other_pid_ns; /* its children are born into another pid namespace */
	uint64_t ns[8]; /* inodes, index enum facts_ns; 0 = not known; or NS_NEW */
};

/* how a container id was attributed: container.id_source */
enum id_source {
	ID_UNKNOWN,
	ID_AUDIT,
	ID_PROC,
	ID_INHERITED,
	ID_RUNTIME_ARGS,
	ID_SNAPSHOT,
	ID_ASSUMED
};

/* what a host process that runs a container runtime's program is there for */
enum runtime_role {
	RUNTIME_NONE,
	RUNTIME_OCI, /* runc, crun: one call of a verb on one container */
	RUNTIME_SHIM, /* stays beside a container, reaps orphans: containerd-shim, conmon */
	RUNTIME_ENGINE, /* dockerd, containerd, podman: starts the others */
};
enum runtime_verb { VERB_NONE, VERB_CREATE, VERB_RUN, VERB_EXEC, VERB_INIT, VERB_OTHER };

struct container;

/* where the threads of a process differ, or may (state/threads.h) */
struct thread_sets {
	int32_t tid; /* of one that differs from the first; 0: none is known to */
	uint32_t n; /* at the last look at all of the process; 0 = not known */
	uint8_t ns; /* as process.ns_told: those that some thread is in */
	bool has_caps; /* the ledger's are those of one, and may be less than they hold between them */
	uint64_t permitted, effective, inheritable, ambient;
};

struct process {
	struct pidref ref;
	struct text node; /* absent: this host */
	int32_t ppid;
	struct text comm, exe; /* exe: resolved path */
	bool has_exe_inode;
	uint64_t exe_inode;
	uint32_t exe_dev_major, exe_dev_minor;
	struct text args; /* argv joined by NUL, argv[0] first; absent if unknown */
	struct text cwd;
	struct credentials cred;
	uint32_t loginuid;
	int32_t vpid, sid, pgid; /* 0 = not known */
	uint32_t tty;
	uint64_t start_time; /* ns since the epoch; 0 = not known */

	struct container *container; /* NULL: the host, or not known: see id_source */
	enum id_source id_source;
	bool has_deserted; /* it is not where its container is */
	bool is_put_off; /* it was to be looked at, but its container ran too many programs */
	uint64_t
		userns_told; /* the user namespace that it was told to have, other than its container's */
	uint8_t ns_told; /* namespaces of the host's that it was told to be in; bits of enum facts_ns */
	struct thread_sets threads;
	/* what it holds beyond its container's mounts, and what of that was told; bits of enum handle_kind */
	uint8_t outside, outside_told;
	/* beyond its container's: what it was given (`exec --privileged`), and what was told */
	uint64_t cap_granted, cap_told;
	struct text inner; /* id of the innermost container, when one is inside the other */
	bool is_runtime_init; /* in (or on the way into) a container, but still the runtime */
	bool is_runtime; /* runs a container runtime's executable on the host's side */
	bool is_dead;
	uint64_t seen; /* time of the last record */

	/* how state keeps it; nothing for rules */
	uint64_t key; /* node number and pid */
	uint64_t first_seen, died; /* ns; died: 0 = not known */
	uint32_t parent_generation; /* of the row of ppid when it was last right; 0 = it had none */
	enum runtime_role role;
	enum runtime_verb verb; /* of the runtime call; init stage: of the call behind it */
	struct container *served; /* the container that a runtime process works on; NULL: none */
	bool forks_in_steps; /* runtime and its init stage: any descendant may be the first */
	uint8_t init_execs; /* how often the init stage ran the runtime's own program */
	bool is_of_hook; /* a hook within the container, or descends of one: no program of the container */
	bool is_inside; /* init stage: entered the container, next exec is the program */
	bool is_adrift; /* changed its namespaces on the host: look again at its exec */
	uint32_t told_at; /* notices told its birth, at that epoch (state_parts.h); 0: no */
	/*
	 * audit told of it, or of who it was born of, last after that many losses (id_change_recorded()); 0: never, it may be
	 * one that was there before auditing
	 */
	uint32_t recorded_at;
	uint32_t ids_told_at, told_ruid,
		told_euid; /* notices told its ids, last at that epoch; 0: never */
	bool is_newborn; /* birth_settle() is still to come */
	uint32_t execs, parent_execs; /* exec notices: its own so far, its parent's at its birth */
	uint32_t
		recorded_execs; /* of its own those whose records have come, or will not any more */
	/* who had this pid before, for records that were on their way: birth_previous() */
	struct container *previous;
	uint32_t previous_generation;
	enum id_source previous_source;
	uint64_t
		read_at; /* ns: a sweep read all of it from /proc then; 0: none did, or before all events */
	/* ns: when records last told of a new program, and of credentials changed by another call */
	uint64_t program_at, changed;
	bool is_kernel_thread, caps_asked;
	bool is_gone; /* dead, and no other thread of it goes on */
	struct process *older, *newer;
};

/* a queue of rows by the time of their last record */
struct process_queue {
	struct process *oldest, *newest;
};

struct process_table {
	struct process *rows;
	size_t max, used;
	struct intmap by_key;
	struct process_queue live, dead;
	uint32_t generations; /* given out so far, table-wide: never twice for one pid */
	uint64_t evicted; /* live rows that had to go */
};

static inline uint64_t process_key(uint32_t node, int32_t pid)
{
	return (uint64_t)node << 32 | (uint32_t)pid;
}
static inline uint32_t process_node(const struct process *p)
{
	return (uint32_t)(p->key >> 32);
}

int process_table_init(struct process_table *t, size_t max);
void process_table_release(struct process_table *t);
struct process *process_find(const struct process_table *t, uint32_t node, int32_t pid);
/* a blank row for a pid that has none; may evict; never NULL */
struct process *process_add(struct process_table *t, uint32_t node, int32_t pid);
/* another process has this pid now: blank, next generation */
void process_renew(struct process_table *t, struct process *p);
/* a record of @p came at @time */
void process_touch(struct process_table *t, struct process *p, uint64_t time);
void process_died(struct process_table *t, struct process *p, uint64_t time);
/* it was not dead after all */
void process_revive(struct process_table *t, struct process *p);
/* these two keep the containers' counts */
void process_set_container(struct process *p, struct container *c);
void process_set_served(struct process *p, struct container *c);

#endif
