/* SPDX-License-Identifier: Apache-2.0 */
/* The record that every call has; and what stands for calls: io_uring operations, socketcall. */
#include "event/syscall_record.h"

#include "base/cleanup.h"
#include "event/layout.h"

enum { ROW_NUMBER = 1, ROW_EXIT = 3, ROW_PID = 10, ROW_OPERATION = 25 };

#define ROW(key, kind, member) LAYOUT_ROW(key, kind, syscall_record, member)
static const struct layout_row rows[] = {
	ROW("arch", LAYOUT_HEX32, arch),
	[ROW_NUMBER] = ROW("syscall", LAYOUT_U32, number),
	ROW("success", LAYOUT_YES, success),
	[ROW_EXIT] = ROW("exit", LAYOUT_I64, exit),
	ROW("a0", LAYOUT_HEX64, arg[0]),
	ROW("a1", LAYOUT_HEX64, arg[1]),
	ROW("a2", LAYOUT_HEX64, arg[2]),
	ROW("a3", LAYOUT_HEX64, arg[3]),
	ROW("items", LAYOUT_U32, items),
	ROW("ppid", LAYOUT_I32, ppid),
	[ROW_PID] = ROW("pid", LAYOUT_I32, pid),
	ROW("auid", LAYOUT_ID, auid),
	ROW("uid", LAYOUT_ID, uid),
	ROW("gid", LAYOUT_ID, gid),
	ROW("euid", LAYOUT_ID, euid),
	ROW("suid", LAYOUT_ID, suid),
	ROW("fsuid", LAYOUT_ID, fsuid),
	ROW("egid", LAYOUT_ID, egid),
	ROW("sgid", LAYOUT_ID, sgid),
	ROW("fsgid", LAYOUT_ID, fsgid),
	ROW("tty", LAYOUT_TEXT, tty),
	ROW("ses", LAYOUT_ID, ses),
	ROW("comm", LAYOUT_TEXT, comm),
	ROW("exe", LAYOUT_TEXT, exe),
	ROW("key", LAYOUT_TEXT, key),
	[ROW_OPERATION] = ROW("uring_op", LAYOUT_U32, number),
};

static const struct syscall_record nobody = {
	.auid = ID_UNSET,
	.uid = ID_UNSET,
	.gid = ID_UNSET,
	.euid = ID_UNSET,
	.suid = ID_UNSET,
	.fsuid = ID_UNSET,
	.egid = ID_UNSET,
	.sgid = ID_UNSET,
	.fsgid = ID_UNSET,
	.ses = ID_UNSET,
};

static bool has(uint64_t found, size_t row)
{
	return found >> row & 1;
}

bool syscall_record_parse(struct str body, struct syscall_record *out, struct arena *arena)
{
	uint64_t found;
	*out = nobody;
	found = layout_read(rows, ARRAY_LEN(rows), body, out, arena);
	out->has_result = has(found, ROW_EXIT);
	return has(found, ROW_PID) && out->pid >= 0 &&
	       (has(found, ROW_NUMBER) || has(found, ROW_OPERATION));
}

/*
 * enum io_uring_op of linux/io_uring.h: the operations that the kernel audits (io_uring/opdef.c),
 * what opens something first. One io_uring_enter may carry out many of them, of which a harmless
 * one may be the first.
 */
static const struct {
	uint32_t op;
	const char *call;
} uring_ops[] = {
	{ 18, "openat" },    { 28, "openat2" },	  { 16, "connect" },  { 39, "linkat" },
	{ 38, "symlinkat" }, { 35, "renameat" },  { 36, "unlinkat" }, { 37, "mkdirat" },
	{ 42, "setxattr" },  { 41, "fsetxattr" }, { 44, "getxattr" }, { 43, "fgetxattr" },
	{ 55, "ftruncate" }, { 17, "fallocate" }, { 45, "socket" },   { 56, "bind" },
	{ 57, "listen" },    { 13, "accept" },	  { 21, "statx" },
};

int uring_event_type(uint32_t op, unsigned *rank)
{
	for (*rank = 0; *rank < ARRAY_LEN(uring_ops); ++*rank)
		if (uring_ops[*rank].op == op)
			return event_type_by_name(str_of(uring_ops[*rank].call));
	return -1;
}

int socketcall_event_type(uint64_t a0)
{
	static const char *const calls[] = {
		[1] = "socket",	   [2] = "bind",	[3] = "connect",     [4] = "listen",
		[5] = "accept",	   [6] = "getsockname", [7] = "getpeername", [8] = "socketpair",
		[9] = "send",	   [10] = "recv",	[11] = "sendto",     [12] = "recvfrom",
		[13] = "shutdown", [14] = "setsockopt", [15] = "getsockopt", [16] = "sendmsg",
		[17] = "recvmsg",  [18] = "accept4",	[19] = "recvmmsg",   [20] = "sendmmsg",
	};
	if (a0 >= ARRAY_LEN(calls) || !calls[a0])
		return -1;
	return event_type_by_name(str_of(calls[a0]));
}
