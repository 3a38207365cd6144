/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, and how they are read. Numbers are those of x86 and arm64; where these differ there
 * are two.
 */
#include "field/number_names.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/memfd.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define N(x)                                                                                       \
	{                                                                                          \
		(uint64_t)(x), #x                                                                  \
	}
#define END                                                                                        \
	{                                                                                          \
		0, NULL                                                                            \
	}

const struct number_name names_ptrace[] = {
	N(PTRACE_TRACEME),
	N(PTRACE_PEEKTEXT),
	N(PTRACE_PEEKDATA),
	N(PTRACE_PEEKUSER),
	N(PTRACE_POKETEXT),
	N(PTRACE_POKEDATA),
	N(PTRACE_POKEUSER),
	N(PTRACE_CONT),
	N(PTRACE_KILL),
	N(PTRACE_SINGLESTEP),
	{ 12, "PTRACE_GETREGS" },
	{ 13, "PTRACE_SETREGS" },
	{ 14, "PTRACE_GETFPREGS" },
	{ 15, "PTRACE_SETFPREGS" },
	N(PTRACE_ATTACH),
	N(PTRACE_DETACH),
	N(PTRACE_SYSCALL),
	N(PTRACE_SETOPTIONS),
	N(PTRACE_GETEVENTMSG),
	N(PTRACE_GETSIGINFO),
	N(PTRACE_SETSIGINFO),
	N(PTRACE_GETREGSET),
	N(PTRACE_SETREGSET),
	N(PTRACE_SEIZE),
	N(PTRACE_INTERRUPT),
	N(PTRACE_LISTEN),
	N(PTRACE_PEEKSIGINFO),
	N(PTRACE_GETSIGMASK),
	N(PTRACE_SETSIGMASK),
	N(PTRACE_SECCOMP_GET_FILTER),
	N(PTRACE_GET_SYSCALL_INFO),
	END,
};

const struct number_name names_prctl[] = {
	N(PR_SET_PDEATHSIG),
	N(PR_GET_PDEATHSIG),
	N(PR_GET_DUMPABLE),
	N(PR_SET_DUMPABLE),
	N(PR_GET_KEEPCAPS),
	N(PR_SET_KEEPCAPS),
	N(PR_SET_NAME),
	N(PR_GET_NAME),
	N(PR_GET_SECCOMP),
	N(PR_SET_SECCOMP),
	N(PR_CAPBSET_READ),
	N(PR_CAPBSET_DROP),
	N(PR_GET_SECUREBITS),
	N(PR_SET_SECUREBITS),
	N(PR_SET_TIMERSLACK),
	N(PR_SET_MM),
	N(PR_SET_CHILD_SUBREAPER),
	N(PR_GET_CHILD_SUBREAPER),
	N(PR_SET_NO_NEW_PRIVS),
	N(PR_GET_NO_NEW_PRIVS),
	N(PR_SET_THP_DISABLE),
	N(PR_CAP_AMBIENT),
	N(PR_SET_SPECULATION_CTRL),
	N(PR_SET_VMA),
	N(PR_SET_PTRACER),
	END,
};

const struct number_name names_domain[] = {
	N(AF_UNSPEC),
	N(AF_UNIX),
	N(AF_INET),
	N(AF_AX25),
	N(AF_IPX),
	N(AF_APPLETALK),
	N(AF_NETROM),
	N(AF_BRIDGE),
	N(AF_ATMPVC),
	N(AF_X25),
	N(AF_INET6),
	N(AF_ROSE),
	N(AF_DECnet),
	N(AF_NETBEUI),
	N(AF_SECURITY),
	N(AF_KEY),
	N(AF_NETLINK),
	N(AF_PACKET),
	N(AF_ASH),
	N(AF_ECONET),
	N(AF_ATMSVC),
	N(AF_RDS),
	N(AF_SNA),
	N(AF_IRDA),
	N(AF_PPPOX),
	N(AF_WANPIPE),
	N(AF_LLC),
	N(AF_IB),
	N(AF_MPLS),
	N(AF_CAN),
	N(AF_TIPC),
	N(AF_BLUETOOTH),
	N(AF_IUCV),
	N(AF_RXRPC),
	N(AF_ISDN),
	N(AF_PHONET),
	N(AF_IEEE802154),
	N(AF_CAIF),
	N(AF_ALG),
	N(AF_NFC),
	N(AF_VSOCK),
	N(AF_KCM),
	N(AF_QIPCRTR),
	N(AF_SMC),
	N(AF_XDP),
	{ 45, "AF_MCTP" },
	END,
};

const struct number_name names_bpf[] = {
	N(BPF_MAP_CREATE),
	N(BPF_MAP_LOOKUP_ELEM),
	N(BPF_MAP_UPDATE_ELEM),
	N(BPF_MAP_DELETE_ELEM),
	N(BPF_MAP_GET_NEXT_KEY),
	N(BPF_PROG_LOAD),
	N(BPF_OBJ_PIN),
	N(BPF_OBJ_GET),
	N(BPF_PROG_ATTACH),
	N(BPF_PROG_DETACH),
	N(BPF_PROG_TEST_RUN),
	N(BPF_PROG_GET_NEXT_ID),
	N(BPF_MAP_GET_NEXT_ID),
	N(BPF_PROG_GET_FD_BY_ID),
	N(BPF_MAP_GET_FD_BY_ID),
	N(BPF_OBJ_GET_INFO_BY_FD),
	N(BPF_PROG_QUERY),
	N(BPF_RAW_TRACEPOINT_OPEN),
	N(BPF_BTF_LOAD),
	N(BPF_BTF_GET_FD_BY_ID),
	N(BPF_TASK_FD_QUERY),
	N(BPF_MAP_LOOKUP_AND_DELETE_ELEM),
	N(BPF_MAP_FREEZE),
	N(BPF_BTF_GET_NEXT_ID),
	N(BPF_MAP_LOOKUP_BATCH),
	N(BPF_MAP_LOOKUP_AND_DELETE_BATCH),
	N(BPF_MAP_UPDATE_BATCH),
	N(BPF_MAP_DELETE_BATCH),
	N(BPF_LINK_CREATE),
	N(BPF_LINK_UPDATE),
	N(BPF_LINK_GET_FD_BY_ID),
	N(BPF_LINK_GET_NEXT_ID),
	N(BPF_ENABLE_STATS),
	N(BPF_ITER_CREATE),
	N(BPF_LINK_DETACH),
	N(BPF_PROG_BIND_MAP),
	END,
};

/* enum fsconfig_command, linux/mount.h, which does not go together with sys/mount.h */
const struct number_name names_fsconfig[] = {
	{ 0, "FSCONFIG_SET_FLAG" },	   { 1, "FSCONFIG_SET_STRING" },
	{ 2, "FSCONFIG_SET_BINARY" },	   { 3, "FSCONFIG_SET_PATH" },
	{ 4, "FSCONFIG_SET_PATH_EMPTY" },  { 5, "FSCONFIG_SET_FD" },
	{ 6, "FSCONFIG_CMD_CREATE" },	   { 7, "FSCONFIG_CMD_RECONFIGURE" },
	{ 8, "FSCONFIG_CMD_CREATE_EXCL" }, END,
};

const struct number_name names_seccomp[] = {
	N(SECCOMP_SET_MODE_STRICT),
	N(SECCOMP_SET_MODE_FILTER),
	N(SECCOMP_GET_ACTION_AVAIL),
	N(SECCOMP_GET_NOTIF_SIZES),
	END,
};

const struct number_name names_signal[] = {
	N(SIGHUP),  N(SIGINT),	  N(SIGQUIT), N(SIGILL),  N(SIGTRAP),	N(SIGABRT), N(SIGBUS),
	N(SIGFPE),  N(SIGKILL),	  N(SIGUSR1), N(SIGSEGV), N(SIGUSR2),	N(SIGPIPE), N(SIGALRM),
	N(SIGTERM), N(SIGSTKFLT), N(SIGCHLD), N(SIGCONT), N(SIGSTOP),	N(SIGTSTP), N(SIGTTIN),
	N(SIGTTOU), N(SIGURG),	  N(SIGXCPU), N(SIGXFSZ), N(SIGVTALRM), N(SIGPROF), N(SIGWINCH),
	N(SIGIO),   N(SIGPWR),	  N(SIGSYS),  END,
};

/* those that are the same on every machine (asm-generic/fcntl.h) */
const struct number_name names_fcntl[] = {
	N(F_DUPFD),	 N(F_GETFD),	  N(F_SETFD),	  N(F_GETFL),	  N(F_SETFL),
	N(F_SETOWN),	 N(F_GETOWN),	  N(F_SETSIG),	  N(F_GETSIG),	  N(F_SETOWN_EX),
	N(F_GETOWN_EX),	 N(F_SETLEASE),	  N(F_GETLEASE),  N(F_NOTIFY),	  N(F_DUPFD_CLOEXEC),
	N(F_SETPIPE_SZ), N(F_GETPIPE_SZ), N(F_ADD_SEALS), N(F_GET_SEALS), END,
};

#define FLAGS_OPEN_COMMON                                                                          \
	{ 01, "O_WRONLY" }, { 02, "O_RDWR" }, { 0100, "O_CREAT" }, { 0200, "O_EXCL" },             \
		{ 0400, "O_NOCTTY" }, { 01000, "O_TRUNC" }, { 02000, "O_APPEND" },                 \
		{ 04000, "O_NONBLOCK" }, { 010000, "O_DSYNC" }, { 020000, "FASYNC" },              \
		{ 01000000, "O_NOATIME" }, { 02000000, "O_CLOEXEC" }, { 04000000, "O_SYNC" },      \
		{ 010000000, "O_PATH" },                                                           \
	{                                                                                          \
		020000000, "O_TMPFILE"                                                             \
	}

const struct number_name flags_open[] = {
	FLAGS_OPEN_COMMON,	    { 040000, "O_DIRECT" },    { 0100000, "O_LARGEFILE" },
	{ 0200000, "O_DIRECTORY" }, { 0400000, "O_NOFOLLOW" }, END,
};
const struct number_name flags_open_arm[] = {
	FLAGS_OPEN_COMMON,	 { 040000, "O_DIRECTORY" },  { 0100000, "O_NOFOLLOW" },
	{ 0200000, "O_DIRECT" }, { 0400000, "O_LARGEFILE" }, END,
};

const struct number_name flags_resolve[] = {
	N(RESOLVE_NO_XDEV),
	N(RESOLVE_NO_MAGICLINKS),
	N(RESOLVE_NO_SYMLINKS),
	N(RESOLVE_BENEATH),
	N(RESOLVE_IN_ROOT),
	N(RESOLVE_CACHED),
	END,
};

const struct number_name flags_mode[] = {
	N(S_IXOTH), N(S_IWOTH), N(S_IROTH), N(S_IXGRP), N(S_IWGRP), N(S_IRGRP), N(S_IXUSR),
	N(S_IWUSR), N(S_IRUSR), N(S_ISVTX), N(S_ISGID), N(S_ISUID), END,
};

const struct number_name flags_mount[] = {
	N(MS_RDONLY),	   N(MS_NOSUID),
	N(MS_NODEV),	   N(MS_NOEXEC),
	N(MS_SYNCHRONOUS), N(MS_REMOUNT),
	N(MS_MANDLOCK),	   N(MS_DIRSYNC),
	N(MS_NOSYMFOLLOW), N(MS_NOATIME),
	N(MS_NODIRATIME),  N(MS_BIND),
	N(MS_MOVE),	   N(MS_REC),
	N(MS_SILENT),	   N(MS_POSIXACL),
	N(MS_UNBINDABLE),  N(MS_PRIVATE),
	N(MS_SLAVE),	   N(MS_SHARED),
	N(MS_RELATIME),	   N(MS_KERNMOUNT),
	N(MS_I_VERSION),   N(MS_STRICTATIME),
	N(MS_LAZYTIME),	   END,
};

const struct number_name flags_umount[] = {
	{ 1, "FORCE" }, { 2, "DETACH" }, { 4, "EXPIRE" }, { 8, "NOFOLLOW" }, END,
};

#define FLAGS_NAMESPACE                                                                            \
	N(CLONE_NEWNS), N(CLONE_NEWCGROUP), N(CLONE_NEWUTS), N(CLONE_NEWIPC), N(CLONE_NEWUSER),    \
		N(CLONE_NEWPID), N(CLONE_NEWNET), N(CLONE_FS), N(CLONE_FILES), N(CLONE_SYSVSEM),   \
		N(CLONE_VM), N(CLONE_SIGHAND), N(CLONE_THREAD)

const struct number_name flags_namespace[] = { FLAGS_NAMESPACE, N(CLONE_NEWTIME), END };
const struct number_name flags_clone[] = {
	FLAGS_NAMESPACE,
	N(CLONE_PIDFD),
	N(CLONE_PTRACE),
	N(CLONE_VFORK),
	N(CLONE_PARENT),
	N(CLONE_SETTLS),
	N(CLONE_PARENT_SETTID),
	N(CLONE_CHILD_CLEARTID),
	N(CLONE_DETACHED),
	N(CLONE_UNTRACED),
	N(CLONE_CHILD_SETTID),
	N(CLONE_IO),
	END,
};

const struct number_name flags_socket[] = {
	{ 1, "SOCK_STREAM" },	 { 2, "SOCK_DGRAM" }, { 3, "SOCK_RAW" },     { 4, "SOCK_RDM" },
	{ 5, "SOCK_SEQPACKET" }, { 6, "SOCK_DCCP" },  { 10, "SOCK_PACKET" }, END,
};

const struct number_name flags_at[] = {
	N(AT_REMOVEDIR),
	N(AT_SYMLINK_NOFOLLOW),
	N(AT_SYMLINK_FOLLOW),
	N(AT_NO_AUTOMOUNT),
	N(AT_EMPTY_PATH),
	{ 0x8000, "AT_RECURSIVE" },
	END,
};

const struct number_name flags_memfd[] = {
	N(MFD_CLOEXEC),		  N(MFD_ALLOW_SEALING), N(MFD_HUGETLB),
	{ 8, "MFD_NOEXEC_SEAL" }, { 16, "MFD_EXEC" },	END,
};

/* linux/userfaultfd.h, and O_* of userfaultfd(2) */
const struct number_name flags_userfaultfd[] = {
	{ 1, "UFFD_USER_MODE_ONLY" },
	{ 04000, "O_NONBLOCK" },
	{ 02000000, "O_CLOEXEC" },
	END,
};

/* linux/module.h, and O_* of delete_module(2) */
const struct number_name flags_module[] = {
	{ 1, "MODULE_INIT_IGNORE_MODVERSIONS" },
	{ 2, "MODULE_INIT_IGNORE_VERMAGIC" },
	{ 4, "MODULE_INIT_COMPRESSED_FILE" },
	{ 01000, "O_TRUNC" },
	{ 04000, "O_NONBLOCK" },
	END,
};

const struct number_name flags_rename[] = {
	{ 1, "RENAME_NOREPLACE" },
	{ 2, "RENAME_EXCHANGE" },
	{ 4, "RENAME_WHITEOUT" },
	END,
};

struct str number_name(const struct number_name *names, uint64_t number)
{
	for (; names->name; names++)
		if (names->number == number)
			return str_of(names->name);
	return STR_ABSENT;
}

struct str number_flags(const struct number_name *names, uint64_t number, struct arena *a)
{
	struct str out = STR("");

	for (; names->name; names++) {
		if (!names->number || (number & names->number) != names->number)
			continue;
		out = arena_printf(a, "%.*s%s%s", STR_ARG(out), out.len ? "|" : "", names->name);
		number &= ~names->number;
	}
	if (number)
		return arena_printf(a, "%.*s%s0x%llx", STR_ARG(out), out.len ? "|" : "",
				    (unsigned long long)number);
	return out.len ? out : STR("0");
}
