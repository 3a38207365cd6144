/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process table: who every pid is, as far as records and facts have told.
 *
 * Key: (node, pid); a generation counts the processes seen under one pid. Rows are fixed in number
 * (options.processes_max, the dead and the longest unseen go first, evictions are counted) and reuse their
 * memory: no allocation in steady state. Only state writes here; others read through const pointers that
 * are valid until the next state_observe().
 */
#ifndef WC_PROCESS_H
#define WC_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/target.h"
#include "base/text.h"

enum cap_source {
	CAP_UNKNOWN, CAP_FCAPS, CAP_CAPSET, CAP_STATUS, CAP_COMPUTED, CAP_INHERITED
};

/* what a process may do; each part with its own "known" */
struct credentials {
	bool has_ids;
	uint32_t ruid, euid, suid, fsuid, rgid, egid, sgid, fsgid;
	bool has_caps;     /* permitted, effective, inheritable, ambient */
	uint64_t cap_permitted, cap_effective, cap_inheritable, cap_ambient;
	bool has_bounding;
	uint64_t cap_bounding;
	enum cap_source cap_source;
	int8_t no_new_privs;   /* 0, 1; -1 not known */
	int8_t seccomp;        /* 0 none, 1 strict, 2 filter; -1 not known */
	int8_t userns_is_host; /* 0, 1; -1 not known */
};

/* how a container id was attributed: container.id_source */
enum id_source {
	ID_UNKNOWN, ID_AUDIT, ID_PROC, ID_INHERITED, ID_RUNTIME_ARGS, ID_SNAPSHOT, ID_ASSUMED
};

struct container;

struct process {
	struct pidref ref;
	struct text node;           /* absent: this host */
	int32_t ppid;
	struct text comm, exe;      /* exe: resolved path */
	bool has_exe_inode;
	uint64_t exe_inode;
	uint32_t exe_dev_major, exe_dev_minor;
	struct text args;           /* argv joined by NUL, argv[0] first; absent if unknown */
	struct text cwd;
	struct credentials cred;
	uint32_t loginuid;
	int32_t vpid, sid, pgid;    /* 0 = not known */
	uint32_t tty;
	uint64_t ns[8];             /* enum facts_ns; 0 = not known */
	uint64_t start_time;        /* ns since the epoch; 0 = not known */

	struct container *container; /* NULL: the host, or not known: see id_source */
	enum id_source id_source;
	bool is_runtime_init;       /* in (or on the way into) a container, but still the runtime */
	bool is_runtime;            /* runs a container runtime's executable on the host's side */
	bool is_dead;
	uint64_t seen;              /* time of the last record */
};

#endif
