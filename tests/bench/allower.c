// SPDX-License-Identifier: Apache-2.0
/*
 * allower FILE: lets everybody open it at once, asking nothing, at the guard's priority: the least that a permission event
 * takes. Says "ready" when it stands, and ends when nobody reads that any more.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int group = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_TID,
				  O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NOATIME);
	struct pollfd fds[] = { { group, POLLIN, 0 }, { STDOUT_FILENO, 0, 0 } };
	struct fanotify_event_metadata asked[256];

	if (argc < 2 || group < 0 ||
	    fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, argv[1]) < 0) {
		perror(argc < 2 ? "allower FILE" : argv[1]);
		return 2;
	}
	(void)mlockall(MCL_CURRENT | MCL_FUTURE);
	(void)sched_setscheduler(0, SCHED_RR, &(struct sched_param){ .sched_priority = 1 });
	puts("ready");
	fflush(stdout);
	while (poll(fds, 2, -1) > 0 && !fds[1].revents) {
		ssize_t n = read(group, asked, sizeof(asked));

		for (size_t i = 0; n > 0 && i < (size_t)n / sizeof(*asked); i++) {
			struct fanotify_response answer = { asked[i].fd, FAN_ALLOW };

			(void)!write(group, &answer, sizeof(answer));
			close(asked[i].fd);
		}
	}
	return 0;
}
