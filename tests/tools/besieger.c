/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many at once: each thread opens the file for reading, or starts the program, over and over until the time is up.
 *
 *   besieger open|run FILE THREADS SECONDS
 *
 * Runs inside test containers: static, no dependencies. Prints how often it was done, and how often in vain.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 128
#define SECONDS_MAX 10

static const char *file;
static time_t until;
static atomic_ulong done, failed;

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static int open_once(void)
{
	int fd = open(file, O_RDONLY);

	return fd < 0 ? -1 : close(fd);
}

static int run_once(void)
{
	char *const words[] = { (char *)(unsigned long)file, NULL };
	int status;
	pid_t pid;

	if (posix_spawn(&pid, file, NULL, NULL, words, NULL) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return 0;
}

static void *besiege(void *act)
{
	int (*once)(void) = *(int (**)(void))act;

	while (now() < until)
		atomic_fetch_add(once() == 0 ? &done : &failed, 1);
	return NULL;
}

int main(int argc, char **argv)
{
	int (*once)(void) = argc > 1 && strcmp(argv[1], "run") == 0 ? run_once : open_once;
	int threads = argc == 5 ? atoi(argv[3]) : 0, seconds = argc == 5 ? atoi(argv[4]) : 0, n = 0;
	pthread_t ids[THREADS_MAX];

	if (threads < 1 || threads > THREADS_MAX || seconds < 1 || seconds > SECONDS_MAX) {
		fprintf(stderr, "besieger open|run FILE THREADS SECONDS\n");
		return 2;
	}
	file = argv[2];
	until = now() + seconds + 1;
	while (n < threads && pthread_create(&ids[n], NULL, besiege, &once) == 0)
		n++;
	for (int i = 0; i < n; i++)
		pthread_join(ids[i], NULL);
	printf("%lu done, %lu in vain\n", atomic_load(&done), atomic_load(&failed));
	return 0;
}
