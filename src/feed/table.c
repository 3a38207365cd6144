/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table behind everything that watchcap asks of kernel audit. Only `always` rules; no filter on
 * auid (containers have none) and none on success but where failures are of no interest.
 *
 * Every system call of every program is compared with each line of the exit list that names no file (kernel/auditsc.c,
 * __audit_filter_op()), and above about a hundred they fall out of the first cache: so calls that need no condition share a
 * line, and numbers of one argument that lie near each other are a range, though it brings a few that nobody asked for.
 */
#include "feed/table.h"

#include <libaudit.h>
#include <string.h>

#include "base/cleanup.h"

/*
 * Namespace flags of clone(2): CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
 * clone3 has them in memory, where no filter reaches.
 */
#define NAMESPACE_FLAGS "a0&0x7E020000"
#define DEVICE_FIELDS "fd.filetype,fd.rdev.major,fd.rdev.minor,fd.is_host_disk"
#define MEMORY_DEVICE "filetype=character devmajor=1 devminor="
#define NO_DISK "fd.filetype=char fd.is_host_disk=false fd.host_class="
#define OPENS "open,creat,openat,openat2"
#define REMOTE_END                                                                                 \
	"fd.rip,fd.sip,fd.ip,fd.rnet,fd.snet,fd.net,fd.rport,fd.sport,fd.port,fd.proto,fd.sproto," \
	"fd.sockfamily,fd.type,fd.typechar"

/* a row stays a row */
/* clang-format off */
static const struct feed_row rows[] = {
	/* -ENOENT: whoever looks for a program along PATH fails several times for each one started, and nothing has happened */
	{ .code = "K1", .key = "wc_exec", .calls = "execve,execveat", .fields = "exit!=-2",
	  .brings = "container,ns_gain,cap_gain,outside_root,userns_gain",
	  .always = true, .why = "programs, the start of containers, capabilities at exec",
	  .volume = "exec rate: 1-20/s idle, 4 per container start" },
	{ .code = "K2", .calls = "mount,umount2,pivot_root,chroot,open_tree,move_mount,fsopen,fsconfig,fsmount,"
		   "fspick,mount_setattr,open_tree_attr", .brings = "mount_change,knob_change,outside_root",
	  .always = true,
	  .why = "who mounts: the moment when a new cgroup hierarchy must be looked at",
	  .volume = "about 0 idle, 30-60 per container start" },
	{ .code = "K2", .list = FEED_EXIT_B32, .calls = "umount", .always = true,
	  .why = "the older call of 32-bit programs", .volume = "about 0" },
	{ .code = "K3", .calls = "setns,unshare", .brings = "ns_gain,outside_root,userns_gain", .always = true,
	  .why = "who enters a container's namespaces",
	  .volume = "1 per container start, 5 per exec into one" },
	{ .code = "K3", .key = "wc_ns", .calls = "clone", .fields = NAMESPACE_FLAGS, .always = true,
	  .why = "children in namespaces of their own", .volume = "1 per container start" },
	{ .code = "K4", .calls = "capset", .always = true,
	  .why = "the ledger of capabilities", .volume = "1 per container start" },

	/* an ABI drops what it lacks: 32-bit x86 has vm86, and kexec_file_load nowhere but on 64 bits */
	{ .code = "K5", .calls = "init_module,finit_module,delete_module,acct,swapon,reboot,iopl,ioperm,"
		   "kexec_load,kexec_file_load,vm86",
	  .why = "control over the kernel itself", .volume = "about 0" },
	{ .code = "K6", .calls = "open_by_handle_at",
	  .why = "files opened by handle, outside of any root", .volume = "about 0" },
	{ .code = "K7", .calls = "process_vm_writev,pidfd_getfd,userfaultfd,perf_event_open,io_uring_setup,"
		   "add_key,request_key,keyctl,fanotify_init,modify_ldt",
	  .why = "building blocks of kernel exploits", .volume = "0-1/s" },
	/* BPF_PROG_LOAD: what succeeds makes a record anyhow, an attempt does not */
	{ .code = "K9", .key = "wc_bpf", .calls = "bpf", .fields = "a0=5", .seldom32 = true,
	  .why = "eBPF programs loaded", .volume = "1 per container start on cgroup v2" },
	/* POKETEXT, POKEDATA, POKEUSR */
	{ .code = "K8", .key = "wc_ptrace", .calls = "ptrace", .fields = "a0>=4 a0<=6", .why = "what a debugger writes",
	  .volume = "about 0" },
	{ .code = "K8", .key = "wc_ptrace", .calls = "ptrace", .fields = "a0>=13 a0!=14 a0<=16,a0>=0x4205 a0<=0x4206",
	  .given = "evt.arg[request]=13:PTRACE_SETREGS|15:PTRACE_SETFPREGS|16:PTRACE_ATTACH|16901:PTRACE_SETREGSET|16902:PTRACE_SEIZE",
	  .why = "control over another process", .volume = "about 0" },
	/* S_IFBLK as a bit test; then the character devices 1:1, 1:2 and 1:4 */
	{ .code = "K10", .key = "wc_mknod", .calls = "mknodat", .fields = "a2&=0x6000", .seldom32 = true,
	  .uses = DEVICE_FIELDS, .why = "block device nodes", .volume = "about 0" },
	{ .code = "K10", .key = "wc_mknod", .list = FEED_EXIT_B64, .calls = "mknodat",
	  .fields = "a2&=0x2000 a3>=0x101 a3<=0x104 a3!=0x103", .uses = DEVICE_FIELDS, .why = "nodes of memory and ports",
	  .volume = "about 0" },
	{ .code = "K10", .key = "wc_mknod", .calls = "mknod", .fields = "a1&=0x6000", .seldom32 = true,
	  .uses = DEVICE_FIELDS, .why = "block device nodes", .volume = "about 0" },
	{ .code = "K10", .key = "wc_mknod", .list = FEED_EXIT_B64, .calls = "mknod",
	  .fields = "a1&=0x2000 a2>=0x101 a2<=0x104 a2!=0x103", .uses = DEVICE_FIELDS, .why = "nodes of memory and ports",
	  .volume = "about 0" },
	{ .code = "K11", .key = "wc_blk", .calls = OPENS ",open_by_handle_at",
	  .fields = "filetype=block", .uses = DEVICE_FIELDS, .given = "fd.filetype=block fd.host_class=",
	  .why = "block devices opened",
	  .volume = "0-1/s" },
	/*
	 * No range without its middle: numbers of a device are compared with what the file is and with what it lies on, and
	 * either will do (kernel/auditsc.c, audit_filter_rules()), so that devminor!=3 holds for /dev/null
	 */
	{ .code = "K12", .key = "wc_mem", .calls = OPENS,
	  .fields = MEMORY_DEVICE "1," MEMORY_DEVICE "2," MEMORY_DEVICE "4", .uses = DEVICE_FIELDS,
	  .given = NO_DISK " fd.rdev.major=1 fd.rdev.minor=1|2|4", .why = "mem, kmem and port opened", .volume = "about 0" },
	/* a range costs one comparison of every open, not three; tun and a few others lie between */
	{ .code = "K12", .key = "wc_mem", .calls = OPENS ",open_by_handle_at",
	  .fields = "filetype=character devmajor=10 devminor>=196 devminor<=232",
	  .uses = DEVICE_FIELDS, .given = NO_DISK " fd.rdev.major=10 fd.rdev.minor=196..232",
	  .why = "VFIO, FUSE and KVM opened", .volume = "about 0" },
	{ .code = "K12", .key = "wc_mem", .calls = OPENS ",open_by_handle_at",
	  .fields = "filetype=character devmajor=202", .uses = DEVICE_FIELDS, .given = NO_DISK " fd.rdev.major=202",
	  .why = "model specific registers opened", .volume = "about 0" },
	/* SCSI_GENERIC_MAJOR; bsg and nvme have any, from CHRDEV_MAJOR_DYN_END on (include/linux/fs.h) */
	{ .code = "K12", .key = "wc_mem", .calls = OPENS ",open_by_handle_at",
	  .fields = "filetype=character devmajor=21", .uses = "fd.is_host_disk",
	  .why = "disks opened past the block layer", .volume = "about 0" },
	{ .code = "K12", .key = "wc_mem", .calls = OPENS ",open_by_handle_at",
	  .fields = "filetype=character devmajor>=234", .uses = "fd.is_host_disk",
	  .why = "disks opened past the block layer, among other devices of any major",
	  .volume = "about 0; a dozen per program on a graphics processor" },
	/* i386 has calls of 16-bit and of 32-bit ids */
	{ .code = "K13", .key = "wc_setid", .seldom32 = true,
	  .calls = "setuid,setreuid,setresuid,setfsuid,setuid32,setreuid32,setresuid32,setfsuid32",
	  .fields = "a0=0 success=1", .brings = "uid_change", .why = "root gained by a call",
	  .volume = "0-1/s, 2 per container start" },
	{ .code = "K13", .key = "wc_setid", .list = FEED_EXIT_B64, .calls = "setreuid,setresuid", .fields = "a1=0 success=1",
	  .brings = "uid_change", .why = "root gained by a call", .volume = "0-1/s" },
	{ .code = "K13", .key = "wc_setid", .list = FEED_EXIT_B64, .calls = "setresuid", .fields = "a2=0 success=1",
	  .brings = "uid_change", .why = "root gained by a call", .volume = "0-1/s" },
	/* a group is the cause of no change of a user id */
	{ .code = "K13", .key = "wc_setid", .seldom32 = true,
	  .calls = "setgid,setregid,setresgid,setgid32,setregid32,setresgid32", .fields = "a0=0 success=1",
	  .why = "the group of root gained by a call", .volume = "0-1/s, 2 per container start" },
	{ .code = "K13", .key = "wc_setid", .list = FEED_EXIT_B64, .calls = "setregid,setresgid", .fields = "a1=0 success=1",
	  .why = "the group of root gained by a call", .volume = "0-1/s" },
	{ .code = "K13", .key = "wc_setid", .list = FEED_EXIT_B64, .calls = "setresgid", .fields = "a2=0 success=1",
	  .why = "the group of root gained by a call", .volume = "0-1/s" },
	/* all but AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK; of that NETLINK_XFRM and NETLINK_NETFILTER, without what is common between */
	{ .code = "K14", .key = "wc_sock", .calls = "socket", .fields = "a0>=3 a0!=10 a0!=16",
	  .why = "old and rare socket families", .volume = "0-1/s" },
	{ .code = "K14", .key = "wc_sock", .calls = "socket", .fields = "a0=16 a2>=6 a2<=12 a2!=7 a2!=9 a2!=11",
	  .given = "evt.arg[domain]=16:AF_NETLINK evt.rawarg[domain]=16", .why = "IPsec and firewall control", .volume = "0-1/s" },
	/* AF_INET with SOCK_PACKET becomes AF_PACKET in net/socket.c, __sock_create() */
	{ .code = "K14", .key = "wc_sock", .calls = "socket", .fields = "a0=2 a1&=0xA",
	  .given = "evt.arg[domain]=2:AF_INET evt.rawarg[domain]=2", .why = "packet sockets by their old name", .volume = "about 0" },
	{ .code = "K14", .key = "wc_sock32", .list = FEED_EXIT_B32, .calls = "socketcall",
	  .fields = "a0=1", .brings = "socket", .why = "sockets of 32-bit programs",
	  .volume = "about 0" },
	/* set-user-ID and set-group-ID bits: given to a file, or to a new one; which O_TMPFILE makes, too, without O_CREAT */
	{ .code = "K17", .key = "wc_suid", .calls = "chmod,fchmod,creat,mknod",
	  .fields = "a1&06000", .uses = "evt.arg", .why = "set-user-ID files",
	  .volume = "about 0" },
	{ .code = "K17", .key = "wc_suid", .calls = "fchmodat,fchmodat2,mknodat",
	  .fields = "a2&06000", .uses = "evt.arg", .why = "set-user-ID files",
	  .volume = "about 0" },
	{ .code = "K17", .key = "wc_suid", .calls = "open", .fields = "a1&020000100 a2&06000",
	  .uses = "evt.arg", .why = "files made with the set-user-ID bit",
	  .volume = "a dozen when an image is unpacked" },
	{ .code = "K17", .key = "wc_suid", .calls = "openat", .fields = "a2&020000100 a3&06000",
	  .uses = "evt.arg", .why = "files made with the set-user-ID bit",
	  .volume = "a dozen when an image is unpacked" },
	/* the name is in memory; a value of capabilities has one of two sizes (linux/capability.h) */
	{ .code = "K17", .key = "wc_suid", .calls = "setxattr,lsetxattr,fsetxattr", .seldom32 = true,
	  .fields = "a3>=20 a3<=24", .given = "fd.host_class=", .why = "file capabilities", .volume = "about 0" },
	{ .code = "K17", .calls = "setxattrat", .why = "file capabilities",
	  .volume = "about 0: libraries do not use it yet" },
	/* SYSLOG_ACTION_READ_CLEAR and SYSLOG_ACTION_CLEAR */
	{ .code = "K23", .key = "wc_log", .calls = "syslog", .fields = "a0>=4 a0<=5", .seldom32 = true,
	  .why = "the kernel's log cleared", .volume = "about 0" },
	/* TIOCSTI */
	{ .code = "K24", .key = "wc_tty", .calls = "ioctl", .fields = "a1=0x5412",
	  .given = "evt.rawarg[request]=21522", .why = "input put into a terminal", .volume = "about 0" },
	/* LOOP_SET_FD to LOOP_CONFIGURE, NBD_SET_SOCK, DM_DEV_CREATE */
	{ .code = "K24", .key = "wc_dev", .calls = "ioctl", .fields = "a1>=0x4c00 a1<=0x4c0a,a1=0xab00,a1=0xc138fd03",
	  .given = "evt.rawarg[request]=19456..19466|43776|3241737475", .why = "block devices set up",
	  .volume = "three per loop mount" },

	/* kill(2) takes the number of any thread */
	{ .code = "K21", .key = "wc_self", .list = FEED_TASK,
	  .calls = "kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo", .uses = "target.role", .given = "target.role=*",
	  .why = "signals to the sensor, its guard and auditd",
	  .volume = "about 0" },
	/* what they are for is in a descriptor; and everybody at once, -1 */
	{ .code = "K21", .calls = "pidfd_send_signal", .uses = "target.role",
	  .given = "target.role=*", .why = "signals to whomever a descriptor is for", .volume = "service managers: 0-1/s" },
	{ .code = "K21", .key = "wc_self", .calls = "kill", .fields = "a0=0xffffffff",
	  .uses = "target.role", .given = "target.role=*", .why = "signals to everybody", .volume = "about 0" },

	/* SIGINT (2) to SIGSYS (31), of which USR1 and USR2, CHLD, CONT, URG and WINCH tell a program something; what is refused does no harm */
	{ .code = "K25", .key = "wc_kill", .seldom32 = true, .calls = "kill,tkill,rt_sigqueueinfo,pidfd_send_signal",
	  .fields = "a1>=2 a1<=31 a1!=10 a1!=12 a1!=17 a1!=18 a1!=23 a1!=28 success=1", .uses = "target.container.id",
	  .why = "processes ended or stopped by another", .volume = "about 0; 2 per container that is stopped" },
	{ .code = "K25", .key = "wc_kill", .seldom32 = true, .calls = "tgkill,rt_tgsigqueueinfo",
	  .fields = "a2>=2 a2<=31 a2!=10 a2!=12 a2!=17 a2!=18 a2!=23 a2!=28 success=1", .uses = "target.container.id",
	  .why = "the same by the calls for threads",
	  .volume = "about 0; two per thread and collection of Boehm's collector (Guile, Crystal) and Mono's" },

	/* whom the kernel signals for a file, as the caller might: F_SETOWN, F_SETOWN_EX; FIOSETOWN and SIOCSPGRP (net/socket.c,
	   sock_ioctl()) */
	{ .code = "K25", .key = "wc_kill", .calls = "fcntl,fcntl64", .fields = "a1=8 a2!=0 success=1",
	  .given = "evt.arg[cmd]=8:F_SETOWN evt.rawarg[cmd]=8", .why = "processes that the kernel is to signal",
	  .volume = "about 0; one per worker of nginx" },
	{ .code = "K25", .key = "wc_kill", .calls = "fcntl,fcntl64", .fields = "a1=15 success=1",
	  .given = "evt.arg[cmd]=15:F_SETOWN_EX evt.rawarg[cmd]=15", .why = "the same, behind a pointer", .volume = "about 0" },
	{ .code = "K25", .key = "wc_kill", .calls = "ioctl", .fields = "a1>=0x8901 a1<=0x8902 success=1",
	  .given = "evt.rawarg[request]=35073|35074", .why = "the same for a socket", .volume = "about 0" },

	{ .code = "K22", .key = "wc_cg1", .list = FEED_WATCH,
	  .brings = OPENS ",open_by_handle_at,truncate,write", .uses = "fd.kernel_knob",
	  .given = "fd.kernel_knob=release_agent", .perm = "wa",
	  .why = "release_agent of a cgroup hierarchy opened for writing", .volume = "about 0" },
	/* whoever opens one by its handle makes a record anyhow */
	{ .code = "K18", .key = "wc_host", .list = FEED_FILES,
	  .calls = OPENS ",truncate,truncate64,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,"
		   "mkdir,mkdirat,rmdir,mknod,mknodat,chmod,fchmod,fchmodat,fchmodat2,chown,lchown,fchown,fchownat,"
		   "chown32,lchown32,fchown32,setxattr,lsetxattr,fsetxattr",
	  .uses = "fd.host_class", .perm = "wa", .why = "files of the host that matter, changed",
	  .volume = "about 0; a dozen per file of a package" },
	{ .code = "K15", .key = "wc_sockets", .list = FEED_SOCKETS, .calls = "connect",
	  .uses = "fd.host_class", .why = "sockets by which the host is commanded, connected to",
	  .volume = "0-5/s: each command of an engine's client" },
	{ .code = "K15", .key = "wc_sockets", .list = FEED_SOCKETS, .calls = "socketcall",
	  .brings = "connect", .uses = "fd.host_class", .why = "the same, by 32-bit programs",
	  .volume = "about 0" },
	{ .code = "K26", .key = "wc_secrets", .list = FEED_SECRETS, .calls = "open,openat,openat2",
	  .uses = "fd.host_class", .perm = "r", .why = "keys and secrets of the host opened for reading",
	  .volume = "a few per login" },
	{ .code = "K27", .key = "wc_logs", .list = FEED_LOGS, .calls = "symlink,symlinkat",
	  .uses = "fd.host_class", .perm = "wa", .why = "links made among the host's logs",
	  .volume = "about 0; two per container of a kubelet" },
	/* found by its inode number: no other call is compared with it (kernel/auditsc.c, audit_filter_inodes()) */
	{ .code = "K28", .key = "wc_kernel", .list = FEED_KERNEL, .calls = "open,openat,openat2",
	  .uses = "fd.host_class", .perm = "r", .why = "memory and symbols of the kernel opened for reading",
	  .volume = "about 0; one per start of a tracer" },
	/* "/containerd-shim/NAMESPACE/ID/shim.sock" and "/containerd-shim/HASH.sock" behind a NUL, and the family, are as long as
	   that; programs that do not count say 110, and a shim's file in /run/containerd/s 85 */
	{ .code = "K16", .key = "wc_shims", .calls = "connect", .fields = "a2>=86 a2<=109",
	  .uses = "container.host_network", .why = "abstract sockets of shims connected to", .volume = "about 0" },
	/* SYS_CONNECT (linux/net.h); its length lies in memory. What has been built for ten years calls connect itself. */
	{ .code = "K16", .key = "wc_shims", .list = FEED_EXIT_B32, .calls = "socketcall", .fields = "a0=3", .brings = "connect",
	  .uses = "container.host_network", .why = "the same, by old 32-bit programs", .volume = "about 0" },
	/* AF_INET (2) to AF_INET6 (10), of the kernel's own copy of the address (net/socket.c, move_addr_to_kernel()): its length proves
	   nothing, for 128 bytes pass as well as 16 */
	{ .code = "K29", .key = "wc_net", .calls = "connect", .fields = "saddr_fam>=2 saddr_fam<=10", .uses = REMOTE_END,
	  .given = "fd.host_class=", .why = "connections to the network",
	  .volume = "each connection of each program: 0-10/s idle, a proxy's requests" },
	/* MSG_FASTOPEN: data that connects (net/ipv4/tcp.c, tcp_sendmsg_fastopen()) */
	{ .code = "K29", .key = "wc_net", .calls = "sendto,sendmmsg", .fields = "a3&0x20000000", .uses = REMOTE_END,
	  .why = "connections made by their first data", .volume = "about 0" },
	{ .code = "K29", .key = "wc_net", .calls = "sendmsg", .fields = "a2&0x20000000", .uses = REMOTE_END,
	  .why = "connections made by their first data", .volume = "about 0" },
	/* SYS_CONNECT to SYS_SENDMMSG (linux/net.h); flags lie in memory */
	{ .code = "K29", .key = "wc_net", .list = FEED_EXIT_B32, .calls = "socketcall",
	  .fields = "a0>=3 a0<=20 saddr_fam>=2 saddr_fam<=10", .brings = "connect,sendto,sendmsg,sendmmsg", .uses = REMOTE_END,
	  .given = "fd.host_class=", .why = "the same, by old 32-bit programs", .volume = "about 0" },
	{ .code = "K19", .key = "wc_uring", .list = FEED_URING,
	  .calls = "openat,openat2,connect,renameat,unlinkat,mkdirat,linkat,symlinkat,setxattr,fsetxattr,"
		   "ftruncate,uring_cmd",
	  .given = "evt.is_open_read= evt.is_open_write= evt.is_open_create= evt.arg[mode]=",
	  .why = "the same calls made through io_uring, which no other rule sees",
	  .volume = "open rate of programs that use io_uring" },
};
/* clang-format on */

size_t feed_row_count(void)
{
	return ARRAY_LEN(rows);
}

const struct feed_row *feed_row_at(size_t i)
{
	return &rows[i];
}

#define ANY (-1)

/* newer than auditctl 3.0; the same on every machine but one (kernel scripts/syscall.tbl) */
static const struct {
	const char *call;
	int number, machine; /* ANY or the one machine */
} numbered[] = {
	{ "open_tree", 428, ANY },	{ "move_mount", 429, ANY },	 { "fsopen", 430, ANY },
	{ "fsconfig", 431, ANY },	{ "fsmount", 432, ANY },	 { "fspick", 433, ANY },
	{ "mount_setattr", 442, ANY },	{ "fchmodat2", 452, ANY },	 { "setxattrat", 463, ANY },
	{ "open_tree_attr", 467, ANY }, { "kexec_load", 283, MACH_X86 },
};

int feed_call_number(const char *call, int machine, bool *as_number)
{
	for (size_t i = 0; i < ARRAY_LEN(numbered); i++) {
		*as_number = true;
		if (strcmp(numbered[i].call, call) == 0 &&
		    (numbered[i].machine == ANY || numbered[i].machine == machine))
			return numbered[i].number;
	}
	*as_number = false;
	return audit_name_to_syscall(call, machine);
}
