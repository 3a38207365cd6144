// SPDX-License-Identifier: Apache-2.0
/*
 * opens PATH COUNT r|w: how long an open takes who waits for it: "P50 P99 MAX FAILED", in microseconds.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

int main(int argc, char **argv)
{
	size_t n = argc > 3 ? strtoul(argv[2], NULL, 10) : 0, failed = 0;
	int flags = (argc > 3 && *argv[3] == 'w' ? O_WRONLY : O_RDONLY) | O_CLOEXEC;
	uint64_t *took = n ? calloc(n, sizeof(*took)) : NULL;

	if (!took)
		return 2;
	for (size_t i = 0; i < n; i++) {
		uint64_t before = now();
		int fd = open(argv[1], flags);

		took[i] = now() - before;
		failed += fd < 0;
		if (fd >= 0)
			close(fd);
		/* one caller after the other, as they come in life */
		usleep(100);
	}
	qsort(took, n, sizeof(*took), compare);
	printf("%.0f %.0f %.0f %zu\n", (double)took[n / 2] / 1000, (double)took[n * 99 / 100] / 1000,
	       (double)took[n - 1] / 1000, failed);
	return 0;
}
