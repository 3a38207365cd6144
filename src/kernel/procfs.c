/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading tasks under /proc. Owns no memory but one directory descriptor; texts go to the caller's
 * arena.
 *
 * Must not resolve anything on behalf of a task: links are read as text, the one file that is
 * looked at (exe) is looked at without asking its file system.
 */
#include "kernel/procfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "kernel/errand.h"

#define STAT_MAX 4096
#define ROOT_STAT_MAX (1 << 20) /* /proc/stat grows with processors and interrupts */
#define EXITING 0x00000004 /* PF_EXITING, include/linux/sched.h */
#define KERNEL_THREAD 0x00200000 /* PF_KTHREAD */

int procfs_init(struct procfs *p, const char *root)
{
	*p = (struct procfs){ .root = open(root ? root : "/proc",
					   O_PATH | O_DIRECTORY | O_CLOEXEC) };
	return p->root < 0 ? -errno : 0;
}

int procfs_init_private(struct procfs *p)
{
	auto_close int fs = fsopen("proc", FSOPEN_CLOEXEC);

	*p = (struct procfs){ .root = -1 };
	if (fs >= 0 && fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		p->root = fsmount(fs, FSMOUNT_CLOEXEC,
				  MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	return p->root < 0 ? procfs_init(p, NULL) : 0;
}

void procfs_release(struct procfs *p)
{
	if (p->root >= 0)
		close(p->root);
	p->root = -1;
}

static void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

/* a name of only digits that fits; -1 otherwise */
static int32_t pid_of_name(const char *name)
{
	uint64_t pid;

	if (*name < '1' || *name > '9' || str_to_u64(str_of(name), 10, &pid) < 0 || pid > INT32_MAX)
		return -1;
	return (int32_t)pid;
}

/* the numbers that are names in a directory */
static int list_numbers(int at, const char *name, int32_t **out, size_t *n, struct arena *a)
{
	auto_close int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_buf struct buf pids = { 0 };
	__attribute__((cleanup(cleanup_closedir))) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return -errno;
	take_fd(&fd);
	errno = 0;
	while ((entry = readdir(dir))) {
		int32_t pid = pid_of_name(entry->d_name);

		if (pid > 0)
			buf_add(&pids, str_mem(&pid, sizeof(pid)));
	}
	if (errno)
		return -errno;
	*n = pids.len / sizeof(int32_t);
	*out = arena_array_of(a, int32_t, *n + 1);
	if (buf_failed(&pids) || !*out)
		return -ENOMEM;
	if (pids.len)
		memcpy(*out, pids.ptr, pids.len);
	return 0;
}

int procfs_pids(const struct procfs *p, int32_t **out, size_t *n, struct arena *a)
{
	return list_numbers(p->root, ".", out, n, a);
}

int procfs_threads(int task, int32_t **out, size_t *n, struct arena *a)
{
	return list_numbers(task, "task", out, n, a);
}

static int keep_text(ssize_t n, const struct buf *text, struct arena *a, struct str *out)
{
	if (n < 0)
		return (int)n;
	*out = arena_str(a, buf_str(text));
	return out->ptr ? 0 : -ENOMEM;
}

static int read_text(int dir, const char *name, size_t max, struct arena *a, struct str *out)
{
	auto_buf struct buf text = { 0 };

	return keep_text(file_read_at(dir, name, max, &text), &text, a, out);
}

/* the trimmed rest of the first line that starts with @key */
static bool line_find(struct str text, struct str key, struct str *value)
{
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		if (!str_starts(line, key))
			continue;
		*value = str_trim(str_from(line, key.len));
		return true;
	}
	return false;
}

uint64_t procfs_boot_time(const struct procfs *p)
{
	auto_buf struct buf text = { 0 };
	struct str value;
	uint64_t seconds;

	if (file_read_at(p->root, "stat", ROOT_STAT_MAX, &text) < 0 ||
	    !line_find(buf_str(&text), STR("btime "), &value) ||
	    str_to_u64(value, 10, &seconds) < 0 || seconds > UINT64_MAX / NS_PER_S)
		return 0;
	return seconds * NS_PER_S;
}

int procfs_text(const struct procfs *p, const char *name, size_t max, struct arena *a,
		struct str *out)
{
	return read_text(p->root, name, max, a, out);
}

int procfs_task(const struct procfs *p, int32_t pid)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "%d", pid);
	fd = openat(p->root, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	return errno == ENOENT ? -ESRCH : -errno;
}

int procfs_file(int task, const char *name, size_t max, struct arena *a, struct str *out)
{
	return read_text(task, name, max, a, out);
}

int procfs_record(int task, const char *name, size_t max, struct arena *a, struct str *out)
{
	auto_buf struct buf text = { 0 };

	return keep_text(file_read_record_at(task, name, max, &text), &text, a, out);
}

/* fields of /proc/PID/stat behind the name, from the state on (proc_pid_stat(5)) */
enum {
	STAT_PPID = 1,
	STAT_PGRP,
	STAT_SESSION,
	STAT_TTY,
	STAT_FLAGS = 6,
	STAT_START = 19,
	STAT_USED
};

static int32_t field_id(struct str field, bool *ok)
{
	int64_t value = 0;

	if (str_to_i64(field, &value) < 0 || value < INT32_MIN || value > INT32_MAX)
		*ok = false;
	return (int32_t)value;
}

int procfs_stat_parse(struct str text, struct procfs_stat *out)
{
	/*
	 * comm may hold blanks, parentheses and newlines: the last ')' ends it, only numbers follow
	 */
	ssize_t open = str_chr(text, '('), close = str_rchr(text, ')');
	struct str rest, fields[STAT_USED] = { 0 };
	uint64_t flags, start;
	bool ok = true;

	*out = (struct procfs_stat){ 0 };
	if (open < 0 || close < open)
		return -EINVAL;
	out->comm = str_mem(text.ptr + open + 1, (size_t)(close - open - 1));
	rest = str_trim(str_from(text, (size_t)close + 1));
	for (unsigned i = 0; i < STAT_USED && str_cut(&rest, ' ', &fields[i]); i++)
		;
	out->ppid = field_id(fields[STAT_PPID], &ok);
	out->pgid = field_id(fields[STAT_PGRP], &ok);
	out->sid = field_id(fields[STAT_SESSION], &ok);
	out->tty = (uint32_t)field_id(fields[STAT_TTY], &ok);
	if (!ok || str_to_u64(fields[STAT_FLAGS], 10, &flags) < 0 ||
	    str_to_u64(fields[STAT_START], 10, &start) < 0)
		return -EINVAL;
	out->is_kernel_thread = flags & KERNEL_THREAD;
	out->is_exiting = flags & EXITING;
	out->start_ticks = start;
	return 0;
}

int procfs_stat(int task, struct procfs_stat *out, struct arena *a)
{
	struct str text;
	int r = procfs_record(task, "stat", STAT_MAX, a, &text);

	return r < 0 ? r : procfs_stat_parse(text, out);
}

int procfs_thread_stat(int task, int32_t tid, struct procfs_stat *out, struct arena *a)
{
	char name[32];
	struct str text;
	int r;

	snprintf(name, sizeof(name), "task/%d/stat", tid);
	r = procfs_record(task, name, STAT_MAX, a, &text);
	return r < 0 ? r : procfs_stat_parse(text, out);
}

int procfs_link(int task, const char *name, struct arena *a, struct str *out)
{
	char target[PATH_MAX + 1];
	ssize_t n = readlinkat(task, name, target, sizeof(target));

	if (n < 0)
		return -errno;
	*out = arena_str(a, str_mem(target, (size_t)n));
	return out->ptr ? 0 : -ENOMEM;
}

int procfs_exe(int task, struct procfs_inode *out)
{
	struct statx stx;

	if (statx(task, "exe", AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &stx) < 0)
		return -errno;
	*out = (struct procfs_inode){ stx.stx_ino, stx.stx_dev_major, stx.stx_dev_minor };
	return 0;
}

static uint64_t time_of(const struct statx_timestamp *t)
{
	return t->tv_sec < 0 ? 0 : (uint64_t)t->tv_sec * NS_PER_S + t->tv_nsec;
}

int procfs_exe_status(int task, struct procfs_exe_status *out)
{
	struct statx stx;

	if (statx(task, "exe", AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_MNT_ID, &stx) < 0)
		return -errno;
	*out = (struct procfs_exe_status){
		.inode = stx.stx_ino,
		.dev_major = stx.stx_dev_major,
		.dev_minor = stx.stx_dev_minor,
		.mode = stx.stx_mode,
		.uid = stx.stx_uid,
		.gid = stx.stx_gid,
		.ctime = time_of(&stx.stx_ctime),
		.mtime = time_of(&stx.stx_mtime),
		.is_immutable = stx.stx_attributes & STATX_ATTR_IMMUTABLE,
		.mount = stx.stx_mask & STATX_MNT_ID ? stx.stx_mnt_id : 0,
	};
	return 0;
}

uint32_t procfs_loginuid(int task, struct arena *a)
{
	struct str text;
	uint64_t uid;

	if (procfs_record(task, "loginuid", 32, a, &text) < 0 ||
	    str_to_u64(str_trim(text), 10, &uid) < 0 || uid > UINT32_MAX)
		return UINT32_MAX;
	return (uint32_t)uid;
}

/* "mnt:[4026531840]" */
static uint64_t ns_inode(struct str link)
{
	ssize_t open = str_rchr(link, '[');
	uint64_t inode;

	if (open < 0 || !str_ends(link, STR("]")))
		return 0;
	link = str_from(str_first(link, link.len - 1), (size_t)open + 1);
	return str_to_u64(link, 10, &inode) == 0 ? inode : 0;
}

#define NS_DIR "ns/"

static const char *const ns_links[PROCFS_NS_COUNT] = {
	[PROCFS_NS_MNT] = NS_DIR "mnt",	      [PROCFS_NS_PID] = NS_DIR "pid",
	[PROCFS_NS_USER] = NS_DIR "user",     [PROCFS_NS_NET] = NS_DIR "net",
	[PROCFS_NS_IPC] = NS_DIR "ipc",	      [PROCFS_NS_UTS] = NS_DIR "uts",
	[PROCFS_NS_CGROUP] = NS_DIR "cgroup",
};

const char *procfs_ns_name(unsigned which)
{
	return which < PROCFS_NS_COUNT ? ns_links[which] + sizeof(NS_DIR) - 1 : "";
}

uint64_t procfs_namespace(int task, enum procfs_ns which)
{
	char target[64];
	ssize_t n = readlinkat(task, ns_links[which], target, sizeof(target));

	return n > 0 ? ns_inode(str_mem(target, (size_t)n)) : 0;
}

void procfs_namespaces(int task, uint64_t out[static PROCFS_NS_COUNT])
{
	for (unsigned i = 0; i < PROCFS_NS_COUNT; i++)
		out[i] = procfs_namespace(task, (enum procfs_ns)i);
}

int procfs_pidns(int task)
{
	int fd = openat(task, "ns/pid", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

uint64_t procfs_pidns_parent(int *at)
{
	auto_close int parent = ioctl(*at, NS_GET_PARENT);
	struct stat st;

	if (parent < 0 || fstat(parent, &st) < 0)
		return 0;
	close(*at);
	*at = take_fd(&parent);
	return st.st_ino;
}

#define FDINFO_MAX 4096

int32_t procfs_pidfd(int task, int fd, struct errand *e)
{
	auto_buf struct buf text = { 0 };
	char name[32];
	struct str value;
	int64_t pid;
	ssize_t n;

	snprintf(name, sizeof(name), "fdinfo/%d", fd);
	n = errand_read_task(e, task, name, FDINFO_MAX, &text);
	if (n < 0)
		return (int32_t)n;
	if (!line_find(buf_str(&text), STR("Pid:"), &value) || str_to_i64(value, &pid) < 0)
		return -EBADF;
	return pid > 0 && pid <= INT32_MAX ? (int32_t)pid : -ESRCH;
}

#ifndef NS_GET_PID_FROM_PIDNS
#define NS_GET_PID_FROM_PIDNS _IOR(NSIO, 0x6, int)
#endif

int32_t procfs_pid_inside(int task, int32_t pid)
{
	auto_close int ns = procfs_pidns(task);
	int r;

	if (ns < 0)
		return ns;
	r = ioctl(ns, NS_GET_PID_FROM_PIDNS, pid);
	return r < 0 ? -errno : r;
}
