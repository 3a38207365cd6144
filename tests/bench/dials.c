// SPDX-License-Identifier: Apache-2.0
/* dials COUNT: CPU time of giving a datagram socket a peer on the loopback device, in ns: a connect that sends nothing. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	double start = now();

	if (n <= 0 || fd < 0)
		return 2;
	for (long i = 0; i < n; i++) {
		if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
			return 1;
		if (i % 100 == 99)
			usleep(10000); /* the backlog of audit is not what is measured */
	}
	printf("%.0f\n", (now() - start) / (double)n);
	return 0;
}
