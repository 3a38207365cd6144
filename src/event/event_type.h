/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event types: the number behind every evt.type name. System calls by their kernel name, one number
 * for a call whatever its ABI (setuid32 of i386 is setuid), and the synthetic types of our own.
 *
 * The table is made once from libaudit's syscall tables (x86_64, i386, aarch64, arm and others) and
 * a short table of newer calls that libaudit 3.0.9 does not know (numbers above 424 are the same on
 * every architecture: kernel scripts/syscall.tbl). Numbers are stable within one run of the program
 * only.
 */
#ifndef WC_EVENT_TYPE_H
#define WC_EVENT_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef uint16_t evt_type; /* row number */

/* the fixed rows at the front: everything the code itself asks for by name, sorted by meaning */
enum {
	EVT_UNKNOWN, /* a call we have no name for: never matches a name */
	/* synthetic (language.md 5.2) */
	EVT_CONTAINER,
	EVT_USERMODEHELPER,
	EVT_WRITE,
	EVT_MOUNT_CHANGE,
	EVT_KNOB_CHANGE,
	EVT_TELEMETRY,
	EVT_DESERTION,
	EVT_RECORD,
	EVT_UID_CHANGE,
	EVT_NS_GAIN,
	EVT_CAP_GAIN,
	EVT_OUTSIDE_ROOT,
	EVT_USERNS_GAIN,
	EVT_TRACED,
	EVT_CORE_DUMP,
	EVT_FIRST_SYSCALL,
	EVT_EXECVE = EVT_FIRST_SYSCALL,
	EVT_EXECVEAT,
	EVT_OPEN,
	EVT_OPENAT,
	EVT_OPENAT2,
	EVT_CREAT,
	EVT_OPEN_BY_HANDLE_AT,
	EVT_MOUNT,
	EVT_UMOUNT2,
	EVT_PIVOT_ROOT,
	EVT_CHROOT,
	EVT_FSOPEN,
	EVT_FSCONFIG,
	EVT_FSMOUNT,
	EVT_FSPICK,
	EVT_MOVE_MOUNT,
	EVT_OPEN_TREE,
	EVT_MOUNT_SETATTR,
	EVT_MKNOD,
	EVT_MKNODAT,
	EVT_SWAPON,
	EVT_SETNS,
	EVT_UNSHARE,
	EVT_CLONE,
	EVT_CLONE3,
	EVT_FORK,
	EVT_VFORK,
	EVT_CAPSET,
	EVT_PRCTL,
	EVT_SECCOMP,
	EVT_SETUID,
	EVT_SETGID,
	EVT_SETREUID,
	EVT_SETREGID,
	EVT_SETRESUID,
	EVT_SETRESGID,
	EVT_SETFSUID,
	EVT_SETFSGID,
	EVT_SETGROUPS,
	EVT_PTRACE,
	EVT_PROCESS_VM_READV,
	EVT_PROCESS_VM_WRITEV,
	EVT_PIDFD_OPEN,
	EVT_PIDFD_GETFD,
	EVT_KILL,
	EVT_TKILL,
	EVT_TGKILL,
	EVT_RT_SIGQUEUEINFO,
	EVT_RT_TGSIGQUEUEINFO,
	EVT_PIDFD_SEND_SIGNAL,
	EVT_FCNTL,
	EVT_SOCKET,
	EVT_CONNECT,
	EVT_BIND,
	EVT_ACCEPT,
	EVT_ACCEPT4,
	EVT_LISTEN,
	EVT_EXIT,
	EVT_EXIT_GROUP,
	EVT_SOCKETCALL, /* never an event's type: the call that it stands for is */
	EVT_FIXED_ROWS,
};

/* how many rows there are; the table is made at the first call (pthread_once) */
unsigned event_type_count(void);
/* canonical name ("umount2", "container"); "" for EVT_UNKNOWN */
struct str event_type_name(evt_type type);
/* row of @name, aliases included (umount, chown32); -1 if unknown */
int event_type_by_name(struct str name);
bool event_type_is_syscall(evt_type type);
bool event_type_is_open(evt_type type); /* a file, by whatever call */
/* false: an internal type of Falco's, which rules may name and nothing ever makes */
bool event_type_is_made(evt_type type);
/* @arch: AUDIT_ARCH_* as in the record's arch=; @number as in syscall= */
evt_type event_type_of_syscall(uint32_t arch, uint32_t number);

#endif
