/* SPDX-License-Identifier: Apache-2.0 */
/* One table of rows to read it, one function to write it; the test holds them together. */
#include "event/permission.h"

#include "base/cleanup.h"
#include "event/layout.h"

enum { ROW_ASK, ROW_INODE = 4, ROW_CAPS = 10 };

#define ROW(key, kind, member) LAYOUT_ROW(key, kind, permission, member)
static const struct layout_row rows[] = {
	[ROW_ASK] = ROW("ask", LAYOUT_U32, ask),
	ROW("tid", LAYOUT_I32, tid),
	ROW("flags_known", LAYOUT_YES, has_flags),
	ROW("dev", LAYOUT_DEVICE, dev_major),
	[ROW_INODE] = ROW("inode", LAYOUT_U64, inode),
	ROW("mode", LAYOUT_OCTAL, mode),
	ROW("path", LAYOUT_TEXT, path),
	ROW("knob", LAYOUT_TEXT, knob),
	ROW("container", LAYOUT_TEXT, container),
	ROW("container_type", LAYOUT_TEXT, container_type),
	[ROW_CAPS] = ROW("cap_pi", LAYOUT_HEX64, cap_inheritable),
	ROW("cap_pp", LAYOUT_HEX64, cap_permitted),
	ROW("cap_pe", LAYOUT_HEX64, cap_effective),
	ROW("cap_bnd", LAYOUT_HEX64, cap_bounding),
	ROW("cap_pa", LAYOUT_HEX64, cap_ambient),
	ROW("nnp", LAYOUT_I32, no_new_privs),
	ROW("seccomp", LAYOUT_I32, seccomp),
	ROW("userns_is_host", LAYOUT_I32, userns_is_host),
	ROW("verdict", LAYOUT_U32, verdict),
	ROW("rules", LAYOUT_TEXT, rules),
	ROW("waited", LAYOUT_U64, waited),
	ROW("protected", LAYOUT_YES, is_protected),
};

bool permission_read(struct str body, struct permission *out, struct arena *arena)
{
	uint64_t found;

	*out = (struct permission){ .no_new_privs = -1, .seccomp = -1, .userns_is_host = -1 };
	found = layout_read(rows, ARRAY_LEN(rows), body, out, arena);
	out->has_inode = found >> ROW_INODE & 1;
	out->has_caps = found >> ROW_CAPS & 1;
	return (found >> ROW_ASK & 1) && out->ask <= ASK_HELPER &&
	       out->verdict <= PERMISSION_NOT_ENABLED;
}

/* in hex whatever it holds: nobody reads this but us */
static void add_text(struct buf *out, const char *key, struct str value)
{
	buf_printf(out, " %s=", key);
	if (!value.ptr)
		buf_add(out, STR("(null)"));
	else if (!value.len)
		buf_add(out, STR("\"\""));
	for (size_t i = 0; i < value.len; i++)
		buf_printf(out, "%02X", (unsigned char)value.ptr[i]);
}

void permission_write(const struct permission *p, const struct permission_task *t, struct buf *out)
{
	buf_printf(out,
		   "arch=%x syscall=%u a0=0 a1=0 a2=%llx a3=0 items=0 ppid=%d pid=%d auid=%u "
		   "uid=%u gid=%u euid=%u suid=%u fsuid=%u egid=%u sgid=%u fsgid=%u",
		   t->arch, t->number, (unsigned long long)t->flags, t->ppid, t->pid, t->auid,
		   t->uid, t->gid, t->euid, t->suid, t->fsuid, t->egid, t->sgid, t->fsgid);
	add_text(out, "comm", t->comm);
	add_text(out, "exe", t->exe);
	buf_printf(out, " ask=%u tid=%d flags_known=%s", p->ask, p->tid,
		   p->has_flags ? "yes" : "no");
	if (p->has_inode)
		buf_printf(out, " dev=%02x:%02x inode=%llu mode=0%o", p->dev_major, p->dev_minor,
			   (unsigned long long)p->inode, p->mode);
	add_text(out, "path", p->path);
	add_text(out, "knob", p->knob);
	add_text(out, "container", p->container);
	add_text(out, "container_type", p->container_type);
	if (p->has_caps)
		buf_printf(out, " cap_pi=%llx cap_pp=%llx cap_pe=%llx cap_bnd=%llx cap_pa=%llx",
			   (unsigned long long)p->cap_inheritable,
			   (unsigned long long)p->cap_permitted,
			   (unsigned long long)p->cap_effective,
			   (unsigned long long)p->cap_bounding, (unsigned long long)p->cap_ambient);
	buf_printf(out, " nnp=%d seccomp=%d userns_is_host=%d verdict=%u", p->no_new_privs,
		   p->seccomp, p->userns_is_host, p->verdict);
	add_text(out, "rules", p->rules);
	buf_printf(out, " waited=%llu protected=%s", (unsigned long long)p->waited,
		   p->is_protected ? "yes" : "no");
}
