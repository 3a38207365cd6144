/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which event type has which arguments, in the order of evt.arg[n]. Argument 0 is res or the new
 * fd.
 */
#include "field/argument_value.h"
#include "field/call_path.h"

/* name, getter, place, names */
#define NUMBER(n, g, p, t)                                                                         \
	{                                                                                          \
		.name = n, .get = argument_##g, .at = p, .names = t                                \
	}
#define TEXT(n, g, p)                                                                              \
	{                                                                                          \
		.name = n, .get = argument_##g, .at = p, .is_text = true                           \
	}
/* the value of a field, of a number or of a text */
#define NUMBER_FIELD(n, f)                                                                         \
	{                                                                                          \
		.name = n, .get = argument_field, .field = f                                       \
	}
#define TEXT_FIELD(n, f)                                                                           \
	{                                                                                          \
		.name = n, .get = argument_field, .field = f, .is_text = true                      \
	}
/* not in the audit record */
#define NOT_TOLD(n)                                                                                \
	{                                                                                          \
		.name = n, .get = argument_none, .is_text = true                                   \
	}
#define NUMBER_NOT_TOLD(n)                                                                         \
	{                                                                                          \
		.name = n, .get = argument_none                                                    \
	}

#define RES NUMBER("res", result, 0, NULL)
#define NEW_FD NUMBER("fd", new_fd, 0, NULL)
#define INT(n, p) NUMBER(n, int, p, NULL)
#define CALLER                                                                                     \
	NUMBER_FIELD("tid", "thread.tid"), NUMBER_FIELD("pid", "proc.pid"),                        \
		NUMBER_FIELD("ptid", "proc.ppid")
#define OBJECT NUMBER_FIELD("dev", "fd.dev"), NUMBER_FIELD("ino", "fd.ino")
#define NAME TEXT_FIELD("name", "fd.nameraw")

static const struct argument exec_rows[] = {
	RES,
	TEXT_FIELD("exe", "proc.exe"),
	TEXT("args", exec_args, 0),
	CALLER,
	TEXT_FIELD("cwd", "proc.cwd"),
	TEXT_FIELD("comm", "proc.name"),
	TEXT_FIELD("cgroups", "thread.cgroups"),
	NOT_TOLD("env"),
	NUMBER_FIELD("tty", "proc.tty"),
	NUMBER_FIELD("vpgid", "proc.vpgid"),
	NUMBER_FIELD("loginuid", "user.loginuid"),
	TEXT("flags", exec_flags, 0),
	TEXT_FIELD("cap_inheritable", "thread.new.cap_inheritable"),
	TEXT_FIELD("cap_permitted", "thread.new.cap_permitted"),
	TEXT_FIELD("cap_effective", "thread.new.cap_effective"),
	NUMBER_FIELD("exe_ino", "proc.exe_ino"),
	NUMBER_FIELD("exe_ino_ctime", "proc.exe_ino.ctime"),
	NUMBER_FIELD("exe_ino_mtime", "proc.exe_ino.mtime"),
	NUMBER_FIELD("uid", "user.uid"),
	NUMBER_FIELD("pgid", "proc.pgid"),
	NUMBER_FIELD("gid", "group.gid"),
	TEXT("filename", path, 0),
};
static const struct argument open_rows[] = {
	NEW_FD, NAME, NUMBER("flags", open_flags, 0, NULL), NUMBER("mode", open_mode, 2, NULL),
	OBJECT,
};
static const struct argument openat_rows[] = {
	NEW_FD,
	INT("dirfd", 0),
	NAME,
	NUMBER("flags", open_flags, 0, NULL),
	NUMBER("mode", open_mode, 3, NULL),
	OBJECT,
};
static const struct argument openat2_rows[] = {
	NEW_FD,
	INT("dirfd", 0),
	NAME,
	NUMBER("flags", open_flags, 0, NULL),
	NUMBER("mode", open_mode, 0, NULL),
	NUMBER("resolve", resolve, 0, NULL),
	OBJECT,
};
static const struct argument creat_rows[] = {
	NEW_FD,
	NAME,
	NUMBER("mode", open_mode, 1, NULL),
	OBJECT,
};
static const struct argument handle_rows[] = {
	NEW_FD, INT("mountfd", 0), NUMBER("flags", open_flags, 0, NULL), NOT_TOLD("path"), OBJECT,
};
static const struct argument mount_rows[] = {
	RES,
	TEXT("dev", call_path, CALL_SOURCE),
	TEXT("dir", call_path, CALL_TARGET),
	NOT_TOLD("type"),
	NUMBER("flags", flags, 3, flags_mount),
};
static const struct argument umount_rows[] = {
	RES,
	TEXT("name", path, 0),
	NUMBER("flags", flags, 1, flags_umount),
};
static const struct argument pivot_rows[] = {
	RES,
	TEXT("new_root", path, 0),
	TEXT("put_old", path, 1),
};
static const struct argument chroot_rows[] = { RES, TEXT("path", path, 0) };
static const struct argument fsopen_rows[] = { NEW_FD, NUMBER("flags", uint, 1, NULL) };
static const struct argument fsconfig_rows[] = {
	RES,
	INT("fd", 0),
	NUMBER("cmd", int, 1, names_fsconfig),
	NOT_TOLD("key"),
	NOT_TOLD("value"),
};
static const struct argument fspick_rows[] = {
	NEW_FD,
	TEXT("from_path", path, 0),
	NUMBER("flags", flags, 2, flags_at),
};
static const struct argument move_mount_rows[] = {
	RES,
	TEXT("from_path", path, 0),
	TEXT("to_path", path, 1),
	NUMBER_NOT_TOLD("flags"),
};
static const struct argument mount_setattr_rows[] = {
	RES,
	TEXT("to_path", path, 0),
	NUMBER("flags", flags, 2, flags_at),
};
static const struct argument setns_rows[] = {
	RES,
	INT("fd", 0),
	NUMBER("nstype", flags, 1, flags_namespace),
};
static const struct argument unshare_rows[] = { RES, NUMBER("flags", flags, 0, flags_namespace) };
#define CHILD CALLER, NUMBER_NOT_TOLD("vtid"), NUMBER_NOT_TOLD("vpid")
static const struct argument clone_rows[] = {
	RES,
	NUMBER("flags", clone_flags, 0, flags_clone),
	CHILD,
};
static const struct argument fork_rows[] = { RES, NUMBER_NOT_TOLD("flags"), CHILD };
static const struct argument ptrace_rows[] = {
	RES,
	NUMBER("request", int, 0, names_ptrace),
	INT("pid", 1),
	NUMBER_NOT_TOLD("addr"),
	NUMBER_NOT_TOLD("data"),
};
static const struct argument process_vm_rows[] = { RES, INT("pid", 0) };
static const struct argument pidfd_open_rows[] = {
	NEW_FD,
	INT("pid", 0),
	NUMBER("flags", uint, 1, NULL),
};
static const struct argument pidfd_getfd_rows[] = {
	NEW_FD,
	INT("pid_fd", 0),
	INT("target_fd", 1),
	NUMBER("flags", uint, 2, NULL),
};
#define SIGNAL(p) NUMBER("sig", int, p, names_signal)
static const struct argument kill_rows[] = { RES, INT("pid", 0), SIGNAL(1) };
static const struct argument tkill_rows[] = { RES, INT("tid", 0), SIGNAL(1) };
static const struct argument tgkill_rows[] = { RES, INT("pid", 0), INT("tid", 1), SIGNAL(2) };
static const struct argument pidfd_signal_rows[] = {
	RES,
	INT("pid_fd", 0),
	SIGNAL(1),
	NUMBER("flags", long, 3, NULL),
};
static const struct argument fcntl_rows[] = {
	RES,
	INT("fd", 0),
	NUMBER("cmd", int, 1, names_fcntl),
	INT("arg", 2),
};
static const struct argument capset_rows[] = {
	RES,
	NUMBER("cap_inheritable", capset, CAPSET_INHERITABLE, NULL),
	NUMBER("cap_permitted", capset, CAPSET_PERMITTED, NULL),
	NUMBER("cap_effective", capset, CAPSET_EFFECTIVE, NULL),
	NUMBER("cap_ambient", capset, CAPSET_AMBIENT, NULL),
};
static const struct argument prctl_rows[] = {
	RES,
	NUMBER("option", int, 0, names_prctl),
	NUMBER("arg2_int", long, 1, NULL),
	NOT_TOLD("arg2_str"),
};
static const struct argument setuid_rows[] = { RES, NUMBER("uid", uid, 0, NULL) };
static const struct argument setgid_rows[] = { RES, NUMBER("gid", gid, 0, NULL) };
static const struct argument setreuid_rows[] = {
	RES,
	NUMBER("ruid", uid, 0, NULL),
	NUMBER("euid", uid, 1, NULL),
};
static const struct argument setregid_rows[] = {
	RES,
	NUMBER("rgid", gid, 0, NULL),
	NUMBER("egid", gid, 1, NULL),
};
static const struct argument setresuid_rows[] = {
	RES,
	NUMBER("ruid", uid, 0, NULL),
	NUMBER("euid", uid, 1, NULL),
	NUMBER("suid", uid, 2, NULL),
};
static const struct argument setresgid_rows[] = {
	RES,
	NUMBER("rgid", gid, 0, NULL),
	NUMBER("egid", gid, 1, NULL),
	NUMBER("sgid", gid, 2, NULL),
};
static const struct argument init_module_rows[] = {
	RES,
	TEXT("name", module, 0),
	NOT_TOLD("uargs"),
};
static const struct argument finit_module_rows[] = {
	RES,
	TEXT("name", module, 0),
	INT("fd", 0),
	NOT_TOLD("uargs"),
	NUMBER("flags", flags, 2, flags_module),
};
static const struct argument delete_module_rows[] = {
	RES,
	TEXT("name", module, 0),
	NUMBER("flags", flags, 1, flags_module),
};
static const struct argument kexec_rows[] = { RES, NUMBER("flags", long, 3, NULL) };
static const struct argument bpf_rows[] = {
	NEW_FD,
	NUMBER("cmd", int, 0, names_bpf),
	NUMBER("prog_id", bpf_program, 0, NULL),
};
static const struct argument userfaultfd_rows[] = { NEW_FD,
						    NUMBER("flags", flags, 0, flags_userfaultfd) };
static const struct argument memfd_rows[] = {
	NEW_FD,
	NOT_TOLD("name"),
	NUMBER("flags", flags, 1, flags_memfd),
};
static const struct argument seccomp_rows[] = {
	RES,
	NUMBER("op", int, 0, names_seccomp),
	NUMBER("flags", uint, 1, NULL),
};
#define ONE_PATH(n) TEXT(n, call_path, CALL_ONLY)
#define MODE(p) NUMBER("mode", flags, p, flags_mode)
static const struct argument mknod_rows[] = {
	RES,
	ONE_PATH("path"),
	MODE(1),
	NUMBER("dev", device, 2, NULL),
};
static const struct argument mknodat_rows[] = {
	RES,
	ONE_PATH("path"),
	MODE(2),
	NUMBER("dev", device, 3, NULL),
};
static const struct argument chmod_rows[] = { RES, ONE_PATH("filename"), MODE(1) };
static const struct argument fchmod_rows[] = { RES, INT("fd", 0), MODE(1) };
static const struct argument fchmodat_rows[] = { RES, ONE_PATH("filename"), MODE(2) };
static const struct argument chown_rows[] = {
	RES,
	ONE_PATH("path"),
	NUMBER("uid", uid, 1, NULL),
	NUMBER("gid", gid, 2, NULL),
};
static const struct argument fchown_rows[] = {
	RES,
	INT("fd", 0),
	NUMBER("uid", uid, 1, NULL),
	NUMBER("gid", gid, 2, NULL),
};
static const struct argument fchownat_rows[] = {
	RES,
	ONE_PATH("pathname"),
	NUMBER("uid", uid, 2, NULL),
	NUMBER("gid", gid, 3, NULL),
};
static const struct argument xattr_rows[] = { RES, ONE_PATH("path"), NOT_TOLD("name") };
static const struct argument fxattr_rows[] = { RES, INT("fd", 0), NOT_TOLD("name") };
#define TWO_PATHS(a, b) TEXT(a, call_path, CALL_SOURCE), TEXT(b, call_path, CALL_TARGET)
static const struct argument link_rows[] = { RES, TWO_PATHS("oldpath", "newpath") };
static const struct argument renameat2_rows[] = {
	RES,
	TWO_PATHS("oldpath", "newpath"),
	NUMBER_NOT_TOLD("flags"),
};
static const struct argument symlink_rows[] = { RES, TWO_PATHS("target", "linkpath") };
static const struct argument path_rows[] = { RES, ONE_PATH("path") };
static const struct argument unlinkat_rows[] = {
	RES,
	ONE_PATH("name"),
	NUMBER("flags", flags, 2, flags_at),
};
static const struct argument mkdir_rows[] = { RES, ONE_PATH("path"), MODE(1) };
static const struct argument mkdirat_rows[] = { RES, ONE_PATH("path"), MODE(2) };
static const struct argument socket_rows[] = {
	NEW_FD,
	NUMBER("domain", int, 0, names_domain),
	NUMBER("type", socket_type, 1, NULL),
	INT("proto", 2),
};
static const struct argument connect_rows[] = {
	RES,
	NOT_TOLD("tuple"),
	INT("fd", 0),
	TEXT("addr", remote, 0),
};
static const struct argument accept_rows[] = { NEW_FD, NOT_TOLD("tuple"), TEXT("addr", remote, 0) };
static const struct argument listen_rows[] = { RES, INT("fd", 0) };
static const struct argument dup_rows[] = {
	NEW_FD,
	INT("oldfd", 0),
	NUMBER("newfd", new_fd, 0, NULL),
};
static const struct argument uring_setup_rows[] = {
	NEW_FD,
	NUMBER("entries", uint, 0, NULL),
	NUMBER_NOT_TOLD("flags"),
};
static const struct argument uring_enter_rows[] = { RES, INT("fd", 0) };
static const struct argument uring_register_rows[] = { RES, INT("fd", 0), INT("opcode", 1) };
static const struct argument plain_rows[] = {
	RES,
	NUMBER("arg0", long, 0, NULL),
	NUMBER("arg1", long, 1, NULL),
	NUMBER("arg2", long, 2, NULL),
};
static const struct argument syslog_rows[] = { RES, INT("type", 0) };
static const struct argument ioctl_rows[] = {
	RES,
	INT("fd", 0),
	NUMBER("request", uint, 1, NULL),
};
static const struct argument container_rows[] = {
	TEXT_FIELD("id", "container.id"),
	TEXT_FIELD("image", "container.image"),
	TEXT_FIELD("runtime", "container.type"),
};
static const struct argument helper_rows[] = {
	TEXT_FIELD("exe", "proc.exe"),
	TEXT_FIELD("args", "proc.args"),
};
static const struct argument mount_change_rows[] = {
	TEXT("change", mount_change, 0),
	TEXT("reason", mount_change, 1),
};
static const struct argument knob_change_rows[] = {
	TEXT("knob", knob, KNOB_NAME),
	TEXT("old", knob, KNOB_OLD),
	TEXT("new", knob, KNOB_NEW),
};
static const struct argument telemetry_rows[] = {
	TEXT("what", gap_what, 0),
	NUMBER("from", gap, GAP_FROM, NULL),
	NUMBER("to", gap, GAP_TO, NULL),
	NUMBER("count", gap, GAP_COUNT, NULL),
};
static const struct argument desertion_rows[] = { TEXT("path", cgroup, 0) };
static const struct argument ns_gain_rows[] = { TEXT("namespaces", gained, 0) };
static const struct argument outside_root_rows[] = { TEXT("handles", gained, 0) };
static const struct argument userns_gain_rows[] = { TEXT("capabilities", gained, 0) };
static const struct argument cap_gain_rows[] = { TEXT("capabilities", gained, 0),
						 TEXT("cause", cause, 0) };
static const struct argument record_rows[] = { NUMBER("type", record_type, 0, NULL) };
static const struct argument uid_change_rows[] = {
	NUMBER_FIELD("ruid", "thread.new.ruid"),
	NUMBER_FIELD("euid", "thread.new.uid"),
	TEXT("cause", cause, 0),
};

static const struct argument traced_rows[] = { NUMBER_FIELD("pid", "target.pid") };

#define FAMILY(types, rows)                                                                        \
	{                                                                                          \
		types, rows, ARRAY_LEN(rows)                                                       \
	}
const struct argument_family argument_families[] = {
	FAMILY("execve execveat", exec_rows),
	FAMILY("open", open_rows),
	FAMILY("openat", openat_rows),
	FAMILY("openat2", openat2_rows),
	FAMILY("creat", creat_rows),
	FAMILY("open_by_handle_at", handle_rows),
	FAMILY("mount", mount_rows),
	FAMILY("umount2", umount_rows),
	FAMILY("pivot_root", pivot_rows),
	FAMILY("chroot", chroot_rows),
	FAMILY("fsopen fsmount", fsopen_rows),
	FAMILY("fsconfig", fsconfig_rows),
	FAMILY("fspick open_tree", fspick_rows),
	FAMILY("move_mount", move_mount_rows),
	FAMILY("mount_setattr", mount_setattr_rows),
	FAMILY("setns", setns_rows),
	FAMILY("unshare", unshare_rows),
	FAMILY("clone", clone_rows),
	FAMILY("clone3 fork vfork", fork_rows),
	FAMILY("ptrace", ptrace_rows),
	FAMILY("process_vm_readv process_vm_writev", process_vm_rows),
	FAMILY("pidfd_open", pidfd_open_rows),
	FAMILY("pidfd_getfd", pidfd_getfd_rows),
	FAMILY("kill rt_sigqueueinfo", kill_rows),
	FAMILY("tkill", tkill_rows),
	FAMILY("tgkill rt_tgsigqueueinfo", tgkill_rows),
	FAMILY("pidfd_send_signal", pidfd_signal_rows),
	FAMILY("fcntl", fcntl_rows),
	FAMILY("capset", capset_rows),
	FAMILY("prctl", prctl_rows),
	FAMILY("setuid setfsuid", setuid_rows),
	FAMILY("setgid setfsgid", setgid_rows),
	FAMILY("setreuid", setreuid_rows),
	FAMILY("setregid", setregid_rows),
	FAMILY("setresuid", setresuid_rows),
	FAMILY("setresgid", setresgid_rows),
	FAMILY("init_module", init_module_rows),
	FAMILY("finit_module", finit_module_rows),
	FAMILY("delete_module", delete_module_rows),
	FAMILY("kexec_load", kexec_rows),
	FAMILY("bpf", bpf_rows),
	FAMILY("userfaultfd", userfaultfd_rows),
	FAMILY("memfd_create", memfd_rows),
	FAMILY("seccomp", seccomp_rows),
	FAMILY("mknod", mknod_rows),
	FAMILY("mknodat", mknodat_rows),
	FAMILY("chmod", chmod_rows),
	FAMILY("fchmod", fchmod_rows),
	FAMILY("fchmodat fchmodat2", fchmodat_rows),
	FAMILY("chown lchown", chown_rows),
	FAMILY("fchown", fchown_rows),
	FAMILY("fchownat", fchownat_rows),
	FAMILY("setxattr lsetxattr removexattr lremovexattr setxattrat removexattrat", xattr_rows),
	FAMILY("fsetxattr fremovexattr", fxattr_rows),
	FAMILY("link linkat rename renameat", link_rows),
	FAMILY("renameat2", renameat2_rows),
	FAMILY("symlink symlinkat", symlink_rows),
	FAMILY("unlink rmdir acct swapon", path_rows),
	FAMILY("unlinkat", unlinkat_rows),
	FAMILY("mkdir", mkdir_rows),
	FAMILY("mkdirat", mkdirat_rows),
	FAMILY("socket", socket_rows),
	FAMILY("connect bind", connect_rows),
	FAMILY("accept accept4", accept_rows),
	FAMILY("listen", listen_rows),
	FAMILY("dup dup2 dup3", dup_rows),
	FAMILY("io_uring_setup", uring_setup_rows),
	FAMILY("io_uring_enter", uring_enter_rows),
	FAMILY("io_uring_register", uring_register_rows),
	FAMILY("iopl ioperm reboot perf_event_open add_key request_key keyctl fanotify_init "
	       "modify_ldt",
	       plain_rows),
	FAMILY("syslog", syslog_rows),
	FAMILY("ioctl", ioctl_rows),
	FAMILY("container", container_rows),
	FAMILY("usermodehelper", helper_rows),
	FAMILY("mount_change", mount_change_rows),
	FAMILY("write knob_change", knob_change_rows),
	FAMILY("telemetry", telemetry_rows),
	FAMILY("desertion", desertion_rows),
	FAMILY("record", record_rows),
	FAMILY("uid_change", uid_change_rows),
	FAMILY("ns_gain", ns_gain_rows),
	FAMILY("cap_gain", cap_gain_rows),
	FAMILY("outside_root", outside_root_rows),
	FAMILY("userns_gain", userns_gain_rows),
	FAMILY("traced", traced_rows),
};
const size_t argument_families_n = ARRAY_LEN(argument_families);
