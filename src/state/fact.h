/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question with its answer, in memory and as the body of a WATCHCAP_FACT record; and the
 * interface that the answerers behind struct facts implement.
 *
 * Body: "q=process id=123 err=0 ppid=1 exe=2F62696E ...": numbers decimal, texts in hex, fields
 * that are 0 or absent left out, an empty text as "". A list repeats its fields; each "item=N"
 * begins the next.
 */
#ifndef WC_FACT_H
#define WC_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "kernel/cgroup_memory.h"
#include "state/facts.h"

enum fact_kind {
	FACT_PROCESS,
	FACT_CGROUP, /* a process, but only its start and its cgroups */
	FACT_HANDLES, /* fd: the witness */
	FACT_THREADS,
	FACT_MOUNTS,
	/* whom a number means to a process; fd: the number */
	FACT_PID_TARGET,
	FACT_PIDFD_TARGET,
	FACT_CONTAINER,
	FACT_HIERARCHIES,
	FACT_KNOBS,
	FACT_PIDS,
	FACT_FD,
	FACT_DISK, /* id: major, fd: minor; name: its use */
	FACT_HOST_FILE, /* text: which files (facts.h); name: the class */
	FACT_USER,
	FACT_GROUP,
	FACT_SELF,
	FACT_CONTAINERS,
	FACT_HELPERS,
	/* a closer look at a process (state/look.h) */
	FACT_EXE,
	FACT_TASK,
	FACT_STDIO, /* descriptors 0 to 2 */
	FACT_DESCRIPTORS,
	FACT_ENV, /* text: name of the variable; absent: the names of all */
	FACT_LAYER, /* text: a path as the process sees it */
	/* not asked: a program that the kernel started (state/launch.h), as FACT_PROCESS */
	FACT_LAUNCH,
	/* not asked: lines of a snapshot that were believed (state/snapshot.h) */
	FACT_ORIGIN,
	FACT_GIVEN,
	FACT_BASELINE, /* as FACT_KNOBS; a release_agent has its hierarchy's controllers for a path */
	FACT_KINDS,
};

struct fact_list {
	size_t n;
	struct facts_hierarchy *hierarchies;
	struct facts_knob *knobs;
	struct facts_helper *helpers;
	struct facts_descriptor *descriptors;
	int32_t *pids;
	struct str *ids;
};

/* names behind an id; or, for FACT_FD, FACT_SELF and FACT_ENV, a text in name */
struct fact_names {
	struct str name, home, shell;
};

/* ids and capabilities, and how they were known (state/ledger.h) */
struct facts_ledger {
	bool has_ids, has_caps, has_bounding, has_other_pid_ns;
	uint32_t uid[4], gid[4];
	uint64_t permitted, effective, inheritable, ambient, bounding;
	int32_t no_new_privs, seccomp; /* -1: not known */
	struct str source; /* a word of thread.cap_source */
	uint64_t told; /* ns since the epoch; 0: not known */
};

/* whose container a process was born in */
struct facts_origin {
	uint64_t start_ticks, first_seen; /* ticks 0: not known */
	struct str container, type;
	bool has_deserted;
	uint32_t ns_told, threads_ns, outside_told; /* as in struct process */
	uint64_t cap_granted, cap_told;
	struct facts_ledger ledger;
};

/* what was learnt of a container when it started */
struct facts_given {
	int32_t init_pid;
	uint64_t start_time;
	bool has_bounding;
	uint64_t cap_bounding;
	struct str home;
	uint64_t ns[8], ns_since; /* as in struct container */
	uint32_t root_mount;
	struct str mounts, mounts_told, drift;
	bool mounts_cut;
};

struct fact {
	enum fact_kind kind;
	/* the question */
	int32_t id; /* pid, uid, gid */
	int32_t fd;
	struct str text; /* container id */
	/* hints, not part of the question's identity */
	struct str bundle;
	struct facts_inside inside;
	struct facts_who who;
	uint64_t party; /* kernel/errand.h: on whose account it is asked; 0: nobody's */
	uint32_t dev_major, dev_minor; /* FACT_LAYER: what the path lies on */
	struct cgroup_wanted wanted;
	/* the answer, when err is 0 */
	int err;
	struct facts_process process;
	struct facts_handles handles;
	struct facts_threads threads;
	struct facts_mounts mounts;
	struct facts_container container;
	struct fact_list list;
	struct fact_names names;
	struct facts_origin origin;
	struct facts_given given;
	struct facts_exe exe;
	struct facts_task task;
};

/* the body; 0, or -E2BIG: too long for a record, @out then tells the question with that error */
int fact_write(const struct fact *f, struct buf *out);
/* 0, -EINVAL (not a fact body), -ENOMEM (arena) */
int fact_read(struct str body, struct fact *out, struct arena *a);
/* the kind and question alone, no texts of the answer */
bool fact_answers(const struct fact *question, const struct fact *candidate);

/* the name of this machine, told first in a recording */
int facts_ask_self(struct facts *f, struct arena *a);

struct facts_ops {
	/* fill the answer of @q, texts in @a; 0 or -errno */
	int (*ask)(struct facts *f, struct fact *q, struct arena *a);
	bool (*is_local)(const struct facts *f, struct str node);
	void (*begin)(struct facts *f);
	uint64_t (*refused)(const struct facts *f);
	uint64_t (*unread)(const struct facts *f);
	int32_t (*helper)(const struct facts *f);
	bool (*is_known_script)(const struct facts *f, const struct facts_process *p);
	void (*forget_helper)(struct facts *f, struct str path);
	void (*free)(struct facts *f);
	bool is_live;
};

/* the head of every answerer */
struct facts {
	const struct facts_ops *ops;
	const struct event *event;
	facts_tap tap;
	void *tap_ctx;
	bool is_quiet, is_apart;
	struct buf body;
};

#endif
