/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of a container's configuration, and the names of what it declares. Pure functions.
 */
#include "state/spec.h"

#include <errno.h>

#include "base/cleanup.h"

const struct spec_mark_row spec_mark_rows[] = {
	{ "privileged", SPEC_PRIVILEGED, true },
	{ "host_ns",
	  SPEC_HOST_PID | SPEC_HOST_NETWORK | SPEC_HOST_IPC | SPEC_HOST_UTS | SPEC_HOST_MOUNT,
	  true },
	{ "host_pid", SPEC_HOST_PID, false },
	{ "host_network", SPEC_HOST_NETWORK, false },
	{ "host_ipc", SPEC_HOST_IPC, false },
	{ "host_uts", SPEC_HOST_UTS, false },
	{ "host_mount", SPEC_HOST_MOUNT, false },
	{ "host_cgroupns", SPEC_HOST_CGROUP, true },
	{ "user_namespace", SPEC_OWN_USER, false },
	{ "all_devices", SPEC_ALL_DEVICES, true },
	{ "unmasked", SPEC_UNMASKED, true },
	{ "no_seccomp", SPEC_NO_SECCOMP, true },
	{ "io_uring", SPEC_IO_URING, false },
	{ "sensitive_hostpath", SPEC_SENSITIVE_PATH, true },
	{ "runtime_socket", SPEC_RUNTIME_SOCKET, true },
	{ "dangerous_caps", SPEC_ESCAPE_CAPS, true },
	{ "proc_fd_cwd", SPEC_PROC_CWD, true },
	{ "climbing_mount", SPEC_CLIMBING_MOUNT, true },
	{ "ld_env_with_hooks", SPEC_LOADER_HOOKS, true },
	{ "no_new_privs", SPEC_NO_NEW_PRIVS, false },
	{ "readonly_root", SPEC_READONLY_ROOT, false },
};
const size_t spec_mark_rows_n = ARRAY_LEN(spec_mark_rows);

struct str spec_mount_part(struct str mount, enum spec_mount_part part)
{
	struct str one = STR_ABSENT;

	for (unsigned i = 0; i <= part; i++)
		if (!str_cut(&mount, '\0', &one))
			return STR_ABSENT;
	return one;
}

struct str spec_mount_path(struct str mount, enum spec_mount_part part)
{
	struct str path = spec_mount_part(mount, part);

	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	return path;
}

struct str spec_on_host(const struct spec *spec, struct str path, struct arena *a)
{
	struct str best = STR_ABSENT, source = STR_ABSENT;

	for (size_t i = 0; i < spec->mounts.n; i++) {
		struct str mount = spec->mounts.at[i], dest = spec_mount_path(mount, MOUNT_DEST);

		if (dest.len < best.len || !str_starts(path, dest) ||
		    (path.len > dest.len && path.ptr[dest.len] != '/'))
			continue;
		best = dest;
		source = str_eq(spec_mount_part(mount, MOUNT_TYPE), STR("bind"))
				 ? spec_mount_path(mount, MOUNT_SOURCE)
				 : STR_ABSENT;
	}
	if (!best.len || !source.ptr)
		return STR_ABSENT;
	return arena_printf(a, "%.*s%.*s", STR_ARG(source), STR_ARG(str_from(path, best.len)));
}

struct str spec_label(const struct spec_list *labels, struct str key)
{
	for (size_t i = 0; i < labels->n; i++) {
		struct str value = labels->at[i], one;

		if (str_cut(&value, '\0', &one) && str_eq(one, key))
			return value;
	}
	return STR_ABSENT;
}

bool spec_id_inside(const struct spec_list *map, uint32_t outside, uint32_t *inside)
{
	for (size_t i = 0; i < map->n; i++) {
		struct str rest = map->at[i], one;
		uint64_t n[3] = { 0 };
		unsigned k = 0;

		while (k < 3 && str_cut(&rest, ' ', &one) && str_to_u64(one, 10, &n[k]) == 0)
			k++;
		if (k < 3 || outside < n[1] || outside - n[1] >= n[2])
			continue;
		*inside = (uint32_t)(n[0] + (outside - n[1]));
		return true;
	}
	return false;
}

void spec_take(struct spec *spec, struct str *to, struct str s, size_t *budget, struct arena *a)
{
	if (!s.ptr)
		return;
	if (s.len > *budget) {
		spec->is_cut = true;
		return;
	}
	*budget -= s.len;
	*to = arena_str(a, s);
}

void spec_add(struct spec *spec, struct spec_list *list, struct str s, size_t *budget,
	      struct arena *a)
{
	if (!s.ptr)
		return;
	if (list->n == SPEC_ITEMS_MAX || s.len > *budget) {
		spec->is_cut = true;
		return;
	}
	if (!list->at)
		list->at = arena_array_of(a, struct str, SPEC_ITEMS_MAX);
	if (!list->at)
		return;
	*budget -= s.len;
	list->at[list->n++] = arena_str(a, s);
}

static void list_copy(struct spec_list *list, struct arena *a)
{
	struct spec_list from = *list;

	if (!from.n)
		return;
	list->at = arena_array_of(a, struct str, from.n);
	for (size_t i = 0; list->at && i < from.n; i++)
		list->at[i] = arena_str(a, from.at[i]);
}

int spec_copy(struct spec *to, const struct spec *from, struct arena *a)
{
	struct str *const texts[] = {
		&to->image_digest, &to->pod_name,   &to->pod_namespace,
		&to->pod_uid,	   &to->sandbox_id, &to->seccomp,
		&to->apparmor,	   &to->selinux,    &to->cgroups_path,
	};
	struct spec_list *const lists[] = {
		&to->labels,   &to->pod_labels, &to->mounts,  &to->masked,
		&to->readonly, &to->devices,	&to->uid_map, &to->gid_map,
	};

	*to = *from;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = arena_str(a, *texts[i]);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		list_copy(lists[i], a);
	return arena_exhausted(a) ? -ENOMEM : 0;
}

struct str spec_device(bool is_block, uint32_t major, uint32_t minor, struct arena *a)
{
	return arena_printf(a, "%s %u:%u", is_block ? "block" : "char", major, minor);
}

bool spec_has_device(const struct spec *spec, struct str device)
{
	for (size_t i = 0; i < spec->devices.n; i++)
		if (str_eq(spec->devices.at[i], device))
			return true;
	return false;
}
