// SPDX-License-Identifier: Apache-2.0
/* spawns COUNT [PROGRAM]: fork and exec, one after the other; microseconds of each, on average. */
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	char *words[] = { argc > 2 ? argv[2] : "/bin/true", NULL };
	uint64_t start = now();

	for (unsigned long i = 0; i < n; i++) {
		pid_t pid;

		if (posix_spawn(&pid, words[0], NULL, NULL, words, environ) != 0)
			return 2;
		waitpid(pid, NULL, 0);
	}
	printf("%.1f\n", n ? (double)(now() - start) / 1000 / (double)n : 0.0);
	return 0;
}
