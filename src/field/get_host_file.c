/* SPDX-License-Identifier: Apache-2.0 */
/* By inode, as the machine says; what a call has made a moment ago also by its path below a volume. */
#include "field/get_host_file.h"

#include "field/call_path.h"
#include "kernel/hostfiles.h"
#include "state/look.h"

static bool is_made(const struct scene *s)
{
	for (size_t i = 0; i < s->n_paths; i++)
		if (s->paths[i].kind == PATH_CREATE)
			return true;
	return false;
}

static struct str made_path(const struct scene *s, struct arena *a)
{
	struct str path = s->object.exists ? s->object.name : STR_ABSENT;

	if (!path.ptr)
		path = call_path_absolute(s, CALL_TARGET, a);
	return path.ptr ? path : call_path_absolute(s, CALL_ONLY, a);
}

static struct str class_of(const struct scene *s, struct arena *a)
{
	struct str class = look_host_class(s), path = STR_ABSENT;

	if (class.ptr || !s->container || !is_made(s))
		return class;
	path = made_path(s, a);
	if (path.ptr)
		path = spec_on_host(&s->container->spec, path, a);
	class = str_of(hostfile_class_name(hostfile_class_of_path(path)));
	return class.len ? class : STR_ABSENT;
}

GETTER(get_host_class)
{
	(void)use;
	return give_str(out, class_of(s, out->arena));
}

static bool is_declared(const struct spec *spec, struct str class, bool writable)
{
	for (size_t i = 0; i < spec->mounts.n; i++) {
		struct str mount = spec->mounts.at[i],
			   source = spec_mount_path(mount, MOUNT_SOURCE);
		const char *name = hostfile_class_name(hostfile_class_of_path(source));

		if (str_eq(spec_mount_part(mount, MOUNT_TYPE), STR("bind")) &&
		    (!writable || str_eq(spec_mount_part(mount, MOUNT_RDWR), STR("true"))) &&
		    str_eq(str_of(name), class))
			return true;
	}
	return false;
}

GETTER(get_declared_host_file)
{
	struct str class = class_of(s, out->arena);

	return class.ptr && s->container && s->container->spec.is_known &&
	       values_bool(out, is_declared(&s->container->spec, class, use->param));
}
