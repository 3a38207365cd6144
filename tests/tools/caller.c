/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caller [int80|orphan] WORD...: makes one harmless system call that attacks are made of, and prints what became of it.
 *
 *   caller NAME                  a call of the table below, with arguments that break nothing
 *   caller socket|socketcall DOMAIN TYPE PROTOCOL     socketcall: the call of i386 that has all others in it
 *   caller chmod|fchmod|fchmodat|mknod|open|creat MODE FILE     MODE in octal; the last three make FILE
 *   caller tmpfile MODE DIRECTORY        a file of that mode which has no name
 *   caller setxattr|fsetxattr FILE       file capabilities of nothing but CAP_NET_RAW
 *   caller connect|socketcall-connect PATH     to a socket in the file system; @NAME: to an abstract one
 *   caller bind PATH           makes one
 *   caller program               loads an eBPF program that does nothing
 *   caller nft                   adds an empty table to the firewall of its network namespace, and removes it
 *   caller promiscuous           a packet socket that wants to hear everything on the loopback device
 *   caller regain NUMBER         gives up an effective capability, and takes it back
 *   caller become UID            root gives up all ids but keeps CAP_SETUID; then takes UID
 *   caller linger NUMBER         gives up a capability for good (none: -1), then says unshare(0) for a minute
 *   caller crash|violate         a child dies of a fault, or of its seccomp filter
 *   caller type|widetype         puts a character into the input of a terminal of its own; widetype: by a request with
 *                                a bit that the kernel does not look at
 *   caller configure             opens a file system, sets an option of it a hundred times, and gives it a descriptor
 *   caller upcall                asks for a key that only a program of the host's could make
 *
 * int80: by the 32-bit table of x86; orphan: from a grandchild whose parents are gone. Runs inside test containers:
 * static, no dependencies. Exit 0 whatever the call says: what counts is that it was made.
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <linux/mount.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define NONE (-1)

/* of the 32-bit table: arch/x86/entry/syscalls/syscall_32.tbl */
static const struct call {
	const char *name;
	long number, number32;
	long args[5];
} calls[] = {
	{ "init_module", SYS_init_module, 128, { 0, 0, 0 } },
	{ "finit_module", SYS_finit_module, 350, { -1, 0, 0 } },
	{ "delete_module", SYS_delete_module, 129, { 0, O_NONBLOCK } },
	{ "kexec_load", SYS_kexec_load, 283, { 0, 0, 0, 0x7fff } },
	{ "kexec_file_load", SYS_kexec_file_load, NONE, { -1, -1, 0, 0, 0x7fff } },
#ifdef SYS_iopl
	{ "iopl", SYS_iopl, 110, { 3 } },
	{ "ioperm", SYS_ioperm, 101, { 0x80, 1, 1 } },
	{ "modify_ldt", SYS_modify_ldt, 123, { 0, 0, 0 } },
#endif
	{ "swapon", SYS_swapon, 87, { 0, 0 } },
	{ "acct", SYS_acct, 51, { 1 } },
	{ "reboot", SYS_reboot, 88, { 0, 0, 0 } },
	{ "userfaultfd", SYS_userfaultfd, 374, { 1 } },
	{ "perf_event_open", SYS_perf_event_open, 336, { 0, 0, -1, -1, 0 } },
	{ "add_key", SYS_add_key, 286, { 0, 0, 0, 0, 0 } },
	{ "request_key", SYS_request_key, 287, { 0, 0, 0, 0 } },
	{ "keyctl", SYS_keyctl, 288, { 0, -3, 0 } },
	{ "fanotify_init", SYS_fanotify_init, 338, { 0, 0 } },
	{ "io_uring_setup", SYS_io_uring_setup, 425, { 1, 0 } },
	{ "fsopen", SYS_fsopen, 430, { 0, 0 } },
	{ "fsconfig", SYS_fsconfig, 431, { -1, FSCONFIG_SET_FD, 0, 0, 0 } },
	{ "bpf", SYS_bpf, 357, { 0, 0, 0 } }, /* a map of no description */
	{ "syslog", SYS_syslog, 103, { 4, 0, 0 } }, /* without a buffer it clears nothing */
	{ "socket", SYS_socket, 359, { 0 } },
	{ "chmod", NONE, 15, { 0 } },
	{ NULL, 0, 0, { 0 } },
};

static bool is_32bit;

static long call32(long number, const long *a)
{
#ifdef __x86_64__
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
			 : "memory", "r8", "r9", "r10", "r11");
	if (ret >= 0 || ret < -4095)
		return ret;
	errno = (int)-ret;
	return -1;
#else
	(void)number, (void)a;
	errno = ENOSYS;
	return -1;
#endif
}

static long make(const struct call *call, const long *a)
{
	if (is_32bit)
		return call32(call->number32, a);
	return syscall(call->number, a[0], a[1], a[2], a[3], a[4]);
}

static const struct call *call_find(const char *name)
{
	for (const struct call *call = calls; call->name; call++)
		if (strcmp(call->name, name) == 0)
			return call;
	return NULL;
}

static long open_socket(char **argv)
{
	long a[5] = { strtol(argv[1], NULL, 0), strtol(argv[2], NULL, 0),
		      strtol(argv[3], NULL, 0) };

	return make(call_find("socket"), a);
}

/* the same as the multiplexed call of i386, whose arguments lie in memory */
static long open_socketcall(char **argv)
{
	uint32_t *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long a[5] = { 1, (long)low };

	if (low == MAP_FAILED)
		return -1;
	for (int i = 0; i < 3; i++)
		low[i] = (uint32_t)strtol(argv[i + 1], NULL, 0);
	return call32(102, a);
}

static long change_mode(char **argv)
{
	mode_t mode = (mode_t)strtol(argv[1], NULL, 8);

	if (strcmp(argv[0], "chmod") == 0)
		return chmod(argv[2], mode);
	if (strcmp(argv[0], "fchmod") == 0)
		return fchmod(open(argv[2], O_RDONLY), mode);
	if (strcmp(argv[0], "fchmodat") == 0)
		return fchmodat(AT_FDCWD, argv[2], mode, 0);
	umask(0);
	if (strcmp(argv[0], "mknod") == 0)
		return mknod(argv[2], S_IFREG | mode, 0);
	if (strcmp(argv[0], "creat") == 0)
		return creat(argv[2], mode);
	if (strcmp(argv[0], "tmpfile") == 0)
		return open(argv[2], O_WRONLY | O_TMPFILE, mode);
	return open(argv[2], O_WRONLY | O_CREAT | O_EXCL, mode);
}

static long set_capability(char **argv)
{
	struct vfs_cap_data data = { .magic_etc = VFS_CAP_REVISION_2 };

	data.data[0].permitted = 1 << CAP_NET_RAW;
	if (strcmp(argv[0], "setxattr") == 0)
		return syscall(SYS_setxattr, argv[1], "security.capability", &data, sizeof(data),
			       0);
	return syscall(SYS_fsetxattr, open(argv[1], O_RDONLY), "security.capability", &data,
		       sizeof(data), 0);
}

static long load_program(char **argv)
{
	static const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)program,
		.insn_cnt = 2,
		.license = (uintptr_t) "GPL",
	};

	(void)argv;
	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* one message of a batch: its header, nfgenmsg, and a name for a table */
static char *nft_message(char *at, uint16_t type, uint16_t flags, uint16_t res_id, const char *name)
{
	struct nlmsghdr *head = (void *)at;
	struct nfgenmsg *gen = (void *)(head + 1);
	struct nlattr *attr = (void *)(gen + 1);
	uint16_t size = name ? (uint16_t)(sizeof(*attr) + strlen(name) + 1) : 0;

	*head = (struct nlmsghdr){ .nlmsg_len = (uint32_t)(sizeof(*head) + sizeof(*gen) + size),
				   .nlmsg_type = type,
				   .nlmsg_flags = NLM_F_REQUEST | flags };
	*gen = (struct nfgenmsg){ .nfgen_family = name ? 2 : 0, .res_id = res_id };
	if (name) {
		*attr = (struct nlattr){ .nla_len = size, .nla_type = NFTA_TABLE_NAME };
		memcpy(attr + 1, name, strlen(name) + 1);
	}
	return at + ((head->nlmsg_len + 3) & ~3U);
}

static long change_firewall(char **argv)
{
	static const uint16_t types[] = { NFT_MSG_NEWTABLE, NFT_MSG_DELTABLE };
	const uint16_t nft = NFNL_SUBSYS_NFTABLES << 8, subsystem = htons(NFNL_SUBSYS_NFTABLES);
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
	long ret = -1;

	(void)argv;
	for (size_t i = 0; i < 2; i++) {
		_Alignas(8) char batch[512] = { 0 };
		char *at = nft_message(batch, NFNL_MSG_BATCH_BEGIN, 0, subsystem, NULL);

		at = nft_message(at, nft | types[i], i == 0 ? NLM_F_CREATE : 0, 0, "watchcap_test");
		at = nft_message(at, NFNL_MSG_BATCH_END, 0, subsystem, NULL);
		ret = send(fd, batch, (size_t)(at - batch), 0);
	}
	return ret;
}

static long listen_to_all(char **argv)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct packet_mreq mreq = { .mr_ifindex = (int)if_nametoindex("lo"),
				    .mr_type = PACKET_MR_PROMISC };

	(void)argv;
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
}

static long connect_to(char **argv)
{
	struct sockaddr_un *to = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t size = sizeof(*to);
	uint32_t *args;

	if (to == MAP_FAILED || fd < 0)
		return -1;
	to->sun_family = AF_UNIX;
	snprintf(to->sun_path, sizeof(to->sun_path), "%s", argv[1]);
	if (argv[1][0] == '@') {
		to->sun_path[0] = '\0';
		size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(argv[1]));
	}
	if (strcmp(argv[0], "connect") == 0)
		return connect(fd, (struct sockaddr *)to, size);
	args = (uint32_t *)(to + 1);
	args[0] = (uint32_t)fd;
	args[1] = (uint32_t)(uintptr_t)to;
	args[2] = size;
	return call32(102, (const long[5]){ 3, (long)args });
}

static long bind_at(char **argv)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", argv[1]);
	return bind(fd, (struct sockaddr *)&at, sizeof(at));
}

static long set_caps(const struct __user_cap_data_struct *data)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capset, &head, data);
}

static long get_caps(struct __user_cap_data_struct *data)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &head, data);
}

/* NUMBER: of a capability below 32 */
static long regain(char **argv)
{
	struct __user_cap_data_struct data[2];
	uint32_t had;

	if (get_caps(data) < 0)
		return -1;
	had = data[0].effective;
	data[0].effective &= ~(UINT32_C(1) << strtol(argv[1], NULL, 10));
	if (set_caps(data) < 0)
		return -1;
	data[0].effective = had;
	return set_caps(data);
}

static long linger(char **argv)
{
	struct __user_cap_data_struct data[2];
	long number = strtol(argv[1], NULL, 10);

	if (number >= 0) {
		if (get_caps(data) < 0)
			return -1;
		data[0].effective &= ~(UINT32_C(1) << number);
		data[0].permitted &= ~(UINT32_C(1) << number);
		if (set_caps(data) < 0)
			return -1;
	}
	for (int i = 0; i < 200; i++) {
		syscall(SYS_unshare, 0);
		usleep(300000);
	}
	return 0;
}

static long become(char **argv)
{
	const uint32_t setuid_bit = 1 << CAP_SETUID;
	struct __user_cap_data_struct data[2] = { { setuid_bit, setuid_bit, 0 }, { 0, 0, 0 } };

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresuid(1000, 1000, 1000) < 0 ||
	    set_caps(data) < 0)
		return -1;
	return syscall(SYS_setuid, strtol(argv[1], NULL, 10));
}

static long die(char **argv)
{
	pid_t child = fork();

	if (child == 0) {
		if (strcmp(argv[0], "crash") == 0)
			raise(SIGSEGV);
		else if (prctl(PR_SET_SECCOMP, 1, 0, 0, 0) == 0)
			syscall(SYS_getppid);
		_exit(0);
	}
	return waitpid(child, NULL, 0);
}

static long type_ahead(char **argv)
{
	int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY);

	if (terminal < 0)
		return -1;
	grantpt(terminal);
	unlockpt(terminal);
	return syscall(SYS_ioctl, open(ptsname(terminal), O_RDWR | O_NOCTTY),
		       argv[0][0] == 'w' ? 1L << 32 | TIOCSTI : TIOCSTI, "x");
}

static long configure(char **argv)
{
	long fs = syscall(SYS_fsopen, "tmpfs", 0);

	(void)argv;
	if (fs < 0)
		return -1;
	for (int i = 0; i < 100; i++)
		syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "size", "1m", 0);
	return syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, "source", NULL, fs);
}

static long ask_for_key(char **argv)
{
	char name[32];

	/* the kernel remembers for a minute that there is none: another one each time */
	(void)argv;
	snprintf(name, sizeof(name), "watchcap:%d", (int)getpid());
	return syscall(SYS_request_key, "user", name, "nothing", 0);
}

static const struct {
	const char *name;
	int argc;
	long (*make)(char **argv);
} words[] = {
	{ "socket", 4, open_socket },
	{ "socketcall", 4, open_socketcall },
	{ "chmod", 3, change_mode },
	{ "fchmod", 3, change_mode },
	{ "fchmodat", 3, change_mode },
	{ "mknod", 3, change_mode },
	{ "open", 3, change_mode },
	{ "creat", 3, change_mode },
	{ "tmpfile", 3, change_mode },
	{ "setxattr", 2, set_capability },
	{ "fsetxattr", 2, set_capability },
	{ "bind", 2, bind_at },
	{ "connect", 2, connect_to },
	{ "socketcall-connect", 2, connect_to },
	{ "program", 1, load_program },
	{ "nft", 1, change_firewall },
	{ "promiscuous", 1, listen_to_all },
	{ "regain", 2, regain },
	{ "linger", 2, linger },
	{ "become", 2, become },
	{ "crash", 1, die },
	{ "violate", 1, die },
	{ "type", 1, type_ahead },
	{ "widetype", 1, type_ahead },
	{ "configure", 1, configure },
	{ "upcall", 1, ask_for_key },
};

static int say(const char *name, long ret)
{
	printf("%s: %s\n", name, ret < 0 ? strerror(errno) : "done");
	return 0;
}

static int run(int argc, char **argv)
{
	const struct call *call;

	for (size_t i = 0; argc && i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(argv[0], words[i].name) == 0 && argc == words[i].argc)
			return say(argv[0], words[i].make(argv));
	call = argc == 1 ? call_find(argv[0]) : NULL;
	if (call)
		return say(argv[0], make(call, call->args));
	fprintf(stderr, "caller: what to call? See the source\n");
	return 2;
}

/* a grandchild whose parents have ended */
static int orphan(int argc, char **argv)
{
	pid_t child = fork();

	if (child > 0)
		return waitpid(child, NULL, 0) == child ? 0 : 1;
	if (fork() > 0)
		_exit(0);
	usleep(200000);
	return run(argc, argv);
}

int main(int argc, char **argv)
{
	argc--, argv++;
	if (argc && strcmp(argv[0], "int80") == 0) {
		is_32bit = true;
		argc--, argv++;
	}
	if (argc && strcmp(argv[0], "orphan") == 0)
		return orphan(argc - 1, argv + 1);
	return run(argc, argv);
}
