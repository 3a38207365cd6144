/* SPDX-License-Identifier: Apache-2.0 */
/* Labels, mounts and declared privilege of the subject's container. */
#include "field/get_spec.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <sys/stat.h>

#include "field/join.h"
#include "kernel/capset.h"
#include "state/mount_drift.h"

#define SHOWN_PARTS MOUNT_TYPE /* of a mount: the reference shows those before */

static const struct spec *spec_of(const struct scene *s)
{
	return s->container && s->container->spec.is_known ? &s->container->spec : NULL;
}

static const void *member(const struct spec *spec, const struct field_use *use)
{
	return (const char *)spec + use->param;
}

GETTER(get_spec_text)
{
	const struct spec *spec = spec_of(s);

	return spec && give_str(out, *(const struct str *)member(spec, use));
}

GETTER(get_sandbox_short)
{
	const struct spec *spec = spec_of(s);

	(void)use;
	return spec && give_str(out, str_first(spec->sandbox_id, CONTAINER_ID_SHORT));
}

GETTER(get_spec_mark)
{
	const struct spec *spec = spec_of(s);

	return spec && values_bool(out, spec->marks & use->param);
}

GETTER(get_spec_flags)
{
	const struct spec *spec = spec_of(s);

	(void)use;
	if (!spec)
		return false;
	for (size_t i = 0; i < spec_mark_rows_n; i++)
		if (spec_mark_rows[i].is_flag && spec->marks & spec_mark_rows[i].marks)
			values_str(out, str_of(spec_mark_rows[i].name));
	out->present = true;
	return true;
}

/* container.declares */

int prepare_declares(struct field_use *use, const struct place *where, struct diag *d)
{
	if (capset_of_name(use->selector) || str_starts(use->selector, STR("/dev/")))
		return 0;
	for (size_t i = 0; i < spec_mark_rows_n; i++)
		if (str_eq(use->selector, str_of(spec_mark_rows[i].name))) {
			use->param = spec_mark_rows[i].marks;
			return 0;
		}
	diag_error(d, where, "bad-selector",
		   "%s takes a capability, a device below /dev or what a configuration declares "
		   "(privileged, host_pid, io_uring ...), not '%.*s'",
		   use->def->name, STR_ARG(use->selector));
	return -EINVAL;
}

GETTER(get_declared_device)
{
	const struct spec *spec = spec_of(s);
	const struct object *o = &s->object;
	struct str device;

	(void)use;
	if (!spec || !o->exists || (!S_ISBLK(o->mode) && !S_ISCHR(o->mode)))
		return false;
	device = spec_device(S_ISBLK(o->mode), o->rdev_major, o->rdev_minor, out->arena);
	return values_bool(out, spec->marks & SPEC_ALL_DEVICES || spec_has_device(spec, device));
}

GETTER(get_declares)
{
	const struct spec *spec = spec_of(s);

	if (!spec)
		return false;
	if (use->param)
		return values_bool(out, spec->marks & use->param);
	if (use->selector.ptr[0] == '/')
		return values_bool(out, spec_has_device(spec, use->selector));
	return values_bool(out, s->container->cap_bounding & capset_of_name(use->selector));
}

/* labels */

GETTER(get_spec_label)
{
	const struct spec *spec = spec_of(s);

	return spec && give_str(out, spec_label(member(spec, use), use->selector));
}

GETTER(get_spec_labels)
{
	const struct spec *spec = spec_of(s);
	const struct spec_list *list = spec ? member(spec, use) : NULL;
	struct str text = STR_ABSENT;

	for (size_t i = 0; list && i < list->n; i++) {
		struct str value = list->at[i], key;

		if (str_cut(&value, '\0', &key))
			text = arena_printf(out->arena, "%.*s%s%.*s:%.*s", STR_ARG(text),
					    text.ptr ? ", " : "", STR_ARG(key), STR_ARG(value));
	}
	return give_str(out, text);
}

/* mounts */

static struct str shown(struct str mount, struct arena *a)
{
	struct str parts[SHOWN_PARTS];

	for (unsigned i = 0; i < SHOWN_PARTS; i++)
		parts[i] = spec_mount_part(mount, (enum spec_mount_part)i);
	return join(parts, SHOWN_PARTS, ':', a);
}

GETTER(get_mounts)
{
	const struct spec *spec = spec_of(s);
	struct str *list;

	(void)use;
	if (!spec)
		return false;
	list = arena_array_of(out->arena, struct str, spec->mounts.n + 1);
	for (size_t i = 0; list && i < spec->mounts.n; i++)
		list[i] = shown(spec->mounts.at[i], out->arena);
	return list && give_str(out, spec->mounts.n ? join(list, spec->mounts.n, ',', out->arena)
						    : STR(""));
}

GETTER(get_mount_drift)
{
	(void)use;
	return s->container && give_str(out, mount_drift_text(s->container, out->arena));
}

/* an index, else a glob; sources with no more than PATH_MAX bytes can be told by one */
int prepare_mount(struct field_use *use, const struct place *where, struct diag *d)
{
	uint64_t index;

	if (use->selector.len >= PATH_MAX || memchr(use->selector.ptr, '\0', use->selector.len)) {
		diag_error(d, where, "bad-selector", "%s takes an index or a glob", use->def->name);
		return -EINVAL;
	}
	use->index = str_to_u64(use->selector, 10, &index) == 0 && index <= INT32_MAX
			     ? (int64_t)index
			     : -1;
	return 0;
}

static bool matches(struct str pattern, struct str path)
{
	char p[PATH_MAX], s[PATH_MAX];

	if (pattern.len >= sizeof(p) || path.len >= sizeof(s))
		return false;
	memcpy(p, pattern.ptr, pattern.len);
	p[pattern.len] = '\0';
	memcpy(s, path.ptr ? path.ptr : "", path.len);
	s[path.len] = '\0';
	return fnmatch(p, s, 0) == 0;
}

GETTER(get_mount)
{
	const struct spec *spec = spec_of(s);
	enum spec_mount_part by = use->param == MOUNT_SOURCE ? MOUNT_DEST : MOUNT_SOURCE;
	enum spec_mount_part part = (enum spec_mount_part)use->param;

	for (size_t i = 0; spec && i < spec->mounts.n; i++) {
		struct str mount = spec->mounts.at[i];

		if (use->index >= 0 ? (size_t)use->index != i
				    : !matches(use->selector, spec_mount_part(mount, by)))
			continue;
		return give_str(out, part == MOUNT_PARTS ? shown(mount, out->arena)
							 : spec_mount_part(mount, part));
	}
	return false;
}
