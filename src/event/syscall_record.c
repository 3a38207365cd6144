/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One forward pass over the record that every event has. The rows stand in the kernel's order, so the row
 * after the last hit is nearly always the right one and a key is compared once.
 */
#include "event/syscall_record.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "event/scan.h"

enum kind {
	KIND_U32, KIND_I32, KIND_I64, KIND_HEX32, KIND_HEX64, KIND_YES, KIND_TEXT,
};

struct row {
	struct str key;
	enum kind kind;
	size_t offset;
};

#define ROW(key, kind, member) { { key, sizeof(key) - 1 }, kind, offsetof(struct syscall_record, member) }
static const struct row rows[] = {
	ROW("arch", KIND_HEX32, arch),   ROW("syscall", KIND_U32, number), ROW("success", KIND_YES, success),
	ROW("exit", KIND_I64, exit),     ROW("a0", KIND_HEX64, arg[0]),    ROW("a1", KIND_HEX64, arg[1]),
	ROW("a2", KIND_HEX64, arg[2]),   ROW("a3", KIND_HEX64, arg[3]),    ROW("items", KIND_U32, items),
	ROW("ppid", KIND_I32, ppid),     ROW("pid", KIND_I32, pid),        ROW("auid", KIND_U32, auid),
	ROW("uid", KIND_U32, uid),       ROW("gid", KIND_U32, gid),        ROW("euid", KIND_U32, euid),
	ROW("suid", KIND_U32, suid),     ROW("fsuid", KIND_U32, fsuid),    ROW("egid", KIND_U32, egid),
	ROW("sgid", KIND_U32, sgid),     ROW("fsgid", KIND_U32, fsgid),    ROW("tty", KIND_TEXT, tty),
	ROW("ses", KIND_U32, ses),       ROW("comm", KIND_TEXT, comm),     ROW("exe", KIND_TEXT, exe),
	ROW("key", KIND_TEXT, key),      ROW("uring_op", KIND_U32, number),
};
#define ROWS ARRAY_LEN(rows)

static uint64_t number(struct str s, unsigned base)
{
	uint64_t value;
	return str_to_u64(s, base, &value) < 0 ? 0 : value;
}

static int64_t signed_number(struct str s)
{
	int64_t value;
	return str_to_i64(s, &value) < 0 ? 0 : value;
}

static void store(const struct row *row, const struct scan_field *f, struct syscall_record *out,
		  struct arena *arena)
{
	void *at = (char *)out + row->offset;
	switch (row->kind) {
	case KIND_U32:
		*(uint32_t *)at = (uint32_t)number(f->value, 10);
		break;
	case KIND_I32:
		*(int32_t *)at = (int32_t)signed_number(f->value);
		break;
	case KIND_I64:
		*(int64_t *)at = signed_number(f->value);
		break;
	case KIND_HEX32:
		*(uint32_t *)at = (uint32_t)number(f->value, 16);
		break;
	case KIND_HEX64:
		*(uint64_t *)at = number(f->value, 16);
		break;
	case KIND_YES:
		*(bool *)at = str_eq(f->value, STR("yes"));
		break;
	case KIND_TEXT:
		*(struct str *)at = scan_untrusted(f, arena);
		break;
	}
}

static const struct row *row_of(struct str key, size_t *next)
{
	for (size_t n = 0; n < ROWS; n++) {
		const struct row *row = &rows[(*next + n) % ROWS];
		if (str_eq(row->key, key)) {
			*next = (size_t)(row - rows) + 1;
			return row;
		}
	}
	return NULL;
}

bool syscall_record_parse(struct str body, struct syscall_record *out, struct arena *arena)
{
	struct scan s = scan_start(body);
	struct scan_field f;
	size_t next = 0;
	bool has_pid = false, has_number = false;
	*out = (struct syscall_record){ .auid = ID_UNSET, .ses = ID_UNSET };
	while (scan_next(&s, &f)) {
		const struct row *row = row_of(f.key, &next);
		if (!row)
			continue;
		store(row, &f, out, arena);
		has_pid |= row->offset == offsetof(struct syscall_record, pid);
		has_number |= row->offset == offsetof(struct syscall_record, number);
		out->has_result |= row->offset == offsetof(struct syscall_record, exit);
	}
	return has_pid && has_number && out->pid >= 0;
}

/*
 * enum io_uring_op of linux/io_uring.h: the operations that the kernel audits (io_uring/opdef.c), what opens
 * something first. One io_uring_enter may carry out many of them, of which a harmless one may be the first.
 */
static const struct {
	uint32_t op;
	const char *call;
} uring_ops[] = {
	{ 18, "openat" },    { 28, "openat2" },   { 16, "connect" },   { 39, "linkat" },   { 38, "symlinkat" },
	{ 35, "renameat" },  { 36, "unlinkat" },  { 37, "mkdirat" },   { 42, "setxattr" }, { 41, "fsetxattr" },
	{ 44, "getxattr" },  { 43, "fgetxattr" }, { 55, "ftruncate" }, { 17, "fallocate" }, { 45, "socket" },
	{ 56, "bind" },      { 57, "listen" },    { 13, "accept" },    { 21, "statx" },
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
		[1] = "socket", [2] = "bind", [3] = "connect", [4] = "listen", [5] = "accept",
		[6] = "getsockname", [7] = "getpeername", [8] = "socketpair", [9] = "send", [10] = "recv",
		[11] = "sendto", [12] = "recvfrom", [13] = "shutdown", [14] = "setsockopt", [15] = "getsockopt",
		[16] = "sendmsg", [17] = "recvmsg", [18] = "accept4", [19] = "recvmmsg", [20] = "sendmmsg",
	};
	if (a0 >= ARRAY_LEN(calls) || !calls[a0])
		return -1;
	return event_type_by_name(str_of(calls[a0]));
}
