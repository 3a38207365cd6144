// SPDX-License-Identifier: Apache-2.0
/* calls FILE COUNT: CPU time of a call, in ns: "GETPPID READ WRITE", the last two an open and close of FILE for that. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static double opens(const char *path, int flags, unsigned long n)
{
	uint64_t start = now();

	for (unsigned long i = 0; i < n; i++)
		close(open(path, flags | O_CLOEXEC));
	return (double)(now() - start) / (double)n;
}

static double getppids(unsigned long n)
{
	uint64_t start = now();

	for (unsigned long i = 0; i < n; i++)
		(void)syscall(SYS_getppid);
	return (double)(now() - start) / (double)n;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (!n)
		return 2;
	printf("%.1f %.1f %.1f\n", getppids(n), opens(argv[1], O_RDONLY, n),
	       opens(argv[1], O_WRONLY, n));
	return 0;
}
