/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches beyond the bounds of a container in one of the ways that there are: the signal, not the damage.
 *
 *   trespasser victim                       prints its pid, then sleeps: for all that follow
 *   trespasser trace|write|mem|steal PID    PID runs this program, too
 *   trespasser stop|stopthread PID          by its descriptor, by the call for threads; and lets it go on
 *   trespasser own|owngroup|ownex|ownsocket PID     has the kernel send a file's signals to it, in the ways that there are
 *   trespasser trace32 PID                  by the call of 32-bit programs
 *   trespasser child trace|write|mem|steal|poke     the same with a child of its own; poke: as a debugger writes
 *   trespasser override FILE                writes a thousand times over what it may only read, a copy of its own, through
 *                                           FILE: /proc/self/mem by any name
 *   trespasser handle|handle-write FILE     opens it by its handle: for reading, for writing as well
 *   trespasser setns child|PID              enters its host name's namespace by pidfd
 *   trespasser userns unshare|clone3|thread|cgroup PROGRAM ...     runs it in a user namespace of its own, as root there;
 *                                           cgroup: with mounts and a cgroup namespace of its own, too
 *   trespasser fd N PROGRAM ...             runs it in the directory that descriptor N is
 *   trespasser chroot N PROGRAM ...         makes descriptor N its root first
 *   trespasser pass SOCKET DIRECTORY        gives the directory to whoever comes to the socket first
 *   trespasser take SOCKET PROGRAM ...      makes what it is given its root, and runs the program there
 *   trespasser connect NAME                 to an abstract socket
 *
 * Runs inside test containers: static, no dependencies. Exit 0: done; 1: refused; 2: the kernel does not have this way.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LASTS 600 /* seconds; nothing of a test goes on for longer */

/* at the same place in every process that runs this program, for it is linked to a fixed address */
static volatile char prey = 'a';
static const volatile char sealed = 'a'; /* in a page that is only to be read */

static int fail(const char *what)
{
	perror(what);
	return errno == ENOSYS ? 2 : 1;
}

static _Noreturn void wait_for_end(void)
{
	alarm(LASTS);
	for (;;)
		pause();
}

static _Noreturn void victim(void)
{
	printf("%d\n", (int)getpid());
	fflush(stdout);
	wait_for_end();
}

static int let_go(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, __WALL) < 0 || ptrace(PTRACE_DETACH, pid, NULL, NULL) < 0)
		return fail("detach");
	return 0;
}

static int reach_trace(pid_t pid)
{
	return ptrace(PTRACE_ATTACH, pid, NULL, NULL) < 0 ? fail("attach") : let_go(pid);
}

static int reach_trace32(pid_t pid)
{
#ifdef __x86_64__
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(26L), "b"((long)PTRACE_ATTACH), "c"((long)pid), "d"(0L), "S"(0L)
			 : "memory", "r8", "r9", "r10", "r11");
	errno = (int)-ret;
	return ret < 0 ? fail("attach") : let_go(pid);
#else
	(void)pid;
	errno = ENOSYS;
	return fail("attach");
#endif
}

static int reach_write(pid_t pid)
{
	char byte = 'b';
	struct iovec from = { &byte, 1 }, to = { (void *)&prey, 1 };

	return process_vm_writev(pid, &from, 1, &to, 1, 0) == 1 ? 0 : fail("process_vm_writev");
}

static int reach_mem(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDWR);
	return fd >= 0 && pwrite(fd, "c", 1, (off_t)(uintptr_t)&prey) == 1 ? 0 : fail(path);
}

static int override(const char *path)
{
	int fd = open(path, O_RDWR);

	for (int i = 0; i < 1000; i++, usleep(300))
		if (fd < 0 || pwrite(fd, "b", 1, (off_t)(uintptr_t)&sealed) != 1)
			return fail(path);
	return 0;
}

static int reach_poke(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) < 0 || waitpid(pid, &status, __WALL) < 0 ||
	    ptrace(PTRACE_POKEDATA, pid, (void *)((uintptr_t)&sealed & ~7UL), NULL) < 0 ||
	    ptrace(PTRACE_DETACH, pid, NULL, NULL) < 0)
		return fail("poke");
	return 0;
}

static int reach_steal(pid_t pid)
{
	int target = (int)syscall(SYS_pidfd_open, pid, 0);
	int fd = target < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, target, 0, 0);

	if (fd < 0)
		return fail("pidfd_getfd");
	/* what a pidfd is of can be asked while it is open */
	usleep(300000);
	return 0;
}

static int reach_stop(pid_t pid)
{
	int target = (int)syscall(SYS_pidfd_open, pid, 0);
	int r = target < 0 || syscall(SYS_pidfd_send_signal, target, SIGSTOP, NULL, 0) < 0
			? fail("pidfd_send_signal")
			: 0;

	/* what a pidfd is of can be asked while it is open */
	usleep(300000);
	kill(pid, SIGCONT);
	return r;
}

static int reach_stopthread(pid_t pid)
{
	int r = syscall(SYS_tgkill, pid, pid, SIGSTOP) < 0 ? fail("tgkill") : 0;

	kill(pid, SIGCONT);
	return r;
}

/* no signal comes of it: nothing is ever written, and O_ASYNC is not set */
static int reach_own(pid_t pid)
{
	return fcntl(socket(AF_UNIX, SOCK_STREAM, 0), F_SETOWN, pid) < 0 ? fail("F_SETOWN") : 0;
}

static int reach_owngroup(pid_t pid)
{
	return reach_own(-getpgid(pid));
}

static int reach_ownex(pid_t pid)
{
	struct f_owner_ex owner = { F_OWNER_PID, pid };

	return fcntl(socket(AF_UNIX, SOCK_STREAM, 0), F_SETOWN_EX, &owner) < 0 ? fail("F_SETOWN_EX")
									       : 0;
}

static int reach_ownsocket(pid_t pid)
{
	return ioctl(socket(AF_UNIX, SOCK_STREAM, 0), FIOSETOWN, &pid) < 0 ? fail("FIOSETOWN") : 0;
}

static const struct {
	const char *name;
	int (*reach)(pid_t pid);
} ways[] = {
	{ "trace", reach_trace },
	{ "trace32", reach_trace32 },
	{ "write", reach_write },
	{ "mem", reach_mem },
	{ "steal", reach_steal },
	{ "stop", reach_stop },
	{ "stopthread", reach_stopthread },
	{ "poke", reach_poke },
	{ "own", reach_own },
	{ "owngroup", reach_owngroup },
	{ "ownex", reach_ownex },
	{ "ownsocket", reach_ownsocket },
};

static int reach(const char *way, pid_t pid)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].name, way) == 0)
			return ways[i].reach(pid);
	return 2;
}

static pid_t child_make(void)
{
	pid_t pid = fork();

	if (pid == 0)
		wait_for_end();
	return pid;
}

static int with_child(const char *way)
{
	pid_t pid = child_make();
	int r = reach(way, pid);

	kill(pid, SIGKILL);
	return r;
}

static int open_handle(const char *path, int flags)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} file = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id;
	int mount = open(path, O_RDONLY);

	if (mount < 0 || name_to_handle_at(AT_FDCWD, path, &file.handle, &mount_id, 0) < 0)
		return fail("name_to_handle_at");
	return open_by_handle_at(mount, &file.handle, flags) < 0 ? fail("open_by_handle_at") : 0;
}

static int enter(const char *who)
{
	pid_t pid = strcmp(who, "child") == 0 ? child_make() : atoi(who);
	int target = (int)syscall(SYS_pidfd_open, pid, 0);
	int r = target < 0 || setns(target, CLONE_NEWUTS) < 0 ? fail("setns") : 0;

	if (strcmp(who, "child") == 0)
		kill(pid, SIGKILL);
	return r;
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : fail(path);
}

static int run(char **argv)
{
	execvp(argv[0], argv);
	return fail(argv[0]);
}

static int as_root_there(uid_t uid, gid_t gid)
{
	char map[32];

	if (put("/proc/self/setgroups", "deny"))
		return 1;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	if (put("/proc/self/gid_map", map))
		return 1;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	return put("/proc/self/uid_map", map);
}

static int userns(const char *way, char **argv)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int status;
	pid_t pid = 0;

	if (strcmp(way, "clone3") == 0) {
		struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };

		pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	} else if (strcmp(way, "thread") == 0) {
		pid = (pid_t)syscall(SYS_clone, (unsigned long)(CLONE_NEWUSER | SIGCHLD), NULL,
				     NULL, NULL, NULL);
	} else if (unshare(strcmp(way, "cgroup") == 0
				   ? CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP
				   : CLONE_NEWUSER) < 0) {
		return fail("unshare");
	}
	if (pid < 0)
		return fail(way);
	if (pid == 0)
		return as_root_there(uid, gid) ? 1 : run(argv);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int from_fd(int fd, int is_root, char **argv)
{
	if (fchdir(fd) < 0 || (is_root && chroot(".") < 0))
		return fail("fchdir");
	return run(argv);
}

/* a message with room for a descriptor */
struct parcel {
	char byte;
	struct iovec iov;
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr message;
};

static struct cmsghdr *parcel_make(struct parcel *p)
{
	*p = (struct parcel){ .byte = 'x' };
	p->iov = (struct iovec){ &p->byte, 1 };
	p->message = (struct msghdr){ .msg_iov = &p->iov,
				      .msg_iovlen = 1,
				      .msg_control = p->control.bytes,
				      .msg_controllen = sizeof(p->control.bytes) };
	return CMSG_FIRSTHDR(&p->message);
}

static int pass(const char *path, const char *directory)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), peer, what = open(directory, O_RDONLY);
	struct parcel parcel;
	struct cmsghdr *c = parcel_make(&parcel);

	alarm(LASTS);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (what < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 1) < 0)
		return fail(path);
	peer = accept(fd, NULL, NULL);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &what, sizeof(int));
	return sendmsg(peer, &parcel.message, 0) == 1 ? 0 : fail("sendmsg");
}

static int take(const char *path, char **argv)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), what = -1;
	struct parcel parcel;
	struct cmsghdr *c = parcel_make(&parcel);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    recvmsg(fd, &parcel.message, 0) != 1)
		return fail(path);
	memcpy(&what, CMSG_DATA(c), sizeof(int));
	close(fd);
	if (fchdir(what) < 0 || chroot(".") < 0)
		return fail("chroot");
	close(what);
	return run(argv);
}

static int connect_to(const char *name)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(to.sun_path + 1, sizeof(to.sun_path) - 1, "%s", name);
	return connect(fd, (struct sockaddr *)&to,
		       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name))) < 0
		       ? fail("connect")
		       : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "victim") == 0)
		victim();
	if (argc < 3)
		return 2;
	if (strcmp(what, "child") == 0)
		return with_child(argv[2]);
	if (strcmp(what, "handle") == 0)
		return open_handle(argv[2], O_RDONLY);
	if (strcmp(what, "handle-write") == 0)
		return open_handle(argv[2], O_RDWR);
	if (strcmp(what, "setns") == 0)
		return enter(argv[2]);
	if (strcmp(what, "override") == 0)
		return override(argv[2]);
	if (strcmp(what, "connect") == 0)
		return connect_to(argv[2]);
	if (strcmp(what, "pass") == 0 && argc == 4)
		return pass(argv[2], argv[3]);
	if (strcmp(what, "take") == 0)
		return take(argv[2], argv + 3);
	if (argc == 3)
		return reach(what, atoi(argv[2]));
	if (strcmp(what, "userns") == 0)
		return userns(argv[2], argv + 3);
	if (strcmp(what, "fd") == 0 || strcmp(what, "chroot") == 0)
		return from_fd(atoi(argv[2]), strcmp(what, "chroot") == 0, argv + 3);
	return 2;
}
