/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A root is .../ID/merged to the runtime and .../ID/diff to the disk (docker, containerd, CRI-O and podman all
 * keep the layers of one container in one directory), so what lies beside the root is the container's, too.
 */
#include "state/file_owner.h"

#include "state/state_parts.h"

static bool is_below(struct str path, struct str dir)
{
	return dir.len > 1 && str_starts(path, dir) &&
	       (path.len == dir.len || path.ptr[dir.len] == '/');
}

static struct str parent_of(struct str path)
{
	ssize_t slash = str_rchr(path, '/');

	return slash > 0 ? str_first(path, (size_t)slash) : STR_ABSENT;
}

/* one that holds a container's layers and nothing else: deep enough for no common directory */
static bool is_layers(struct str dir)
{
	size_t slashes = 0;

	for (size_t i = 0; i < dir.len; i++)
		slashes += dir.ptr[i] == '/';
	return slashes >= 4;
}

static bool is_bound(const struct container *c, struct str path)
{
	for (size_t i = 0; i < c->spec.mounts.n; i++)
		if (str_eq(spec_mount_part(c->spec.mounts.at[i], MOUNT_TYPE), STR("bind")) &&
		    is_below(path, spec_mount_part(c->spec.mounts.at[i], MOUNT_SOURCE)))
			return true;
	return false;
}

bool file_owner_is(const struct container *c, struct str path, bool binds)
{
	struct str root = text_str(&c->rootfs), layers = parent_of(root);

	return path.len && (is_below(path, root) || (is_below(path, layers) && is_layers(layers)) ||
			    (binds && is_bound(c, path)));
}

struct owner file_owner_by_path(const struct state *s, struct str path, bool binds)
{
	const struct container *found = NULL;

	for (size_t i = 0; path.len && i < s->containers.used; i++) {
		const struct container *c = &s->containers.rows[i];

		if (c->is_identified && !c->node.set && (!found || c->seen > found->seen) &&
		    file_owner_is(c, path, binds))
			found = c;
	}
	return (struct owner){ found, found && !file_owner_is(found, path, false) };
}

struct owner file_owner(const struct state *s, const struct object *o)
{
	const struct container *c = NULL;

	if (o->has_inode)
		c = container_of_device(&s->containers, 0, o->dev_major, o->dev_minor);
	return c ? (struct owner){ .container = c } : file_owner_by_path(s, o->realpath, true);
}
