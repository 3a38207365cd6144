/* SPDX-License-Identifier: Apache-2.0 */
/* Which types belong to which category; what is not listed is "other". */
#include "field/category.h"

#include <pthread.h>

#include "base/cleanup.h"
#include "field/type_index.h"

static const struct {
	struct str name;
	const char *types;
} categories[] = {
	{ { "file", 4 },
	  "open openat openat2 creat open_by_handle_at write mount umount2 pivot_root "
	  "chroot fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr "
	  "mount_change knob_change mknod mknodat chmod fchmod fchmodat fchmodat2 chown "
	  "lchown fchown fchownat setxattr lsetxattr fsetxattr setxattrat removexattr "
	  "lremovexattr fremovexattr removexattrat link linkat symlink symlinkat rename "
	  "renameat renameat2 unlink unlinkat rmdir mkdir mkdirat truncate ftruncate "
	  "fallocate read dup dup2 dup3 memfd_create acct swapon stat statx access "
	  "faccessat readlink" },
	{ { "net", 3 },
	  "socket socketpair connect bind accept accept4 listen send sendto sendmsg "
	  "sendmmsg recv recvfrom recvmsg recvmmsg shutdown setsockopt getsockopt "
	  "getsockname getpeername" },
	{ { "process", 7 },
	  "execve execveat clone clone3 fork vfork exit exit_group setns unshare ptrace "
	  "process_vm_readv process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal "
	  "kill tkill tgkill prctl seccomp container usermodehelper desertion ns_gain "
	  "outside_root userns_gain traced core_dump" },
	{ { "user", 4 },
	  "capset setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid "
	  "setgroups uid_change cap_gain" },
};

static uint8_t *of_type;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *types_of(size_t i)
{
	return categories[i].types;
}

static void of_type_make(void)
{
	of_type = type_index_make(ARRAY_LEN(categories), types_of);
}

struct str category_of(evt_type type)
{
	unsigned row;

	pthread_once(&once, of_type_make);
	row = type < event_type_count() ? of_type[type] : 0;
	return row ? categories[row - 1].name : STR("other");
}
