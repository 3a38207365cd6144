/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the machine can tell that no record says: the one door from state to /proc, cgroupfs and
 * disk.
 *
 * Three answerers: live (this machine), recorded (the WATCHCAP_FACT records that a recording
 * carries within each event), none (a bare log: every question is answered -ENODATA). State never
 * asks the machine any other way, so a replayed recording gives the live verdicts. A live answerer
 * tells each answer, as the text of a record body, to its tap; the recorder writes it into the
 * stream.
 *
 * All texts and arrays of an answer live in the arena of the call.
 */
#ifndef WC_FACTS_H
#define WC_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "event/event.h"
#include "state/spec.h"

struct cgroup_wanted;

struct facts_process {
	int32_t pid, ppid;
	uint64_t start_ticks;
	uint64_t start_time; /* the same in ns since the epoch; 0 = not known */
	bool is_kernel_thread; /* PF_KTHREAD in stat field 9 */
	struct str comm, exe; /* exe: readlink of /proc/PID/exe; absent if unreadable */
	bool has_exe_inode;
	uint64_t exe_inode;
	uint32_t exe_dev_major, exe_dev_minor;
	struct str cwd;
	struct str cmdline; /* arguments separated by NUL */
	struct str cgroup; /* whole text of /proc/PID/cgroup */
	uint32_t uid[4], gid[4]; /* real, effective, saved, fs */
	uint32_t loginuid;
	bool has_caps;
	uint64_t cap_inheritable, cap_permitted, cap_effective, cap_bounding, cap_ambient;
	bool no_new_privs;
	int seccomp; /* 0 none, 1 strict, 2 filter; -1 not known */
	int32_t vpid, sid, pgid; /* innermost pid namespace; host ids */
	uint32_t tty, threads; /* 0 = none, not known */
	uint64_t ns[8]; /* inodes, index enum facts_ns; 0 = not known */
};
enum facts_ns { NS_MNT, NS_PID, NS_USER, NS_NET, NS_IPC, NS_UTS, NS_CGROUP, NS_COUNT };

/* what a process holds beyond its container's mounts (kernel/handles.h) */
struct facts_handles {
	uint64_t start_ticks; /* of the process */
	bool is_known;
	uint32_t outside; /* bits of enum handle_kind */
	uint32_t root_mount; /* of its root; 0 = not known */
	uint32_t root_major, root_minor; /* its device; with root_mount */
};

/* what its threads hold between them: namespaces and capabilities are a thread's own */
struct facts_threads {
	uint64_t start_ticks; /* of the process */
	uint32_t n;
	bool is_cut; /* not all were looked at */
	int32_t tid; /* of one that differs from the first, of one that holds more if there is one; 0: none does */
	uint64_t ns[8]; /* each the host's if one of them is in that, else the first's */
	bool is_divided; /* in ids or capabilities */
	bool has_caps;
	uint64_t userns; /* of the first; the sets of threads in another do not count */
	uint64_t permitted, effective, inheritable, ambient; /* of any of them */
};

/* what its mount namespace shows it */
struct facts_mounts {
	uint64_t start_ticks; /* of the process */
	uint64_t ns; /* inode of the namespace; 0 = not known */
	bool is_cut; /* there are more */
	struct str text; /* lines: state/mount_list.h */
};

/* what the runtime wrote about a container: OCI bundle config.json and the engine's own state */
struct facts_container {
	struct str name, image, image_id, type; /* type: docker, containerd, runc, ... */
	struct str bundle, rootfs;
	bool has_bounding;
	uint64_t cap_bounding, cap_permitted;
	bool has_privileged, privileged;
	struct spec spec;
};

/* one cgroup v1 hierarchy as our own /proc/self/cgroup lists it */
struct facts_hierarchy {
	struct str controllers; /* "memory", "name=systemd" */
	struct str mount_point; /* where our mount namespace has it; absent: nowhere */
	bool has_inode; /* release_agent of its root */
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	struct str release_agent; /* content without the newline; absent if unreadable */
	struct str options; /* super options */
};

/* one kernel knob of procfs or sysfs (kernel/knobs.h) */
struct facts_knob {
	struct str name, path;
	struct str class; /* upcall, hardening, disruption */
	struct str value; /* absent: it has none */
	bool has_inode;
	uint64_t inode;
	uint32_t dev_major, dev_minor;
};

/* a program that the kernel may start, of those whose paths were set when the answerer was made */
struct facts_helper {
	struct str path;
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	uint64_t dir_inode; /* of the directory that the path names it in; 0 = not known */
	uint32_t dir_major, dir_minor;
};
#define FACTS_HELPERS_MAX 64

/* which process is meant: one with another start or program by now is gone (-ESRCH, -ESTALE) */
struct facts_who {
	int32_t pid;
	uint64_t start_ticks; /* 0: not known; then one that started after @not_after is another */
	uint64_t not_after; /* ns since the epoch */
	struct str exe; /* as audit tells it; absent: not known */
	uint64_t party; /* whose files may keep us: container_party() */
};

/* its executable */
struct facts_exe {
	uint64_t ctime, mtime; /* ns since the epoch */
	uint32_t mode, uid, gid;
	bool is_immutable; /* chattr +i: nobody writes it */
	bool has_layer, is_upper, is_lower; /* in an overlay's upper layer, or in a lower one */
};

/* what changes from moment to moment */
struct facts_task {
	uint64_t start_time; /* ns since the epoch; 0 = not known */
	uint32_t threads; /* 0 = not known */
	uint64_t descriptors; /* how many; 0 = none or not known */
	int32_t vpid,
		vpgid; /* innermost pid namespace; vpgid 0: the group's leader is outside it */
	uint64_t pid_ns; /* inode */
	struct str cgroup; /* whole text of /proc/PID/cgroup */
};

struct facts_descriptor {
	int32_t fd;
	struct str type, name; /* words of fd.type; what the link says; absent: not known */
};

struct facts;

struct facts *facts_none(void);
/* answers from the WATCHCAP_FACT records of the event that facts_begin() names */
struct facts *facts_recorded(void);
/*
 * What a live answerer says goes to the tap as the body of a record: RECORD_FACT for every answer,
 * negative ones included (in the name of the event of facts_begin()), RECORD_KNOB for a value that
 * the slow sweeper found changed (an event of its own).
 */
typedef void (*facts_tap)(void *ctx, uint32_t record_type, struct str body);
/*
 * This machine under injectable roots (NULL = "/proc", "/sys/fs/cgroup", "/") and the node= name
 * that auditd gives to it (NULL = uname's). @tap may be NULL. NULL on ENOMEM.
 */
struct facts_roots {
	const char *proc, *cgroup, *root, *node;
	uint64_t
		patience; /* ns of a second that questions on account of one party may cost; 0: as for the machine */
};
struct facts *facts_live(const struct facts_roots *roots, facts_tap tap, void *ctx);
void facts_free(struct facts *f);
DEFINE_AUTO(facts)
bool facts_is_live(const struct facts *f);
/* files that a live answerer found and did not read, for whatever reason, whole or in part */
uint64_t facts_refused(const struct facts *f);
/* groups of files of the host that it could not look at the last time: what is new in them is not known */
uint64_t facts_unread(const struct facts *f);
/* the process that reads for it; 0: none */
int32_t facts_helper(const struct facts *f);
/* @node is the machine that the answers are about; an absent node always is */
bool facts_is_local(const struct facts *f, struct str node);
/* hand a WATCHCAP_KNOB body to the tap */
void facts_tell_knob(struct facts *f, struct str body);
/* hand the body of a fact that nobody was asked for to the tap */
void facts_tell(struct facts *f, struct str body);
/* the answers of sweeps are not told while @quiet (the sweeper looks every second) */
void facts_set_quiet(struct facts *f, bool quiet);

/* what is asked and told while @apart is no part of the event at hand, in a recording it stands ahead of it; what was */
bool facts_set_apart(struct facts *f, bool apart);
/* tell what was asked quietly */
void facts_tell_process(struct facts *f, const struct facts_process *p);

/* the event in whose name the next questions are asked; NULL = the sweep at start */
void facts_begin(struct facts *f, const struct event *ev);

/* 0, -ENODATA (nobody can tell), -ESRCH (gone), other -errno */
int facts_ask_process(struct facts *f, int32_t pid, struct facts_process *out, struct arena *a);
/* only pid, start, cgroup (absent: too long to be told) and namespaces of it: what it can change while it lives */
int facts_ask_cgroup(struct facts *f, int32_t pid, struct facts_process *out, struct arena *a);
/*
 * @witness: a process within its container, 0: none. @root_mount: of the container's root, 0 = not known: a hint, not
 * part of the question.
 */
int facts_ask_handles(struct facts *f, uint64_t party, int32_t pid, int32_t witness,
		      uint32_t root_mount, struct facts_handles *out, struct arena *a);
/* @host_ns: those that are the host's; no part of the question */
int facts_ask_threads(struct facts *f, uint64_t party, int32_t pid,
		      const uint64_t host_ns[static NS_COUNT], struct facts_threads *out,
		      struct arena *a);
/* the mounts that @pid's root reaches, by no path of anybody's */
int facts_ask_mounts(struct facts *f, uint64_t party, int32_t pid, struct facts_mounts *out,
		     struct arena *a);
/*
 * The process that @number is to @pid: in its pid namespace, or behind its pidfd. *out: its id on the host, of the whole
 * process where a thread is meant. -ENOTTY: the kernel does not translate.
 */
enum facts_view { VIEW_PID, VIEW_PIDFD };
int facts_ask_target(struct facts *f, uint64_t party, int32_t pid, enum facts_view view,
		     int32_t number, int32_t *out, struct arena *a);
/* @id: full container id; @bundle: may be absent. */
int facts_ask_container(struct facts *f, struct str id, struct str bundle,
			struct facts_container *out, struct arena *a);
/* ids of the containers that runc and crun keep state of: their cgroup paths may be anything */
int facts_ask_containers(struct facts *f, struct str **out, size_t *n, struct arena *a);
int facts_ask_hierarchies(struct facts *f, const struct cgroup_wanted *wanted,
			  struct facts_hierarchy **out, size_t *n, struct arena *a);
/* the knobs of procfs and sysfs that this kernel has */
int facts_ask_knobs(struct facts *f, struct facts_knob **out, size_t *n, struct arena *a);
/* those that are there: never one whose path was set later */
int facts_ask_helpers(struct facts *f, struct facts_helper **out, size_t *n, struct arena *a);
/* what runs is the interpreter of a helper that is a script, and was started as the kernel starts it (kernel/umh.h) */
bool facts_is_known_script(const struct facts *f, const struct facts_process *p);
/* from now on nothing at @path is a helper */
void facts_forget_helper(struct facts *f, struct str path);
/* all pids, for the sweep at start */
int facts_ask_pids(struct facts *f, int32_t **out, size_t *n, struct arena *a);
/* the link behind /proc/PID/fd/FD: directory of a relative path; absent answer = -ENOENT */
int facts_ask_fd(struct facts *f, int32_t pid, int32_t fd, struct str *out, struct arena *a);
/* what of the host lies on a device (kernel/blockdev.h); empty: nothing */
int facts_ask_disk(struct facts *f, bool is_char, uint32_t major, uint32_t minor, struct str *use,
		   struct arena *a);
/*
 * The class (kernel/hostfiles.h) of the first of @files that has one; empty: none has. @files: "MAJOR:MINOR:INODE", or,
 * for what is called so in that directory, "MAJOR:MINOR:INODE/NAME", or, for it with all that is in it, without a name,
 * NUL between.
 */
int facts_ask_host_file(struct facts *f, struct str files, struct str *class, struct arena *a);
/*
 * A closer look at a process, for what few rules ask: its executable, itself, its descriptors (0 to 2, or those of
 * DESCRIPTORS_MAX in kernel/descriptors.h), one variable of its environment (-ENOENT: it has none of that name; @name
 * absent: the names of all, each with its '=', blanks in between).
 */
int facts_ask_exe(struct facts *f, const struct facts_who *who, struct facts_exe *out,
		  struct arena *a);
int facts_ask_task(struct facts *f, const struct facts_who *who, struct facts_task *out,
		   struct arena *a);
int facts_ask_descriptors(struct facts *f, const struct facts_who *who, bool only_stdio,
			  struct facts_descriptor **out, size_t *n, struct arena *a);
int facts_ask_env(struct facts *f, const struct facts_who *who, struct str name, struct str *out,
		  struct arena *a);
/* the layer of the file that it has at @path, on that device; only the last three of @out are set */
int facts_ask_layer(struct facts *f, const struct facts_who *who, struct str path, uint32_t major,
		    uint32_t minor, struct facts_exe *out, struct arena *a);
/* in whose files a name is looked up */
struct facts_inside {
	struct str container; /* full id */
	int32_t pid; /* a process of it, through whose root the files are reached */
	uint64_t start_ticks; /* of that process; 0 = not known */
	uint64_t party; /* as above */
};
/*
 * Names of ids from passwd and group files, never NSS. @inside NULL: the host's files. -ENOENT: the
 * file was read and has no such id; any other error: it was not read.
 */
int facts_ask_user(struct facts *f, const struct facts_inside *inside, uint32_t uid,
		   struct str *name, struct str *home, struct str *shell, struct arena *a);
int facts_ask_group(struct facts *f, const struct facts_inside *inside, uint32_t gid,
		    struct str *name, struct arena *a);

#endif
