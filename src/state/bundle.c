/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places where runtimes keep state, and readers of the few files in them.
 *
 * Owns nothing. Paths from runtime arguments are joined to the root and refused when they climb;
 * ids are refused when they are no plain file name. What config.json means is oci_config.c.
 */
#include "state/bundle.h"

#include <errno.h>
#include <json-c/json_types.h>

#include "base/cleanup.h"
#include "kernel/errand.h"
#include "state/json_tree.h"
#include "state/oci_config.h"

#define IDS_MAX 256

/* where a runtime keeps a file about each container */
struct runtime_file {
	const char *directory;
	bool has_namespaces; /* containerd's: a directory for each, in it one for each container */
	const char *file; /* below the container's directory */
	const char *type; /* whose place it is; NULL: others tell */
};

static const struct runtime_file state_files[] = {
	{ "/run/runc", false, "state.json", "runc" },
	{ "/run/crun", false, "status", "crun" },
};

#define TASKS "io.containerd.runtime.v2.task"
#define TASKS_V1 "io.containerd.runtime.v1.linux"
/* containerd's tasks, and containers/storage, of podman and CRI-O */
static const struct runtime_file config_files[] = {
	{ "/run/containerd/" TASKS, true, "config.json", "containerd" },
	{ "/run/containerd/" TASKS_V1, true, "config.json", "containerd" },
	{ "/run/docker/containerd/daemon/" TASKS, true, "config.json", "containerd" },
	{ "/run/docker/containerd/daemon/" TASKS_V1, true, "config.json", "containerd" },
	{ "/run/k3s/containerd/" TASKS, true, "config.json", "containerd" },
	{ "/var/snap/microk8s/common/run/containerd/" TASKS, true, "config.json", "containerd" },
	{ "/run/containers/storage/overlay-containers", false, "userdata/config.json", NULL },
	{ "/var/lib/containers/storage/overlay-containers", false, "userdata/config.json", NULL },
	{ "/run/containers/storage/vfs-containers", false, "userdata/config.json", NULL },
	{ "/var/lib/containers/storage/vfs-containers", false, "userdata/config.json", NULL },
};

struct reader {
	struct bundles *bundles;
	struct arena *arena;
	struct facts_container *out;
	struct str id;
	struct str docker_dir; /* docker's directory of the container, told by the mounts */
	size_t budget; /* bytes left for lists */
	bool is_over; /* somebody did not answer: ask no more */
};

static const char *prefix(const char *root)
{
	return strcmp(root, "/") == 0 ? "" : root;
}

/* ".." would leave what the root stands for */
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

/* what an errand brought; NULL: it was not there, refused, or no JSON */
static struct json_object *parse(struct reader *r, ssize_t n, struct str text)
{
	struct json_object *o;

	if (n == -ENOENT || n == -ENOTDIR)
		return NULL;
	r->is_over = n == -ETIMEDOUT || n == -EBUSY;
	o = n < 0 ? NULL : json_read(text);
	if (!o)
		r->bundles->refused++;
	return o;
}

static struct json_object *read_json(struct reader *r, struct str dir, const char *file)
{
	auto_buf struct buf text = { 0 };
	struct str path;
	ssize_t n;

	if (r->is_over || !is_safe_path(dir))
		return NULL;
	path = arena_printf(r->arena, "%s%.*s/%s", prefix(r->bundles->root), STR_ARG(dir), file);
	if (!path.ptr)
		return NULL;
	n = errand_read(r->bundles->errand, path.ptr, BUNDLE_FILE_MAX, &text);
	return parse(r, n, buf_str(&text));
}

struct finding {
	struct str dir,
		type; /* type: docker's containers are in a namespace of containerd's of their own */
};

static struct finding find(const struct reader *r, const struct runtime_file *files, size_t n,
			   struct str path)
{
	struct str moby = arena_printf(r->arena, "/moby/%.*s", STR_ARG(r->id));
	ssize_t end = str_rchr(path, '/');
	struct finding at = { .dir = str_first(path, end < 0 ? 0 : (size_t)end) };

	for (size_t i = 0; i < n; i++)
		if (str_starts(path, str_of(files[i].directory)) && files[i].type)
			at.type = files[i].has_namespaces && str_ends(at.dir, moby)
					  ? STR("docker")
					  : str_of(files[i].type);
	return at;
}

/* all files in one errand, for each costs two changes of process */
static struct json_object *read_first(struct reader *r, const struct runtime_file *files, size_t n,
				      struct finding *at)
{
	const char *root = prefix(r->bundles->root);
	auto_buf struct buf paths = { 0 }, found = { 0 };
	struct str text, path;
	ssize_t got;

	for (size_t i = 0; i < n; i++) {
		buf_printf(&paths, "%s%s%s%.*s/%s", root, files[i].directory,
			   files[i].has_namespaces ? "//" : "/", STR_ARG(r->id), files[i].file);
		buf_char(&paths, '\0');
	}
	if (r->is_over || buf_failed(&paths))
		return NULL;
	got = errand_read_first(r->bundles->errand, buf_str(&paths), BUNDLE_FILE_MAX, &found);
	text = buf_str(&found);
	if (got >= 0 && str_cut(&text, '\0', &path))
		*at = find(r, files, n, arena_str(r->arena, str_from(path, strlen(root))));
	return parse(r, got, text);
}

static struct str keep(const struct reader *r, struct json_object *o)
{
	return arena_str(r->arena, json_text(o));
}

static void take_text(struct reader *r, struct str *to, struct str found)
{
	spec_take(&r->out->spec, to, found, &r->budget, r->arena);
}

static void take(struct reader *r, struct str *to, struct json_object *from)
{
	take_text(r, to, json_text(from));
}

/* docker binds hosts, hostname and resolv.conf out of its directory of the container */
static void find_docker_dir(struct reader *r)
{
	const struct spec_list *mounts = &r->out->spec.mounts;
	struct str wanted = arena_printf(r->arena, "/containers/%.*s/", STR_ARG(r->id));

	for (size_t i = 0; wanted.ptr && i < mounts->n; i++) {
		struct str source = spec_mount_part(mounts->at[i], MOUNT_SOURCE);
		ssize_t at = str_find(source, wanted);

		if (at < 0)
			continue;
		r->docker_dir = str_first(source, (size_t)at + wanted.len - 1);
		return;
	}
}

static void take_config(struct reader *r, struct str dir, struct json_object *o)
{
	take_text(r, &r->out->bundle, dir);
	oci_config_read(o, dir, r->out, &r->budget, r->arena);
	find_docker_dir(r);
}

static bool read_config(struct reader *r, struct str dir)
{
	auto_json struct json_object *o = read_json(r, dir, "config.json");

	if (!json_is_object(o))
		return false;
	take_config(r, dir, o);
	return true;
}

/* docker */

/*
 * Labels by which cri-dockerd names what belongs to a pod. An image's author can write them, too,
 * but not the name that docker was told.
 */
static void pod_from_labels(struct reader *r)
{
	struct spec *spec = &r->out->spec;
	const struct {
		const char *key;
		struct str *to;
	} rows[] = {
		{ "io.kubernetes.container.name", &r->out->name },
		{ "io.kubernetes.pod.name", &spec->pod_name },
		{ "io.kubernetes.pod.namespace", &spec->pod_namespace },
		{ "io.kubernetes.pod.uid", &spec->pod_uid },
		{ "io.kubernetes.sandbox.id", &spec->sandbox_id },
	};

	if (!str_starts(r->out->name, STR("k8s_")))
		return;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str value = spec_label(&spec->labels, str_of(rows[i].key));

		if (value.len > 0)
			take_text(r, rows[i].to, value);
	}
}

struct digest_search {
	struct str image_id, found;
};

/* "nginx@sha256:..." : "sha256:..." of the image */
static void match_digest(void *ctx, struct str key, struct json_object *value)
{
	struct digest_search *s = ctx;
	ssize_t at = str_find(key, STR("@sha256:"));

	if (at >= 0 && str_eq(json_text(value), s->image_id))
		s->found = str_from(key, (size_t)at + 1);
}

static void match_repository(void *ctx, struct str key, struct json_object *value)
{
	(void)key;
	json_each(value, match_digest, ctx);
}

/* docker keeps the digests that an image was pulled by beside its containers */
static void read_docker_digest(struct reader *r, struct str dir, struct str driver)
{
	struct str tail = arena_printf(r->arena, "/containers/%.*s", STR_ARG(r->id));
	auto_json struct json_object *o = NULL;
	struct digest_search search = { .image_id = r->out->image_id };

	if (!tail.ptr || !str_ends(dir, tail) || !is_file_name(driver) || !search.image_id.ptr)
		return;
	dir = arena_printf(r->arena, "%.*s/image/%.*s", (int)(dir.len - tail.len), dir.ptr,
			   STR_ARG(driver));
	o = read_json(r, dir, "repositories.json");
	json_each(json_member(o, "Repositories"), match_repository, &search);
	take_text(r, &r->out->spec.image_digest, search.found);
}

static bool read_docker(struct reader *r, struct str dir)
{
	auto_json struct json_object *o = read_json(r, dir, "config.v2.json");
	auto_json struct json_object *host = o ? read_json(r, dir, "hostconfig.json") : NULL;
	struct json_object *config = json_member(o, "Config");
	struct str name;

	if (!json_is_object(o))
		return false;
	r->out->type = STR("docker");
	name = json_text(json_member(o, "Name"));
	if (name.len > 1)
		take_text(r, &r->out->name, name.ptr[0] == '/' ? str_from(name, 1) : name);
	take(r, &r->out->image, json_member(config, "Image"));
	take(r, &r->out->image_id, json_member(o, "Image"));
	oci_config_labels(json_member(config, "Labels"), r->out, &r->out->spec.labels, &r->budget,
			  r->arena);
	pod_from_labels(r);
	if (json_is_bool(json_member(host, "Privileged"), &r->out->privileged))
		r->out->has_privileged = true;
	read_docker_digest(r, dir, json_text(json_member(o, "Driver")));
	return true;
}

/* podman and CRI-O */

static struct json_object *with_id(struct json_object *array, struct str id)
{
	for (size_t i = 0; i < json_count(array); i++) {
		struct json_object *one = json_element(array, i);

		if (str_eq(json_text(json_member(one, "id")), id))
			return one;
	}
	return NULL;
}

/* the lists that containers/storage keeps: names of containers, digests of images */
static void read_storage(struct reader *r, struct str place)
{
	auto_json struct json_object *containers = read_json(r, place, "containers.json");
	struct json_object *one = with_id(containers, r->id);
	auto_json struct json_object *notes = json_read(json_text(json_member(one, "metadata")));
	auto_json struct json_object *images = NULL;
	struct str tail = STR("-containers");

	if (!one)
		return;
	if (!r->out->name.ptr)
		take(r, &r->out->name, json_element(json_member(one, "names"), 0));
	take(r, &r->out->image_id, json_member(one, "image"));
	if (!r->out->image.ptr)
		take(r, &r->out->image, json_member(notes, "image-name"));
	if (r->out->spec.image_digest.ptr || !str_ends(place, tail))
		return;
	images = read_json(
		r, arena_printf(r->arena, "%.*s-images", (int)(place.len - tail.len), place.ptr),
		"images.json");
	take(r, &r->out->spec.image_digest,
	     json_member(with_id(images, r->out->image_id), "digest"));
}

/* a pod's labels are those of its sandbox */
static void read_sandbox(struct reader *r, struct str place)
{
	struct facts_container sandbox = { 0 };
	struct spec *spec = &r->out->spec;
	auto_json struct json_object *o = NULL;

	if (!is_file_name(spec->sandbox_id))
		return;
	if (str_eq(spec->sandbox_id, r->id)) {
		spec->pod_labels = spec->labels;
		return;
	}
	o = read_json(r,
		      arena_printf(r->arena, "%.*s/%.*s/userdata", STR_ARG(place),
				   STR_ARG(spec->sandbox_id)),
		      "config.json");
	if (!o)
		return;
	oci_config_read(o, STR_ABSENT, &sandbox, &r->budget, r->arena);
	spec->pod_labels = sandbox.spec.labels;
}

/* a bundle within containers/storage, wherever that is: DIRECTORY/ID/userdata */
static void read_around_userdata(struct reader *r)
{
	struct str run = STR("/run/containers/storage/"), dir = r->out->bundle;
	struct str tail = arena_printf(r->arena, "/%.*s/userdata", STR_ARG(r->id));

	if (!tail.ptr || !str_ends(dir, tail))
		return;
	dir.len -= tail.len;
	read_sandbox(r, dir);
	/* CRI-O has its bundles among what goes with the next boot, but not its lists */
	if (str_starts(dir, run))
		dir = arena_printf(r->arena, "/var/lib/containers/storage/%.*s",
				   STR_ARG(str_from(dir, run.len)));
	read_storage(r, dir);
}

/* runc and crun */

/* runc keeps "bundle=DIR" among its labels */
static struct str bundle_label(const struct reader *r, struct json_object *labels)
{
	struct str key = STR("bundle=");

	for (size_t i = 0; i < json_count(labels); i++) {
		struct str label = json_text(json_element(labels, i));

		if (str_starts(label, key))
			return arena_str(r->arena, str_from(label, key.len));
	}
	return STR_ABSENT;
}

static bool read_state(struct reader *r, struct str *bundle)
{
	struct finding at = { 0 };
	auto_json struct json_object *o = read_first(r, state_files, ARRAY_LEN(state_files), &at);
	struct json_object *config = json_member(o, "config");
	struct json_object *caps = json_member(config, "capabilities");

	if (!json_is_object(o))
		return false;
	r->out->type = at.type;
	if (json_is_object(caps)) {
		r->out->has_bounding = true;
		r->out->cap_bounding = oci_config_caps(json_member(caps, "bounding"));
		r->out->cap_permitted = oci_config_caps(json_member(caps, "permitted"));
	}
	take(r, &r->out->rootfs, json_member(config, "rootfs"));
	if (!bundle->ptr)
		*bundle = bundle_label(r, json_member(config, "labels"));
	if (!bundle->ptr)
		*bundle = keep(r, json_member(o, "bundle"));
	return true;
}

/* containerd's and those of containers/storage, where nobody told the bundle */

static bool read_config_anywhere(struct reader *r)
{
	struct finding at = { 0 };
	auto_json struct json_object *o = read_first(r, config_files, ARRAY_LEN(config_files), &at);

	if (!json_is_object(o))
		return false;
	take_config(r, at.dir, o);
	if (!r->out->type.ptr)
		r->out->type = at.type;
	return true;
}

int bundle_read(struct bundles *b, struct str id, struct str bundle, struct facts_container *out,
		struct arena *a)
{
	struct reader r = {
		.bundles = b, .arena = a, .out = out, .id = id, .budget = SPEC_BYTES_MAX
	};
	bool found;

	*out = (struct facts_container){ 0 };
	if (!is_file_name(id))
		return -EINVAL;
	found = read_state(&r, &bundle);
	if (bundle.ptr && read_config(&r, bundle))
		found = true;
	if (!out->bundle.ptr)
		found |= read_config_anywhere(&r);
	read_around_userdata(&r);
	if (!r.docker_dir.ptr)
		r.docker_dir = arena_printf(a, "/var/lib/docker/containers/%.*s", STR_ARG(id));
	found |= read_docker(&r, r.docker_dir);
	b->refused += out->spec.is_cut;
	if (arena_exhausted(a))
		return -ENOMEM;
	return found ? 0 : -ENOENT;
}

static void add_ids(struct str names, struct str *ids, size_t *n, struct arena *a)
{
	struct str id;

	while (names.len && *n < IDS_MAX && str_cut(&names, '\0', &id))
		if (is_file_name(id) && (id = arena_str(a, id)).ptr)
			ids[(*n)++] = id;
}

int bundle_list(struct bundles *b, struct str **ids, size_t *n, struct arena *a)
{
	*n = 0;
	*ids = arena_array_of(a, struct str, IDS_MAX);
	if (!*ids)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_LEN(state_files); i++) {
		struct str dir = arena_printf(a, "%s%s", prefix(b->root), state_files[i].directory);
		auto_buf struct buf names = { 0 };
		ssize_t r = dir.ptr ? errand_list(b->errand, dir.ptr, IDS_MAX, &names) : -ENOMEM;

		b->refused += r < 0 && r != -ENOENT && r != -ENOTDIR;
		add_ids(buf_str(&names), *ids, n, a);
	}
	return 0;
}
