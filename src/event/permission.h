/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A WATCHCAP_GUARD record: somebody waited for our answer to an open or an exec (fanotify(7),
 * permission events), and what it was.
 *
 * The guard process writes it and decodes its own text, so that the rules judge there what the main
 * process and a replay see later. Its first fields are those of a SYSCALL record.
 */
#ifndef WC_PERMISSION_H
#define WC_PERMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum permission_answer {
	PERMISSION_ALLOWED, /* no rule with `deny` held */
	PERMISSION_DENIED,
	PERMISSION_NOT_ENABLED, /* would have been denied, but respond.mode is observe */
};

/* what a task waits for */
enum ask {
	ASK_OPEN, /* told as openat */
	ASK_EXEC, /* told as execve; the executable is the file about to run */
	ASK_HELPER, /* an exec by a task that the kernel started: told as usermodehelper */
};

struct permission {
	uint32_t ask; /* enum ask */
	int32_t tid;
	bool has_flags; /* the call was a native open or openat, and its flags are known */
	bool has_inode;
	uint64_t inode; /* of the object */
	uint32_t dev_major, dev_minor, mode;
	struct str path; /* as /proc/self/fd shows it to the guard */
	struct str knob; /* fd.kernel_knob; absent: none */
	bool is_protected; /* fd.is_protected */
	/* of the task, read while it stood still */
	struct str container, container_type; /* id and type; absent: in none, or not known */
	bool has_caps;
	uint64_t cap_inheritable, cap_permitted, cap_effective, cap_bounding, cap_ambient;
	int32_t no_new_privs, seccomp, userns_is_host; /* as in struct credentials; -1: not known */
	uint32_t verdict; /* enum permission_answer */
	struct str rules; /* ids of the rules that held, "a,b" */
	uint64_t waited; /* ns to the verdict, from when it came as far as is known */
};

/* the task behind it, in the words of a SYSCALL record */
struct permission_task {
	uint32_t arch, number;
	uint64_t flags;
	int32_t pid, ppid;
	uint32_t auid, uid, gid, euid, suid, fsuid, egid, sgid, fsgid;
	struct str comm, exe;
};

/* the body, verdict and all */
void permission_write(const struct permission *p, const struct permission_task *task,
		      struct buf *out);
/* false: not such a body */
bool permission_read(struct str body, struct permission *out, struct arena *arena);

#endif
