/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialer WAY ADDRESS PORT: asks for one TCP connection in one of the ways that there are, and prints what became of it.
 *
 *   plain nonblock long           connect(2); without waiting; with an address of as many bytes as the kernel takes
 *   mapped                        an IPv4 ADDRESS by IPv6
 *   sendto sendmsg sendmmsg       MSG_FASTOPEN: by the first data, without a connect
 *   int80 socketcall socketcall-sendto      by the 32-bit table of x86; by the call of it that has all others in it
 *   iouring iouring-async iouring-send      by io_uring: at once; by a worker of the kernel's; by the first data
 *   udp                           no connection: a datagram socket that is given a peer
 *
 * Runs inside test containers: static, no dependencies. Exit 0 whatever comes of it: what counts is that it was asked for;
 * 2: the kernel does not have this way.
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* of the 32-bit table, and linux/net.h */
enum { CONNECT32 = 362, SOCKETCALL = 102, SYS_CONNECT = 3, SYS_SENDTO = 11 };

/* below 4 GiB, where a 32-bit call finds it */
static struct low {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_storage room;
	} to;
	uint32_t args[6];
	char data[8];
} * low;
static socklen_t size;

static long result(long ret)
{
	if (ret >= 0 || ret < -4095)
		return ret;
	errno = (int)-ret;
	return -1;
}

static long call32(long number, long b, long c, long d)
{
#ifdef __x86_64__
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(number), "b"(b), "c"(c), "d"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	return result(ret);
#else
	(void)number, (void)b, (void)c, (void)d;
	return result(-ENOSYS);
#endif
}

static long dial(int fd)
{
	return connect(fd, &low->to.any, size);
}

static long dial_long(int fd)
{
	return connect(fd, &low->to.any, sizeof(low->to.room));
}

static long dial_sendto(int fd)
{
	return sendto(fd, low->data, 1, MSG_FASTOPEN, &low->to.any, size);
}

static struct mmsghdr message(void)
{
	static struct iovec data;

	data = (struct iovec){ low->data, 1 };
	return (struct mmsghdr){ .msg_hdr = { .msg_name = &low->to,
					      .msg_namelen = size,
					      .msg_iov = &data,
					      .msg_iovlen = 1 } };
}

static long dial_sendmsg(int fd)
{
	struct mmsghdr m = message();

	return sendmsg(fd, &m.msg_hdr, MSG_FASTOPEN);
}

static long dial_sendmmsg(int fd)
{
	struct mmsghdr m = message();

	return sendmmsg(fd, &m, 1, MSG_FASTOPEN);
}

static long dial_int80(int fd)
{
	return call32(CONNECT32, fd, (long)(uintptr_t)&low->to, size);
}

static long dial_socketcall(int fd)
{
	const uint32_t args[] = { (uint32_t)fd, (uint32_t)(uintptr_t)&low->to, size };

	memcpy(low->args, args, sizeof(args));
	return call32(SOCKETCALL, SYS_CONNECT, (long)(uintptr_t)low->args, 0);
}

static long dial_socketcall_sendto(int fd)
{
	const uint32_t args[] = { (uint32_t)fd, (uint32_t)(uintptr_t)low->data, 1,
				  MSG_FASTOPEN, (uint32_t)(uintptr_t)&low->to,	size };

	memcpy(low->args, args, sizeof(args));
	return call32(SOCKETCALL, SYS_SENDTO, (long)(uintptr_t)low->args, 0);
}

/* one request of io_uring */
static long request(const struct io_uring_sqe *what)
{
	struct io_uring_params p = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &p);
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *base;

	if (ring < 0)
		return -1;
	base = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), PROT_READ | PROT_WRITE,
		    MAP_SHARED, ring, IORING_OFF_SQ_RING);
	sqe = mmap(NULL, sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	if (base == MAP_FAILED || sqe == MAP_FAILED)
		return -1;
	*sqe = *what;
	*(uint32_t *)(void *)(base + p.sq_off.array) = 0;
	__atomic_store_n((uint32_t *)(void *)(base + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -1;
	cqe = (void *)(base + p.cq_off.cqes);
	return result(cqe->res);
}

static long dial_iouring(int fd)
{
	return request(&(struct io_uring_sqe){
		.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t)&low->to, .off = size });
}

static long dial_iouring_async(int fd)
{
	return request(&(struct io_uring_sqe){ .opcode = IORING_OP_CONNECT,
					       .flags = IOSQE_ASYNC,
					       .fd = fd,
					       .addr = (uintptr_t)&low->to,
					       .off = size });
}

static long dial_iouring_send(int fd)
{
	return request(&(struct io_uring_sqe){ .opcode = IORING_OP_SEND,
					       .fd = fd,
					       .addr = (uintptr_t)low->data,
					       .len = 1,
					       .msg_flags = MSG_FASTOPEN,
					       .addr2 = (uintptr_t)&low->to,
					       .addr_len = (uint16_t)size });
}

static const struct {
	const char *name;
	long (*dial)(int fd);
	int type;
} ways[] = {
	{ "plain", dial, SOCK_STREAM },
	{ "mapped", dial, SOCK_STREAM },
	{ "nonblock", dial, SOCK_STREAM | SOCK_NONBLOCK },
	{ "udp", dial, SOCK_DGRAM },
	{ "long", dial_long, SOCK_STREAM },
	{ "sendto", dial_sendto, SOCK_STREAM },
	{ "sendmsg", dial_sendmsg, SOCK_STREAM },
	{ "sendmmsg", dial_sendmmsg, SOCK_STREAM },
	{ "int80", dial_int80, SOCK_STREAM },
	{ "socketcall", dial_socketcall, SOCK_STREAM },
	{ "socketcall-sendto", dial_socketcall_sendto, SOCK_STREAM },
	{ "iouring", dial_iouring, SOCK_STREAM },
	{ "iouring-async", dial_iouring_async, SOCK_STREAM },
	{ "iouring-send", dial_iouring_send, SOCK_STREAM },
};

static bool look_up(const char *address, const char *port, bool is_mapped)
{
	char text[64];

	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		return false;
	snprintf(text, sizeof(text), "%s%s", is_mapped ? "::ffff:" : "", address);
	low->to.in.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	low->to.in.sin_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	size = strchr(text, ':') ? sizeof(low->to.in6) : sizeof(low->to.in);
	return inet_pton(low->to.any.sa_family, text,
			 strchr(text, ':') ? (void *)&low->to.in6.sin6_addr
					   : (void *)&low->to.in.sin_addr) == 1;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 4 && i < sizeof(ways) / sizeof(*ways); i++) {
		long ret;

		if (strcmp(argv[1], ways[i].name) != 0)
			continue;
		if (!look_up(argv[2], argv[3], strcmp(argv[1], "mapped") == 0))
			break;
		ret = ways[i].dial(socket(low->to.any.sa_family, ways[i].type, 0));
		printf("%s: %s\n", argv[1], ret < 0 ? strerror(errno) : "done");
		return ret < 0 && errno == ENOSYS ? 2 : 0;
	}
	fprintf(stderr, "dialer: how, whom? See the source\n");
	return 2;
}
