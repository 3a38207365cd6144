/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libnl opens, sizes and joins the socket; batches are read with recvmmsg. Connector messages have
 * type NLMSG_DONE, which libnl's receive loop gives to NL_CB_MSG_IN alone and takes for the end of a
 * dump: one more reason to read them here.
 *
 * Owns the socket and the buffers. Data comes from the kernel alone: what another process sent to the
 * group has a port number as sender and is passed over.
 */
#include "kernel/proc_events.h"

#include <arpa/inet.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/clock.h"

#define MESSAGE_MAX 256
#define BUFFER_WANTED (16 << 20)
#define ANSWER_MS 300

/* linux/cn_proc.h since 6.6: a listen order with the kinds that are wanted */
struct listen_order {
	uint32_t operation, kinds;
};

/* as the kernel's header lays them out, PROC_EVENT_COMM and PTRACE of 2.6.32 and 3.1 included */
static const struct {
	uint32_t what;
	enum notice_kind kind;
} wanted[] = {
	{ PROC_EVENT_FORK, NOTICE_FORK }, { PROC_EVENT_EXEC, NOTICE_EXEC },
	{ PROC_EVENT_UID, NOTICE_UID },	  { PROC_EVENT_GID, NOTICE_GID },
	{ PROC_EVENT_SID, NOTICE_SID },	  { PROC_EVENT_PTRACE, NOTICE_PTRACE },
	{ PROC_EVENT_COMM, NOTICE_COMM }, { PROC_EVENT_COREDUMP, NOTICE_COREDUMP },
	{ PROC_EVENT_EXIT, NOTICE_EXIT },
};

struct proc_events {
	struct nl_sock *sock;
	bool is_filtered;
	int64_t clock_offset; /* from the monotonic clock to the epoch, of this batch */
	struct mmsghdr headers[PROC_EVENTS_BATCH];
	struct iovec vectors[PROC_EVENTS_BATCH];
	struct sockaddr_nl senders[PROC_EVENTS_BATCH];
	_Alignas(struct nlmsghdr) char buffers[PROC_EVENTS_BATCH][MESSAGE_MAX];
};

void proc_events_free(struct proc_events *p)
{
	if (!p)
		return;
	nl_socket_free(p->sock);
	free(p);
}

int proc_events_fd(const struct proc_events *p)
{
	return nl_socket_get_fd(p->sock);
}

bool proc_events_are_filtered(const struct proc_events *p)
{
	return p->is_filtered;
}

/* parsing */

static bool parse_ids(const struct proc_event *e, struct notice *out)
{
	out->tid = e->event_data.id.process_pid;
	out->pid = e->event_data.id.process_tgid;
	out->real = e->event_data.id.r.ruid;
	out->effective = e->event_data.id.e.euid;
	return true;
}

static bool parse_kind(const struct proc_event *e, struct notice *out)
{
	switch (out->kind) {
	case NOTICE_FORK:
		out->tid = e->event_data.fork.child_pid;
		out->pid = e->event_data.fork.child_tgid;
		out->other = e->event_data.fork.parent_tgid;
		return true;
	case NOTICE_UID:
	case NOTICE_GID:
		return parse_ids(e, out);
	case NOTICE_PTRACE:
		out->other = e->event_data.ptrace.tracer_tgid;
		break;
	case NOTICE_COMM:
		memcpy(out->comm, e->event_data.comm.comm, sizeof(out->comm));
		break;
	case NOTICE_EXIT:
		out->code = e->event_data.exit.exit_code;
		break;
	default:
		break;
	}
	/* the others begin alike */
	out->tid = e->event_data.exec.process_pid;
	out->pid = e->event_data.exec.process_tgid;
	return true;
}

bool proc_events_parse(const void *event, size_t len, struct notice *out)
{
	struct proc_event e = { 0 };

	if (len < offsetof(struct proc_event, event_data) + 2 * sizeof(uint32_t))
		return false;
	/* a message is not aligned for its 64 bits, and older kernels send less */
	memcpy(&e, event, len < sizeof(e) ? len : sizeof(e));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (wanted[i].what != (uint32_t)e.what)
			continue;
		*out = (struct notice){ .kind = wanted[i].kind, .at = e.timestamp_ns };
		return parse_kind(&e, out) && out->pid > 0 && out->tid > 0;
	}
	return false;
}

/* reading */

static void batch_prepare(struct proc_events *p)
{
	for (size_t i = 0; i < PROC_EVENTS_BATCH; i++) {
		p->vectors[i] = (struct iovec){ p->buffers[i], MESSAGE_MAX };
		p->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &p->senders[i],
			.msg_namelen = sizeof(p->senders[i]),
			.msg_iov = &p->vectors[i],
			.msg_iovlen = 1,
		};
	}
}

static int batch_read(struct proc_events *p)
{
	int n;

	do
		n = recvmmsg(proc_events_fd(p), p->headers, PROC_EVENTS_BATCH, MSG_DONTWAIT, NULL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	p->clock_offset = (int64_t)(clock_realtime() - clock_monotonic());
	return n;
}

/* the struct proc_event inside message @i of the batch; absent if it is not the kernel's */
static struct str event_at(struct proc_events *p, size_t i)
{
	const char *message = p->buffers[i];
	size_t len = p->headers[i].msg_len, head = NLMSG_HDRLEN + sizeof(struct cn_msg);
	struct cn_msg cn;

	p->headers[i].msg_hdr.msg_namelen = sizeof(p->senders[i]);
	if (p->senders[i].nl_pid != 0 || len < head)
		return STR_ABSENT;
	memcpy(&cn, message + NLMSG_HDRLEN, sizeof(cn));
	if (cn.id.idx != CN_IDX_PROC || cn.id.val != CN_VAL_PROC || cn.len > len - head)
		return STR_ABSENT;
	return str_mem(message + head, cn.len);
}

int proc_events_read(struct proc_events *p, proc_events_give give, void *ctx)
{
	int n = batch_read(p);
	struct notice notice;

	for (int i = 0; i < n; i++) {
		struct str event = event_at(p, (size_t)i);

		if (!event.ptr || !proc_events_parse(event.ptr, event.len, &notice))
			continue;
		notice.at += (uint64_t)p->clock_offset;
		give(ctx, &notice);
	}
	return n;
}

/* opening */

static int order(struct proc_events *p, const void *payload, size_t len)
{
	char message[sizeof(struct cn_msg) + sizeof(struct listen_order)];
	struct cn_msg cn = { .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = (uint16_t)len };
	int r;

	memcpy(message, &cn, sizeof(cn));
	memcpy(message + sizeof(cn), payload, len);
	r = nl_send_simple(p->sock, NLMSG_DONE, 0, message, sizeof(cn) + len);
	return r < 0 ? r : 0;
}

/* what the kernel says to an order: 0, -errno, or -ETIMEDOUT where nobody hears us */
static int answer(struct proc_events *p)
{
	uint64_t end = clock_monotonic() + ANSWER_MS * NS_PER_MS, now;
	struct proc_event e;

	while ((now = clock_monotonic()) < end) {
		struct pollfd fd = { proc_events_fd(p), POLLIN, 0 };
		int n = poll(&fd, 1, (int)((end - now) / NS_PER_MS) + 1) > 0 ? batch_read(p) : 0;

		for (int i = 0; i < n; i++) {
			struct str event = event_at(p, (size_t)i);

			if (event.len < offsetof(struct proc_event, event_data) + sizeof(uint32_t))
				continue;
			memset(&e, 0, sizeof(e));
			memcpy(&e, event.ptr, event.len < sizeof(e) ? event.len : sizeof(e));
			if ((uint32_t)e.what == PROC_EVENT_NONE)
				return -(int)e.event_data.ack.err;
		}
	}
	return -ETIMEDOUT;
}

static int listen_filtered(struct proc_events *p, uint32_t kinds)
{
	struct listen_order o = { PROC_CN_MCAST_LISTEN, kinds };

	return order(p, &o, sizeof(o));
}

static void see_own_name(void *ctx, const struct notice *n)
{
	if (n->kind == NOTICE_COMM && n->tid == (int32_t)syscall(SYS_gettid))
		*(bool *)ctx = true;
}

/*
 * A kernel without the filter ignores an order of this length and goes on sending everything; neither
 * answers. So ask for exits only and take our own name again: who still hears of it has no filter.
 */
static bool can_filter(struct proc_events *p)
{
	char name[NOTICE_COMM_SIZE];
	bool heard = false;

	if (prctl(PR_GET_NAME, name, 0, 0, 0) < 0 || listen_filtered(p, PROC_EVENT_EXIT) < 0 ||
	    prctl(PR_SET_NAME, name, 0, 0, 0) < 0)
		return false;
	while (proc_events_read(p, see_own_name, &heard) > 0)
		;
	return !heard;
}

static int listen_to(struct proc_events *p, struct diag *d)
{
	const uint32_t listen = PROC_CN_MCAST_LISTEN;
	uint32_t kinds = 0;
	int r = order(p, &listen, sizeof(listen));

	if (r == 0)
		r = answer(p);
	if (r < 0) {
		diag_warning(
			d, NULL, "no-connector",
			"the kernel does not tell of forks and exits (%s): the process connector "
			"needs CONFIG_PROC_EVENTS, CAP_NET_ADMIN and the host's network and pid "
			"namespaces; lineage comes from audit records and /proc alone",
			strerror(-r));
		return r;
	}
	p->is_filtered = can_filter(p);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		kinds |= wanted[i].what;
	return p->is_filtered ? listen_filtered(p, kinds) : 0;
}

static int socket_open(struct proc_events *p, size_t buffer, struct diag *d)
{
	const int size = buffer ? (int)buffer : BUFFER_WANTED;
	int r = nl_connect(p->sock, NETLINK_CONNECTOR);

	if (r == 0 &&
	    setsockopt(proc_events_fd(p), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(proc_events_fd(p), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (r == 0)
		r = nl_socket_add_membership(p->sock, CN_IDX_PROC);
	if (r < 0)
		diag_warning(
			d, NULL, "no-connector",
			"the process connector cannot be opened (%s): lineage comes from audit "
			"records and /proc alone",
			nl_geterror(r));
	return r;
}

#define LOAD(member)                                                                               \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                                         \
		 NLMSG_HDRLEN + sizeof(struct cn_msg) + offsetof(struct proc_event, member))
#define IF_KIND(kinds, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htonl(kinds), yes, no)

/*
 * Threads come and go inside a process; only what one does or suffers for all of it may matter: ids, a tracer, a core. What
 * else is of a thread the kernel drops before it wakes us (net/netlink/af_netlink.c, do_one_broadcast()), or, if it will
 * not, we hear of more than anybody needs. A load takes a message for big-endian.
 */
static void drop_threads(struct proc_events *p)
{
	const uint32_t others =
		PROC_EVENT_EXEC | PROC_EVENT_SID | PROC_EVENT_COMM | PROC_EVENT_EXIT;
	struct sock_filter program[] = {
		LOAD(what),
		IF_KIND(PROC_EVENT_FORK, 0, 4),
		LOAD(event_data.fork.child_pid),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		LOAD(event_data.fork.child_tgid),
		BPF_STMT(BPF_JMP | BPF_JA, 4),
		IF_KIND(others, 0, 4),
		LOAD(event_data.exec.process_pid),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		LOAD(event_data.exec.process_tgid),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = { ARRAY_LEN(program), program };

	(void)setsockopt(proc_events_fd(p), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
}

struct proc_events *proc_events_open(size_t buffer, struct diag *d)
{
	AUTO(proc_events) p = calloc(1, sizeof(*p));

	if (p)
		p->sock = nl_socket_alloc();
	if (!p || !p->sock) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	batch_prepare(p);
	if (socket_open(p, buffer, d) < 0 || listen_to(p, d) < 0)
		return NULL;
	drop_threads(p);
	return take_ptr(p);
}
