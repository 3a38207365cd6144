/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads an OCI configuration, already parsed, and marks what in it is privilege or bait.
 *
 * Owns nothing. Must not look at the machine: a path in a configuration is a text here.
 */
#include "state/oci_config.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "kernel/capset.h"
#include "state/cgroup_path.h"
#include "state/host_path.h"
#include "state/json_tree.h"
#include "state/object.h"

struct reader {
	struct facts_container *out;
	struct spec *spec;
	size_t *budget;
	struct arena *arena;
	struct str dir; /* the bundle; absent: not known */
	bool has_loader_env, has_hooks;
};

static void take(const struct reader *r, struct str *to, struct json_object *from)
{
	spec_take(r->spec, to, json_text(from), r->budget, r->arena);
}

static void add_texts(struct reader *r, struct spec_list *list, struct json_object *array)
{
	for (size_t i = 0; i < json_count(array); i++)
		spec_add(r->spec, list, json_text(json_element(array, i)), r->budget, r->arena);
}

static bool is_one_of(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, str_of(list[i])))
			return true;
	return false;
}

/* process */

uint64_t oci_config_caps(struct json_object *list)
{
	uint64_t set = 0;

	for (size_t i = 0; i < json_count(list); i++)
		set |= capset_of_name(json_text(json_element(list, i)));
	return set;
}

/* without "capabilities" a program has none, config.md */
static void read_caps(struct reader *r, struct json_object *caps)
{
	static const char *const escapes[] = {
		"CAP_SYS_ADMIN",    "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_PTRACE",
		"CAP_SYS_BOOT",	    "CAP_SYSLOG",     "CAP_NET_ADMIN", "CAP_DAC_READ_SEARCH",
		"CAP_BPF",	    "CAP_PERFMON",    "CAP_MAC_ADMIN", "CAP_CHECKPOINT_RESTORE",
		"CAP_MAC_OVERRIDE",
	};

	r->out->has_bounding = true;
	r->out->cap_bounding = oci_config_caps(json_member(caps, "bounding"));
	r->out->cap_permitted = oci_config_caps(json_member(caps, "permitted"));
	r->spec->cap_permitted = r->out->cap_permitted;
	r->spec->cap_effective = oci_config_caps(json_member(caps, "effective"));
	r->spec->cap_inheritable = oci_config_caps(json_member(caps, "inheritable"));
	r->spec->cap_ambient = oci_config_caps(json_member(caps, "ambient"));
	for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
		if (r->out->cap_bounding & capset_of_name(str_of(escapes[i])))
			r->spec->marks |= SPEC_ESCAPE_CAPS;
}

/* a descriptor of the runtime's as directory: "/proc/self/fd/7", CVE-2024-21626; however it is written */
static bool is_proc_cwd(struct str cwd)
{
	bool in_proc = false;
	size_t depth = 0;
	struct str part;

	while (str_cut(&cwd, '/', &part)) {
		if (part.len == 0 || str_eq(part, STR(".")))
			continue;
		if (str_eq(part, STR(".."))) {
			depth -= depth > 0;
			continue;
		}
		if (depth++ == 0)
			in_proc = str_eq(part, STR("proc"));
		else if (in_proc && str_eq(part, STR("fd")))
			return true;
	}
	return false;
}

/* what makes the dynamic loader run code; LD_LIBRARY_PATH stands in many an image */
static bool is_preload(struct str variable)
{
	return str_starts(variable, STR("LD_PRELOAD=")) || str_starts(variable, STR("LD_AUDIT="));
}

static void read_process(struct reader *r, struct json_object *process)
{
	struct json_object *user = json_member(process, "user"), *env = json_member(process, "env");
	bool flag;

	if (!json_is_object(process))
		return;
	read_caps(r, json_member(process, "capabilities"));
	r->spec->uid = json_u32(json_member(user, "uid"), 0);
	r->spec->gid = json_u32(json_member(user, "gid"), 0);
	take(r, &r->spec->apparmor, json_member(process, "apparmorProfile"));
	take(r, &r->spec->selinux, json_member(process, "selinuxLabel"));
	if (json_is_bool(json_member(process, "noNewPrivileges"), &flag) && flag)
		r->spec->marks |= SPEC_NO_NEW_PRIVS;
	if (is_proc_cwd(json_text(json_member(process, "cwd"))))
		r->spec->marks |= SPEC_PROC_CWD;
	for (size_t i = 0; i < json_count(env); i++)
		r->has_loader_env |= is_preload(json_text(json_element(env, i)));
}

static void note_hook(void *ctx, struct str key, struct json_object *value)
{
	struct reader *r = ctx;

	(void)key;
	r->has_hooks |= json_count(value) > 0;
}

/* mounts */

static struct str option_of(struct json_object *options, const char *const *wanted, size_t n)
{
	for (size_t i = 0; i < json_count(options); i++) {
		struct str option = json_text(json_element(options, i));

		if (is_one_of(option, wanted, n))
			return option;
	}
	return STR("");
}

/*
 * What is bound, without "..", "//" and the like, so that no spelling of a path hides it; a relative
 * one begins in the bundle, config.md.
 */
static struct str bound_source(const struct reader *r, struct str source)
{
	struct str path = path_absolute(r->dir, source, r->arena);

	return path.ptr ? path : source;
}

/* above the root, "/../etc" or "a/../..": where an engine joins that to a directory of its own it leaves it, CVE-2022-23648 */
static bool is_climbing(struct str path)
{
	size_t depth = 0;
	struct str part;

	while (str_cut(&path, '/', &part)) {
		if (part.len == 0 || str_eq(part, STR(".")))
			continue;
		if (!str_eq(part, STR("..")))
			depth++;
		else if (depth-- == 0)
			return true;
	}
	return false;
}

static void read_mount(struct reader *r, struct json_object *mount)
{
	static const char *const modes[] = { "ro", "rw" };
	static const char *const propagations[] = {
		"private", "rprivate", "shared",     "rshared",
		"slave",   "rslave",   "unbindable", "runbindable",
	};
	struct json_object *options = json_member(mount, "options");
	struct str mode = option_of(options, modes, ARRAY_LEN(modes));
	bool is_bind = json_lists(options, STR("bind")) || json_lists(options, STR("rbind"));
	struct str source = json_text(json_member(mount, "source"));
	const struct str parts[MOUNT_PARTS] = {
		[MOUNT_SOURCE] = is_bind ? bound_source(r, source) : source,
		[MOUNT_DEST] = json_text(json_member(mount, "destination")),
		[MOUNT_MODE] = mode,
		[MOUNT_RDWR] = str_eq(mode, STR("ro")) ? STR("false") : STR("true"),
		[MOUNT_PROPAGATION] = option_of(options, propagations, ARRAY_LEN(propagations)),
		[MOUNT_TYPE] = is_bind ? STR("bind") : json_text(json_member(mount, "type")),
	};
	auto_buf struct buf joined = { 0 };

	if (!parts[MOUNT_DEST].ptr)
		return;
	for (unsigned i = 0; i < MOUNT_PARTS; i++) {
		/* a NUL within would shift the parts */
		if (parts[i].len && memchr(parts[i].ptr, '\0', parts[i].len))
			return;
		if (i)
			buf_char(&joined, '\0');
		buf_add(&joined, parts[i]);
	}
	if (is_bind)
		r->spec->marks |= host_path_marks(parts[MOUNT_SOURCE]);
	if (is_climbing(parts[MOUNT_DEST]))
		r->spec->marks |= SPEC_CLIMBING_MOUNT;
	if (!buf_failed(&joined))
		spec_add(r->spec, &r->spec->mounts, buf_str(&joined), r->budget, r->arena);
}

/* linux */

/* a path to one of the host's; docker keeps that of the network below its exec root (libnetwork, "default") */
static bool is_of_host(struct str type, struct str path)
{
	if (str_starts(path, STR("/proc/1/ns/")))
		return true;
	return str_eq(type, STR("network")) && str_ends(path, STR("/netns/default")) &&
	       !str_starts(path, STR("/run/netns/")) && !str_starts(path, STR("/var/run/netns/"));
}

_Static_assert(SPEC_NEW_NS << NS_COUNT <= SPEC_CLIMBING_MOUNT,
	       "each namespace has a mark of its own");

/* a namespace that is not listed is the runtime's own; one with a path is joined */
static void read_namespaces(struct reader *r, struct json_object *list)
{
	static const struct {
		const char *type;
		enum facts_ns ns;
		uint32_t if_not, if_own; /* marks */
	} rows[] = {
		{ "pid", NS_PID, SPEC_HOST_PID, 0 },
		{ "network", NS_NET, SPEC_HOST_NETWORK, 0 },
		{ "ipc", NS_IPC, SPEC_HOST_IPC, 0 },
		{ "uts", NS_UTS, SPEC_HOST_UTS, 0 },
		{ "mount", NS_MNT, SPEC_HOST_MOUNT, 0 },
		{ "cgroup", NS_CGROUP, SPEC_HOST_CGROUP, 0 },
		{ "user", NS_USER, 0, SPEC_OWN_USER },
	};

	for (size_t k = 0; k < ARRAY_LEN(rows); k++)
		r->spec->marks |= rows[k].if_not;
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *one = json_element(list, i);
		struct str type = json_text(json_member(one, "type"));
		struct str path = json_text(json_member(one, "path"));

		if (is_of_host(type, path))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
			if (!str_eq(type, str_of(rows[k].type)))
				continue;
			r->spec->marks &= ~rows[k].if_not;
			r->spec->marks |= rows[k].if_own;
			if (!path.len)
				r->spec->marks |= (uint32_t)SPEC_NEW_NS << rows[k].ns;
		}
	}
}

static void read_id_map(struct reader *r, struct spec_list *list, struct json_object *map)
{
	for (size_t i = 0; i < json_count(map); i++) {
		struct json_object *one = json_element(map, i);

		spec_add(r->spec, list,
			 arena_printf(r->arena, "%u %u %u",
				      json_u32(json_member(one, "containerID"), 0),
				      json_u32(json_member(one, "hostID"), 0),
				      json_u32(json_member(one, "size"), 0)),
			 r->budget, r->arena);
	}
}

static bool is_allowing(struct str action)
{
	return str_eq(action, STR("SCMP_ACT_ALLOW")) || str_eq(action, STR("SCMP_ACT_LOG"));
}

/* linux.seccomp: the first entry that names a call decides, else the default action */
static bool allows_call(struct json_object *seccomp, struct str call)
{
	struct json_object *entries = json_member(seccomp, "syscalls");

	for (size_t i = 0; i < json_count(entries); i++) {
		struct json_object *one = json_element(entries, i);

		if (json_lists(json_member(one, "names"), call))
			return is_allowing(json_text(json_member(one, "action")));
	}
	return is_allowing(json_text(json_member(seccomp, "defaultAction")));
}

static void read_seccomp(struct reader *r, struct json_object *seccomp)
{
	bool has = json_is_object(seccomp) &&
		   (json_count(json_member(seccomp, "syscalls")) > 0 ||
		    !is_allowing(json_text(json_member(seccomp, "defaultAction"))));

	r->spec->seccomp = has ? STR("filter") : STR("unconfined");
	if (!has)
		r->spec->marks |= SPEC_NO_SECCOMP | SPEC_IO_URING;
	else if (allows_call(seccomp, STR("io_uring_setup")))
		r->spec->marks |= SPEC_IO_URING;
}

/* beside its path: nodes can be made under any name */
static void add_device_number(struct reader *r, struct json_object *device)
{
	struct str type = json_text(json_member(device, "type"));
	uint32_t major = json_u32(json_member(device, "major"), UINT32_MAX);
	uint32_t minor = json_u32(json_member(device, "minor"), UINT32_MAX);

	bool is_block = str_eq(type, STR("b"));

	/* mknod's "u" is a character device, too (runtime-spec, config-linux.md) */
	if ((is_block || str_eq(type, STR("c")) || str_eq(type, STR("u"))) && major != UINT32_MAX &&
	    minor != UINT32_MAX)
		spec_add(r->spec, &r->spec->devices, spec_device(is_block, major, minor, r->arena),
			 r->budget, r->arena);
}

/* linux.resources.devices: the last rule for all devices stands */
static void read_device_rules(struct reader *r, struct json_object *rules)
{
	bool all = false, allow;

	for (size_t i = 0; i < json_count(rules); i++) {
		struct json_object *one = json_element(rules, i);
		struct str type = json_text(json_member(one, "type"));

		if (json_is_bool(json_member(one, "allow"), &allow) && allow)
			add_device_number(r, one);
		if ((type.ptr && !str_eq(type, STR("a"))) || json_member(one, "major") ||
		    json_member(one, "minor") || !json_is_bool(json_member(one, "allow"), &allow))
			continue;
		all = allow;
	}
	if (all)
		r->spec->marks |= SPEC_ALL_DEVICES;
}

static void read_linux(struct reader *r, struct json_object *part)
{
	struct json_object *devices = json_member(part, "devices");

	read_namespaces(r, json_member(part, "namespaces"));
	read_seccomp(r, json_member(part, "seccomp"));
	read_device_rules(r, json_member(json_member(part, "resources"), "devices"));
	add_texts(r, &r->spec->masked, json_member(part, "maskedPaths"));
	add_texts(r, &r->spec->readonly, json_member(part, "readonlyPaths"));
	if (!json_count(json_member(part, "maskedPaths")))
		r->spec->marks |= SPEC_UNMASKED;
	for (size_t i = 0; i < json_count(devices); i++) {
		struct json_object *one = json_element(devices, i);

		spec_add(r->spec, &r->spec->devices, json_text(json_member(one, "path")), r->budget,
			 r->arena);
		add_device_number(r, one);
	}
	read_id_map(r, &r->spec->uid_map, json_member(part, "uidMappings"));
	read_id_map(r, &r->spec->gid_map, json_member(part, "gidMappings"));
	take(r, &r->spec->cgroups_path, json_member(part, "cgroupsPath"));
}

/* annotations */

#define ROW(key, field)                                                                            \
	{                                                                                          \
		key, offsetof(struct facts_container, field)                                       \
	}
static const struct {
	const char *key;
	size_t at;
} annotations[] = {
	ROW("io.kubernetes.cri.container-name", name),
	ROW("io.kubernetes.cri.image-name", image),
	ROW("io.kubernetes.cri.sandbox-id", spec.sandbox_id),
	ROW("io.kubernetes.cri.sandbox-name", spec.pod_name),
	ROW("io.kubernetes.cri.sandbox-namespace", spec.pod_namespace),
	ROW("io.kubernetes.cri.sandbox-uid", spec.pod_uid),
	ROW("io.kubernetes.container.name", name),
	ROW("io.kubernetes.pod.name", spec.pod_name),
	ROW("io.kubernetes.pod.namespace", spec.pod_namespace),
	ROW("io.kubernetes.pod.uid", spec.pod_uid),
	ROW("io.kubernetes.cri-o.ImageName", image),
	ROW("io.kubernetes.cri-o.SandboxID", spec.sandbox_id),
	ROW("nerdctl/name", name),
};
#undef ROW

struct label_target {
	struct reader *reader;
	struct spec_list *list;
};

static void add_label(void *ctx, struct str key, struct json_object *value)
{
	struct label_target *t = ctx;
	struct reader *r = t->reader;
	struct str text = json_text(value);
	auto_buf struct buf pair = { 0 };

	if (key.len && memchr(key.ptr, '\0', key.len))
		return;
	buf_add(&pair, key);
	buf_char(&pair, '\0');
	buf_add(&pair, text);
	if (!buf_failed(&pair))
		spec_add(r->spec, t->list, buf_str(&pair), r->budget, r->arena);
}

void oci_config_labels(struct json_object *object, struct facts_container *out,
		       struct spec_list *list, size_t *budget, struct arena *a)
{
	struct reader r = { .out = out, .spec = &out->spec, .budget = budget, .arena = a };

	json_each(object, add_label, &(struct label_target){ &r, list });
}

/* CRI-O writes its labels as JSON within a text, and an image by digest beside its name */
static void read_crio(struct reader *r, struct json_object *notes)
{
	auto_json struct json_object *labels =
		json_read(json_text(json_member(notes, "io.kubernetes.cri-o.Labels")));
	struct str ref = json_text(json_member(notes, "io.kubernetes.cri-o.ImageRef"));
	ssize_t digest = str_find(ref, STR("sha256:"));

	json_each(labels, add_label, &(struct label_target){ r, &r->spec->labels });
	take(r, &r->out->image_id, json_member(notes, "io.kubernetes.cri-o.Image"));
	if (digest >= 0)
		spec_take(r->spec, &r->spec->image_digest, str_from(ref, (size_t)digest), r->budget,
			  r->arena);
	if (json_member(notes, "io.kubernetes.cri-o.ContainerType"))
		r->out->type = STR("cri-o");
}

static void read_annotations(struct reader *r, struct json_object *notes)
{
	/* podman passes on what the image's author wrote: that proves no pod and no name */
	if (str_eq(json_text(json_member(notes, "io.container.manager")), STR("libpod"))) {
		r->out->type = STR("podman");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(annotations); i++)
		take(r, (struct str *)((char *)r->out + annotations[i].at),
		     json_member(notes, annotations[i].key));
	read_crio(r, notes);
}

/* what an engine's own files do not say: an older CRI plugin tells the pod's uid in the path only */
static void conclude(struct reader *r)
{
	struct facts_container *out = r->out;
	char uid[CGROUP_ID_MAX + 1];

	if (!r->spec->pod_uid.ptr && r->spec->cgroups_path.ptr &&
	    cgroup_path_pod(r->spec->cgroups_path, uid))
		r->spec->pod_uid = arena_str(r->arena, str_of(uid));
	if (r->has_loader_env && r->has_hooks)
		r->spec->marks |= SPEC_LOADER_HOOKS;
	if (out->has_bounding && (out->cap_bounding & capset_all()) == capset_all() &&
	    r->spec->marks & SPEC_UNMASKED && r->spec->marks & SPEC_ALL_DEVICES)
		r->spec->marks |= SPEC_PRIVILEGED;
	out->has_privileged = true;
	out->privileged = r->spec->marks & SPEC_PRIVILEGED;
}

void oci_config_read(struct json_object *config, struct str dir, struct facts_container *out,
		     size_t *budget, struct arena *a)
{
	struct reader r = {
		.out = out, .spec = &out->spec, .budget = budget, .arena = a, .dir = dir
	};
	struct json_object *root = json_member(config, "root");
	struct json_object *mounts = json_member(config, "mounts");
	struct str path = json_text(json_member(root, "path"));
	bool flag;

	out->spec.is_known = true;
	if (path.len > 0 && path.ptr[0] != '/')
		path = arena_printf(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(path));
	spec_take(&out->spec, &out->rootfs, path, budget, a);
	if (json_is_bool(json_member(root, "readonly"), &flag) && flag)
		r.spec->marks |= SPEC_READONLY_ROOT;
	read_process(&r, json_member(config, "process"));
	for (size_t i = 0; i < json_count(mounts); i++)
		read_mount(&r, json_element(mounts, i));
	json_each(json_member(config, "hooks"), note_hook, &r);
	read_linux(&r, json_member(config, "linux"));
	read_annotations(&r, json_member(config, "annotations"));
	conclude(&r);
}
