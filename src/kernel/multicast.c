/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit multicast socket. libnl opens, sizes and joins it; batches are read with recvmmsg,
 * because nl_recv() takes one message a call and allocates for it.
 *
 * Owns the socket and the buffers. Data comes from the kernel alone: what another process sent to
 * the group has a port number as sender and is passed over.
 */
#include "kernel/multicast.h"

#include <linux/audit.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* MAX_AUDIT_MESSAGE_LENGTH of libaudit is 8970; the kernel itself sets no bound */
#define MESSAGE_MAX 16384
#define BUFFER_WANTED (16 << 20)

struct multicast {
	struct nl_sock *sock;
	struct mmsghdr headers[MULTICAST_BATCH];
	struct iovec vectors[MULTICAST_BATCH];
	struct sockaddr_nl senders[MULTICAST_BATCH];
	_Alignas(struct nlmsghdr) char buffers[MULTICAST_BATCH][MESSAGE_MAX];
};

void multicast_free(struct multicast *m)
{
	if (!m)
		return;
	nl_socket_free(m->sock);
	free(m);
}

int multicast_fd(const struct multicast *m)
{
	return nl_socket_get_fd(m->sock);
}

uint32_t multicast_buffer(const struct multicast *m)
{
	int size = 0;
	socklen_t len = sizeof(size);

	if (getsockopt(multicast_fd(m), SOL_SOCKET, SO_RCVBUF, &size, &len) < 0 || size < 0)
		return 0;
	return (uint32_t)size;
}

static int socket_open(struct multicast *m, struct diag *d)
{
	const int wanted = BUFFER_WANTED;
	int r = nl_connect(m->sock, NETLINK_AUDIT);

	if (r < 0) {
		diag_error(d, NULL, "no-audit",
			   "cannot open an audit socket (%s): a kernel with CONFIG_AUDIT is needed",
			   nl_geterror(r));
		return r;
	}
	/*
	 * the plain option is bounded by net.core.rmem_max; a small buffer works, it loses sooner
	 */
	if (setsockopt(multicast_fd(m), SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof(wanted)) < 0)
		(void)setsockopt(multicast_fd(m), SOL_SOCKET, SO_RCVBUF, &wanted, sizeof(wanted));
	r = nl_socket_add_membership(m->sock, AUDIT_NLGRP_READLOG);
	if (r < 0)
		diag_error(d, NULL, "no-audit-read",
			   "cannot join the audit multicast group (%s): CAP_AUDIT_READ in the "
			   "host's user namespace is "
			   "needed, so run as root outside of any container",
			   nl_geterror(r));
	return r;
}

/*
 * The kernel multicasts in its first network namespace alone (kernel/audit.c
 * kauditd_send_multicast_skb()); anywhere else the group can be joined and stays silent. Pid 2 is
 * kthreadd, which never leaves that namespace; where it cannot be read nothing is said.
 */
static bool hears_nothing(void)
{
	struct stat own, first;

	return stat("/proc/self/ns/net", &own) == 0 && stat("/proc/2/ns/net", &first) == 0 &&
	       (own.st_ino != first.st_ino || own.st_dev != first.st_dev);
}

static void batch_prepare(struct multicast *m)
{
	for (size_t i = 0; i < MULTICAST_BATCH; i++) {
		m->vectors[i] = (struct iovec){ m->buffers[i], MESSAGE_MAX };
		m->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &m->senders[i],
			.msg_namelen = sizeof(m->senders[i]),
			.msg_iov = &m->vectors[i],
			.msg_iovlen = 1,
		};
	}
}

struct multicast *multicast_open(struct diag *d)
{
	AUTO(multicast) m = calloc(1, sizeof(*m));

	if (hears_nothing()) {
		diag_error(
			d, NULL, "network-namespace",
			"audit records come in the host's network namespace only: run there, and "
			"without PrivateNetwork= in the unit");
		return NULL;
	}
	if (m)
		m->sock = nl_socket_alloc();
	if (!m || !m->sock) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	if (socket_open(m, d) < 0)
		return NULL;
	batch_prepare(m);
	return take_ptr(m);
}

/*
 * One datagram is one record. Its own length counts: nlmsg_len holds the header on multicast and
 * leaves it out on unicast (kernel/audit.c kauditd_send_multicast_skb()).
 */
static void message_give(const struct multicast *m, size_t i, multicast_record record, void *ctx)
{
	const struct nlmsghdr *header = (const void *)m->buffers[i];
	size_t len = m->headers[i].msg_len;

	if (m->senders[i].nl_pid != 0 || len < NLMSG_HDRLEN)
		return;
	record(ctx, header->nlmsg_type, str_mem(m->buffers[i] + NLMSG_HDRLEN, len - NLMSG_HDRLEN));
}

int multicast_fetch(struct multicast *m)
{
	int n;

	do {
		n = recvmmsg(multicast_fd(m), m->headers, MULTICAST_BATCH, MSG_DONTWAIT, NULL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

void multicast_give(struct multicast *m, int n, multicast_record record, void *ctx)
{
	for (int i = 0; i < n; i++) {
		message_give(m, (size_t)i, record, ctx);
		m->headers[i].msg_hdr.msg_namelen = sizeof(m->senders[i]);
	}
}
