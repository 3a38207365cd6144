/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes of cgroup paths, one row each: which component carries the id, and what stands around it.
 *
 * Pure functions over text. Must not decide who is in a container: lineage.c does. The rows follow
 * the cgroup drivers of the runtimes (cgroupfs and systemd); a new runtime is a new row. Sandboxes
 * that a user makes of his own session (flatpak, bubblewrap) are no containers: no runtime put them
 * there, and nobody but that user answers for them.
 */
#include "state/cgroup_path.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "kernel/cgroupfs.h"

enum id_kind {
	ID_HEX64, /* docker and OCI engines: 64 lower-case hex digits */
	ID_ECS, /* Fargate: 32 hex digits of the task, a number */
	ID_NAME, /* whatever the administrator chose */
};

enum place { CONTAINER, HOST /* the runtime's own processes */, POD /* containers lie below */ };

struct shape {
	const char *parent; /* the component before must be this; NULL: any; "/x": at the top */
	const char *prefix, *suffix;
	enum id_kind kind;
	enum place place;
	const char *type; /* NULL: the shape does not say */
	const char *host_child; /* this component behind it is the runtime's own; NULL: none */
};

/* first match wins, so what excludes stands before what it is taken out of */
static const struct shape shapes[] = {
	{ NULL, "libpod-conmon-", ".scope", ID_HEX64, HOST, NULL, NULL },
	{ NULL, "libpod-conmon-", "", ID_HEX64, HOST, NULL, NULL },
	{ NULL, "crio-conmon-", ".scope", ID_HEX64, HOST, NULL, NULL },
	{ NULL, "crio-conmon-", "", ID_HEX64, HOST, NULL, NULL },
	{ NULL, "lxc.monitor.", "", ID_NAME, HOST, NULL, NULL },
	{ "lxc.monitor", "", "", ID_NAME, HOST, NULL, NULL },
	{ NULL, "kata_", "", ID_HEX64, HOST, NULL, NULL },
	{ "kata_overhead", "", "", ID_NAME, HOST, NULL, NULL },
	{ NULL, "machine-qemu", ".scope", ID_NAME, HOST, NULL, NULL },
	{ "libpod_parent", "", "", ID_HEX64, POD, NULL, NULL },
	{ NULL, "docker-", ".scope", ID_HEX64, CONTAINER, "docker", NULL },
	{ "docker", "", "", ID_HEX64, CONTAINER, "docker", NULL },
	{ "/moby", "", "", ID_HEX64, CONTAINER, "docker", NULL },
	{ NULL, "cri-containerd-", ".scope", ID_HEX64, CONTAINER, "containerd", NULL },
	{ NULL, "nerdctl-", ".scope", ID_HEX64, CONTAINER, "containerd", NULL },
	{ "/k8s.io", "", "", ID_NAME, CONTAINER, "containerd", NULL },
	{ "/default", "", "", ID_NAME, CONTAINER, "containerd", NULL },
	{ NULL, "libpod-payload-", "", ID_HEX64, CONTAINER, "podman", NULL },
	{ NULL, "libpod-", ".scope", ID_HEX64, CONTAINER, "podman", NULL },
	{ NULL, "libpod-", "", ID_HEX64, CONTAINER, "podman", NULL },
	{ NULL, "crio-", ".scope", ID_HEX64, CONTAINER, "cri-o", NULL },
	{ NULL, "crio-", "", ID_HEX64, CONTAINER, "cri-o", NULL },
	{ NULL, "runc-", ".scope", ID_NAME, CONTAINER, "runc", NULL },
	{ NULL, "crun-", ".scope", ID_NAME, CONTAINER, "crun", NULL },
	{ NULL, "youki-", ".scope", ID_NAME, CONTAINER, "youki", NULL },
	{ NULL, "lxc.payload.", "", ID_NAME, CONTAINER, "lxc", NULL },
	{ "lxc.payload", "", "", ID_NAME, CONTAINER, "lxc", NULL },
	{ "lxc", "", "", ID_NAME, CONTAINER, "lxc", NULL },
	{ NULL, "machine-lxc\\x2d", ".scope", ID_NAME, CONTAINER, "libvirt-lxc", NULL },
	{ NULL, "machine-", ".scope", ID_NAME, CONTAINER, "nspawn", "supervisor" },
	{ NULL, "systemd-nspawn@", ".service", ID_NAME, CONTAINER, "nspawn", "supervisor" },
	{ "garden", "", "", ID_NAME, CONTAINER, "garden", NULL },
	{ "buildkit", "", "", ID_NAME, CONTAINER, "buildkit", NULL },
	{ NULL, "", "", ID_ECS, CONTAINER, "ecs", NULL },
	{ NULL, "", "", ID_HEX64, CONTAINER, NULL, NULL },
};

static bool is_hex(struct str s, size_t n)
{
	if (s.len != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f'))
			return false;
	return true;
}

static bool is_of_kind(enum id_kind kind, struct str id)
{
	uint64_t number;

	switch (kind) {
	case ID_HEX64:
		return is_hex(id, 64);
	case ID_ECS:
		return id.len > 33 && is_hex(str_first(id, 32), 32) && id.ptr[32] == '-' &&
		       str_to_u64(str_from(id, 33), 10, &number) == 0;
	case ID_NAME:
		break;
	}
	return id.len > 0 && id.len <= CGROUP_ID_MAX;
}

/* a walk along the components of one path */
struct walk {
	struct str rest, parent, component;
	bool is_parent_top; /* the parent is the first component */
	size_t depth;
};

static bool walk_next(struct walk *w)
{
	struct str component;

	do {
		if (!str_cut(&w->rest, '/', &component))
			return false;
	} while (!component.len);
	w->parent = w->component;
	w->component = component;
	w->is_parent_top = ++w->depth == 2;
	return true;
}

static bool parent_fits(const struct shape *sh, const struct walk *w)
{
	if (!sh->parent)
		return true;
	if (sh->parent[0] == '/')
		return w->is_parent_top && str_eq(w->parent, str_of(sh->parent + 1));
	return str_eq(w->parent, str_of(sh->parent));
}

/*
 * systemd's "PREFIX-ID.scope", which runtimes without systemd write literally as "SLICE:PREFIX:ID"
 * in one component
 */
static bool take_id(const struct shape *sh, struct str component, struct str *id)
{
	struct str prefix = str_of(sh->prefix), suffix = str_of(sh->suffix);
	ssize_t colon = str_rchr(component, ':');
	struct str head = str_first(component, colon < 0 ? 0 : (size_t)colon);

	if (colon >= 0) {
		*id = str_from(component, (size_t)colon + 1);
		if (!prefix.len)
			return true;
		return prefix.ptr[prefix.len - 1] == '-' && suffix.len > 0 &&
		       str_eq(str_from(head, (size_t)(str_rchr(head, ':') + 1)),
			      str_first(prefix, prefix.len - 1));
	}
	if (component.len <= prefix.len + suffix.len || !str_starts(component, prefix) ||
	    !str_ends(component, suffix))
		return false;
	*id = str_mem(component.ptr + prefix.len, component.len - prefix.len - suffix.len);
	return true;
}

/* one byte tells most of them off: everybody's path is walked at the start */
static bool may_fit(const struct shape *sh, struct str component, bool has_colon)
{
	return has_colon || !sh->prefix[0] || sh->prefix[0] == component.ptr[0];
}

static const struct shape *shape_of(const struct walk *w, struct str *id)
{
	bool has_colon = str_chr(w->component, ':') >= 0;

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (may_fit(&shapes[i], w->component, has_colon) && parent_fits(&shapes[i], w) &&
		    take_id(&shapes[i], w->component, id) && is_of_kind(shapes[i].kind, *id))
			return &shapes[i];
	return NULL;
}

/* systemd.unit(5): "\x2d" stands for '-' within a part of a unit's name */
static struct str unescape(struct str s, char out[static CGROUP_ID_MAX + 1])
{
	size_t n = 0;

	if (s.len > CGROUP_ID_MAX || str_find(s, STR("\\x")) < 0)
		return s;
	for (size_t i = 0; i < s.len; i++) {
		struct str rest = str_from(s, i);

		if (str_starts(rest, STR("\\x")) &&
		    str_unhex(str_first(str_from(rest, 2), 2), out + n) == 1) {
			n++;
			i += 3;
		} else {
			out[n++] = s.ptr[i];
		}
	}
	return str_mem(out, n);
}

/* the next component that is a container's; NULL: there is none, or what lies there is a runtime's own */
static const struct shape *walk_container(struct walk *w, struct str *id)
{
	while (walk_next(w)) {
		const struct shape *sh = shape_of(w, id);
		struct walk next = *w;

		if (!sh || sh->place == POD)
			continue;
		if (sh->place == HOST)
			return NULL;
		return sh->host_child && walk_next(&next) &&
				       str_eq(next.component, str_of(sh->host_child))
			       ? NULL
			       : sh;
	}
	return NULL;
}

static bool path_parse(struct str path, struct cgroup_id *out)
{
	struct walk w = { .rest = path };
	struct str id;
	const struct shape *sh = walk_container(&w, &id);

	if (!sh)
		return false;
	out->id = unescape(id, out->unescaped);
	out->type = str_of(sh->type);
	return true;
}

enum cgroup_verdict cgroup_path_parse(struct str text, struct cgroup_id *out)
{
	struct cgroup_line line;
	struct cgroup_id other;
	bool found = false;

	while (cgroup_line_below(&text, &line)) {
		if (!path_parse(line.path, found ? &other : out))
			continue;
		if (found && !str_eq(other.id, out->id))
			return CGROUP_CONFLICT;
		found = true;
	}
	return found ? CGROUP_CONTAINER : CGROUP_NONE;
}

struct str cgroup_path_inner(struct str path, struct str id,
			     char unescaped[static CGROUP_ID_MAX + 1])
{
	struct walk w = { .rest = path };
	struct str found, inner = STR_ABSENT;

	while (walk_container(&w, &found))
		inner = found;
	inner = unescape(inner, unescaped);
	return str_eq(inner, id) ? STR_ABSENT : inner;
}

static bool component_names(struct str component, struct str id)
{
	struct str scope = STR(".scope");
	char buffer[CGROUP_ID_MAX + 1];

	component = unescape(component, buffer);
	if (str_ends(component, scope) && !str_ends(id, scope))
		component = str_first(component, component.len - scope.len);
	if (!id.len || !str_ends(component, id))
		return false;
	return component.len == id.len || component.ptr[component.len - id.len - 1] == '-' ||
	       component.ptr[component.len - id.len - 1] == ':';
}

/* a known shape with that id in it */
static bool component_has(const struct walk *w, struct str id)
{
	char buffer[CGROUP_ID_MAX + 1];
	struct str found;
	const struct shape *sh = shape_of(w, &found);

	return sh && sh->place == CONTAINER && id.len > 0 && str_eq(unescape(found, buffer), id);
}

/* @path up to the first component that names @id; absent if there is none */
static struct str path_home(struct str path, struct str id)
{
	struct walk w = { .rest = path };

	while (walk_next(&w))
		if (component_names(w.component, id) || component_has(&w, id))
			return str_first(path,
					 (size_t)(w.component.ptr + w.component.len - path.ptr));
	return STR_ABSENT;
}

bool cgroup_path_is_in(struct str path, struct str id)
{
	return path_home(path, id).ptr;
}

bool cgroup_path_names(struct str text, struct str id)
{
	struct cgroup_line line;

	/* only an escape could hide it from this, and it is asked of many who are nowhere in the text */
	if (str_chr(text, '\\') < 0 && str_find(text, id) < 0)
		return false;
	while (cgroup_line_below(&text, &line))
		if (cgroup_path_is_in(line.path, id))
			return true;
	return false;
}

struct str cgroup_path_cut(struct str text, struct str id, struct arena *a)
{
	auto_buf struct buf out = { 0 };
	struct cgroup_line line;

	while (cgroup_line_below(&text, &line)) {
		struct str home = path_home(line.path, id);

		if (!home.ptr)
			continue;
		buf_printf(&out, "%u:", line.hierarchy);
		buf_add(&out, line.controllers);
		buf_char(&out, ':');
		buf_add(&out, home);
		buf_char(&out, '\n');
	}
	return out.len && !buf_failed(&out) ? arena_str(a, buf_str(&out)) : STR_ABSENT;
}

struct str cgroup_path_leaf(struct str text)
{
	struct str longest = STR_ABSENT;
	struct cgroup_line line;

	while (cgroup_line_below(&text, &line))
		if (line.path.len > longest.len)
			longest = line.path;
	return longest.ptr ? str_basename(longest) : STR_ABSENT;
}

/* the uid in "podUID" or "kubepods-QOS-podUID.slice" */
static struct str pod_of(struct str component)
{
	struct str slice = STR(".slice"), pod = STR("-pod");
	ssize_t at;

	if (str_starts(component, STR("pod")))
		return str_from(component, 3);
	at = str_find(component, pod);
	if (!str_starts(component, STR("kubepods")) || at < 0 || !str_ends(component, slice))
		return STR_ABSENT;
	return str_from(str_first(component, component.len - slice.len), (size_t)at + pod.len);
}

bool cgroup_path_pod(struct str path, char uid[static CGROUP_ID_MAX + 1])
{
	struct str part, component, found = STR_ABSENT;

	while (str_cut(&path, ':', &part))
		while (str_cut(&part, '/', &component))
			if (!found.ptr)
				found = pod_of(component);
	/* "pod" begins other names too: a uid is a UUID, or 32 hex digits for a static pod */
	if (found.len != 36 && found.len != 32)
		return false;
	for (size_t i = 0; i < found.len; i++) {
		char c = found.ptr[i] == '_' ? '-' : found.ptr[i];

		if (c != '-' && !is_hex(str_mem(&c, 1), 1))
			return false;
		uid[i] = c;
	}
	uid[found.len] = '\0';
	return true;
}
