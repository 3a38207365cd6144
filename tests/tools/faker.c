/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a file for writing while a supervisor lies about it: what a process is made to see is not what was done.
 *
 *   faker result FILE     a tracer makes its child believe in another result of its open
 *   faker call FILE       a tracer makes an open of the child's harmless call
 *   faker notify FILE     a supervisor by seccomp answers the child's harmless call, and opens the file itself
 *   faker name FILE       no supervisor: it calls itself "runc:[2:INIT]" first
 *
 * Nothing is written, and it does not matter whether the open is refused. Runs inside test containers: static, no
 * dependencies. Exit 0: the lie was believed; 1: it was not; 2: the kernel does not have this way.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 20 /* seconds, then the alarm ends it */
#define LIE 4711 /* what the child is made to see */

static int fail(const char *what)
{
	perror(what);
	return errno == ENOSYS ? 2 : 1;
}

#ifdef __x86_64__
/* the child stops, then makes the one call that its tracer lies about; exit 0: it believes the lie */
static _Noreturn void traced(int is_open, const char *path)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	_exit(syscall(is_open ? SYS_openat : SYS_gettid, AT_FDCWD, path, O_WRONLY, 0) == LIE ? 0
											     : 1);
}

static int next_stop(pid_t pid)
{
	int status;

	return ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0 && waitpid(pid, &status, 0) == pid &&
	       WIFSTOPPED(status);
}

static int run_traced(int is_open, const char *path)
{
	struct user_regs_struct regs;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		traced(is_open, path);
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) || !next_stop(pid) ||
	    ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return fail("trace");
	if (!is_open)
		regs.orig_rax = SYS_openat;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs) < 0 || !next_stop(pid) ||
	    ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return fail("trace");
	regs.rax = LIE;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs) < 0 ||
	    ptrace(PTRACE_DETACH, pid, NULL, NULL) < 0)
		return fail("trace");
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
#else
static int run_traced(int is_open, const char *path)
{
	(void)is_open, (void)path;
	return 2;
}
#endif

static int lie_about_result(const char *path)
{
	return run_traced(1, path);
}

static int lie_about_call(const char *path)
{
	return run_traced(0, path);
}

/* gettid of the child is asked of the listener */
static int listener_make(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_gettid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

/* the filter is inherited: the parent does not call gettid itself */
static int lie_by_seccomp(const char *path)
{
	struct seccomp_notif ask = { 0 };
	struct seccomp_notif_resp answer = { 0 };
	int listener = listener_make(), status;
	pid_t pid;

	if (listener < 0)
		return fail("seccomp");
	pid = fork();
	if (pid == 0)
		_exit(syscall(SYS_gettid) == LIE ? 0 : 1);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &ask) < 0)
		return fail("receive");
	close(open(path, O_WRONLY));
	answer = (struct seccomp_notif_resp){ .id = ask.id, .val = LIE };
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0)
		return fail("send");
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int lie_about_name(const char *path)
{
	prctl(PR_SET_NAME, "runc:[2:INIT]", 0, 0, 0);
	close(open(path, O_WRONLY));
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*lie)(const char *path);
	} ways[] = {
		{ "result", lie_about_result },
		{ "call", lie_about_call },
		{ "notify", lie_by_seccomp },
		{ "name", lie_about_name },
	};

	alarm(PATIENCE);
	for (size_t i = 0; argc == 3 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(argv[1], ways[i].name) == 0)
			return ways[i].lie(argv[2]);
	fprintf(stderr, "usage: faker result|call|notify|name FILE\n");
	return 1;
}
