// SPDX-License-Identifier: Apache-2.0
/*
 * reader: the least that anybody who listens must do: take every record off the audit multicast group, in batches, and
 * look at none. Says "ready", ends at TERM.
 */
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, SIZE = 9216 };

int main(void)
{
	static char data[BATCH][SIZE];
	static struct mmsghdr messages[BATCH];
	static struct iovec parts[BATCH];
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_groups = 1 << (AUDIT_NLGRP_READLOG - 1) };
	int size = 16 << 20;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		perror("reader");
		return 2;
	}
	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){ .iov_base = data[i], .iov_len = SIZE };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
}
