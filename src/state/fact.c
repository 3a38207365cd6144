/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts as text: one table of rows a struct, read by the writer and the reader alike.
 *
 * Pure functions. The text goes through recordings, so it is untrusted when it comes back: unknown
 * fields are ignored, numbers are checked, lists are bounded.
 */
#include "state/fact.h"

#include <errno.h>
#include <string.h>

#include "event/scan.h"

#define BODY_MAX (RECORD_MAX - 512) /* room for type, stamp and node */
#define ITEMS_MAX 4096

enum kind { I32, U32, U64, FLAG, TEXT, FOUR_U32, EIGHT_U64, TEXTS };

struct row {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define ROW(of, name, kind, field)                                                                 \
	{                                                                                          \
		name, kind, offsetof(struct of, field)                                             \
	}
#define PROCESS(name, kind, field) ROW(facts_process, name, kind, field)
static const struct row process_rows[] = {
	PROCESS("pid", I32, pid),
	PROCESS("ppid", I32, ppid),
	PROCESS("start_ticks", U64, start_ticks),
	PROCESS("start", U64, start_time),
	PROCESS("kthread", FLAG, is_kernel_thread),
	PROCESS("comm", TEXT, comm),
	PROCESS("exe", TEXT, exe),
	PROCESS("has_ino", FLAG, has_exe_inode),
	PROCESS("ino", U64, exe_inode),
	PROCESS("major", U32, exe_dev_major),
	PROCESS("minor", U32, exe_dev_minor),
	PROCESS("cwd", TEXT, cwd),
	PROCESS("cmdline", TEXT, cmdline),
	PROCESS("cgroup", TEXT, cgroup),
	PROCESS("uid", FOUR_U32, uid),
	PROCESS("gid", FOUR_U32, gid),
	PROCESS("auid", U32, loginuid),
	PROCESS("has_caps", FLAG, has_caps),
	PROCESS("pi", U64, cap_inheritable),
	PROCESS("pp", U64, cap_permitted),
	PROCESS("pe", U64, cap_effective),
	PROCESS("bnd", U64, cap_bounding),
	PROCESS("pa", U64, cap_ambient),
	PROCESS("nnp", FLAG, no_new_privs),
	PROCESS("seccomp", I32, seccomp),
	PROCESS("vpid", I32, vpid),
	PROCESS("sid", I32, sid),
	PROCESS("pgid", I32, pgid),
	PROCESS("tty", U32, tty),
	PROCESS("ns", EIGHT_U64, ns),
};

#define HANDLES(name, kind, field) ROW(facts_handles, name, kind, field)
static const struct row handles_rows[] = {
	HANDLES("start_ticks", U64, start_ticks), HANDLES("known", FLAG, is_known),
	HANDLES("outside", U32, outside),	  HANDLES("root", U32, root_mount),
	HANDLES("major", U32, root_major),	  HANDLES("minor", U32, root_minor),
};

#define MOUNTS(name, kind, field) ROW(facts_mounts, name, kind, field)
static const struct row mounts_rows[] = {
	MOUNTS("start_ticks", U64, start_ticks),
	MOUNTS("ns", U64, ns),
	MOUNTS("cut", FLAG, is_cut),
	MOUNTS("text", TEXT, text),
};

#define CONTAINER(name, kind, field) ROW(facts_container, name, kind, field)
static const struct row container_rows[] = {
	CONTAINER("name", TEXT, name),
	CONTAINER("image", TEXT, image),
	CONTAINER("image_id", TEXT, image_id),
	CONTAINER("type", TEXT, type),
	CONTAINER("bundle", TEXT, bundle),
	CONTAINER("rootfs", TEXT, rootfs),
	CONTAINER("has_bnd", FLAG, has_bounding),
	CONTAINER("bnd", U64, cap_bounding),
	CONTAINER("pp", U64, cap_permitted),
	CONTAINER("has_privileged", FLAG, has_privileged),
	CONTAINER("privileged", FLAG, privileged),
	CONTAINER("spec", FLAG, spec.is_known),
	CONTAINER("cut", FLAG, spec.is_cut),
	CONTAINER("marks", U32, spec.marks),
	CONTAINER("uid", U32, spec.uid),
	CONTAINER("gid", U32, spec.gid),
	CONTAINER("permitted", U64, spec.cap_permitted),
	CONTAINER("effective", U64, spec.cap_effective),
	CONTAINER("inheritable", U64, spec.cap_inheritable),
	CONTAINER("ambient", U64, spec.cap_ambient),
	CONTAINER("digest", TEXT, spec.image_digest),
	CONTAINER("pod", TEXT, spec.pod_name),
	CONTAINER("podns", TEXT, spec.pod_namespace),
	CONTAINER("poduid", TEXT, spec.pod_uid),
	CONTAINER("sandbox", TEXT, spec.sandbox_id),
	CONTAINER("seccomp", TEXT, spec.seccomp),
	CONTAINER("apparmor", TEXT, spec.apparmor),
	CONTAINER("selinux", TEXT, spec.selinux),
	CONTAINER("cgroups", TEXT, spec.cgroups_path),
	CONTAINER("label", TEXTS, spec.labels),
	CONTAINER("podlabel", TEXTS, spec.pod_labels),
	CONTAINER("mount", TEXTS, spec.mounts),
	CONTAINER("masked", TEXTS, spec.masked),
	CONTAINER("readonly", TEXTS, spec.readonly),
	CONTAINER("device", TEXTS, spec.devices),
	CONTAINER("uidmap", TEXTS, spec.uid_map),
	CONTAINER("gidmap", TEXTS, spec.gid_map),
};

#define HIERARCHY(name, kind, field) ROW(facts_hierarchy, name, kind, field)
static const struct row hierarchy_rows[] = {
	HIERARCHY("controllers", TEXT, controllers), HIERARCHY("mount", TEXT, mount_point),
	HIERARCHY("has_ino", FLAG, has_inode),	     HIERARCHY("ino", U64, inode),
	HIERARCHY("major", U32, dev_major),	     HIERARCHY("minor", U32, dev_minor),
	HIERARCHY("agent", TEXT, release_agent),     HIERARCHY("options", TEXT, options),
};

#define KNOB(name, kind, field) ROW(facts_knob, name, kind, field)
static const struct row knob_rows[] = {
	KNOB("name", TEXT, name),      KNOB("path", TEXT, path),	 KNOB("class", TEXT, class),
	KNOB("value", TEXT, value),    KNOB("has_ino", FLAG, has_inode), KNOB("ino", U64, inode),
	KNOB("major", U32, dev_major), KNOB("minor", U32, dev_minor),
};

static const struct row helper_rows[] = {
	ROW(facts_helper, "path", TEXT, path),
	ROW(facts_helper, "ino", U64, inode),
	ROW(facts_helper, "major", U32, dev_major),
	ROW(facts_helper, "minor", U32, dev_minor),
};

static const struct row pid_rows[] = { { "pid", I32, 0 } };
static const struct row id_rows[] = { { "name", TEXT, 0 } };

static const struct row names_rows[] = { ROW(fact_names, "name", TEXT, name),
					 ROW(fact_names, "home", TEXT, home),
					 ROW(fact_names, "shell", TEXT, shell) };

#define ORIGIN(name, kind, field) ROW(facts_origin, name, kind, field)
static const struct row origin_rows[] = {
	ORIGIN("ticks", U64, start_ticks),	   ORIGIN("seen", U64, first_seen),
	ORIGIN("container", TEXT, container),	   ORIGIN("type", TEXT, type),
	ORIGIN("deserted", FLAG, has_deserted),	   ORIGIN("ns_told", U32, ns_told),
	ORIGIN("outside_told", U32, outside_told), ORIGIN("granted", U64, cap_granted),
	ORIGIN("cap_told", U64, cap_told),	   ORIGIN("has_ids", FLAG, ledger.has_ids),
	ORIGIN("uid", FOUR_U32, ledger.uid),	   ORIGIN("gid", FOUR_U32, ledger.gid),
	ORIGIN("has_caps", FLAG, ledger.has_caps), ORIGIN("pi", U64, ledger.inheritable),
	ORIGIN("pp", U64, ledger.permitted),	   ORIGIN("pe", U64, ledger.effective),
	ORIGIN("pa", U64, ledger.ambient),	   ORIGIN("has_bnd", FLAG, ledger.has_bounding),
	ORIGIN("bnd", U64, ledger.bounding),	   ORIGIN("nnp", I32, ledger.no_new_privs),
	ORIGIN("seccomp", I32, ledger.seccomp),	   ORIGIN("pidns", FLAG, ledger.has_other_pid_ns),
	ORIGIN("source", TEXT, ledger.source),	   ORIGIN("told", U64, ledger.told),
};

#define GIVEN(name, kind, field) ROW(facts_given, name, kind, field)
static const struct row given_rows[] = {
	GIVEN("init", I32, init_pid),
	GIVEN("start", U64, start_time),
	GIVEN("has_bnd", FLAG, has_bounding),
	GIVEN("bnd", U64, cap_bounding),
	GIVEN("home", TEXT, home),
	GIVEN("ns", EIGHT_U64, ns),
	GIVEN("ns_since", U64, ns_since),
	GIVEN("root", U32, root_mount),
	GIVEN("mounts", TEXT, mounts),
	GIVEN("mounts_cut", FLAG, mounts_cut),
	GIVEN("drift", TEXT, drift),
};

static const struct row exe_rows[] = {
	ROW(facts_exe, "ctime", U64, ctime),
	ROW(facts_exe, "mtime", U64, mtime),
	ROW(facts_exe, "mode", U32, mode),
	ROW(facts_exe, "uid", U32, uid),
	ROW(facts_exe, "gid", U32, gid),
	ROW(facts_exe, "immutable", FLAG, is_immutable),
	ROW(facts_exe, "has_layer", FLAG, has_layer),
	ROW(facts_exe, "upper", FLAG, is_upper),
	ROW(facts_exe, "lower", FLAG, is_lower),
};

static const struct row task_rows[] = {
	ROW(facts_task, "start", U64, start_time), ROW(facts_task, "threads", U32, threads),
	ROW(facts_task, "fds", U64, descriptors),  ROW(facts_task, "vpid", I32, vpid),
	ROW(facts_task, "vpgid", I32, vpgid),	   ROW(facts_task, "pidns", U64, pid_ns),
	ROW(facts_task, "cgroup", TEXT, cgroup),
};

static const struct row descriptor_rows[] = {
	ROW(facts_descriptor, "number", I32, fd),
	ROW(facts_descriptor, "type", TEXT, type),
	ROW(facts_descriptor, "name", TEXT, name),
};

static const struct {
	const char *name;
	const struct row *rows;
	size_t n, size; /* size: of an item of a list; 0: a single answer */
	size_t offset; /* of the answer in struct fact */
} kinds[] = {
	[FACT_PROCESS] = { "process", process_rows, ARRAY_LEN(process_rows), 0,
			   offsetof(struct fact, process) },
	[FACT_LAUNCH] = { "launch", process_rows, ARRAY_LEN(process_rows), 0,
			  offsetof(struct fact, process) },
	[FACT_CGROUP] = { "cgroup", process_rows, ARRAY_LEN(process_rows), 0,
			  offsetof(struct fact, process) },
	[FACT_HANDLES] = { "handles", handles_rows, ARRAY_LEN(handles_rows), 0,
			   offsetof(struct fact, handles) },
	[FACT_MOUNTS] = { "mounts", mounts_rows, ARRAY_LEN(mounts_rows), 0,
			  offsetof(struct fact, mounts) },
	[FACT_PID_TARGET] = { "target", process_rows, ARRAY_LEN(process_rows), 0,
			      offsetof(struct fact, process) },
	[FACT_PIDFD_TARGET] = { "pidfd", process_rows, ARRAY_LEN(process_rows), 0,
				offsetof(struct fact, process) },
	[FACT_CONTAINER] = { "container", container_rows, ARRAY_LEN(container_rows), 0,
			     offsetof(struct fact, container) },
	[FACT_HIERARCHIES] = { "hierarchies", hierarchy_rows, ARRAY_LEN(hierarchy_rows),
			       sizeof(struct facts_hierarchy),
			       offsetof(struct fact, list.hierarchies) },
	[FACT_KNOBS] = { "knobs", knob_rows, ARRAY_LEN(knob_rows), sizeof(struct facts_knob),
			 offsetof(struct fact, list.knobs) },
	[FACT_BASELINE] = { "baseline", knob_rows, ARRAY_LEN(knob_rows), sizeof(struct facts_knob),
			    offsetof(struct fact, list.knobs) },
	[FACT_HELPERS] = { "helpers", helper_rows, ARRAY_LEN(helper_rows),
			   sizeof(struct facts_helper), offsetof(struct fact, list.helpers) },
	[FACT_EXE] = { "exe", exe_rows, ARRAY_LEN(exe_rows), 0, offsetof(struct fact, exe) },
	[FACT_LAYER] = { "layer", exe_rows, ARRAY_LEN(exe_rows), 0, offsetof(struct fact, exe) },
	[FACT_TASK] = { "task", task_rows, ARRAY_LEN(task_rows), 0, offsetof(struct fact, task) },
	[FACT_STDIO] = { "stdio", descriptor_rows, ARRAY_LEN(descriptor_rows),
			 sizeof(struct facts_descriptor), offsetof(struct fact, list.descriptors) },
	[FACT_DESCRIPTORS] = { "descriptors", descriptor_rows, ARRAY_LEN(descriptor_rows),
			       sizeof(struct facts_descriptor),
			       offsetof(struct fact, list.descriptors) },
	[FACT_ENV] = { "env", names_rows, ARRAY_LEN(names_rows), 0, offsetof(struct fact, names) },
	[FACT_PIDS] = { "pids", pid_rows, ARRAY_LEN(pid_rows), sizeof(int32_t),
			offsetof(struct fact, list.pids) },
	[FACT_FD] = { "fd", names_rows, ARRAY_LEN(names_rows), 0, offsetof(struct fact, names) },
	[FACT_DISK] = { "disk", names_rows, ARRAY_LEN(names_rows), 0,
			offsetof(struct fact, names) },
	[FACT_HOST_FILE] = { "hostfile", names_rows, ARRAY_LEN(names_rows), 0,
			     offsetof(struct fact, names) },
	[FACT_USER] = { "user", names_rows, ARRAY_LEN(names_rows), 0,
			offsetof(struct fact, names) },
	[FACT_GROUP] = { "group", names_rows, ARRAY_LEN(names_rows), 0,
			 offsetof(struct fact, names) },
	[FACT_CONTAINERS] = { "containers", id_rows, ARRAY_LEN(id_rows), sizeof(struct str),
			      offsetof(struct fact, list.ids) },
	[FACT_SELF] = { "self", names_rows, ARRAY_LEN(names_rows), 0,
			offsetof(struct fact, names) },
	[FACT_ORIGIN] = { "origin", origin_rows, ARRAY_LEN(origin_rows), 0,
			  offsetof(struct fact, origin) },
	[FACT_GIVEN] = { "given", given_rows, ARRAY_LEN(given_rows), 0,
			 offsetof(struct fact, given) },
};

/* writing */

static void put_text(struct buf *out, const char *name, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	if (!s.ptr)
		return;
	buf_printf(out, " %s=", name);
	if (!s.len)
		buf_add(out, STR("\"\""));
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		buf_char(out, digits[c >> 4]);
		buf_char(out, digits[c & 15]);
	}
}

static void put_number(struct buf *out, const char *name, int64_t v)
{
	if (v)
		buf_printf(out, " %s=%lld", name, (long long)v);
}

static void put_row(struct buf *out, const struct row *row, const char *base)
{
	const void *at = base + row->offset;

	switch (row->kind) {
	case I32:
		put_number(out, row->name, *(const int32_t *)at);
		break;
	case U32:
		put_number(out, row->name, *(const uint32_t *)at);
		break;
	case U64:
		if (*(const uint64_t *)at)
			buf_printf(out, " %s=%llu", row->name, *(const unsigned long long *)at);
		break;
	case FLAG:
		put_number(out, row->name, *(const bool *)at);
		break;
	case TEXT:
		put_text(out, row->name, *(const struct str *)at);
		break;
	case TEXTS:
		for (size_t i = 0; i < ((const struct spec_list *)at)->n; i++)
			put_text(out, row->name, ((const struct spec_list *)at)->at[i]);
		break;
	case FOUR_U32:
		buf_printf(out, " %s=", row->name);
		for (unsigned i = 0; i < 4; i++)
			buf_printf(out, "%s%u", i ? "," : "", ((const uint32_t *)at)[i]);
		break;
	case EIGHT_U64:
		buf_printf(out, " %s=", row->name);
		for (unsigned i = 0; i < 8; i++)
			buf_printf(out, "%s%llu", i ? "," : "",
				   ((const unsigned long long *)at)[i]);
		break;
	}
}

static void put_question(const struct fact *f, int err, struct buf *out)
{
	buf_printf(out, "q=%s", kinds[f->kind].name);
	put_number(out, "id", f->id);
	put_number(out, "fd", f->fd);
	put_text(out, "of", f->text);
	buf_printf(out, " err=%d", err);
}

static void put_answer(const struct fact *f, struct buf *out)
{
	const char *answer = (const char *)f + kinds[f->kind].offset;
	size_t items = 1, size = kinds[f->kind].size;

	if (size) {
		items = f->list.n;
		answer = *(const char *const *)answer;
	}
	for (size_t i = 0; i < items && !buf_failed(out); i++) {
		if (size)
			buf_printf(out, " item=%zu", i + 1);
		for (size_t k = 0; k < kinds[f->kind].n; k++)
			put_row(out, &kinds[f->kind].rows[k], answer + i * size);
	}
}

int fact_write(const struct fact *f, struct buf *out)
{
	buf_clear(out);
	put_question(f, f->err, out);
	if (!f->err)
		put_answer(f, out);
	if (!buf_failed(out) && out->len <= BODY_MAX)
		return 0;
	buf_clear(out);
	put_question(f, -E2BIG, out);
	return -E2BIG;
}

/* reading */

static struct str get_text(const struct scan_field *field, struct arena *a)
{
	char *decoded;
	ssize_t n;

	if (field->quote)
		return arena_str(a, field->value);
	decoded = arena_alloc(a, field->value.len / 2 + 1);
	n = decoded ? str_unhex(field->value, decoded) : -1;
	return n < 0 ? STR_ABSENT : str_mem(decoded, (size_t)n);
}

static int64_t get_number(struct str s)
{
	int64_t v;

	return str_to_i64(s, &v) < 0 ? 0 : v;
}

static uint64_t get_u64(struct str s)
{
	uint64_t v;

	return str_to_u64(s, 10, &v) < 0 ? 0 : v;
}

/* a field that comes again for each text of a list */
static void get_one_of(struct spec_list *list, const struct scan_field *field, struct arena *a)
{
	if (!list->at)
		list->at = arena_array_of(a, struct str, SPEC_ITEMS_MAX);
	if (list->at && list->n < SPEC_ITEMS_MAX)
		list->at[list->n++] = get_text(field, a);
}

static void get_row(const struct row *row, const struct scan_field *field, char *base,
		    struct arena *a)
{
	void *at = base + row->offset;
	struct str rest = field->value, one;

	switch (row->kind) {
	case I32:
		*(int32_t *)at = (int32_t)get_number(rest);
		break;
	case U32:
		*(uint32_t *)at = (uint32_t)get_u64(rest);
		break;
	case U64:
		*(uint64_t *)at = get_u64(rest);
		break;
	case FLAG:
		*(bool *)at = str_eq(rest, STR("1"));
		break;
	case TEXT:
		*(struct str *)at = get_text(field, a);
		break;
	case TEXTS:
		get_one_of(at, field, a);
		break;
	case FOUR_U32:
		for (unsigned i = 0; i < 4 && str_cut(&rest, ',', &one); i++)
			((uint32_t *)at)[i] = (uint32_t)get_u64(one);
		break;
	case EIGHT_U64:
		for (unsigned i = 0; i < 8 && str_cut(&rest, ',', &one); i++)
			((uint64_t *)at)[i] = get_u64(one);
		break;
	}
}

static int get_kind(struct str name, struct fact *out)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!str_eq(name, str_of(kinds[i].name)))
			continue;
		out->kind = (enum fact_kind)i;
		return 0;
	}
	return -EINVAL;
}

static int get_question(struct scan *s, struct fact *out, struct arena *a)
{
	struct scan_field field;

	if (!scan_next(s, &field) || !str_eq(field.key, STR("q")) || get_kind(field.value, out) < 0)
		return -EINVAL;
	while (scan_next(s, &field)) {
		if (str_eq(field.key, STR("id")))
			out->id = (int32_t)get_number(field.value);
		else if (str_eq(field.key, STR("fd")))
			out->fd = (int32_t)get_number(field.value);
		else if (str_eq(field.key, STR("of")))
			out->text = get_text(&field, a);
		else if (str_eq(field.key, STR("err")))
			return (out->err = (int)get_number(field.value)) > 0 ? -EINVAL : 0;
	}
	return -EINVAL;
}

static size_t count_items(struct scan s)
{
	struct scan_field field;
	size_t n = 0;

	while (n < ITEMS_MAX && scan_next(&s, &field))
		n += str_eq(field.key, STR("item"));
	return n;
}

int fact_read(struct str body, struct fact *out, struct arena *a)
{
	struct scan s = scan_start(body);
	struct scan_field field;
	char *answer, *list = NULL;
	size_t size, items = 0;

	*out = (struct fact){ 0 };
	if (get_question(&s, out, a) < 0)
		return -EINVAL;
	answer = (char *)out + kinds[out->kind].offset;
	size = kinds[out->kind].size;
	if (size) {
		size_t n = count_items(s);

		list = arena_calloc(a, n ? n : 1, size);
		if (!list)
			return -ENOMEM;
		*(void **)answer = list;
		answer = NULL;
		out->list.n = n;
	}
	while (scan_next(&s, &field)) {
		if (size && str_eq(field.key, STR("item"))) {
			if (items == out->list.n)
				break;
			answer = list + items++ * size;
		}
		for (size_t k = 0; answer && k < kinds[out->kind].n; k++)
			if (str_eq(field.key, str_of(kinds[out->kind].rows[k].name)))
				get_row(&kinds[out->kind].rows[k], &field, answer, a);
	}
	return arena_exhausted(a) ? -ENOMEM : 0;
}

bool fact_answers(const struct fact *question, const struct fact *candidate)
{
	return question->kind == candidate->kind && question->id == candidate->id &&
	       question->fd == candidate->fd && str_eq(question->text, candidate->text);
}
