/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways to live that are hard to follow:
 *   lives as PID PROGRAM...      a child that gets this very pid runs PROGRAM (clone3(2), set_tid)
 *   lives thread PROGRAM...      a thread that is not the first runs PROGRAM: it takes the process over
 *   lives orphan PROGRAM...      PROGRAM is run by a child of a child whose parents have ended by then
 *   lives chain N PROGRAM...     N programs, one in the place of the other, then PROGRAM
 *   lives headless stay -        the first thread ends and another goes on, for a minute;
 *   lives headless leave FILE    or goes to the cgroup whose cgroup.procs FILE is, a second later,
 *   lives headless enter PID     or enters the IPC and UTS namespaces of PID
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(char **program)
{
	execv(program[0], program);
	perror(program[0]);
	return 126;
}

static int as(char **argv)
{
	pid_t pid = (pid_t)atol(argv[0]);
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&pid,
		.set_tid_size = 1,
	};
	long child = syscall(SYS_clone3, &args, sizeof(args));
	int status;

	if (child == 0)
		_exit(run(argv + 1));
	if (child < 0) {
		perror("clone3");
		return 1;
	}
	return waitpid((pid_t)child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status)
									       : 1;
}

static void *run_thread(void *program)
{
	run(program);
	exit(126);
}

static int thread(char **argv)
{
	pthread_t t;

	if (pthread_create(&t, NULL, run_thread, argv) != 0)
		return 1;
	for (;;)
		pause();
}

static int orphan(char **argv)
{
	pid_t child = fork();

	if (child > 0)
		return waitpid(child, NULL, 0) == child ? 0 : 1;
	if (fork() > 0)
		_exit(0);
	setsid();
	usleep(200000);
	return run(argv);
}

static int chain(char **argv)
{
	char number[16], *next[16] = { "/proc/self/exe", "chain", number };
	long n = atol(argv[0]);

	if (n <= 0)
		return run(argv + 1);
	snprintf(number, sizeof(number), "%ld", n - 1);
	for (size_t i = 0; i < 12 && argv[1 + i]; i++)
		next[3 + i] = argv[1 + i];
	return run(next);
}

static int leave(const char *file)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "0", 1) != 1 ? -1 : close(fd);
}

static int enter(const char *pid, const char *which)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, which);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 || setns(fd, 0) < 0 ? -1 : close(fd);
}

static void *go_on(void *arg)
{
	char **argv = arg;

	sleep(1);
	if ((strcmp(argv[0], "leave") == 0 && leave(argv[1]) < 0) ||
	    (strcmp(argv[0], "enter") == 0 &&
	     (enter(argv[1], "ipc") < 0 || enter(argv[1], "uts") < 0))) {
		perror(argv[0]);
		exit(1);
	}
	sleep(60);
	exit(0);
}

static int headless(char **argv)
{
	pthread_t t;

	if (pthread_create(&t, NULL, go_on, argv) != 0)
		return 1;
	syscall(SYS_exit, 0);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "as") == 0)
		return as(argv + 2);
	if (argc > 2 && strcmp(argv[1], "thread") == 0)
		return thread(argv + 2);
	if (argc > 2 && strcmp(argv[1], "orphan") == 0)
		return orphan(argv + 2);
	if (argc > 3 && strcmp(argv[1], "chain") == 0)
		return chain(argv + 2);
	if (argc > 3 && strcmp(argv[1], "headless") == 0)
		return headless(argv + 2);
	fprintf(stderr, "usage: lives as PID|thread|orphan|chain N PROGRAM...\n"
			"       lives headless stay|leave|enter -|FILE|PID\n");
	return 2;
}
