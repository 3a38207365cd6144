/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A typed event: what the records of one (node, time, serial) say, decoded as far as anybody asks.
 *
 * event_decode() reads the SYSCALL record (or URINGOP, or a lone record) and notes where the others
 * are; paths, arguments and capability records are decoded by their accessors, on demand, into the
 * event's arena. Everything is borrowed: from the records' bytes and the arena, both dead after the
 * event.
 */
#ifndef WC_EVENT_H
#define WC_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/notice.h"
#include "event/event_type.h"
#include "event/modification.h"
#include "event/permission.h"
#include "event/record.h"

enum event_origin { ORIGIN_AUDIT, ORIGIN_FANOTIFY, ORIGIN_CONNECTOR, ORIGIN_PROC };

#define ID_UNSET UINT32_MAX /* auid=4294967295; and every id that a record does not tell */

/* SYSCALL record, kernel/auditsc.c audit_log_exit(); arguments are hex in the record */
struct syscall_record {
	uint32_t arch, number;
	bool has_result; /* exit= was there (URINGOP: too) */
	bool success;
	int64_t exit;
	uint64_t arg[4];
	uint32_t items;
	int32_t pid, ppid;
	uint32_t auid, uid, gid, euid, suid, fsuid, egid, sgid, fsgid, ses;
	struct str tty; /* absent: none */
	struct str comm, exe; /* decoded; absent if unknown */
	struct str key; /* decoded; several keys are separated by 0x01 */
};

/* PATH record, kernel/auditsc.c audit_log_name() */
enum path_kind { PATH_NORMAL, PATH_PARENT, PATH_CREATE, PATH_DELETE, PATH_UNKNOWN };
struct path_record {
	uint32_t item;
	struct str name; /* decoded; absent for (null) */
	bool has_inode; /* inode= and dev= were there */
	uint64_t inode;
	uint32_t dev_major, dev_minor, rdev_major, rdev_minor;
	uint32_t mode, ouid, ogid;
	enum path_kind kind;
};

/* CAPSET and BPRM_FCAPS: capability sets as bit masks (bit number = capability number) */
struct capset_record {
	int32_t pid;
	uint64_t inheritable, permitted, effective, ambient;
};
struct fcaps_record {
	uint64_t file_permitted, file_inheritable;
	bool file_effective;
	uint64_t old_permitted, old_inheritable, old_effective, old_ambient;
	uint64_t permitted, inheritable, effective, ambient;
};

struct objpid_record {
	int32_t pid;
	uint32_t auid, uid, ses;
	struct str comm;
};

#define EVENT_ARGS_MAX 16384

struct event {
	uint64_t time, serial;
	struct str node; /* absent: this host */
	evt_type type;
	enum event_origin origin;
	/*
	 * URINGOP instead of SYSCALL. Its result is what the operation's handler returned to io_uring,
	 * not what the caller got: an open that failed says success=yes exit=0 (seen on Linux 6.18).
	 */
	bool is_uring;
	bool has_syscall; /* sys is valid */
	bool is_incomplete; /* companions without SYSCALL, PATHs or arguments missing */
	struct syscall_record sys;

	const struct notice *notice; /* WATCHCAP_NOTICE; NULL: it is none */

	const struct record *records; /* in the order they came; no EOE */
	size_t n_records;
	struct arena *arena; /* scratch of this event */

	/*
	 * execve: the arguments joined by NUL, argv[0] first, put together over split records and
	 * decoded; absent without an EXECVE record. At most EVENT_ARGS_MAX bytes; argc is what the
	 * kernel counted.
	 */
	struct str args;
	size_t argc;
	const struct str *argv; /* views into args */
	size_t n_argv; /* as many as are there, which hostile programs make fewer than argc */

	struct str cgroup; /* desertion: the path in which the process is now */
	/* ns_gain, cap_gain, outside_root: names of what its container does not have; userns_gain: capabilities */
	struct str gained;
	/* uid_change: syscall, exec, runtime or none; absent: not known. cap_gain: runtime or none */
	struct str cause;
	struct
	{ /* telemetry: what was lost, not before and not after when, and how many if that is known */
		struct str what;
		uint64_t from, to, count;
	} gap;
	/* PATH records, decoded, in the order they came; nearly every event is asked for them */
	const struct path_record *paths;
	size_t n_paths;

	/*
	 * ORIGIN_FANOTIFY: the task waits, and a result does not exist yet. The call is told as the
	 * native openat or execve whatever it was; its flags may not be known.
	 */
	bool is_permission;
	struct permission permission;

	/* write: what was written, and by whom */
	const struct modification *modification; /* WATCHCAP_WRITE; NULL: it is none */

	/* synthetic events, made by state (ORIGIN_PROC): what happened to which knob */
	struct {
		struct str name; /* "release_agent" */
		struct str old, new;
		struct str path; /* inside its file system, below the usual mount point */
		struct str options; /* super options of the hierarchy */
		bool has_inode;
		uint64_t inode;
		uint32_t dev_major, dev_minor;
	} knob;
	struct
	{ /* mount_change: attach, detach or options; why it is told; the mount, target: within the container */
		struct str change, reason;
		struct str source, target, options;
	} mount;
};

/*
 * Decode @n records of one event into @ev. 0, or -EINVAL when nothing usable is in them (counted as
 * malformed by the caller). Unknown record types are kept and ignored.
 */
int event_decode(struct event *ev, const struct record *records, size_t n, struct arena *arena);

/* the first record of this type, or NULL */
const struct record *event_record(const struct event *ev, uint32_t type);
/* PATH record @i in the order they came; false past the last */
bool event_path(const struct event *ev, size_t i, struct path_record *out);
struct str event_cwd(const struct event *ev);
static inline size_t event_argc(const struct event *ev)
{
	return ev->argc;
}
/* EXECVE argument @i; absent if it is not there; the last one may be cut at EVENT_ARGS_MAX */
static inline struct str event_argv(const struct event *ev, size_t i)
{
	return i < ev->n_argv ? ev->argv[i] : STR_ABSENT;
}
bool event_capset(const struct event *ev, struct capset_record *out);
/* a PATH record shows capabilities of its file (cap_fp, cap_fi) */
bool event_has_file_caps(const struct event *ev);
bool event_fcaps(const struct event *ev, struct fcaps_record *out);
bool event_objpid(const struct event *ev, size_t i, struct objpid_record *out);
/* decoded bytes of SOCKADDR saddr= */
struct str event_sockaddr(const struct event *ev);
/* OPENAT2 record: oflag=0x.. mode=0.. resolve=0x.. ; false if there is none */
bool event_openat2(const struct event *ev, uint64_t *flags, uint64_t *mode, uint64_t *resolve);
/*
 * Flags of an open call wherever the ABI puts them (a1 for open, a2 for openat, OPENAT2 record;
 * creat is O_CREAT|O_WRONLY|O_TRUNC; URINGOP: unknown); false if not known.
 */
bool event_open_flags(const struct event *ev, uint64_t *flags);
/* one of the record's keys is @key: a hint only, an administrator's rule may have matched first */
bool event_has_key(const struct event *ev, struct str key);
/* "1767323045.123:4711" */
struct str event_id(const struct event *ev, struct arena *arena);

#endif
