/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a file for reading whenever it is told to, and says how long it was held up by that.
 *
 *   waiter FILE DIRECTORY
 *
 * DIRECTORY/go is a pipe that gives a number; DIRECTORY/ended.NUMBER holds the milliseconds, once the open has returned.
 * Runs inside test containers: static, no dependencies. Ends when one of the two cannot be had.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* the next number of the pipe; -1: there is none */
static int round_read(const char *dir)
{
	char path[4096];
	int round = -1;
	FILE *go;

	snprintf(path, sizeof(path), "%s/go", dir);
	go = fopen(path, "re");
	if (!go || fscanf(go, "%d", &round) != 1)
		round = -1;
	if (go)
		fclose(go);
	return round;
}

/* there at once with all that it says */
static int round_end(const char *dir, int round, long long ms)
{
	char path[4096], end[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/ends", dir);
	snprintf(end, sizeof(end), "%s/ended.%d", dir, round);
	f = fopen(path, "we");
	if (!f || fprintf(f, "%lld\n", ms) < 0)
		return -1;
	return fclose(f) == 0 ? rename(path, end) : -1;
}

int main(int argc, char **argv)
{
	int round;

	if (argc != 3) {
		fprintf(stderr, "waiter FILE DIRECTORY\n");
		return 2;
	}
	while ((round = round_read(argv[2])) >= 0) {
		long long since = now_ns();
		int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
		/* rounded up: no wait is none */
		long long ms = (now_ns() - since + 999999) / 1000000;

		if (fd < 0 || round_end(argv[2], round, ms) < 0)
			break;
		close(fd);
	}
	perror("waiter");
	return 1;
}
