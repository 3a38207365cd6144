// SPDX-License-Identifier: Apache-2.0
/*
 * opens PATH COUNT r|w [REFERENCE]: how long an open takes who waits for it: "P50 P99 MAX FAILED", in microseconds, and of
 * another file, opened in turns with the first, "P50 P99".
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

/* in ns */
static uint64_t open_once(const char *path, int flags, size_t *failed)
{
	uint64_t before = now(), took;
	int fd = open(path, flags);

	took = now() - before;
	*failed += fd < 0;
	if (fd >= 0)
		close(fd);
	/* one caller after the other, as they come in life */
	usleep(100);
	return took;
}

/* in us, of @n that are in order */
static double share(const uint64_t *took, size_t n, size_t percent)
{
	size_t i = n * percent / 100;

	return (double)took[i < n ? i : n - 1] / 1000;
}

int main(int argc, char **argv)
{
	size_t n = argc > 3 ? strtoul(argv[2], NULL, 10) : 0, failed = 0, of_reference = 0;
	int flags = (argc > 3 && *argv[3] == 'w' ? O_WRONLY : O_RDONLY) | O_CLOEXEC;
	uint64_t *took = n ? calloc(n, sizeof(*took)) : NULL;
	uint64_t *reference = n ? calloc(n, sizeof(*took)) : NULL;

	if (!took || !reference)
		return 2;
	for (size_t i = 0; i < n; i++) {
		took[i] = open_once(argv[1], flags, &failed);
		if (argc > 4)
			reference[i] = open_once(argv[4], flags, &of_reference);
	}
	qsort(took, n, sizeof(*took), compare);
	qsort(reference, n, sizeof(*took), compare);
	printf("%.0f %.0f %.0f %zu", share(took, n, 50), share(took, n, 99), share(took, n, 100),
	       failed);
	if (argc > 4)
		printf(" %.0f %.0f", share(reference, n, 50), share(reference, n, 99));
	putchar('\n');
	return 0;
}
