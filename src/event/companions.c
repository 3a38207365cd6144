/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands beside SYSCALL: PATH, CWD, CAPSET, BPRM_FCAPS, OBJ_PID, SOCKADDR, OPENAT2. PATHs
 * are decoded with the event, the others when they are asked for; formats: kernel/auditsc.c audit_log_name(),
 * show_special(), audit_log_proctitle().
 */
#include <libaudit.h>

#include "base/cleanup.h"
#include "event/companions.h"
#include "event/layout.h"
#include "event/scan.h"

#ifndef AUDIT_OPENAT2
#define AUDIT_OPENAT2 1337 /* linux/audit.h, since 5.16 */
#endif

static const struct record *record_number(const struct event *ev, uint32_t type, size_t i)
{
	for (size_t n = 0; n < ev->n_records; n++)
		if (ev->records[n].type == type && i-- == 0)
			return &ev->records[n];
	return NULL;
}

struct path_fields {
	struct path_record path;
	struct str kind;
};

enum { PATH_INODE = 2, PATH_DEV = 3 };
static const struct layout_row path_rows[] = {
	LAYOUT_ROW("item", LAYOUT_U32, path_fields, path.item),
	LAYOUT_ROW("name", LAYOUT_TEXT, path_fields, path.name),
	[PATH_INODE] = LAYOUT_ROW("inode", LAYOUT_U64, path_fields, path.inode),
	[PATH_DEV] = LAYOUT_ROW("dev", LAYOUT_DEVICE, path_fields, path.dev_major),
	LAYOUT_ROW("mode", LAYOUT_OCTAL, path_fields, path.mode),
	LAYOUT_ROW("ouid", LAYOUT_ID, path_fields, path.ouid),
	LAYOUT_ROW("ogid", LAYOUT_ID, path_fields, path.ogid),
	LAYOUT_ROW("rdev", LAYOUT_DEVICE, path_fields, path.rdev_major),
	/* capabilities of the file stand behind it: event_has_file_caps() */
	LAYOUT_LAST("nametype", LAYOUT_WORD, path_fields, kind),
	LAYOUT_LAST("objtype", LAYOUT_WORD, path_fields, kind), /* before Linux 3.18 */
};

static enum path_kind kind_of(struct str name)
{
	static const struct {
		struct str name;
		enum path_kind kind;
	} kinds[] = {
		{ { "NORMAL", 6 }, PATH_NORMAL },
		{ { "PARENT", 6 }, PATH_PARENT },
		{ { "CREATE", 6 }, PATH_CREATE },
		{ { "DELETE", 6 }, PATH_DELETE },
	};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq(kinds[i].name, name))
			return kinds[i].kind;
	return PATH_UNKNOWN;
}

static void path_read(const struct record *r, struct path_record *out, struct arena *arena)
{
	const uint64_t identity = UINT64_C(1) << PATH_INODE | UINT64_C(1) << PATH_DEV;
	struct path_fields fields = { .path = { .ouid = ID_UNSET, .ogid = ID_UNSET } };

	fields.path.has_inode =
		(layout_read(path_rows, ARRAY_LEN(path_rows), r->body, &fields, arena) &
		 identity) == identity;
	fields.path.kind = kind_of(fields.kind);
	*out = fields.path;
}

void event_read_paths(struct event *ev)
{
	struct path_record *list;
	size_t n = 0;

	for (size_t i = 0; i < ev->n_records; i++)
		n += ev->records[i].type == AUDIT_PATH;
	list = n ? arena_array_of(ev->arena, struct path_record, n) : NULL;
	if (!list)
		return;
	ev->paths = list;
	for (size_t i = 0; i < ev->n_records; i++)
		if (ev->records[i].type == AUDIT_PATH)
			path_read(&ev->records[i], &list[ev->n_paths++], ev->arena);
}

bool event_path(const struct event *ev, size_t i, struct path_record *out)
{
	if (i >= ev->n_paths)
		return false;
	*out = ev->paths[i];
	return true;
}

struct file_caps {
	uint64_t permitted, inheritable;
};

static const struct layout_row file_caps_rows[] = {
	LAYOUT_ROW("cap_fp", LAYOUT_HEX64, file_caps, permitted),
	LAYOUT_ROW("cap_fi", LAYOUT_HEX64, file_caps, inheritable),
};

bool event_has_file_caps(const struct event *ev)
{
	for (size_t n = 0; n < ev->n_records; n++) {
		struct file_caps f = { 0 };

		if (ev->records[n].type != AUDIT_PATH)
			continue;
		layout_read(file_caps_rows, ARRAY_LEN(file_caps_rows), ev->records[n].body, &f,
			    ev->arena);
		if (f.permitted || f.inheritable)
			return true;
	}
	return false;
}

static const struct layout_row capset_rows[] = {
	LAYOUT_ROW("pid", LAYOUT_I32, capset_record, pid),
	LAYOUT_ROW("cap_pi", LAYOUT_HEX64, capset_record, inheritable),
	LAYOUT_ROW("cap_pp", LAYOUT_HEX64, capset_record, permitted),
	LAYOUT_ROW("cap_pe", LAYOUT_HEX64, capset_record, effective),
	LAYOUT_ROW("cap_pa", LAYOUT_HEX64, capset_record, ambient),
};

bool event_capset(const struct event *ev, struct capset_record *out)
{
	const struct record *r = event_record(ev, AUDIT_CAPSET);
	if (!r)
		return false;
	*out = (struct capset_record){ 0 };
	layout_read(capset_rows, ARRAY_LEN(capset_rows), r->body, out, ev->arena);
	return true;
}

struct fcaps_fields {
	struct fcaps_record fcaps;
	uint32_t effective;
};

#define FCAPS(key, member) LAYOUT_ROW(key, LAYOUT_HEX64, fcaps_fields, fcaps.member)
static const struct layout_row fcaps_rows[] = {
	FCAPS("fp", file_permitted),
	FCAPS("fi", file_inheritable),
	LAYOUT_ROW("fe", LAYOUT_U32, fcaps_fields, effective),
	FCAPS("old_pp", old_permitted),
	FCAPS("old_pi", old_inheritable),
	FCAPS("old_pe", old_effective),
	FCAPS("old_pa", old_ambient),
	FCAPS("pp", permitted),
	FCAPS("pi", inheritable),
	FCAPS("pe", effective),
	FCAPS("pa", ambient),
};

bool event_fcaps(const struct event *ev, struct fcaps_record *out)
{
	const struct record *r = event_record(ev, AUDIT_BPRM_FCAPS);
	struct fcaps_fields fields = { .effective = 0 };
	if (!r)
		return false;
	layout_read(fcaps_rows, ARRAY_LEN(fcaps_rows), r->body, &fields, ev->arena);
	fields.fcaps.file_effective = fields.effective != 0;
	*out = fields.fcaps;
	return true;
}

static const struct layout_row objpid_rows[] = {
	LAYOUT_ROW("opid", LAYOUT_I32, objpid_record, pid),
	LAYOUT_ROW("oauid", LAYOUT_ID, objpid_record, auid),
	LAYOUT_ROW("ouid", LAYOUT_ID, objpid_record, uid),
	LAYOUT_ROW("oses", LAYOUT_ID, objpid_record, ses),
	LAYOUT_ROW("ocomm", LAYOUT_TEXT, objpid_record, comm),
};

bool event_objpid(const struct event *ev, size_t i, struct objpid_record *out)
{
	const struct record *r = record_number(ev, AUDIT_OBJ_PID, i);
	if (!r)
		return false;
	*out = (struct objpid_record){ .auid = ID_UNSET, .uid = ID_UNSET, .ses = ID_UNSET };
	layout_read(objpid_rows, ARRAY_LEN(objpid_rows), r->body, out, ev->arena);
	return true;
}

struct str event_cwd(const struct event *ev)
{
	const struct record *r = event_record(ev, AUDIT_CWD);
	struct scan_field f;
	return r && scan_find(r->body, STR("cwd"), &f) ? scan_untrusted(&f, ev->arena) : STR_ABSENT;
}

struct str event_sockaddr(const struct event *ev)
{
	const struct record *r = event_record(ev, AUDIT_SOCKADDR);
	struct scan_field f;
	return r && scan_find(r->body, STR("saddr"), &f) ? scan_untrusted(&f, ev->arena)
							 : STR_ABSENT;
}

/* oflag and mode in octal, resolve in hex with 0x in front (kernel/auditsc.c show_special()) */
struct openat2_fields {
	struct str oflag, mode, resolve;
};
static const struct layout_row openat2_rows[] = {
	LAYOUT_ROW("oflag", LAYOUT_WORD, openat2_fields, oflag),
	LAYOUT_ROW("mode", LAYOUT_WORD, openat2_fields, mode),
	LAYOUT_ROW("resolve", LAYOUT_WORD, openat2_fields, resolve),
};

bool event_openat2(const struct event *ev, uint64_t *flags, uint64_t *mode, uint64_t *resolve)
{
	const struct record *r = event_record(ev, AUDIT_OPENAT2);
	struct openat2_fields fields = { .mode = STR_ABSENT };
	if (!r)
		return false;
	*mode = *resolve = 0;
	layout_read(openat2_rows, ARRAY_LEN(openat2_rows), r->body, &fields, ev->arena);
	(void)str_to_u64(fields.mode, 8, mode);
	(void)str_to_u64(str_from(fields.resolve, 2), 16, resolve);
	return str_to_u64(fields.oflag, 8, flags) == 0;
}
