/* SPDX-License-Identifier: Apache-2.0 */
/* The table itself. A field is added by a row. */
#include "state/fact_rows.h"

#define ROW(of, name, kind, field)                                                                 \
	{                                                                                          \
		name, ROW_##kind, offsetof(struct of, field)                                       \
	}
#define PROCESS(name, kind, field) ROW(facts_process, name, kind, field)
static const struct fact_row process_rows[] = {
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
	PROCESS("threads", U32, threads),
	PROCESS("ns", EIGHT_U64, ns),
};

#define HANDLES(name, kind, field) ROW(facts_handles, name, kind, field)
static const struct fact_row handles_rows[] = {
	HANDLES("start_ticks", U64, start_ticks), HANDLES("known", FLAG, is_known),
	HANDLES("outside", U32, outside),	  HANDLES("root", U32, root_mount),
	HANDLES("major", U32, root_major),	  HANDLES("minor", U32, root_minor),
};

#define THREADS(name, kind, field) ROW(facts_threads, name, kind, field)
static const struct fact_row threads_rows[] = {
	THREADS("start_ticks", U64, start_ticks),
	THREADS("n", U32, n),
	THREADS("cut", FLAG, is_cut),
	THREADS("tid", I32, tid),
	THREADS("ns", EIGHT_U64, ns),
	THREADS("divided", FLAG, is_divided),
	THREADS("has_caps", FLAG, has_caps),
	THREADS("userns", U64, userns),
	THREADS("pp", U64, permitted),
	THREADS("pe", U64, effective),
	THREADS("pi", U64, inheritable),
	THREADS("pa", U64, ambient),
};

#define MOUNTS(name, kind, field) ROW(facts_mounts, name, kind, field)
static const struct fact_row mounts_rows[] = {
	MOUNTS("start_ticks", U64, start_ticks),
	MOUNTS("ns", U64, ns),
	MOUNTS("cut", FLAG, is_cut),
	MOUNTS("text", TEXT, text),
};

#define CONTAINER(name, kind, field) ROW(facts_container, name, kind, field)
static const struct fact_row container_rows[] = {
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
static const struct fact_row hierarchy_rows[] = {
	HIERARCHY("controllers", TEXT, controllers), HIERARCHY("mount", TEXT, mount_point),
	HIERARCHY("has_ino", FLAG, has_inode),	     HIERARCHY("ino", U64, inode),
	HIERARCHY("major", U32, dev_major),	     HIERARCHY("minor", U32, dev_minor),
	HIERARCHY("agent", TEXT, release_agent),     HIERARCHY("options", TEXT, options),
};

#define KNOB(name, kind, field) ROW(facts_knob, name, kind, field)
static const struct fact_row knob_rows[] = {
	KNOB("name", TEXT, name),      KNOB("path", TEXT, path),	 KNOB("class", TEXT, class),
	KNOB("value", TEXT, value),    KNOB("has_ino", FLAG, has_inode), KNOB("ino", U64, inode),
	KNOB("major", U32, dev_major), KNOB("minor", U32, dev_minor),
};

static const struct fact_row helper_rows[] = {
	ROW(facts_helper, "path", TEXT, path),
	ROW(facts_helper, "ino", U64, inode),
	ROW(facts_helper, "major", U32, dev_major),
	ROW(facts_helper, "minor", U32, dev_minor),
	ROW(facts_helper, "dir", U64, dir_inode),
	ROW(facts_helper, "dirmajor", U32, dir_major),
	ROW(facts_helper, "dirminor", U32, dir_minor),
};

static const struct fact_row pid_rows[] = { { "pid", ROW_I32, 0 } };
static const struct fact_row id_rows[] = { { "name", ROW_TEXT, 0 } };

static const struct fact_row names_rows[] = { ROW(fact_names, "name", TEXT, name),
					      ROW(fact_names, "home", TEXT, home),
					      ROW(fact_names, "shell", TEXT, shell) };

#define ORIGIN(name, kind, field) ROW(facts_origin, name, kind, field)
static const struct fact_row origin_rows[] = {
	ORIGIN("ticks", U64, start_ticks),
	ORIGIN("seen", U64, first_seen),
	ORIGIN("container", TEXT, container),
	ORIGIN("type", TEXT, type),
	ORIGIN("deserted", FLAG, has_deserted),
	ORIGIN("ns_told", U32, ns_told),
	ORIGIN("threads_ns", U32, threads_ns),
	ORIGIN("outside_told", U32, outside_told),
	ORIGIN("granted", U64, cap_granted),
	ORIGIN("cap_told", U64, cap_told),
	ORIGIN("has_ids", FLAG, ledger.has_ids),
	ORIGIN("uid", FOUR_U32, ledger.uid),
	ORIGIN("gid", FOUR_U32, ledger.gid),
	ORIGIN("has_caps", FLAG, ledger.has_caps),
	ORIGIN("pi", U64, ledger.inheritable),
	ORIGIN("pp", U64, ledger.permitted),
	ORIGIN("pe", U64, ledger.effective),
	ORIGIN("pa", U64, ledger.ambient),
	ORIGIN("has_bnd", FLAG, ledger.has_bounding),
	ORIGIN("bnd", U64, ledger.bounding),
	ORIGIN("nnp", I32, ledger.no_new_privs),
	ORIGIN("seccomp", I32, ledger.seccomp),
	ORIGIN("pidns", FLAG, ledger.has_other_pid_ns),
	ORIGIN("source", TEXT, ledger.source),
	ORIGIN("told", U64, ledger.told),
};

#define GIVEN(name, kind, field) ROW(facts_given, name, kind, field)
static const struct fact_row given_rows[] = {
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
	GIVEN("mounts_told", TEXT, mounts_told),
	GIVEN("drift", TEXT, drift),
};

static const struct fact_row exe_rows[] = {
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

static const struct fact_row task_rows[] = {
	ROW(facts_task, "start", U64, start_time), ROW(facts_task, "threads", U32, threads),
	ROW(facts_task, "fds", U64, descriptors),  ROW(facts_task, "vpid", I32, vpid),
	ROW(facts_task, "vpgid", I32, vpgid),	   ROW(facts_task, "pidns", U64, pid_ns),
	ROW(facts_task, "cgroup", TEXT, cgroup),
};

static const struct fact_row descriptor_rows[] = {
	ROW(facts_descriptor, "number", I32, fd),
	ROW(facts_descriptor, "type", TEXT, type),
	ROW(facts_descriptor, "name", TEXT, name),
};

const struct fact_shape fact_shapes[FACT_KINDS] = {
	[FACT_PROCESS] = { "process", process_rows, ARRAY_LEN(process_rows), 0,
			   offsetof(struct fact, process) },
	[FACT_LAUNCH] = { "launch", process_rows, ARRAY_LEN(process_rows), 0,
			  offsetof(struct fact, process) },
	[FACT_CGROUP] = { "cgroup", process_rows, ARRAY_LEN(process_rows), 0,
			  offsetof(struct fact, process) },
	[FACT_HANDLES] = { "handles", handles_rows, ARRAY_LEN(handles_rows), 0,
			   offsetof(struct fact, handles) },
	[FACT_THREADS] = { "threads", threads_rows, ARRAY_LEN(threads_rows), 0,
			   offsetof(struct fact, threads) },
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
