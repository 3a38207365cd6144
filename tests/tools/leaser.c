/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has a lease on each FILE, so that whoever opens one of them waits for it (fcntl(2), F_SETLEASE), and takes it again as soon as the
 * kernel has broken it:
 *
 *   leaser FILE...
 *
 * Says how many it has, then goes on for a minute. Runs inside test containers: static, no dependencies. Exit 1: it has none.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#define FILES_MAX 16
#define SECONDS 60

int main(int argc, char **argv)
{
	int fds[FILES_MAX], n = 0, leases = 0;
	time_t end = time(NULL) + SECONDS;

	/* the kernel asks for it back by this signal */
	signal(SIGIO, SIG_IGN);
	for (int i = 1; i < argc && n < FILES_MAX; i++) {
		fds[n] = open(argv[i], O_RDONLY | O_CLOEXEC);
		if (fds[n] < 0 || fcntl(fds[n], F_SETLEASE, F_WRLCK) < 0)
			perror(argv[i]);
		else
			leases++;
		if (fds[n] >= 0)
			n++;
	}
	printf("%d\n", leases);
	fflush(stdout);
	while (leases && time(NULL) < end) {
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		for (int i = 0; i < n; i++)
			if (fcntl(fds[i], F_GETLEASE) == F_UNLCK)
				fcntl(fds[i], F_SETLEASE, F_WRLCK);
	}
	return leases ? 0 : 1;
}
