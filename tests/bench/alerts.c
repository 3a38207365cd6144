// SPDX-License-Identifier: Apache-2.0
/*
 * alerts SOCKET DIR FILES ROUNDS: opens DIR/1/release_agent to DIR/FILES/... for writing, round after round, and waits at
 * SOCKET, where it stands in for the syslog daemon, until it is told of each: "P50 P99 MAX MISSED", in microseconds.
 * Prints a line when the socket is there, and begins after one. Between two rounds the sensor's window of equal alerts (a
 * second) passes.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
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
	size_t files = argc > 4 ? strtoul(argv[3], NULL, 10) : 0;
	size_t n = argc > 4 ? files * strtoul(argv[4], NULL, 10) : 0, missed = 0;
	uint64_t *took = n ? calloc(n, sizeof(*took)) : NULL;
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct timeval patience = { .tv_sec = 2 };
	char text[65536], path[4096];

	if (!took || s < 0 || strlen(argv[1]) >= sizeof(to.sun_path))
		return 2;
	memcpy(to.sun_path, argv[1], strlen(argv[1]));
	if (bind(s, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return 2;
	puts("ready");
	fflush(stdout);
	if (!fgets(text, sizeof(text), stdin))
		return 2;
	for (size_t i = 0; i < n; i++) {
		uint64_t before;
		int fd;

		if (i && i % files == 0)
			usleep(1500000);
		while (recv(s, text, sizeof(text), MSG_DONTWAIT) > 0)
			; /* what comes late belongs to nobody */
		snprintf(path, sizeof(path), "%s/%zu/release_agent", argv[2], i % files + 1);
		before = now();
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd >= 0)
			close(fd);
		missed += recv(s, text, sizeof(text), 0) < 0;
		took[i] = now() - before;
		usleep(10000);
	}
	qsort(took, n, sizeof(*took), compare);
	printf("%.0f %.0f %.0f %zu\n", (double)took[n / 2] / 1000,
	       (double)took[n * 99 / 100] / 1000, (double)took[n - 1] / 1000, missed);
	return 0;
}
