/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices as text: one table of rows for the writer and the reader. The text goes through
 * recordings, so it is untrusted when it comes back.
 */
#include "event/notice_text.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "event/layout.h"

static const struct str kinds[NOTICE_KINDS] = {
	[NOTICE_FORK] = STR("fork"),
	[NOTICE_EXEC] = STR("exec"),
	[NOTICE_UID] = STR("uid"),
	[NOTICE_GID] = STR("gid"),
	[NOTICE_SID] = STR("sid"),
	[NOTICE_PTRACE] = STR("ptrace"),
	[NOTICE_COMM] = STR("comm"),
	[NOTICE_COREDUMP] = STR("coredump"),
	[NOTICE_EXIT] = STR("exit"),
	[NOTICE_LISTEN] = STR("listen"),
	[NOTICE_OVERRUN] = STR("overrun"),
	[NOTICE_LOST] = STR("lost"),
	[NOTICE_TICK] = STR("tick"),
	[NOTICE_KERNEL_LOST] = STR("kernel-lost"),
	[NOTICE_AUDIT_OFF] = STR("audit-off"),
	[NOTICE_AUDIT_ON] = STR("audit-on"),
	[NOTICE_STALL] = STR("stall"),
	[NOTICE_BACKLOG] = STR("backlog"),
	[NOTICE_ROLE] = STR("role"),
};

struct fields {
	struct str what, comm;
	struct notice notice;
};

#define ROW(key, kind, member) LAYOUT_ROW(key, kind, fields, member)
static const struct layout_row rows[] = {
	ROW("what", LAYOUT_WORD, what),
	ROW("at", LAYOUT_U64, notice.at),
	ROW("pid", LAYOUT_I32, notice.pid),
	ROW("tid", LAYOUT_I32, notice.tid),
	ROW("other", LAYOUT_I32, notice.other),
	ROW("real", LAYOUT_U32, notice.real),
	ROW("effective", LAYOUT_U32, notice.effective),
	ROW("code", LAYOUT_U32, notice.code),
	ROW("count", LAYOUT_U64, notice.count),
	ROW("since", LAYOUT_U64, notice.since),
	ROW("comm", LAYOUT_TEXT, comm),
};

static void put(struct buf *out, const struct layout_row *row, const struct fields *f)
{
	const void *at = (const char *)f + row->offset;
	uint64_t value = row->kind == LAYOUT_U64   ? *(const uint64_t *)at
			 : row->kind == LAYOUT_U32 ? *(const uint32_t *)at
						   : (uint64_t)(*(const int32_t *)at);

	if (!value)
		return;
	buf_char(out, ' ');
	buf_add(out, row->key);
	buf_char(out, '=');
	buf_u64(out, value);
}

void notice_write(const struct notice *n, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	struct fields f = { .notice = *n };

	buf_add(out, STR("what="));
	buf_add(out, kinds[n->kind]);
	for (size_t i = 1; i < ARRAY_LEN(rows) - 1; i++)
		put(out, &rows[i], &f);
	if (!n->comm[0])
		return;
	buf_add(out, STR(" comm="));
	for (size_t i = 0; i < NOTICE_COMM_SIZE && n->comm[i]; i++) {
		buf_char(out, digits[(unsigned char)n->comm[i] >> 4]);
		buf_char(out, digits[n->comm[i] & 15]);
	}
}

/* no printf here: there are three for every program that a host runs */
void notice_message(const struct notice *n, uint64_t serial, struct buf *out)
{
	unsigned ms = (unsigned)(n->at % NS_PER_S / NS_PER_MS);

	buf_add(out, STR("audit("));
	buf_u64(out, n->at / NS_PER_S);
	buf_char(out, '.');
	buf_char(out, (char)('0' + ms / 100));
	buf_char(out, (char)('0' + ms / 10 % 10));
	buf_char(out, (char)('0' + ms % 10));
	buf_char(out, ':');
	buf_u64(out, serial);
	buf_add(out, STR("): "));
	notice_write(n, out);
}

static int kind_of(struct str what)
{
	for (size_t i = 0; i < NOTICE_KINDS; i++)
		if (str_eq(what, kinds[i]))
			return (int)i;
	return -EINVAL;
}

int notice_read(struct str body, struct notice *out, struct arena *arena)
{
	struct fields f = { .what = STR_ABSENT, .comm = STR_ABSENT };
	int kind;

	layout_read(rows, ARRAY_LEN(rows), body, &f, arena);
	kind = kind_of(f.what);
	if (kind < 0 || f.notice.pid < 0 || f.notice.tid < 0 || f.notice.other < 0)
		return -EINVAL;
	/* a kind of the kernel's is about somebody */
	if (kind < NOTICE_LISTEN && (f.notice.pid == 0 || f.notice.tid == 0))
		return -EINVAL;
	f.comm = str_first(f.comm, NOTICE_COMM_SIZE);
	if (f.comm.len)
		memcpy(f.notice.comm, f.comm.ptr, f.comm.len);
	f.notice.kind = (enum notice_kind)kind;
	*out = f.notice;
	return 0;
}
