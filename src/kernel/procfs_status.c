/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /proc/PID/status: a task's credentials, its capabilities, what it is called in its own pid namespace (proc_pid_status(5)).
 *
 * A row for each line that is used. All of the text is gone through once: at the start everybody's is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "kernel/procfs.h"

#define STATUS_MAX 16384

typedef bool read_value(struct str value, void *to);

static bool read_number(struct str value, uint64_t max, uint64_t *out)
{
	return str_to_u64(value, 10, out) == 0 && *out <= max;
}

/* four, separated by tabs */
static bool read_ids(struct str value, void *to)
{
	uint32_t *ids = to;
	struct str word;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t id;

		if (!str_cut(&value, '\t', &word) || !read_number(word, UINT32_MAX, &id))
			return false;
		ids[i] = (uint32_t)id;
	}
	return true;
}

static bool read_pid(struct str value, void *to)
{
	uint64_t pid;

	if (!read_number(value, INT32_MAX, &pid))
		return false;
	*(int32_t *)to = (int32_t)pid;
	return true;
}

/* the last of "123  1": the innermost namespace's */
static bool read_innermost(struct str value, void *to)
{
	return read_pid(str_from(value, (size_t)(str_rchr(value, '\t') + 1)), to);
}

static bool read_count(struct str value, void *to)
{
	uint64_t count;

	if (!read_number(value, INT32_MAX, &count))
		return false;
	*(uint32_t *)to = (uint32_t)count;
	return true;
}

static bool read_mask(struct str value, void *to)
{
	return str_to_u64(value, 16, to) == 0;
}

static bool read_flag(struct str value, void *to)
{
	*(bool *)to = str_eq(value, STR("1"));
	return true;
}

static bool read_seccomp(struct str value, void *to)
{
	uint64_t mode;

	if (!read_number(value, 2, &mode))
		return false;
	*(int *)to = (int)mode;
	return true;
}

enum { UID, GID, CAP_FIRST, CAP_LAST = CAP_FIRST + 4, OTHERS };

#define TO(member) offsetof(struct procfs_status, member)
static const struct {
	struct str key;
	read_value *read;
	size_t to;
} rows[] = {
	[UID] = { STR("Uid:"), read_ids, TO(uid) },
	[GID] = { STR("Gid:"), read_ids, TO(gid) },
	[CAP_FIRST] = { STR("CapInh:"), read_mask, TO(cap_inheritable) },
	{ STR("CapPrm:"), read_mask, TO(cap_permitted) },
	{ STR("CapEff:"), read_mask, TO(cap_effective) },
	{ STR("CapBnd:"), read_mask, TO(cap_bounding) },
	{ STR("CapAmb:"), read_mask, TO(cap_ambient) },
	[OTHERS] = { STR("Tgid:"), read_pid, TO(tgid) },
	{ STR("NStgid:"), read_innermost, TO(vpid) },
	{ STR("NSpgid:"), read_innermost, TO(vpgid) },
	{ STR("Threads:"), read_count, TO(threads) },
	{ STR("NoNewPrivs:"), read_flag, TO(no_new_privs) },
	{ STR("Seccomp:"), read_seccomp, TO(seccomp) },
};

#define HAS(row) (1u << (row))
#define HAS_CAPS (HAS(CAP_LAST + 1) - HAS(CAP_FIRST))

/* the rows that were read well, bits; of several lines of one name the first counts */
static unsigned read_line(struct str line, unsigned seen, struct procfs_status *out)
{
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
		if (!(seen & HAS(i)) && line.len > 0 && line.ptr[0] == rows[i].key.ptr[0] &&
		    str_starts(line, rows[i].key))
			return rows[i].read(str_trim(str_from(line, rows[i].key.len)),
					    (char *)out + rows[i].to)
				       ? HAS(i)
				       : 0;
	return 0;
}

int procfs_status_parse(struct str text, struct procfs_status *out)
{
	struct str line;
	unsigned has = 0;

	*out = (struct procfs_status){ .seccomp = -1 };
	while (str_cut(&text, '\n', &line))
		has |= read_line(line, has, out);
	out->has_caps = (has & HAS_CAPS) == HAS_CAPS;
	return has & HAS(UID) && has & HAS(GID) ? 0 : -EINVAL;
}

#define GROUPS STR("\nGroups:")

/* takes the list behind "Groups:" out of @text; true: its end is still to come */
static bool cut_groups(struct buf *text)
{
	ssize_t at = str_find(buf_str(text), GROUPS), end;
	size_t from;

	if (at < 0)
		return false;
	from = (size_t)at + GROUPS.len;
	end = str_chr(str_from(buf_str(text), from), '\n');
	if (end > 0)
		memmove(text->ptr + from, text->ptr + from + end, text->len - from - (size_t)end);
	text->len = end < 0 ? from : text->len - (size_t)end;
	return end < 0;
}

/*
 * Without the groups: a process may have 65,536 of them (setgroups(2), CAP_SETGID is in every runtime's default set), and is
 * not to be hidden by that. Everything else is short.
 */
static int read_status(int task, struct buf *out)
{
	auto_close int fd = openat(task, "status", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool is_in_groups = false;
	char block[4096];
	ssize_t n = -1;

	while (fd >= 0 && (n = read(fd, block, sizeof(block))) > 0) {
		struct str rest = str_mem(block, (size_t)n);
		ssize_t end = is_in_groups ? str_chr(rest, '\n') : 0;

		if (end < 0)
			continue;
		buf_add(out, str_from(rest, (size_t)end));
		if (buf_failed(out))
			return -EFBIG;
		is_in_groups = cut_groups(out);
		if ((size_t)n < sizeof(block)) /* one record, as file_read_record_at() has it */
			break;
	}
	return n < 0 ? -errno : 0;
}

int procfs_status(int task, struct procfs_status *out)
{
	auto_buf struct buf text = { .max = STATUS_MAX };
	int r = read_status(task, &text);

	return r < 0 ? r : procfs_status_parse(buf_str(&text), out);
}
