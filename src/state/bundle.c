/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places where runtimes keep state, and readers of the few files in them (json-c).
 *
 * Owns nothing. Paths from runtime arguments are joined to @root and refused when they climb; ids
 * are refused when they are no plain file name.
 */
#include "state/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>

#include "base/file.h"
#include "kernel/capset.h"

#define IDS_MAX 256

/* where bundles are: the id stands between the two; the type only where the place proves it */
static const struct {
	const char *before, *after, *type;
} bundle_places[] = {
	{ "/run/containerd/io.containerd.runtime.v2.task/moby", "", "docker" },
	{ "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby", "", "docker" },
	{ "/run/containerd/io.containerd.runtime.v2.task/k8s.io", "", "containerd" },
	{ "/run/containerd/io.containerd.runtime.v2.task/default", "", "containerd" },
	{ "/var/lib/containers/storage/overlay-containers", "/userdata", NULL },
	{ "/run/containers/storage/overlay-containers", "/userdata", NULL },
};

static const struct {
	const char *directory, *file, *type;
} state_places[] = {
	{ "/run/runc", "state.json", "runc" },
	{ "/run/crun", "status", "crun" },
};

/* annotations of the OCI bundle by which engines tell names */
static const struct {
	const char *key;
	size_t offset;
} annotations[] = {
	{ "io.kubernetes.cri.container-name", offsetof(struct facts_container, name) },
	{ "io.kubernetes.cri.image-name", offsetof(struct facts_container, image) },
	{ "io.kubernetes.container.name", offsetof(struct facts_container, name) },
	{ "io.kubernetes.cri-o.ImageName", offsetof(struct facts_container, image) },
	{ "nerdctl/name", offsetof(struct facts_container, name) },
};

struct reader {
	const char *root;
	struct arena *arena;
	struct facts_container *out;
	struct str
		docker_dir; /* docker's directory of the container, told by the bundle's mounts */
};

static void object_put(struct json_object **o)
{
	json_object_put(*o);
}
#define auto_json __attribute__((cleanup(object_put)))

static void tokener_free(struct json_tokener **t)
{
	if (*t)
		json_tokener_free(*t);
}

/* ".." would leave what @root stands for */
static bool is_safe_path(struct str path)
{
	struct str part;

	if (path.len == 0 || path.ptr[0] != '/' || memchr(path.ptr, '\0', path.len))
		return false;
	while (str_cut(&path, '/', &part))
		if (str_eq(part, STR("..")))
			return false;
	return true;
}

static bool is_file_name(struct str id)
{
	return id.len > 0 && id.len < 256 && id.ptr[0] != '.' && !memchr(id.ptr, '/', id.len) &&
	       !memchr(id.ptr, '\0', id.len);
}

/* NULL: not there, refused, or no JSON object */
static struct json_object *read_json(const struct reader *r, struct str dir, const char *file)
{
	__attribute__((cleanup(tokener_free))) struct json_tokener *t = NULL;
	auto_buf struct buf text = { 0 };
	struct json_object *o;
	struct str path;

	if (!is_safe_path(dir))
		return NULL;
	path = arena_printf(r->arena, "%s%.*s/%s", r->root, STR_ARG(dir), file);
	if (!path.ptr || file_read_plain_at(AT_FDCWD, path.ptr, BUNDLE_FILE_MAX, &text) < 0)
		return NULL;
	t = json_tokener_new_ex(BUNDLE_DEPTH);
	if (!t)
		return NULL;
	o = json_tokener_parse_ex(t, text.ptr ? text.ptr : "", (int)text.len);
	if (json_tokener_get_error(t) == json_tokener_success &&
	    json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

static struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

static struct str text_of(const struct reader *r, struct json_object *o)
{
	if (!json_object_is_type(o, json_type_string) || json_object_get_string_len(o) == 0)
		return STR_ABSENT;
	return arena_str(r->arena,
			 str_mem(json_object_get_string(o), (size_t)json_object_get_string_len(o)));
}

static void take(struct str *to, struct str found)
{
	if (found.ptr)
		*to = found;
}

static size_t array_len(struct json_object *o)
{
	return json_object_is_type(o, json_type_array) ? json_object_array_length(o) : 0;
}

/* "capabilities" lists; an absent list is the empty set, as runtimes take it */
static uint64_t caps_of(struct json_object *list)
{
	uint64_t set = 0;

	for (size_t i = 0; i < array_len(list); i++) {
		struct json_object *name = json_object_array_get_idx(list, i);

		if (json_object_is_type(name, json_type_string))
			set |= capset_of_name(str_of(json_object_get_string(name)));
	}
	return set;
}

static void take_caps(struct reader *r, struct json_object *caps)
{
	if (!json_object_is_type(caps, json_type_object))
		return;
	r->out->has_bounding = true;
	r->out->cap_bounding = caps_of(member(caps, "bounding"));
	r->out->cap_permitted = caps_of(member(caps, "permitted"));
}

/* docker binds hosts, hostname and resolv.conf out of its directory of the container */
static void find_docker_dir(struct reader *r, struct json_object *mounts, struct str id)
{
	struct str wanted = arena_printf(r->arena, "/containers/%.*s/", STR_ARG(id));

	for (size_t i = 0; wanted.ptr && i < array_len(mounts); i++) {
		struct str source =
			text_of(r, member(json_object_array_get_idx(mounts, i), "source"));
		ssize_t at = str_find(source, wanted);

		if (at < 0)
			continue;
		r->docker_dir = str_first(source, (size_t)at + wanted.len - 1);
		return;
	}
}

/* all capabilities, nothing masked: what engines call privileged */
static void judge_privileged(struct reader *r, struct json_object *linux_part)
{
	struct facts_container *out = r->out;

	if (out->has_privileged || !out->has_bounding)
		return;
	out->has_privileged = true;
	out->privileged = (out->cap_bounding & capset_all()) == capset_all() &&
			  array_len(member(linux_part, "maskedPaths")) == 0;
}

static bool read_config(struct reader *r, struct str dir, struct str id)
{
	auto_json struct json_object *o = read_json(r, dir, "config.json");
	struct json_object *notes;
	struct str rootfs;

	if (!o)
		return false;
	r->out->bundle = arena_str(r->arena, dir);
	rootfs = text_of(r, member(member(o, "root"), "path"));
	if (rootfs.len > 0 && rootfs.ptr[0] != '/')
		rootfs = arena_printf(r->arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(rootfs));
	take(&r->out->rootfs, rootfs);
	take_caps(r, member(member(o, "process"), "capabilities"));
	notes = member(o, "annotations");
	for (size_t i = 0; i < ARRAY_LEN(annotations); i++)
		take((struct str *)((char *)r->out + annotations[i].offset),
		     text_of(r, member(notes, annotations[i].key)));
	find_docker_dir(r, member(o, "mounts"), id);
	judge_privileged(r, member(o, "linux"));
	return true;
}

static bool read_docker(struct reader *r, struct str dir)
{
	auto_json struct json_object *o = read_json(r, dir, "config.v2.json");
	auto_json struct json_object *host = read_json(r, dir, "hostconfig.json");
	struct json_object *privileged = member(host, "Privileged");
	struct str name;

	if (!o)
		return false;
	r->out->type = STR("docker");
	name = text_of(r, member(o, "Name"));
	if (name.len > 1 && name.ptr[0] == '/')
		name = str_from(name, 1);
	take(&r->out->name, name);
	take(&r->out->image, text_of(r, member(member(o, "Config"), "Image")));
	take(&r->out->image_id, text_of(r, member(o, "Image")));
	if (json_object_is_type(privileged, json_type_boolean)) {
		r->out->has_privileged = true;
		r->out->privileged = json_object_get_boolean(privileged);
	}
	return true;
}

/* runc keeps "bundle=DIR" among its labels */
static struct str bundle_label(const struct reader *r, struct json_object *labels)
{
	struct str key = STR("bundle=");

	for (size_t i = 0; i < array_len(labels); i++) {
		struct str label = text_of(r, json_object_array_get_idx(labels, i));

		if (str_starts(label, key))
			return str_from(label, key.len);
	}
	return STR_ABSENT;
}

static bool read_state(struct reader *r, size_t place, struct str id, struct str *bundle)
{
	struct str dir =
		arena_printf(r->arena, "%s/%.*s", state_places[place].directory, STR_ARG(id));
	auto_json struct json_object *o = read_json(r, dir, state_places[place].file);
	struct json_object *config = member(o, "config");

	if (!o)
		return false;
	if (!r->out->type.ptr)
		r->out->type = str_of(state_places[place].type);
	take_caps(r, member(config, "capabilities"));
	take(&r->out->rootfs, text_of(r, member(config, "rootfs")));
	if (!bundle->ptr)
		*bundle = bundle_label(r, member(config, "labels"));
	if (!bundle->ptr)
		*bundle = text_of(r, member(o, "bundle"));
	return true;
}

int bundle_read(const char *root, struct str id, struct str bundle, struct facts_container *out,
		struct arena *a)
{
	struct reader r = { .root = strcmp(root, "/") == 0 ? "" : root, .arena = a, .out = out };
	bool found = false;

	*out = (struct facts_container){ 0 };
	if (!is_file_name(id))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(state_places); i++)
		found |= read_state(&r, i, id, &bundle);
	if (bundle.ptr && read_config(&r, bundle, id))
		found = true;
	for (size_t i = 0; !out->bundle.ptr && i < ARRAY_LEN(bundle_places); i++) {
		struct str dir = arena_printf(a, "%s/%.*s%s", bundle_places[i].before, STR_ARG(id),
					      bundle_places[i].after);

		if (!dir.ptr || !read_config(&r, dir, id))
			continue;
		take(&out->type, str_of(bundle_places[i].type));
		found = true;
	}
	if (!r.docker_dir.ptr)
		r.docker_dir = arena_printf(a, "/var/lib/docker/containers/%.*s", STR_ARG(id));
	found |= read_docker(&r, r.docker_dir);
	if (arena_exhausted(a))
		return -ENOMEM;
	return found ? 0 : -ENOENT;
}

static void close_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

static void list_place(const char *root, const char *directory, struct str *ids, size_t *n,
		       struct arena *a)
{
	struct str path = arena_printf(a, "%s%s", strcmp(root, "/") == 0 ? "" : root, directory);
	__attribute__((cleanup(close_dir))) DIR *d = path.ptr ? opendir(path.ptr) : NULL;
	struct dirent *entry;

	while (d && *n < IDS_MAX && (entry = readdir(d))) {
		struct str id = str_of(entry->d_name);

		if (is_file_name(id) && (id = arena_str(a, id)).ptr)
			ids[(*n)++] = id;
	}
}

int bundle_list(const char *root, struct str **ids, size_t *n, struct arena *a)
{
	*n = 0;
	*ids = arena_array_of(a, struct str, IDS_MAX);
	if (!*ids)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_LEN(state_places); i++)
		list_place(root, state_places[i].directory, *ids, n, a);
	return 0;
}
