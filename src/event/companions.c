/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands beside SYSCALL: PATH, CWD, CAPSET, BPRM_FCAPS, OBJ_PID, SOCKADDR, OPENAT2. Each accessor
 * decodes its record when asked; formats: kernel/auditsc.c audit_log_name(), show_special(),
 * audit_log_proctitle().
 */
#include <libaudit.h>

#include "event/event.h"
#include "event/scan.h"

#ifndef AUDIT_OPENAT2
#define AUDIT_OPENAT2 1337 /* linux/audit.h, since 5.16 */
#endif

static uint64_t number(struct str s, unsigned base)
{
	uint64_t value;
	return str_to_u64(s, base, &value) < 0 ? 0 : value;
}

/* "fe:00": hex major and minor */
static bool device(struct str s, uint32_t *major, uint32_t *minor)
{
	struct str head;
	if (!str_cut(&s, ':', &head) || !s.ptr)
		return false;
	*major = (uint32_t)number(head, 16);
	*minor = (uint32_t)number(s, 16);
	return true;
}

static enum path_kind kind_of(struct str name)
{
	static const struct {
		struct str name;
		enum path_kind kind;
	} kinds[] = {
		{ { "NORMAL", 6 }, PATH_NORMAL }, { { "PARENT", 6 }, PATH_PARENT },
		{ { "CREATE", 6 }, PATH_CREATE }, { { "DELETE", 6 }, PATH_DELETE },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(kinds[i].name, name))
			return kinds[i].kind;
	return PATH_UNKNOWN;
}

static const struct record *record_number(const struct event *ev, uint32_t type, size_t i)
{
	for (size_t n = 0; n < ev->n_records; n++)
		if (ev->records[n].type == type && i-- == 0)
			return &ev->records[n];
	return NULL;
}

bool event_path(const struct event *ev, size_t i, struct path_record *out)
{
	const struct record *r = record_number(ev, AUDIT_PATH, i);
	struct scan s;
	struct scan_field f;
	bool has_inode = false, has_device = false;
	if (!r)
		return false;
	*out = (struct path_record){ .kind = PATH_UNKNOWN };
	for (s = scan_start(r->body); scan_next(&s, &f);) {
		if (str_eq(f.key, STR("name")))
			out->name = scan_untrusted(&f, ev->arena);
		else if (str_eq(f.key, STR("inode")))
			has_inode = str_to_u64(f.value, 10, &out->inode) == 0;
		else if (str_eq(f.key, STR("dev")))
			has_device = device(f.value, &out->dev_major, &out->dev_minor);
		else if (str_eq(f.key, STR("mode")))
			out->mode = (uint32_t)number(f.value, 8);
		else if (str_eq(f.key, STR("ouid")))
			out->ouid = (uint32_t)number(f.value, 10);
		else if (str_eq(f.key, STR("ogid")))
			out->ogid = (uint32_t)number(f.value, 10);
		else if (str_eq(f.key, STR("rdev")))
			device(f.value, &out->rdev_major, &out->rdev_minor);
		else if (str_eq(f.key, STR("item")))
			out->item = (uint32_t)number(f.value, 10);
		else if (str_eq(f.key, STR("nametype")) || str_eq(f.key, STR("objtype")))
			out->kind = kind_of(f.value);
		else if (str_starts(f.key, STR("cap_")))
			break; /* file capabilities end the record; nobody asks for them here */
	}
	out->has_inode = has_inode && has_device;
	return true;
}

struct str event_cwd(const struct event *ev)
{
	const struct record *r = event_record(ev, AUDIT_CWD);
	struct scan_field f;
	return r && scan_find(r->body, STR("cwd"), &f) ? scan_untrusted(&f, ev->arena) : STR_ABSENT;
}

/* fields of a record that are hex masks, by name */
struct mask_row {
	struct str key;
	uint64_t *at;
};

static void read_masks(struct str body, const struct mask_row *rows, size_t n)
{
	struct scan s = scan_start(body);
	struct scan_field f;
	while (scan_next(&s, &f))
		for (size_t i = 0; i < n; i++)
			if (str_eq(rows[i].key, f.key))
				*rows[i].at = number(f.value, 16);
}

bool event_capset(const struct event *ev, struct capset_record *out)
{
	const struct record *r = event_record(ev, AUDIT_CAPSET);
	struct scan_field f;
	int64_t pid;
	if (!r)
		return false;
	*out = (struct capset_record){ 0 };
	read_masks(r->body,
		   (const struct mask_row[]){ { STR("cap_pi"), &out->inheritable }, { STR("cap_pp"), &out->permitted },
					      { STR("cap_pe"), &out->effective }, { STR("cap_pa"), &out->ambient } },
		   4);
	if (scan_find(r->body, STR("pid"), &f) && str_to_i64(f.value, &pid) == 0)
		out->pid = (int32_t)pid;
	return true;
}

bool event_fcaps(const struct event *ev, struct fcaps_record *out)
{
	const struct record *r = event_record(ev, AUDIT_BPRM_FCAPS);
	uint64_t effective = 0;
	if (!r)
		return false;
	*out = (struct fcaps_record){ 0 };
	read_masks(r->body,
		   (const struct mask_row[]){
			   { STR("fp"), &out->file_permitted }, { STR("fi"), &out->file_inheritable },
			   { STR("fe"), &effective }, { STR("old_pp"), &out->old_permitted },
			   { STR("old_pi"), &out->old_inheritable }, { STR("old_pe"), &out->old_effective },
			   { STR("old_pa"), &out->old_ambient }, { STR("pp"), &out->permitted },
			   { STR("pi"), &out->inheritable }, { STR("pe"), &out->effective },
			   { STR("pa"), &out->ambient } },
		   11);
	out->file_effective = effective != 0;
	return true;
}

bool event_objpid(const struct event *ev, size_t i, struct objpid_record *out)
{
	const struct record *r = record_number(ev, AUDIT_OBJ_PID, i);
	struct scan s;
	struct scan_field f;
	if (!r)
		return false;
	*out = (struct objpid_record){ .auid = ID_UNSET, .ses = ID_UNSET };
	for (s = scan_start(r->body); scan_next(&s, &f);) {
		if (str_eq(f.key, STR("opid")))
			out->pid = (int32_t)number(f.value, 10);
		else if (str_eq(f.key, STR("oauid")))
			out->auid = (uint32_t)number(f.value, 10);
		else if (str_eq(f.key, STR("ouid")))
			out->uid = (uint32_t)number(f.value, 10);
		else if (str_eq(f.key, STR("oses")))
			out->ses = (uint32_t)number(f.value, 10);
		else if (str_eq(f.key, STR("ocomm")))
			out->comm = scan_untrusted(&f, ev->arena);
	}
	return true;
}

struct str event_sockaddr(const struct event *ev)
{
	const struct record *r = event_record(ev, AUDIT_SOCKADDR);
	struct scan_field f;
	return r && scan_find(r->body, STR("saddr"), &f) ? scan_untrusted(&f, ev->arena) : STR_ABSENT;
}

/* "oflag=01102 mode=0600 resolve=0x0": the first two octal, the last hex */
bool event_openat2(const struct event *ev, uint64_t *flags, uint64_t *mode, uint64_t *resolve)
{
	const struct record *r = event_record(ev, AUDIT_OPENAT2);
	struct scan_field f;
	if (!r || !scan_find(r->body, STR("oflag"), &f) || str_to_u64(f.value, 8, flags) < 0)
		return false;
	*mode = scan_find(r->body, STR("mode"), &f) ? number(f.value, 8) : 0;
	*resolve = scan_find(r->body, STR("resolve"), &f) && str_starts(f.value, STR("0x")) ?
			   number(str_from(f.value, 2), 16) : 0;
	return true;
}
