/* SPDX-License-Identifier: Apache-2.0 */
/* One table of rows to read it, one function to write it; the test holds them together. */
#include "event/modification.h"

#include "base/cleanup.h"
#include "event/layout.h"

enum { ROW_PID, ROW_INODE = 2 };

#define ROW(key, kind, member) LAYOUT_ROW(key, kind, modification, member)
static const struct layout_row rows[] = {
	[ROW_PID] = ROW("pid", LAYOUT_I32, pid),
	ROW("dev", LAYOUT_DEVICE, dev_major),
	[ROW_INODE] = ROW("inode", LAYOUT_U64, inode),
	ROW("mode", LAYOUT_OCTAL, mode),
	ROW("path", LAYOUT_TEXT, path),
	ROW("knob", LAYOUT_TEXT, knob),
};

bool modification_read(struct str body, struct modification *out, struct arena *arena)
{
	uint64_t found;

	*out = (struct modification){ .path = STR_ABSENT, .knob = STR_ABSENT };
	found = layout_read(rows, ARRAY_LEN(rows), body, out, arena);
	out->has_inode = found >> ROW_INODE & 1;
	return (found >> ROW_PID & 1) && out->pid >= 0;
}

static struct str take_last(struct str *path)
{
	struct str last = str_basename(*path);

	path->len -= last.len + (path->len > last.len);
	return last;
}

static bool changes_a_process(struct str name)
{
	/* memory; who is killed first when there is none left, and its name before Linux 2.6.36 */
	static const struct str files[] = { STR("mem"), STR("oom_score_adj"), STR("oom_adj") };

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (str_eq(name, files[i]))
			return true;
	return false;
}

/* from the end, for the procfs may be mounted anywhere */
int32_t modification_process_of(struct str path, struct str *file)
{
	uint64_t pid, process;

	*file = take_last(&path);
	if (!changes_a_process(*file) || str_to_u64(take_last(&path), 10, &pid) < 0)
		return 0;
	if (str_eq(take_last(&path), STR("task")) &&
	    str_to_u64(take_last(&path), 10, &process) == 0)
		pid = process;
	return pid <= INT32_MAX ? (int32_t)pid : 0;
}

/* in hex whatever it holds */
static void add_text(struct buf *out, const char *key, struct str value)
{
	if (!value.ptr)
		return;
	buf_printf(out, " %s=", key);
	for (size_t i = 0; i < value.len; i++)
		buf_printf(out, "%02X", (unsigned char)value.ptr[i]);
}

void modification_write(const struct modification *m, struct buf *out)
{
	buf_printf(out, "pid=%d", m->pid);
	if (m->has_inode)
		buf_printf(out, " dev=%02x:%02x inode=%llu mode=0%o", m->dev_major, m->dev_minor,
			   (unsigned long long)m->inode, m->mode);
	add_text(out, "path", m->path);
	add_text(out, "knob", m->knob);
}
