/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread.*, user.*, group.*: what the subject may do. Unprefixed: before the call, after it on an
 * exec; thread.old and thread.new: always before, always after (language.md 5.4).
 */
#include "field/get_credentials.h"
#include "field/get_look.h"
#include "field/row.h"
#include "state/facts.h"

#define UNKNOWN "process not known"
#define NOT_KNOWN "not known"

/* a field of each of the three states */
#define FIELD_STATES(name, type, part, help, source)                                               \
	FIELD("thread.old." name, type, OURS, get_credential, OF_BEFORE | (part),                  \
	      help ", before the call", source, NOT_KNOWN),                                        \
		FIELD("thread.new." name, type, OURS, get_credential, OF_AFTER | (part),           \
		      help ", after the call", source, NOT_KNOWN)

static const struct field_def rows[] = {
	FIELD("thread.cap_effective", S, GUARD, get_credential, PART_EFFECTIVE,
	      "effective capabilities", "FC CS PR PC", NOT_KNOWN),
	FIELD("thread.cap_permitted", S, GUARD, get_credential, PART_PERMITTED,
	      "permitted capabilities", "FC CS PR PC", NOT_KNOWN),
	FIELD("thread.cap_inheritable", S, GUARD, get_credential, PART_INHERITABLE,
	      "inheritable capabilities", "FC CS PR PC", NOT_KNOWN),
	FIELD("thread.cap_bounding", S, OURS | GUARD, get_credential, PART_BOUNDING,
	      "bounding set: what it could regain", "PR PC", NOT_KNOWN),
	FIELD("thread.cap_ambient", S, OURS | GUARD, get_credential, PART_AMBIENT,
	      "ambient capabilities", "FC CS PR PC", NOT_KNOWN),
	FIELD("thread.cap_excess", S, OURS, get_excess, 0,
	      "permitted and bounding capabilities beyond what runtimes give by default; empty for "
	      "none",
	      "FC CS PR PC", "on the host; one of them not known"),
	FIELD("thread.cap_beyond_container", S, OURS, get_beyond_container, 0,
	      "effective and permitted capabilities beyond what the container was given; empty for "
	      "none",
	      "FC CS PR PC OCI", "on the host; one of them not known"),
	FIELD("thread.cap_gained", S, OURS, get_gained, 0,
	      "capabilities that the call made effective or inheritable; empty for none",
	      "FC CS PR PC", NOT_KNOWN),
	FIELD("thread.cap_source", S, ALWAYS | OURS, get_cap_source, 0,
	      "how the sets are known: fcaps, capset, status, computed, inherited, threads (what "
	      "several hold between them) or unknown",
	      "PC PR", ""),
	FIELD("thread.cap_age", D, OURS, get_cap_age, 0,
	      "how long ago the record or the look at /proc was that told the sets, ns; of "
	      "inherited "
	      "ones: that told the parent's",
	      "FC CS PR PC", NOT_KNOWN),
	FIELD("thread.no_new_privs", B, OURS | GUARD, get_credential, PART_NO_NEW_PRIVS,
	      "no exec can give it more than it has", "PR", UNKNOWN),
	FIELD("thread.seccomp", S, OURS | GUARD, get_credential, PART_SECCOMP,
	      "seccomp mode: none, strict or filter", "PR", UNKNOWN),
	FIELD("thread.userns_is_host", B, OURS, get_credential, PART_USERNS,
	      "its credentials belong to the initial user namespace", "PR PC", UNKNOWN),
	FIELD_STATES("uid", U, PART_EUID, "effective user id", "SC PC"),
	FIELD_STATES("ruid", U, PART_RUID, "real user id", "SC PC"),
	FIELD_STATES("suid", U, PART_SUID, "saved user id", "SC PC"),
	FIELD_STATES("fsuid", U, PART_FSUID, "file system user id", "SC PC"),
	FIELD_STATES("gid", U, PART_EGID, "effective group id", "SC PC"),
	FIELD_STATES("cap_effective", S, PART_EFFECTIVE, "effective capabilities", "FC CS PR PC"),
	FIELD_STATES("cap_permitted", S, PART_PERMITTED, "permitted capabilities", "FC CS PR PC"),
	FIELD_STATES("cap_inheritable", S, PART_INHERITABLE, "inheritable capabilities",
		     "FC CS PR PC"),
	FIELD_STATES("cap_bounding", S, PART_BOUNDING, "bounding set", "PR PC"),
	FIELD_STATES("cap_ambient", S, PART_AMBIENT, "ambient capabilities", "FC CS PR PC"),
	FIELD_STATES("no_new_privs", B, PART_NO_NEW_PRIVS, "no exec can give it more than it has",
		     "PR PC"),
	FIELD_STATES("seccomp", S, PART_SECCOMP, "seccomp mode", "PR PC"),
	FIELD_STATES("userns_is_host", B, PART_USERNS, "credentials of the initial user namespace",
		     "PR PC"),
	FIELD_STATES("ns.mnt_is_host", B, PART_NS + NS_MNT, "mount namespace is the host's",
		     "PR SC PC"),
	FIELD_STATES("ns.pid_is_host", B, PART_NS + NS_PID, "pid namespace is the host's",
		     "PR SC PC"),
	FIELD_STATES("ns.user_is_host", B, PART_NS + NS_USER, "user namespace is the host's",
		     "PR SC PC"),
	FIELD_STATES("ns.net_is_host", B, PART_NS + NS_NET, "network namespace is the host's",
		     "PR SC PC"),
	FIELD_STATES("ns.ipc_is_host", B, PART_NS + NS_IPC, "ipc namespace is the host's",
		     "PR SC PC"),
	FIELD_STATES("ns.uts_is_host", B, PART_NS + NS_UTS, "uts namespace is the host's",
		     "PR SC PC"),
	FIELD_STATES("ns.cgroup_is_host", B, PART_NS + NS_CGROUP, "cgroup namespace is the host's",
		     "PR SC PC"),
	FIELD("thread.tid", I, GUARD, get_thread_id, 0,
	      "the same as proc.pid, for records name processes; of what one thread alone holds: "
	      "its own",
	      "SC PR", UNKNOWN),
	FIELD("thread.vtid", I, 0, get_thread_id, 1, "the same as proc.vpid", "PR", UNKNOWN),
	FIELD("thread.ismain", B, 0, get_is_main, 0, "thread.tid is proc.pid", "SC", UNKNOWN),
	FIELD("thread.cgroups", S, 0, get_cgroups, 0,
	      "its cgroups: controller=path, blanks in between; unified= for version 2", "PR PC",
	      UNKNOWN),
	FIELD_SELECT("thread.cgroup", S, 0, REQUIRED, NULL, get_cgroups, 0,
		     "path of its cgroup of [controller]; of version 2: [unified], and any "
		     "controller that no version 1 hierarchy has",
		     "PR PC", UNKNOWN),
	FIELD("user.uid", U, GUARD, get_credential, PART_EUID, "effective user id on the host",
	      "SC PC", NOT_KNOWN),
	FIELD("user.name", S, SAYS_NA, get_user, USER_NAME,
	      "name of user.uid, the container's before the host's", "PR",
	      "<NA>: id without a name"),
	FIELD("user.homedir", S, SAYS_NA, get_user, USER_HOME, "home directory of user.uid", "PR",
	      "<NA>: id without a name"),
	FIELD("user.shell", S, SAYS_NA, get_user, USER_SHELL, "shell of user.uid", "PR",
	      "<NA>: id without a name"),
	FIELD("user.ruid", U, OURS | GUARD, get_credential, PART_RUID, "real user id", "SC PC",
	      NOT_KNOWN),
	FIELD("user.suid", U, OURS | GUARD, get_credential, PART_SUID, "saved user id", "SC PC",
	      NOT_KNOWN),
	FIELD("user.fsuid", U, OURS | GUARD, get_credential, PART_FSUID, "file system user id",
	      "SC PC", NOT_KNOWN),
	FIELD("user.loginuid", I, ALWAYS, get_login_uid, 0,
	      "user id of the login, whatever became of it; -1: none", "SC PC", ""),
	FIELD("user.loginname", S, SAYS_NA, get_login_name, 0, "name of user.loginuid on the host",
	      "PR", "<NA>: no login, or an id without a name"),
	FIELD("group.gid", U, GUARD, get_credential, PART_EGID, "effective group id on the host",
	      "SC PC", NOT_KNOWN),
	FIELD("group.name", S, SAYS_NA, get_group_name, 0, "name of group.gid", "PR",
	      "<NA>: id without a name"),
};
const struct field_table fields_credentials = FIELD_TABLE(rows);
