/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes of cgroup paths, one row each: which component carries the id, and what stands around it.
 *
 * Pure functions over text. Must not decide who is in a container: lineage.c does. The rows follow
 * the cgroup drivers of the runtimes (cgroupfs and systemd); a new runtime is a new row.
 */
#include "state/cgroup_path.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "kernel/cgroupfs.h"

enum id_kind {
	ID_HEX64, /* docker and OCI engines: 64 lower-case hex digits */
	ID_NAME, /* whatever the administrator chose */
};

struct shape {
	const char *parent; /* the component before must be this; NULL: any */
	const char *prefix, *suffix;
	enum id_kind kind;
	const char *type; /* NULL: the shape does not say; "": not a container, look no further */
};

/* first match wins, so what excludes stands before what it is taken out of */
static const struct shape shapes[] = {
	{ NULL, "libpod-conmon-", ".scope", ID_HEX64, "" },
	{ NULL, "crio-conmon-", ".scope", ID_HEX64, "" },
	{ NULL, "lxc.monitor.", "", ID_NAME, "" },
	{ NULL, "docker-", ".scope", ID_HEX64, "docker" },
	{ "docker", "", "", ID_HEX64, "docker" },
	{ NULL, "cri-containerd-", ".scope", ID_HEX64, "containerd" },
	{ NULL, "nerdctl-", ".scope", ID_HEX64, "containerd" },
	{ "moby", "", "", ID_HEX64, "docker" },
	{ "k8s.io", "", "", ID_NAME, "containerd" },
	{ "default", "", "", ID_HEX64, "containerd" },
	{ NULL, "libpod-", ".scope", ID_HEX64, "podman" },
	{ NULL, "libpod-", "", ID_HEX64, "podman" },
	{ NULL, "crio-", ".scope", ID_HEX64, "cri-o" },
	{ NULL, "crio-", "", ID_HEX64, "cri-o" },
	{ NULL, "runc-", ".scope", ID_NAME, "runc" },
	{ NULL, "crun-", ".scope", ID_NAME, "crun" },
	{ "lxc.payload", "", "", ID_NAME, "lxc" },
	{ NULL, "lxc.payload.", "", ID_NAME, "lxc" },
	{ "lxc", "", "", ID_NAME, "lxc" },
	{ NULL, "machine-qemu", "", ID_NAME, "" },
	{ NULL, "machine-", ".scope", ID_NAME, "nspawn" },
	{ NULL, "systemd-nspawn@", ".service", ID_NAME, "nspawn" },
	{ "garden", "", "", ID_NAME, "garden" },
	{ "buildkit", "", "", ID_NAME, "buildkit" },
	{ NULL, "", "", ID_HEX64, NULL },
};

static bool is_hex64(struct str s)
{
	if (s.len != 64)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f'))
			return false;
	return true;
}

static bool shape_matches(const struct shape *sh, struct str parent, struct str component,
			  struct str *id)
{
	struct str prefix = str_of(sh->prefix), suffix = str_of(sh->suffix);

	if (sh->parent && !str_eq(parent, str_of(sh->parent)))
		return false;
	if (component.len <= prefix.len + suffix.len || !str_starts(component, prefix) ||
	    !str_ends(component, suffix))
		return false;
	*id = str_mem(component.ptr + prefix.len, component.len - prefix.len - suffix.len);
	return sh->kind == ID_NAME || is_hex64(*id);
}

/* systemd-less runc writes "SLICE:NAME:ID" as one component (its cgroupsPath taken literally) */
static struct str component_core(struct str component)
{
	ssize_t colon = str_rchr(component, ':');

	return colon < 0 ? component : str_from(component, (size_t)colon + 1);
}

static bool path_parse(struct str path, struct cgroup_id *out)
{
	struct str component, parent = STR_ABSENT;

	while (str_cut(&path, '/', &component)) {
		struct str core = component_core(component), id;

		for (size_t i = 0; core.len > 0 && i < ARRAY_LEN(shapes); i++) {
			if (!shape_matches(&shapes[i], parent, core, &id))
				continue;
			if (shapes[i].type && !*shapes[i].type)
				return false;
			*out = (struct cgroup_id){ id, str_of(shapes[i].type) };
			return true;
		}
		parent = component;
	}
	return false;
}

bool cgroup_path_parse(struct str text, struct cgroup_id *out)
{
	struct cgroup_line line;

	while (cgroup_line_next(&text, &line))
		if (path_parse(line.path, out))
			return true;
	return false;
}

static bool component_names(struct str component, struct str id)
{
	struct str scope = STR(".scope");

	if (str_ends(component, scope))
		component = str_first(component, component.len - scope.len);
	if (!str_ends(component, id))
		return false;
	return component.len == id.len || component.ptr[component.len - id.len - 1] == '-' ||
	       component.ptr[component.len - id.len - 1] == ':';
}

bool cgroup_path_names(struct str text, struct str id)
{
	struct cgroup_line line;
	struct str component;

	if (!id.len)
		return false;
	while (cgroup_line_next(&text, &line))
		while (str_cut(&line.path, '/', &component))
			if (component_names(component, id))
				return true;
	return false;
}

struct str cgroup_path_cut(struct str text, struct str id, struct arena *a)
{
	auto_buf struct buf out = { 0 };
	struct cgroup_line line;

	while (id.len && cgroup_line_next(&text, &line)) {
		struct str rest = line.path, component;

		while (str_cut(&rest, '/', &component)) {
			if (!component_names(component, id))
				continue;
			buf_printf(&out, "%u:", line.hierarchy);
			buf_add(&out, line.controllers);
			buf_char(&out, ':');
			buf_add(&out,
				str_mem(line.path.ptr,
					(size_t)(component.ptr + component.len - line.path.ptr)));
			buf_char(&out, '\n');
			break;
		}
	}
	return out.len && !buf_failed(&out) ? arena_str(a, buf_str(&out)) : STR_ABSENT;
}

struct str cgroup_path_leaf(struct str text)
{
	struct str longest = STR_ABSENT;
	struct cgroup_line line;

	while (cgroup_line_next(&text, &line))
		if (line.path.len > 1 && line.path.len > longest.len)
			longest = line.path;
	return longest.ptr ? str_basename(longest) : STR_ABSENT;
}
