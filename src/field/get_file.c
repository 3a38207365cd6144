/* SPDX-License-Identifier: Apache-2.0 */
/* What the event acts on, out of the scene's object and of the records of the call. */
#include "field/get_file.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include "field/argument_value.h"
#include "field/call_path.h"
#include "field/join.h"
#include "field/peer.h"
#include "field/row.h"

/* calls that make a descriptor say so in their first argument */
static bool new_descriptor(const struct scene *s, struct values *out, struct argument_value *v)
{
	const struct argument_family *family = argument_family(s->event->type);

	return family && family->rows[0].get == argument_new_fd &&
	       family->rows[0].get(s, &family->rows[0], out->arena, v);
}

GETTER(get_number_of_fd)
{
	struct argument_value v;

	(void)use;
	return new_descriptor(s, out, &v) && values_int(out, v.number);
}

GETTER(get_fd_uid)
{
	struct argument_value v;

	(void)use;
	return new_descriptor(s, out, &v) && s->process &&
	       give_str(out, arena_printf(out->arena, "%lld%d", (long long)v.number,
					  s->process->ref.pid));
}

GETTER(get_is_protected)
{
	(void)use;
	return values_bool(out, s->object.is_protected);
}

/* types */

static const struct fd_type {
	const char *name, *letter;
} type_file = { "file", "f" }, type_directory = { "directory", "d" }, type_ipv4 = { "ipv4", "4" },
  type_ipv6 = { "ipv6", "6" }, type_unix = { "unix", "u" }, type_pipe = { "pipe", "p" },
  type_memfd = { "memfd", "m" }, type_bpf = { "bpf", "b" }, type_uring = { "io_uring", "r" },
  type_other = { "other", "o" };

/* descriptors that are told by the call that makes them */
static const struct {
	const char *call;
	const struct fd_type *type;
} made_by[] = {
	{ "memfd_create", &type_memfd },   { "bpf", &type_bpf },
	{ "io_uring_setup", &type_uring }, { "userfaultfd", &type_other },
	{ "pidfd_open", &type_other },
};

static const struct fd_type *type_of_family(uint64_t family)
{
	return family == AF_INET    ? &type_ipv4
	       : family == AF_INET6 ? &type_ipv6
	       : family == AF_UNIX  ? &type_unix
				    : &type_other;
}

static const struct fd_type *type_of_mode(uint32_t mode)
{
	return S_ISDIR(mode)	? &type_directory
	       : S_ISFIFO(mode) ? &type_pipe
	       : S_ISSOCK(mode) ? &type_unix
				: &type_file;
}

static const struct fd_type *type_of(const struct scene *s)
{
	struct str name = event_type_name(s->event->type);
	struct endpoint e;
	uint64_t family;

	if (s->object.exists) {
		/* knobs that were found by looking come without a mode */
		if (!s->object.mode && !s->object.knob.ptr)
			return NULL;
		return type_of_mode(s->object.mode);
	}
	if (s->event->type == EVT_SOCKET && call_argument(s->event, 0, &family))
		return type_of_family(family);
	if (peer_remote(s, &e) || peer_local(s, &e))
		return type_of_family(e.family);
	for (size_t i = 0; i < ARRAY_LEN(made_by); i++)
		if (str_eq(name, str_of(made_by[i].call)))
			return made_by[i].type;
	return NULL;
}

GETTER(get_fd_type)
{
	const struct fd_type *type = type_of(s);

	return type && values_str(out, str_of(use->param ? type->letter : type->name));
}

/* names */

static struct str name_part(struct str name, enum name_part part)
{
	ssize_t slash = str_rchr(name, '/');

	if (part == NAME_WHOLE || !name.ptr)
		return name;
	if (slash < 0)
		return STR_ABSENT;
	if (part == NAME_FILE)
		return str_from(name, (size_t)slash + 1);
	return str_first(name, slash ? (size_t)slash : 1);
}

static struct str object_name(const struct scene *s, enum name_part part, struct arena *a)
{
	if (s->object.exists)
		return name_part(s->object.name, part);
	return part == NAME_WHOLE ? peer_name(s, a) : STR_ABSENT;
}

GETTER(get_name)
{
	return give_str(out, object_name(s, (enum name_part)use->param, out->arena));
}

GETTER(get_container_name)
{
	struct str name = object_name(s, (enum name_part)use->param, out->arena);

	return name.ptr && give_str(out, join((struct str[]){ scene_container_id(s), name }, 2, ':',
					      out->arena));
}

GETTER(get_object_text)
{
	const struct object *o = &s->object;

	if (!o->exists)
		return false;
	switch ((enum object_text)use->param) {
	case OBJECT_NAMERAW:
		return give_str(out, o->nameraw);
	case OBJECT_REALPATH:
		return give_str(out, o->realpath);
	case OBJECT_FSTYPE:
		return give_str(out, o->fstype);
	case OBJECT_KNOB:
		return give_str(out, o->knob);
	}
	return false;
}

/* device and inode */

/* new_encode_dev() of linux/kdev_t.h: what stat(2) gives */
static uint64_t device_number(uint32_t major, uint32_t minor)
{
	return (minor & 0xff) | (uint64_t)major << 8 | (uint64_t)(minor & ~0xffu) << 12;
}

GETTER(get_device)
{
	const struct object *o = &s->object;

	if (!o->exists || !o->has_inode)
		return false;
	if (use->param == DEVICE_NUMBER)
		return values_uint(out, device_number(o->dev_major, o->dev_minor));
	return values_uint(out, use->param == DEVICE_MAJOR ? o->dev_major : o->dev_minor);
}

GETTER(get_inode)
{
	(void)use;
	return s->object.exists && s->object.has_inode && values_uint(out, s->object.inode);
}

GETTER(get_rdev)
{
	const struct object *o = &s->object;

	return o->exists && (S_ISBLK(o->mode) || S_ISCHR(o->mode)) &&
	       values_uint(out, use->param ? o->rdev_minor : o->rdev_major);
}

GETTER(get_filetype)
{
	static const struct {
		uint32_t format;
		const char *name;
	} names[] = {
		{ S_IFREG, "regular" }, { S_IFDIR, "directory" }, { S_IFBLK, "block" },
		{ S_IFCHR, "char" },	{ S_IFIFO, "fifo" },	  { S_IFSOCK, "socket" },
		{ S_IFLNK, "link" },
	};

	(void)use;
	for (size_t i = 0; s->object.exists && i < ARRAY_LEN(names); i++)
		if ((s->object.mode & S_IFMT) == names[i].format)
			return values_str(out, str_of(names[i].name));
	return false;
}

/* paths of calls */

static bool has_succeeded(const struct scene *s)
{
	return s->event->has_syscall && s->event->sys.success;
}

GETTER(get_is_on_root)
{
	const struct path_record *path = call_path_object(s);
	const struct container *c = s->container;

	(void)use;
	return path && path->has_inode && c && c->has_root_device &&
	       values_bool(out,
			   path->dev_major == c->root_major && path->dev_minor == c->root_minor);
}

GETTER(get_call_path)
{
	return has_succeeded(s) &&
	       give_str(out, call_path_absolute(s, (enum call_path)use->param, out->arena));
}

GETTER(get_call_path_raw)
{
	const struct path_record *path = call_path_record(s, (enum call_path)use->param);

	return has_succeeded(s) && path && give_str(out, path->name);
}
