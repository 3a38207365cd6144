/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors by their links. Owns nothing; texts and lists go to the caller's arena. */
#include "kernel/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "kernel/errand.h"
#include "kernel/procfs.h"

#define COUNT_MAX 4096 /* where the directory has to be read for it */

static void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}
#define auto_dir __attribute__((cleanup(cleanup_closedir)))

static DIR *open_list(int task)
{
	auto_close int fd = openat(task, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (dir)
		take_fd(&fd);
	return dir;
}

/* the next number; -1: the end, errno says of what */
static int32_t next_number(DIR *dir)
{
	const struct dirent *entry;
	uint64_t fd;

	errno = 0;
	while ((entry = readdir(dir)))
		if (str_to_u64(str_of(entry->d_name), 10, &fd) == 0 && fd <= INT32_MAX)
			return (int32_t)fd;
	return -1;
}

#define MEMFD "/memfd:"

/* names of anonymous inodes: the callers of anon_inode_getfd() and anon_inode_getfile() in the kernel */
struct str descriptor_type(struct str link)
{
	static const struct {
		const char *head, *type;
	} rows[] = {
		{ "pipe:[", "pipe" },
		{ MEMFD, "memfd" },
		{ "anon_inode:[eventfd]", "event" },
		{ "anon_inode:[signalfd]", "signalfd" },
		{ "anon_inode:[eventpoll]", "eventpoll" },
		{ "anon_inode:inotify", "inotify" },
		{ "anon_inode:bpf", "bpf" },
		{ "anon_inode:[io_uring]", "io_uring" },
		{ "socket:[", NULL },
		{ "/", NULL },
		{ "", "other" },
	};
	size_t i = 0;

	/* directories may have such names; a memfd was never linked, so its name has the mark, kernel fs/d_path.c */
	if (str_starts(link, STR(MEMFD)) && !str_ends(link, STR(" (deleted)")))
		return STR_ABSENT;
	while (!str_starts(link, str_of(rows[i].head)))
		i++;
	return rows[i].type ? str_of(rows[i].type) : STR_ABSENT;
}

bool descriptor_is_memfd(struct str link)
{
	return str_eq(descriptor_type(link), STR("memfd"));
}

/* the helper was held, or is not to be had: not asked about the others either */
static bool is_no_answer(ssize_t r)
{
	return r == -ETIMEDOUT || r == -EBUSY;
}

/* the protocol's name: struct proto of each family, net/ */
static int socket_type(struct errand *e, int task, const char *name, struct str *type)
{
	static const struct {
		const char *protocol, *type;
	} rows[] = {
		{ "TCP", "ipv4" },     { "UDP", "ipv4" },	  { "RAW", "ipv4" },
		{ "PING", "ipv4" },    { "TCPv6", "ipv6" },	  { "UDPv6", "ipv6" },
		{ "RAWv6", "ipv6" },   { "PINGv6", "ipv6" },	  { "UNIX", "unix" },
		{ "MPTCP", "ipv4" },   { "UNIX-STREAM", "unix" }, { "UDP-Lite", "ipv4" },
		{ "MPTCPv6", "ipv6" }, { "UDPLITEv6", "ipv6" },
	};
	auto_buf struct buf protocol = { 0 };
	ssize_t n = errand_read_protocol(e, task, name, &protocol);

	*type = STR_ABSENT;
	if (n <= 0)
		return is_no_answer(n) ? (int)n : 0;
	*type = STR("other");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_eq(buf_str(&protocol), str_of(rows[i].protocol)))
			*type = str_of(rows[i].type);
	return 0;
}

static int path_type(struct errand *e, int task, const char *name, struct str *type)
{
	struct errand_handle h = { 0 };
	int r = errand_look(e, task, name, &h, 1);

	*type = !h.mode		   ? STR_ABSENT
		: S_ISDIR(h.mode)  ? STR("directory")
		: S_ISFIFO(h.mode) ? STR("pipe")
		: S_ISSOCK(h.mode) ? STR("unix")
				   : STR("file");
	return is_no_answer(r) ? r : 0;
}

static int look(struct errand *e, int task, int32_t fd, struct descriptor *out, struct arena *a)
{
	char name[24];
	int r;

	snprintf(name, sizeof(name), "fd/%d", fd);
	*out = (struct descriptor){ .fd = fd };
	r = procfs_link(task, name, a, &out->name);
	if (r < 0)
		return r;
	out->type = descriptor_type(out->name);
	if (out->type.ptr)
		return 0;
	return out->name.ptr[0] == '/' ? path_type(e, task, name, &out->type)
				       : socket_type(e, task, name, &out->type);
}

static int by_number(const void *a, const void *b)
{
	const struct descriptor *one = a, *other = b;

	return (one->fd > other->fd) - (one->fd < other->fd);
}

static int list_all(struct errand *e, int task, struct descriptor *list, size_t *n, struct arena *a)
{
	auto_dir DIR *dir = open_list(task);
	int32_t fd;
	int r;

	if (!dir)
		return -errno;
	while (*n < DESCRIPTORS_MAX && (fd = next_number(dir)) >= 0) {
		r = look(e, task, fd, &list[*n], a);
		if (is_no_answer(r))
			return r;
		*n += r == 0;
	}
	qsort(list, *n, sizeof(*list), by_number);
	return errno ? -errno : 0;
}

int descriptors_list(struct errand *e, int task, int32_t last, struct descriptor **out, size_t *n,
		     struct arena *a)
{
	size_t room = last < 0 ? DESCRIPTORS_MAX : (size_t)last + 1;
	int r = 0;

	*n = 0;
	*out = arena_array_of(a, struct descriptor, room);
	if (!*out)
		return -ENOMEM;
	if (last < 0)
		return list_all(e, task, *out, n, a);
	for (int32_t fd = 0; fd <= last; fd++) {
		r = look(e, task, fd, &(*out)[*n], a);
		if (r < 0 && r != -ENOENT)
			return r;
		*n += r == 0;
	}
	/* of a task that is gone every link is missing */
	return faccessat(task, "fd", F_OK, 0) < 0 ? -errno : 0;
}

int64_t descriptors_count(int task)
{
	auto_dir DIR *dir = NULL;
	struct statx stx;
	int64_t n = 0;

	/* the size of the directory, since Linux 6.2 (fs/proc/fd.c, proc_fd_getattr()) */
	if (statx(task, "fd", 0, STATX_SIZE, &stx) == 0 && stx.stx_size > 0)
		return (int64_t)stx.stx_size;
	dir = open_list(task);
	if (!dir)
		return -errno;
	while (next_number(dir) >= 0)
		if (++n > COUNT_MAX)
			return -E2BIG;
	return errno ? -errno : n;
}
