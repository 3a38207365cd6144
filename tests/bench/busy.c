// SPDX-License-Identifier: Apache-2.0
/*
 * busy HIERARCHY DIRECTORY COUNT: how long a mount of a cgroup v1 hierarchy (named so) cannot be taken away after a write
 * through it: "P50 P99 MAX FAILED", in microseconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int write_through(const char *options, const char *dir)
{
	char path[4096];
	int fd, failed;

	snprintf(path, sizeof(path), "%s/release_agent", dir);
	if (mount("busy", dir, "cgroup", 0, options) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	failed = fd < 0 || write(fd, "\n", 1) != 1;
	if (fd >= 0)
		close(fd);
	return failed ? -1 : 0;
}

int main(int argc, char **argv)
{
	size_t n = argc > 3 ? strtoul(argv[3], NULL, 10) : 0, failed = 0;
	uint64_t *took = n ? calloc(n, sizeof(*took)) : NULL;
	char options[256];

	if (!took)
		return 2;
	snprintf(options, sizeof(options), "none,name=%s", argv[1]);
	for (size_t i = 0; i < n; i++) {
		uint64_t before, try;

		failed += write_through(options, argv[2]) < 0;
		before = try = now();
		/* what the call itself takes that succeeds is not its wait */
		while (umount2(argv[2], 0) < 0 && errno == EBUSY) {
			usleep(50);
			try = now();
		}
		took[i] = try - before;
		usleep(2000);
	}
	qsort(took, n, sizeof(*took), compare);
	printf("%.0f %.0f %.0f %zu\n", (double)took[n / 2] / 1000,
	       (double)took[n * 99 / 100] / 1000, (double)took[n - 1] / 1000, failed);
	return 0;
}
