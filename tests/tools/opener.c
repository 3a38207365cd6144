/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a file for writing in one of the disguises an attacker has, writes one newline and ends. Or mounts a
 * cgroup v1 hierarchy with a release_agent by the calls whose options no record shows.
 *
 *   opener [read|open] plain|openat2|opath|int80|creat|thread|fork|dirfd|iouring|ioexit|handle|groups FILE
 *                                read: opens it for reading; open: for writing, and writes nothing
 *   opener cgroup NAME RELEASE_AGENT DIRECTORY
 *   opener procfs FILE TEXT      writes TEXT to FILE of a procfs that is attached nowhere
 *   opener connect SOCKET        connects to it through io_uring
 *
 * Runs inside test containers: static, no dependencies. Exit 0: the file was opened; 1: refused; 2: the
 * kernel does not have this way.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int access_mode = O_WRONLY;
static bool is_written = true;

/* the exit status */
static int finish(int fd)
{
	return fd >= 0 && (!is_written || write(fd, "\n", 1) == 1) ? 0 : 1;
}

static int open_openat2(const char *path)
{
	struct open_how how = { .flags = (uint64_t)access_mode };
	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static int open_opath(const char *path)
{
	char link[64];
	int fd = open(path, O_PATH);
	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return open(link, access_mode);
}

static int open_int80(const char *path)
{
#ifdef __x86_64__
	/* the 32-bit call takes a 32-bit pointer: copy the path below 4 GiB */
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long ret;
	if (low == MAP_FAILED)
		return -1;
	snprintf(low, 4096, "%s", path);
	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(5L), "b"(low), "c"((long)access_mode), "d"(0L)
			 : "memory", "r8", "r9", "r10", "r11");
	if (ret < 0) {
		errno = (int)-ret;
		return -1;
	}
	return (int)ret;
#else
	(void)path;
	errno = ENOSYS;
	return -1;
#endif
}

static int open_creat(const char *path)
{
	return creat(path, 0644);
}

static int open_plain(const char *path)
{
	return open(path, access_mode);
}

/* with as many groups as there can be: /proc/PID/status tells of each */
static int open_groups(const char *path)
{
	static gid_t groups[65536];

	for (size_t i = 0; i < 65536; i++)
		groups[i] = (gid_t)(1000000000 + i);
	if (setgroups(65536, groups) < 0)
		_exit(2);
	return open_plain(path);
}

static void *thread_open(void *path)
{
	return (void *)(intptr_t)open_plain(path);
}

static int open_thread(const char *path)
{
	pthread_t thread;
	void *fd = (void *)(intptr_t)-1;
	char copy[4096];
	snprintf(copy, sizeof(copy), "%s", path);
	if (pthread_create(&thread, NULL, thread_open, copy) == 0)
		pthread_join(thread, &fd);
	return (int)(intptr_t)fd;
}

/* double fork: the opener's parents are gone when it opens */
static int open_fork(const char *path)
{
	pid_t child = fork();
	if (child == 0) {
		if (fork() > 0)
			_exit(0);
		usleep(300000);
		_exit(finish(open_plain(path)));
	}
	waitpid(child, NULL, 0);
	usleep(600000);
	return open("/dev/null", O_WRONLY);
}

static int open_dirfd(const char *path)
{
	char dir[4096];
	snprintf(dir, sizeof(dir), "%s", path);
	char *slash = strrchr(dir, '/');
	if (!slash)
		return open_plain(path);
	*slash = 0;
	int fd = open(dir, O_DIRECTORY | O_PATH);
	return fd < 0 ? fd : openat(fd, slash + 1, access_mode);
}

struct ring {
	int fd;
	struct io_uring_params params;
	char *base;
	struct io_uring_sqe *sqes;
};

static int ring_make(struct ring *r)
{
	*r = (struct ring){ 0 };
	r->fd = (int)syscall(SYS_io_uring_setup, 4, &r->params);
	if (r->fd < 0)
		return -1;
	size_t size = r->params.cq_off.cqes + r->params.cq_entries * sizeof(struct io_uring_cqe);
	r->base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		       IORING_OFF_SQ_RING);
	r->sqes = mmap(NULL, r->params.sq_entries * sizeof(*r->sqes), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
	return r->base == MAP_FAILED || r->sqes == MAP_FAILED ? -1 : 0;
}

static struct io_uring_sqe *ring_ask(struct ring *r, unsigned at, uint8_t opcode)
{
	unsigned *array = (unsigned *)(void *)(r->base + r->params.sq_off.array);
	unsigned *tail = (unsigned *)(void *)(r->base + r->params.sq_off.tail);

	memset(&r->sqes[at], 0, sizeof(r->sqes[at]));
	r->sqes[at].opcode = opcode;
	array[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	return &r->sqes[at];
}

static void ring_ask_open(struct ring *r, unsigned at, const char *path)
{
	struct io_uring_sqe *sqe = ring_ask(r, at, IORING_OP_OPENAT);

	sqe->fd = AT_FDCWD;
	sqe->addr = (uint64_t)(uintptr_t)path;
	sqe->open_flags = (uint32_t)access_mode;
}

/* how many answers there are */
static unsigned ring_answers(const struct ring *r)
{
	return __atomic_load_n((unsigned *)(void *)(r->base + r->params.cq_off.tail),
			       __ATOMIC_ACQUIRE);
}

static int ring_answer(const struct ring *r, unsigned at)
{
	const struct io_uring_cqe *cqe = (void *)(r->base + r->params.cq_off.cqes);

	if (cqe[at].res >= 0)
		return cqe[at].res;
	errno = -cqe[at].res;
	return -1;
}

static int open_iouring(const char *path)
{
	struct ring r;

	if (ring_make(&r) < 0)
		return -1;
	ring_ask_open(&r, 0, path);
	if (syscall(SYS_io_uring_enter, r.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -1;
	return ring_answer(&r, 0);
}

static int connect_iouring(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct io_uring_sqe *sqe;
	struct ring r;

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	if (ring_make(&r) < 0)
		return -1;
	sqe = ring_ask(&r, 0, IORING_OP_CONNECT);
	sqe->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	sqe->addr = (uint64_t)(uintptr_t)&to;
	sqe->off = sizeof(to); /* the length of the address */
	if (syscall(SYS_io_uring_enter, r.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -1;
	return ring_answer(&r, 0);
}

/* after a timeout, as the task returns from an innocent openat() for reading, whose registers still stand */
static int open_ioexit(const char *path)
{
	struct __kernel_timespec soon = { .tv_nsec = 50 * 1000 * 1000 };
	struct io_uring_sqe *timeout;
	struct ring r;

	if (ring_make(&r) < 0)
		return -1;
	timeout = ring_ask(&r, 0, IORING_OP_TIMEOUT);
	timeout->addr = (uint64_t)(uintptr_t)&soon;
	timeout->len = 1;
	timeout->flags = IOSQE_IO_HARDLINK;
	ring_ask_open(&r, 1, path);
	if (syscall(SYS_io_uring_enter, r.fd, 2, 0, 0, NULL, 0) < 0)
		return -1;
	while (ring_answers(&r) < 2)
		syscall(SYS_openat, AT_FDCWD, "/nowhere", O_RDONLY, 0);
	return ring_answer(&r, 1);
}

/* by file handle: no path is walked, so no permission filter of audit sees it */
static int open_handle(const char *path)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} file = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id;
	if (name_to_handle_at(AT_FDCWD, path, &file.handle, &mount_id, 0) < 0)
		return -1;
	char dir[4096];
	snprintf(dir, sizeof(dir), "%s", path);
	char *slash = strrchr(dir, '/');
	if (slash)
		*slash = 0;
	int mount = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY);
	return mount < 0 ? mount : open_by_handle_at(mount, &file.handle, access_mode);
}

static const struct {
	const char *name;
	int (*open)(const char *path);
} ways[] = {
	{ "plain", open_plain },   { "openat2", open_openat2 }, { "opath", open_opath },
	{ "int80", open_int80 },   { "creat", open_creat },	{ "thread", open_thread },
	{ "fork", open_fork },	   { "dirfd", open_dirfd },	{ "iouring", open_iouring },
	{ "ioexit", open_ioexit }, { "handle", open_handle },	{ "groups", open_groups },
};

/* a cgroup hierarchy with a release_agent, by the calls that name no file */
static int mount_cgroup(const char *name, const char *agent, const char *dir)
{
	int fs = (int)syscall(SYS_fsopen, "cgroup", 0), mount;

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, "none", NULL, 0) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "name", name, 0) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "release_agent", agent, 0) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	mount = (int)syscall(SYS_fsmount, fs, 0, 0);
	if (mount < 0)
		return -1;
	return (int)syscall(SYS_move_mount, mount, "", AT_FDCWD, dir, MOVE_MOUNT_F_EMPTY_PATH);
}

static int write_detached(const char *file, const char *text)
{
	int fs = (int)syscall(SYS_fsopen, "proc", 0), mount, fd;

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	mount = (int)syscall(SYS_fsmount, fs, 0, 0);
	fd = mount < 0 ? mount : openat(mount, file, O_WRONLY);
	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -1;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "procfs") == 0) {
		if (write_detached(argv[2], argv[3]) == 0)
			return 0;
		perror("procfs");
		return 1;
	}
	if (argc == 5 && strcmp(argv[1], "cgroup") == 0) {
		if (mount_cgroup(argv[2], argv[3], argv[4]) == 0)
			return 0;
		perror("cgroup");
		return 1;
	}
	if (argc == 4 && (strcmp(argv[1], "read") == 0 || strcmp(argv[1], "open") == 0)) {
		access_mode = argv[1][0] == 'r' ? O_RDONLY : O_WRONLY;
		is_written = false;
		argc--, argv++;
	}
	if (argc == 3 && strcmp(argv[1], "connect") == 0) {
		if (connect_iouring(argv[2]) == 0)
			return 0;
		perror("connect");
		return 1;
	}
	if (argc != 3)
		return 2;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(argv[1], ways[i].name) != 0)
			continue;
		int fd = ways[i].open(argv[2]);
		if (fd < 0) {
			perror(argv[1]);
			return errno == ENOSYS ? 2 : 1;
		}
		return finish(fd);
	}
	return 2;
}
