/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table behind every evt.type name: fixed rows first, then every other call of the
 * machines, made once. A call's variants (setuid32, umount of i386) share the row of the call
 * itself.
 */
#include "event/event_type.h"

#include <libaudit.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/map.h"

#define ROWS_MAX 1024
#define NUMBERS_MAX 512

/* AUDIT_ARCH_* of linux/audit.h, with the machine whose table libaudit has */
static const struct machine {
	uint32_t arch;
	int machine;
} machines[] = {
	{ AUDIT_ARCH_X86_64, MACH_86_64 },
	{ AUDIT_ARCH_I386, MACH_X86 },
	{ AUDIT_ARCH_AARCH64, MACH_AARCH64 },
	{ AUDIT_ARCH_ARM, MACH_ARM },
	{ AUDIT_ARCH_PPC64LE, MACH_PPC64LE },
	{ AUDIT_ARCH_S390X, MACH_S390X },
	{ AUDIT_ARCH_S390, MACH_S390 },
	/* both have the numbers of asm-generic/unistd.h */
	{ AUDIT_ARCH_RISCV64, MACH_AARCH64 },
};

/* one word for EVT_NAME in the order of the enum */
static const char *const fixed[EVT_FIXED_ROWS] = {
	[EVT_UNKNOWN] = "",
	[EVT_CONTAINER] = "container",
	[EVT_USERMODEHELPER] = "usermodehelper",
	[EVT_WRITE] = "write",
	[EVT_MOUNT_CHANGE] = "mount_change",
	[EVT_KNOB_CHANGE] = "knob_change",
	[EVT_TELEMETRY] = "telemetry",
	[EVT_DESERTION] = "desertion",
	[EVT_RECORD] = "record",
	[EVT_UID_CHANGE] = "uid_change",
	[EVT_NS_GAIN] = "ns_gain",
	[EVT_CAP_GAIN] = "cap_gain",
	[EVT_OUTSIDE_ROOT] = "outside_root",
	[EVT_USERNS_GAIN] = "userns_gain",
	[EVT_TRACED] = "traced",
	[EVT_CORE_DUMP] = "core_dump",
	[EVT_EXECVE] = "execve",
	[EVT_EXECVEAT] = "execveat",
	[EVT_OPEN] = "open",
	[EVT_OPENAT] = "openat",
	[EVT_OPENAT2] = "openat2",
	[EVT_CREAT] = "creat",
	[EVT_OPEN_BY_HANDLE_AT] = "open_by_handle_at",
	[EVT_MOUNT] = "mount",
	[EVT_UMOUNT2] = "umount2",
	[EVT_PIVOT_ROOT] = "pivot_root",
	[EVT_CHROOT] = "chroot",
	[EVT_FSOPEN] = "fsopen",
	[EVT_FSCONFIG] = "fsconfig",
	[EVT_FSMOUNT] = "fsmount",
	[EVT_FSPICK] = "fspick",
	[EVT_MOVE_MOUNT] = "move_mount",
	[EVT_OPEN_TREE] = "open_tree",
	[EVT_MOUNT_SETATTR] = "mount_setattr",
	[EVT_MKNOD] = "mknod",
	[EVT_MKNODAT] = "mknodat",
	[EVT_SWAPON] = "swapon",
	[EVT_SETNS] = "setns",
	[EVT_UNSHARE] = "unshare",
	[EVT_CLONE] = "clone",
	[EVT_CLONE3] = "clone3",
	[EVT_FORK] = "fork",
	[EVT_VFORK] = "vfork",
	[EVT_CAPSET] = "capset",
	[EVT_PRCTL] = "prctl",
	[EVT_SECCOMP] = "seccomp",
	[EVT_SETUID] = "setuid",
	[EVT_SETGID] = "setgid",
	[EVT_SETREUID] = "setreuid",
	[EVT_SETREGID] = "setregid",
	[EVT_SETRESUID] = "setresuid",
	[EVT_SETRESGID] = "setresgid",
	[EVT_SETFSUID] = "setfsuid",
	[EVT_SETFSGID] = "setfsgid",
	[EVT_SETGROUPS] = "setgroups",
	[EVT_PTRACE] = "ptrace",
	[EVT_PROCESS_VM_READV] = "process_vm_readv",
	[EVT_PROCESS_VM_WRITEV] = "process_vm_writev",
	[EVT_PIDFD_OPEN] = "pidfd_open",
	[EVT_PIDFD_GETFD] = "pidfd_getfd",
	[EVT_KILL] = "kill",
	[EVT_TKILL] = "tkill",
	[EVT_TGKILL] = "tgkill",
	[EVT_RT_SIGQUEUEINFO] = "rt_sigqueueinfo",
	[EVT_RT_TGSIGQUEUEINFO] = "rt_tgsigqueueinfo",
	[EVT_PIDFD_SEND_SIGNAL] = "pidfd_send_signal",
	[EVT_FCNTL] = "fcntl",
	[EVT_SOCKET] = "socket",
	[EVT_CONNECT] = "connect",
	[EVT_BIND] = "bind",
	[EVT_ACCEPT] = "accept",
	[EVT_ACCEPT4] = "accept4",
	[EVT_LISTEN] = "listen",
	[EVT_EXIT] = "exit",
	[EVT_EXIT_GROUP] = "exit_group",
	[EVT_SOCKETCALL] = "socketcall",
};

/* another name of the same call */
static const struct {
	const char *name, *of;
} aliases[] = {
	{ "umount", "umount2" },       { "oldumount", "umount2" },
	{ "mmap2", "mmap" },	       { "fstatat64", "newfstatat" },
	{ "newfstat", "fstat" },       { "oldstat", "stat" },
	{ "oldfstat", "fstat" },       { "oldlstat", "lstat" },
	{ "_newselect", "select" },    { "newselect", "select" },
	{ "_llseek", "lseek" },	       { "llseek", "lseek" },
	{ "ugetrlimit", "getrlimit" }, { "sys_kexec_load", "kexec_load" },
	{ "olduname", "uname" },       { "oldolduname", "uname" },
	{ "prlimit", "prlimit64" },
};

/* how wide ids, offsets or times are: chown32, ftruncate64, ppoll_time64 */
static const struct str widths[] = { { "_time64", 7 }, { "_64", 3 }, { "64", 2 }, { "32", 2 } };

/* calls newer than libaudit 3.0.9; from 424 on every architecture has the same numbers */
static const struct {
	uint32_t number;
	const char *name;
} newer[] = {
	{ 451, "cachestat" },	      { 452, "fchmodat2" },	   { 453, "map_shadow_stack" },
	{ 454, "futex_wake" },	      { 455, "futex_wait" },	   { 456, "futex_requeue" },
	{ 457, "statmount" },	      { 458, "listmount" },	   { 459, "lsm_get_self_attr" },
	{ 460, "lsm_set_self_attr" }, { 461, "lsm_list_modules" }, { 462, "mseal" },
	{ 463, "setxattrat" },	      { 464, "getxattrat" },	   { 465, "listxattrat" },
	{ 466, "removexattrat" },     { 467, "open_tree_attr" },   { 468, "file_getattr" },
	{ 469, "file_setattr" },
};

/* types of Falco's that are no calls: known, so that its rules load, and never made */
static const char *const internal[] = {
	"asyncevent",	 "cpu_hotplug", "drop",	       "groupadded", "groupdeleted", "infra",
	"notification",	 "page_fault",	"pluginevent", "procexit",   "procinfo",     "scapevent",
	"signaldeliver", "switch",	"tracer",      "useradded",  "userdeleted",
};

static struct {
	struct str name[ROWS_MAX];
	unsigned rows;
	struct map by_name; /* value: row number + 1 as a pointer */
	evt_type of_number[ARRAY_LEN(machines)][NUMBERS_MAX];
} table;
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static int row_find(struct str name)
{
	return (int)(intptr_t)map_get(&table.by_name, name) - 1;
}

static void row_index(struct str name, unsigned row)
{
	/* a table that cannot be made at the start cannot be worked with at all */
	if (map_put(&table.by_name, name, (void *)(intptr_t)(row + 1)) < 0)
		abort();
}

/* the row of the call that @name is a variant of, or -1; x86_64's own names are no variants */
static int row_of_variant(struct str name, size_t m)
{
	for (size_t i = 0; i < ARRAY_LEN(aliases) && m > 0; i++)
		if (str_eq(str_of(aliases[i].name), name))
			return row_find(str_of(aliases[i].of));
	for (size_t i = 0; i < ARRAY_LEN(widths) && m > 0; i++) {
		int row = str_ends(name, widths[i])
				  ? row_find(str_first(name, name.len - widths[i].len))
				  : -1;
		if (row >= 0)
			return row;
	}
	return -1;
}

static evt_type row_of(struct str name, size_t m)
{
	int row = row_find(name);
	if (row >= 0)
		return (evt_type)row;
	row = row_of_variant(name, m);
	if (row < 0) {
		if (table.rows == ROWS_MAX)
			return EVT_UNKNOWN;
		row = (int)table.rows;
		table.name[table.rows++] = name;
	}
	row_index(name, (unsigned)row);
	return (evt_type)row;
}

static void machine_add(size_t m)
{
	for (int number = 0; number < NUMBERS_MAX; number++) {
		const char *name = audit_syscall_to_name(number, machines[m].machine);
		if (name)
			table.of_number[m][number] = row_of(str_of(name), m);
	}
	for (size_t i = 0; i < ARRAY_LEN(newer); i++)
		table.of_number[m][newer[i].number] = row_of(str_of(newer[i].name), m);
}

/* the names that Falco has for calls, whatever machine they are of */
static void aliases_add(void)
{
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
		int row = row_find(str_of(aliases[i].of));

		if (row >= 0 && row_find(str_of(aliases[i].name)) < 0)
			row_index(str_of(aliases[i].name), (unsigned)row);
	}
}

/* the last rows */
static void internal_add(void)
{
	for (size_t i = 0; i < ARRAY_LEN(internal); i++)
		row_of(str_of(internal[i]), 0);
}

static void table_make(void)
{
	for (unsigned i = 0; i < EVT_FIXED_ROWS; i++) {
		table.name[i] = str_of(fixed[i]);
		if (i != EVT_UNKNOWN)
			row_index(table.name[i], i);
	}
	table.rows = EVT_FIXED_ROWS;
	for (size_t m = 0; m < ARRAY_LEN(machines); m++)
		machine_add(m);
	aliases_add();
	internal_add();
}

unsigned event_type_count(void)
{
	pthread_once(&table_once, table_make);
	return table.rows;
}

struct str event_type_name(evt_type type)
{
	return type < event_type_count() ? table.name[type] : STR("");
}

int event_type_by_name(struct str name)
{
	event_type_count();
	return row_find(name);
}

bool event_type_is_syscall(evt_type type)
{
	/* "write" is ours, fanotify's modification: our rules never audit the call of that name */
	return (type >= EVT_FIRST_SYSCALL && event_type_is_made(type)) || type == EVT_UNKNOWN;
}

bool event_type_is_open(evt_type type)
{
	return type >= EVT_OPEN && type <= EVT_OPEN_BY_HANDLE_AT;
}

bool event_type_is_made(evt_type type)
{
	return type < event_type_count() - ARRAY_LEN(internal);
}

evt_type event_type_of_syscall(uint32_t arch, uint32_t number)
{
	event_type_count();
	for (size_t m = 0; m < ARRAY_LEN(machines); m++)
		if (machines[m].arch == arch)
			return number < NUMBERS_MAX ? table.of_number[m][number] : EVT_UNKNOWN;
	return EVT_UNKNOWN;
}
