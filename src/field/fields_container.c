/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container.*, k8s.*: the container that the subject belongs to, as runtimes describe it on disk.
 */
#include <stddef.h>

#include "field/get_host_file.h"
#include "field/get_spec.h"
#include "field/image.h"
#include "field/row.h"
#include "field/subject.h"
#include "kernel/capset.h"
#include "state/exec_owner.h"

#define HOST "on the host"
#define UNREADABLE_STATE "state of the runtime not readable"
#define UNREADABLE "on the host; " UNREADABLE_STATE
#define NO_OWNER "none known; another event"
#define NO_POD "not in a pod; no such label"

static bool get_id(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return values_str(out, scene_container_id(s));
}

static bool get_full_id(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->container && give_str(out, text_str(&s->container->id));
}

static bool get_inner_id(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->process && s->container && give_str(out, text_str(&s->process->inner));
}

static struct owner owner_of(const struct scene *s)
{
	return s->object.owner.container ? s->object.owner : exec_owner(s);
}

/* the host's own: of an exec that cannot be told from what is not known */
static bool get_origin(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct owner owner = owner_of(s);

	(void)use;
	if (owner.container)
		return values_str(out, owner.is_volume ? STR("volume") : STR("root"));
	return s->event->type == EVT_USERMODEHELPER && s->object.has_inode &&
	       values_str(out, STR("host"));
}

enum owner_part { OWNER_ID, OWNER_NAME, OWNER_IMAGE };

static bool get_owner(const struct scene *s, const struct field_use *use, struct values *out)
{
	const struct container *c = owner_of(s).container;

	if (!c)
		return false;
	switch ((enum owner_part)use->param) {
	case OWNER_NAME:
		return give_str(out, text_str(&c->name));
	case OWNER_IMAGE:
		return give_str(out, image_part(text_str(&c->image), IMAGE_REPOSITORY));
	default:
		return give_str(out, str_first(text_str(&c->id), CONTAINER_ID_SHORT));
	}
}

static bool get_id_source(const struct scene *s, const struct field_use *use, struct values *out)
{
	static const char *const names[] = {
		[ID_UNKNOWN] = "unknown",
		[ID_AUDIT] = "audit",
		[ID_PROC] = "proc",
		[ID_INHERITED] = "inherited",
		[ID_RUNTIME_ARGS] = "runtime-args",
		[ID_SNAPSHOT] = "snapshot",
		[ID_ASSUMED] = "assumed",
	};

	(void)use;
	return values_str(out, str_of(names[s->id_source]));
}

static bool is_host(const struct scene *s)
{
	return !s->container && !s->is_container_unknown;
}

enum label { LABEL_NAME, LABEL_TYPE };

static bool get_label(const struct scene *s, const struct field_use *use, struct values *out)
{
	if (is_host(s))
		return values_str(out, STR("host"));
	return s->container &&
	       give_str(out, text_str(use->param == LABEL_NAME ? &s->container->name
							       : &s->container->type));
}

static bool get_image(const struct scene *s, const struct field_use *use, struct values *out)
{
	return s->container && give_str(out, image_part(text_str(&s->container->image),
							(enum image_part)use->param));
}

static bool get_image_id(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->container && give_str(out, text_str(&s->container->image_id));
}

static bool get_privileged(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->container && s->container->has_privileged &&
	       values_bool(out, s->container->privileged);
}

static bool get_bounding(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->container && s->container->has_bounding &&
	       give_str(out, capset_names(s->container->cap_bounding, out->arena));
}

static bool get_start(const struct scene *s, const struct field_use *use, struct values *out)
{
	uint64_t start = s->container ? s->container->start_time : 0;

	if (!start)
		return false;
	if (!use->param)
		return values_time(out, start);
	return give_duration(out, s->event->time > start ? s->event->time - start : 0);
}

static bool get_digest(const struct scene *s, const struct field_use *use, struct values *out)
{
	if (s->container && s->container->spec.image_digest.ptr)
		return give_str(out, s->container->spec.image_digest);
	return get_image(s, use, out);
}

/* k8s.* stay strings in JSON even if they are all digits: receivers take them for names */
#define FIELD_POD(name, get, selector, member, help)                                               \
	FIELD_SELECT(name, S, FIELD_FORCE_STRING, selector, NULL, get,                             \
		     offsetof(struct spec, member), help, "OCI", NO_POD)
#define FIELD_MOUNT(name, part, help)                                                              \
	FIELD_SELECT(name, S, 0, REQUIRED, prepare_mount, get_mount, part, help, "OCI",            \
		     "on the host; no such mount")
#define FIELD_SHARED(name, mark, help)                                                             \
	FIELD(name, B, 0, get_spec_mark, mark, help, "OCI", UNREADABLE)

static bool get_host_disk(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->object.is_disk_known && values_bool(out, s->object.is_host_disk);
}

static const struct field_def rows[] = {
	FIELD("container.id", S, SAYS_NA | GUARD | FIELD_FORCE_STRING, get_id, 0,
	      "first 12 characters of the id, or host", "PR OCI PC",
	      "<NA>: a container, but not identified"),
	FIELD("container.full_id", S, GUARD | FIELD_FORCE_STRING, get_full_id, 0, "whole id",
	      "PR OCI PC", HOST),
	FIELD("container.inner_id", S, OURS | FIELD_FORCE_STRING, get_inner_id, 0,
	      "whole id of the innermost container, where one runs inside the other", "PR PC",
	      "not nested"),
	FIELD("container.id_source", S, ALWAYS | OURS, get_id_source, 0,
	      "how the id was found: audit, proc, inherited, runtime-args, snapshot, assumed or "
	      "unknown",
	      "PC", ""),
	FIELD("fd.container.id", S, OURS | FIELD_FORCE_STRING, get_owner, OWNER_ID,
	      "container whose root or volume the program of an exec or usermodehelper lies in, "
	      "its "
	      "script or an interpreter",
	      "PA PR OCI", NO_OWNER),
	FIELD("fd.container.name", S, OURS, get_owner, OWNER_NAME, "its name", "PA OCI",
	      NO_OWNER "; " UNREADABLE_STATE),
	FIELD("fd.container.image.repository", S, OURS, get_owner, OWNER_IMAGE,
	      "its image without tag and digest", "PA OCI", NO_OWNER "; " UNREADABLE_STATE),
	FIELD("fd.origin", S, OURS, get_origin, 0,
	      "where that program lies: root (of fd.container), volume (of it), or, of a "
	      "usermodehelper, host",
	      "PA PR OCI", NO_OWNER),
	FIELD("fd.host_class", S, OURS, get_host_class, 0,
	      "a file that matters, by inode: loader auth keys cron unit kubelet runtime helper "
	      "socket bus secret logs memory symbols",
	      "PA MI OCI", "none; not known"),
	FIELD("fd.is_declared_host_file", B, OURS, get_declared_host_file, true,
	      "the configuration gives the container a writable volume of that class by its own "
	      "path, "
	      "none above",
	      "PA MI OCI", "no fd.host_class; " UNREADABLE),
	FIELD("fd.is_given_host_file", B, OURS, get_declared_host_file, false,
	      "the same of a volume that need not be writable", "PA MI OCI",
	      "no fd.host_class; " UNREADABLE),
	FIELD("fd.is_host_disk", B, OURS, get_host_disk, 0,
	      "a block device that data of the host lies on, or a character device for a disk's "
	      "commands",
	      "PA MI", "no such device; not known"),
	FIELD("fd.is_declared_device", B, OURS, get_declared_device, 0,
	      "the container's configuration lets it have this device, by number", "PA OCI",
	      "no device; " UNREADABLE),
	FIELD("container.mount_drift", S, OURS, get_mount_drift, 0,
	      "mounts, masks and read-only paths that were told to be other than given: reason and "
	      "path",
	      "OCI MI", "host; its mounts were not seen"),
	FIELD_SELECT("container.declares", B, OURS, REQUIRED, prepare_declares, get_declares, 0,
		     "the configuration asks for privilege [what]: a capability, a device, or one "
		     "of its names",
		     "OCI", UNREADABLE),
	FIELD("container.flags", S, OURS | FIELD_LIST, get_spec_flags, 0,
	      "what in the configuration invites an escape", "OCI", UNREADABLE),
	FIELD("container.name", S, 0, get_label, LABEL_NAME, "name, or host", "OCI",
	      UNREADABLE_STATE),
	FIELD("container.type", S, GUARD, get_label, LABEL_TYPE,
	      "runtime: docker, containerd, cri-o, podman ..., or host", "PR OCI",
	      "runtime not known"),
	FIELD("container.image", S, 0, get_image, IMAGE_WHOLE, "image as it was asked for", "OCI",
	      UNREADABLE),
	FIELD("container.image.id", S, FIELD_FORCE_STRING, get_image_id, 0, "id of the image",
	      "OCI", UNREADABLE),
	FIELD("container.image.repository", S, 0, get_image, IMAGE_REPOSITORY,
	      "image without tag and digest", "OCI", UNREADABLE),
	FIELD("container.image.tag", S, FIELD_FORCE_STRING, get_image, IMAGE_TAG,
	      "tag of the image", "OCI", "on the host; the image has no tag"),
	FIELD("container.image.digest", S, 0, get_digest, IMAGE_DIGEST, "digest of the image",
	      "OCI", "on the host; neither the image's name nor the engine tells it"),
	FIELD("container.privileged", B, 0, get_privileged, 0,
	      "all capabilities, all devices, nothing masked", "OCI", UNREADABLE),
	FIELD("container.cap_bounding", S, OURS, get_bounding, 0,
	      "capabilities that the container was given", "OCI", UNREADABLE),
	FIELD("container.mounts", S, 0, get_mounts, 0,
	      "source:dest:mode:rdwr:propagation of every mount, comma-joined", "OCI", UNREADABLE),
	FIELD_MOUNT("container.mount", MOUNT_PARTS, "the mount of index or source [k]"),
	FIELD_MOUNT("container.mount.source", MOUNT_SOURCE,
		    "source of the mount of index or destination [k]"),
	FIELD_MOUNT("container.mount.dest", MOUNT_DEST,
		    "destination of the mount of index or source [k]"),
	FIELD_MOUNT("container.mount.mode", MOUNT_MODE, "mode of the mount of index or source [k]"),
	FIELD_MOUNT("container.mount.rdwr", MOUNT_RDWR,
		    "whether the mount of index or source [k] is writable"),
	FIELD_MOUNT("container.mount.propagation", MOUNT_PROPAGATION,
		    "propagation of the mount of index or source [k]"),
	FIELD("container.start_ts", T, 0, get_start, 0, "start, ns since the epoch", "OCI PR",
	      HOST),
	FIELD("container.duration", D, 0, get_start, 1, "age, ns", "OCI PR", HOST),
	FIELD_SHARED("container.host_pid", SPEC_HOST_PID, "shares the host's pid namespace"),
	FIELD_SHARED("container.host_network", SPEC_HOST_NETWORK,
		     "shares the host's network namespace"),
	FIELD_SHARED("container.host_ipc", SPEC_HOST_IPC, "shares the host's ipc namespace"),
	FIELD_POD("k8s.pod.name", get_spec_text, NONE, pod_name, "name of the pod"),
	FIELD_POD("k8s.ns.name", get_spec_text, NONE, pod_namespace, "namespace of the pod"),
	FIELD_POD("k8s.pod.uid", get_spec_text, NONE, pod_uid, "uid of the pod"),
	FIELD_POD("k8s.pod.id", get_spec_text, NONE, pod_uid, "the same as k8s.pod.uid"),
	FIELD_POD("k8s.pod.sandbox_id", get_sandbox_short, NONE, sandbox_id,
		  "first 12 characters of the id of the pod's sandbox"),
	FIELD_POD("k8s.pod.full_sandbox_id", get_spec_text, NONE, sandbox_id,
		  "whole id of the pod's sandbox"),
	FIELD_POD("k8s.pod.label", get_spec_label, REQUIRED, pod_labels, "label [key] of the pod"),
	FIELD_POD("k8s.pod.labels", get_spec_labels, NONE, pod_labels,
		  "all labels of the pod as key:value"),
	FIELD_POD("container.label", get_spec_label, REQUIRED, labels,
		  "label [key] of the container"),
	FIELD_POD("container.labels", get_spec_labels, NONE, labels,
		  "all labels of the container as key:value"),
};
const struct field_table fields_container = FIELD_TABLE(rows);
