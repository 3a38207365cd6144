// SPDX-License-Identifier: Apache-2.0
/*
 * flood SECONDS CALLS: that many getppid(2) a second, for as long; prints its pid first and waits for a line, so that
 * an audit rule can be laid on it. With a rule each call is three records.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	uint64_t seconds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	uint64_t rate = argc > 2 ? strtoul(argv[2], NULL, 10) : 0, made = 0, start;
	char line[8];

	printf("%d\n", getpid());
	fflush(stdout);
	if (!rate || !fgets(line, sizeof(line), stdin))
		return 2;
	for (start = now(); now() - start < seconds * 1000000000;) {
		/* what is due by now, a millisecond at a time */
		uint64_t due = (now() - start) / 1000 * rate / 1000000;

		for (; made < due; made++)
			syscall(SYS_getppid);
		usleep(1000);
	}
	return 0;
}
