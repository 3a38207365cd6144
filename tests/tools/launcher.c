/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program in one of the ways that leave no file behind, or by another ABI, or on a socket.
 *
 *   launcher memfd|execveat|descriptor|unlinked|int80|socket|orphan|threads PROGRAM ARG0 ARG...
 *
 * execveat: a memfd again, by its descriptor and an empty path; descriptor: PROGRAM itself so. orphan: a memfd, by a
 * grandchild whose parents have gone. threads: PROGRAM is only named; two threads sleep for ARG0 tenths of a second.
 *
 * Runs inside test containers: static, no dependencies. Exit 1: refused; 2: the kernel does not have this way.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static int copy(int to, const char *path)
{
	int from = open(path, O_RDONLY);

	if (from < 0 || to < 0)
		return -1;
	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	close(from);
	return to;
}

static int run_memfd(const char *path, char **argv)
{
	int fd = copy((int)syscall(SYS_memfd_create, "x", 0), path);
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return execve(name, argv, environ);
}

static int run_execveat(const char *path, char **argv)
{
	int fd = copy((int)syscall(SYS_memfd_create, "busybox", MFD_CLOEXEC), path);

	return (int)syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
}

static int run_descriptor(const char *path, char **argv)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	return (int)syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
}

static int run_unlinked(const char *path, char **argv)
{
	int fd = copy(open("/tmp/launcher.x", O_WRONLY | O_CREAT | O_TRUNC, 0755), path);

	close(fd);
	fd = open("/tmp/launcher.x", O_PATH | O_CLOEXEC);
	unlink("/tmp/launcher.x");
	return (int)syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
}

/* a 64-bit program may call by the 32-bit door, with everything that it points to below 4 GiB */
static int run_int80(const char *path, char **argv)
{
#ifdef __x86_64__
	char *low = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint32_t *list = (uint32_t *)low;
	char *text = low + 4096;
	long r;

	if (low == MAP_FAILED)
		return -1;
	for (size_t i = 0; argv[i] && i < 64; i++) {
		list[i] = (uint32_t)(uintptr_t)text;
		text = stpcpy(text, argv[i]) + 1;
	}
	stpcpy(text, path);
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(11), "b"(text), "c"(list), "d"(0) : "memory");
	return r == -38 ? 2 : -1;
#else
	(void)path;
	(void)argv;
	return 2;
#endif
}

static int run_socket(const char *path, char **argv)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -1;
	dup2(pair[1], STDIN_FILENO);
	return execve(path, argv, environ);
}

static int run_orphan(const char *path, char **argv)
{
	if (fork() > 0)
		_exit(0);
	setsid();
	if (fork() > 0)
		_exit(0);
	usleep(50000);
	return run_memfd(path, argv);
}

static void *sleeps(void *tenths)
{
	usleep((useconds_t)(100000 * atoi(tenths)));
	return NULL;
}

static int run_threads(const char *path, char **argv)
{
	pthread_t t[2];

	(void)path;
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, sleeps, argv[0]);
	close(open("/etc/passwd", O_RDONLY));
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	_exit(0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const char *path, char **argv);
	} ways[] = {
		{ "memfd", run_memfd },	      { "execveat", run_execveat },
		{ "unlinked", run_unlinked }, { "int80", run_int80 },
		{ "socket", run_socket },     { "orphan", run_orphan },
		{ "threads", run_threads },   { "descriptor", run_descriptor },
	};

	for (size_t i = 0; argc > 3 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(argv[1], ways[i].name) == 0)
			return ways[i].run(argv[2], argv + 3) == 2 ? 2 : 1;
	fprintf(stderr, "usage: launcher WAY PROGRAM ARG0 ARG...\n");
	return 1;
}
