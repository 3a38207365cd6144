/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container was asked to be: its OCI configuration, and what its engine knows beside it.
 *
 * Plain values, made by bundle.c from disk or by fact.c from a recording, kept by the container.
 * Lists are bounded; what did not fit is missing and is_cut says so.
 */
#ifndef WC_SPEC_H
#define WC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define SPEC_ITEMS_MAX 128 /* of one list */
#define SPEC_BYTES_MAX                                                                             \
	(24 * 1024) /* of all texts about a container: in hex they fit into a record */

struct spec_list {
	struct str *at;
	size_t n;
};

/* privilege that the configuration declares, and what in it invites an escape; one bit each */
enum spec_mark {
	SPEC_PRIVILEGED = 1 << 0, /* all capabilities and devices, nothing masked */
	SPEC_HOST_PID = 1 << 1, /* namespaces of the host's */
	SPEC_HOST_NETWORK = 1 << 2,
	SPEC_HOST_IPC = 1 << 3,
	SPEC_HOST_UTS = 1 << 4,
	SPEC_HOST_MOUNT = 1 << 5,
	SPEC_HOST_CGROUP = 1 << 6,
	SPEC_OWN_USER = 1 << 7, /* has a user namespace of its own */
	SPEC_ALL_DEVICES = 1 << 8, /* every device may be opened and made */
	SPEC_UNMASKED = 1 << 9, /* nothing of /proc and /sys is hidden */
	SPEC_NO_SECCOMP = 1 << 10,
	SPEC_IO_URING = 1 << 11, /* the seccomp filter, or its absence, lets io_uring_setup pass */
	SPEC_SENSITIVE_PATH = 1 << 12, /* a directory of the host that leads to all of it */
	SPEC_RUNTIME_SOCKET = 1 << 13, /* bound into it */
	SPEC_ESCAPE_CAPS = 1 << 14, /* a capability that escapes are made of */
	SPEC_PROC_CWD = 1 << 15, /* starts in /proc/.../fd (CVE-2024-21626) */
	SPEC_LOADER_HOOKS = 1 << 16, /* LD_* for the program, and hooks that may inherit it */
	SPEC_NO_NEW_PRIVS = 1 << 17,
	SPEC_READONLY_ROOT = 1 << 18,
	/*
	 * Of namespace n of enum facts_ns SPEC_NEW_NS << n: the runtime makes it one of its own. One that is joined by a path
	 * is what that leads to, be it the host's.
	 */
	SPEC_NEW_NS = 1 << 19,
	SPEC_CLIMBING_MOUNT = 1 << 26, /* a destination leads above the root (CVE-2022-23648) */
};

struct spec {
	bool is_known; /* a configuration was read: a mark that is not there is not set */
	bool is_cut;
	uint32_t marks; /* enum spec_mark */
	uint32_t uid, gid; /* of its first process, as seen inside */
	uint64_t cap_effective, cap_permitted, cap_inheritable, cap_ambient;
	struct str image_digest;
	struct str pod_name, pod_namespace, pod_uid, sandbox_id;
	struct str seccomp; /* "filter", "unconfined" */
	struct str apparmor, selinux; /* profile and label; absent: none named */
	struct str cgroups_path; /* as the configuration has it */
	struct spec_list labels, pod_labels; /* key NUL value */
	struct spec_list mounts; /* see spec_mount_part() */
	struct spec_list masked, readonly; /* paths */
	struct spec_list devices; /* paths, and numbers: spec_device() */
	struct spec_list uid_map, gid_map; /* "inside outside count" */
};

/* parts of a mount, in the order in which they are kept, NUL between */
enum spec_mount_part {
	MOUNT_SOURCE,
	MOUNT_DEST,
	MOUNT_MODE, /* "ro", "rw" or "" */
	MOUNT_RDWR, /* "true", "false" */
	MOUNT_PROPAGATION, /* "rprivate", ...; "": not said */
	MOUNT_TYPE, /* file system, or "bind" */
	MOUNT_PARTS,
};
struct str spec_mount_part(struct str mount, enum spec_mount_part part);
/* the same of a path, without slashes at its end: "/" is "" */
struct str spec_mount_path(struct str mount, enum spec_mount_part part);
/* what the container calls @path, as the host does; absent: it lies in nothing of the host's that is bound in */
struct str spec_on_host(const struct spec *spec, struct str path, struct arena *a);
/* the value behind @key; absent if there is none */
struct str spec_label(const struct spec_list *labels, struct str key);
/* an id of this host as the container's user namespace shows it; false: it is not mapped */
bool spec_id_inside(const struct spec_list *map, uint32_t outside, uint32_t *inside);

/* names of marks: container.declares[NAME], and those that container.flags lists */
struct spec_mark_row {
	const char *name;
	uint32_t marks; /* one of them suffices */
	bool is_flag; /* a red flag, not just a declaration */
};
extern const struct spec_mark_row spec_mark_rows[];
extern const size_t spec_mark_rows_n;

/* "block 8:1" or "char 10:229", as spec.devices has it; absent on ENOMEM */
struct str spec_device(bool is_block, uint32_t major, uint32_t minor, struct arena *a);
bool spec_has_device(const struct spec *spec, struct str device);

/* a copy of @s, if it is not absent, unless a limit is reached, as spec_add() does */
void spec_take(struct spec *spec, struct str *to, struct str s, size_t *budget, struct arena *a);
/* appends @s unless a limit is reached (@spec is then cut); *budget counts the bytes left */
void spec_add(struct spec *spec, struct spec_list *list, struct str s, size_t *budget,
	      struct arena *a);
/* all of @from with its texts in @a; 0 or -ENOMEM */
int spec_copy(struct spec *to, const struct spec *from, struct arena *a);

#endif
