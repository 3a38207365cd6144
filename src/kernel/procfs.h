/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /proc under an injectable root: what proc(5) says of one task.
 *
 * A task is asked through one descriptor of its directory: when its pid is reused meanwhile, the
 * descriptor answers -ESRCH, never with the next task's data. All texts land in the caller's arena.
 */
#ifndef WC_PROCFS_H
#define WC_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct errand;
struct shares;

struct procfs {
	int root; /* directory, O_PATH */
	struct shares *
		scans; /* of kernel/living.h, ns of a thread's time by pid, the caller's; NULL: as long as it takes */
};

/* @root: NULL = "/proc". 0 or -errno. */
int procfs_init(struct procfs *p, const char *root);
/*
 * An instance that nobody else has (a detached mount), so that no lease is on any of its files (fcntl(2), F_SETLEASE: who is given
 * the host's /proc may have them on his own), and nothing is mounted over them; "/proc" where none can be made. 0 or -errno.
 */
int procfs_init_private(struct procfs *p);
void procfs_release(struct procfs *p);
/* all thread groups, in the order of the directory; 0 or -errno */
int procfs_pids(const struct procfs *p, int32_t **out, size_t *n, struct arena *a);
/*
 * when the machine was started, ns since the epoch (btime of /proc/stat, whole seconds); 0 = not
 * known
 */
uint64_t procfs_boot_time(const struct procfs *p);
/* one file of the root itself ("self/cgroup"); 0 or -errno */
int procfs_text(const struct procfs *p, const char *name, size_t max, struct arena *a,
		struct str *out);

/* the directory of @pid: a descriptor that the caller closes, or -errno (-ESRCH: no such task) */
int procfs_task(const struct procfs *p, int32_t pid);

/* its threads, itself among them; 0 or -errno */
int procfs_threads(int task, int32_t **out, size_t *n, struct arena *a);

/* /proc/PID/stat, proc_pid_stat(5) */
struct procfs_stat {
	struct str comm;
	int32_t ppid, pgid, sid;
	uint32_t tty; /* device number, 0 = none */
	bool is_kernel_thread; /* PF_KTHREAD, include/linux/sched.h */
	/*
	 * PF_EXITING: what it belonged to is gone: a version 1 hierarchy says "/" of it (kernel kernel/cgroup/cgroup.c,
	 * proc_cgroup_show()), its namespaces do not let themselves be read
	 */
	bool is_exiting;
	uint64_t start_ticks; /* since boot, sysconf(_SC_CLK_TCK) a second */
};
/* 0, or -errno; -EINVAL: not the format of proc_pid_stat(5) */
int procfs_stat(int task, struct procfs_stat *out, struct arena *a);
/*
 * The same of @tid, the very task whose directory @task is: the other counts what all threads of its process have used, each time
 * (fs/proc/array.c, do_task_stat(): 1.2 ms for 12,000 of them)
 */
int procfs_thread_stat(int task, int32_t tid, struct procfs_stat *out, struct arena *a);
/* the parser behind it; out->comm is a view into @text */
int procfs_stat_parse(struct str text, struct procfs_stat *out);

/* /proc/PID/status, proc_pid_status(5) */
struct procfs_status {
	int32_t tgid; /* the process that the task is a thread of; 0 = not told */
	uint32_t uid[4], gid[4]; /* real, effective, saved, file system */
	int32_t vpid,
		vpgid; /* the process and its group in the innermost pid namespace; 0 = not told, or from outside */
	uint32_t threads;
	bool has_caps; /* all five lines were there */
	uint64_t cap_inheritable, cap_permitted, cap_effective, cap_bounding, cap_ambient;
	bool no_new_privs;
	int seccomp; /* 0 none, 1 strict, 2 filter; -1 not told */
};
int procfs_status(int task, struct procfs_status *out);
/* 0, or -EINVAL: no Uid or Gid line */
int procfs_status_parse(struct str text, struct procfs_status *out);

/*
 * What is read of /proc/PID/cgroup at the most, bytes: a line for each hierarchy, and who mounts one names it and its own place
 * in it.
 */
#define PROCFS_CGROUP_MAX (256 * 1024)

/* a text file of the task ("mountinfo"); 0 or -errno (-EFBIG: longer than @max) */
int procfs_file(int task, const char *name, size_t max, struct arena *a, struct str *out);
/* the same of one that is a single record: "cgroup", "cmdline", "stat" (fs/proc/base.c, tgid_base_stuff) */
int procfs_record(int task, const char *name, size_t max, struct arena *a, struct str *out);
/* a link of the task as the kernel prints it: "exe", "cwd", "root", "fd/3"; 0 or -errno */
int procfs_link(int task, const char *name, struct arena *a, struct str *out);
/*
 * The file behind /proc/PID/exe. Attributes as cached (AT_STATX_DONT_SYNC), so that a FUSE server
 * that does not answer cannot hold us. The device is that of stat(2): on btrfs not the one of audit
 * records.
 */
struct procfs_inode {
	uint64_t inode;
	uint32_t dev_major, dev_minor;
};
int procfs_exe(int task, struct procfs_inode *out);
/* What it is like: the times are those that its file system has cached. */
struct procfs_exe_status {
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	uint32_t mode, uid, gid;
	uint64_t ctime, mtime; /* ns since the epoch */
	bool is_immutable;
	uint64_t mount; /* its mount, as mountinfo numbers them; 0 = not told */
};
int procfs_exe_status(int task, struct procfs_exe_status *out);
/* loginuid; UINT32_MAX if unset or unreadable */
uint32_t procfs_loginuid(int task, struct arena *a);

/*
 * The host's id of the process behind pidfd @fd of the task (fdinfo, kernel kernel/pid.c, pidfd_show_fdinfo()), and of
 * the one that has @pid in its pid namespace (NS_GET_PID_FROM_PIDNS of ioctl_ns(2), since 6.11). The id, or -errno;
 * -ESRCH: nobody's, -EBADF: no pidfd, -ENOTTY: the kernel does not know the question. What the descriptor is the task
 * decides, and a file with many locks takes long to tell of: the helper reads it, -ETIMEDOUT as in kernel/errand.h.
 */
int32_t procfs_pidfd(int task, int fd, struct errand *e);
int32_t procfs_pid_inside(int task, int32_t pid);

/* namespaces: inode numbers by the links in /proc/PID/ns, in this order */
enum procfs_ns {
	PROCFS_NS_MNT,
	PROCFS_NS_PID,
	PROCFS_NS_USER,
	PROCFS_NS_NET,
	PROCFS_NS_IPC,
	PROCFS_NS_UTS,
	PROCFS_NS_CGROUP,
	PROCFS_NS_COUNT,
};
/* "mnt"; "" past the last */
const char *procfs_ns_name(unsigned which);
/* one of them; 0 = not known */
uint64_t procfs_namespace(int task, enum procfs_ns which);
/*
 * The pid namespace of the task: a descriptor that the caller closes, or -errno. Its parent takes the place of the one in *@at and is
 * told by its inode (NS_GET_PARENT of ioctl_ns(2)); 0: it has none that is ours or lies in ours.
 */
int procfs_pidns(int task);
uint64_t procfs_pidns_parent(int *at);
/* 0 = not known */
void procfs_namespaces(int task, uint64_t out[static PROCFS_NS_COUNT]);

#endif
