/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mount.*: the mount that a call or a change is about. Records carry the paths of a mount call but
 * neither its type nor its options; a change of a knob comes with the mount that it was found on.
 */
#include "field/call_path.h"
#include "field/get_file.h"
#include "field/row.h"
#include "state/look.h"
#include "state/object.h"

static bool is_change(const struct scene *s)
{
	return s->event->type == EVT_KNOB_CHANGE || s->event->type == EVT_MOUNT_CHANGE;
}

static bool get_fstype(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return is_change(s) && give_str(out, s->object.fstype);
}

static bool get_options(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	if (s->event->type == EVT_MOUNT_CHANGE)
		return give_str(out, s->event->mount.options);
	return is_change(s) && give_str(out, s->event->knob.options);
}

static struct str directory_of(struct str path)
{
	ssize_t slash = str_rchr(path, '/');

	return slash < 0 ? STR_ABSENT : str_first(path, slash ? (size_t)slash : 1);
}

/* @use->param: which path of a mount call */
static bool get_end(const struct scene *s, const struct field_use *use, struct values *out)
{
	if (s->event->type == EVT_MOUNT_CHANGE)
		return give_str(out, use->param == CALL_TARGET ? s->event->mount.target
							       : s->event->mount.source);
	if (is_change(s))
		return use->param == CALL_TARGET &&
		       give_str(out, directory_of(s->event->knob.path));
	if (s->event->type != EVT_MOUNT || !s->event->sys.success)
		return false;
	return give_str(out, call_path_absolute(s, (enum call_path)use->param, out->arena));
}

/* @use->param: its class, not its path */
static bool get_layer(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct str class;
	const struct path_record *layer = look_host_layer(s, &class);

	if (!layer || use->param)
		return layer && give_str(out, class);
	return give_str(out, path_absolute(event_cwd(s->event), layer->name, out->arena));
}

#define NONE_SEEN "no mount; not known"
#define NO_LAYER "no overlay of the host's files; call failed"

/* nothing that waits is a mount: the guard knows as well as anybody that they are absent */
static const struct field_def rows[] = {
	FIELD("mount.fstype", S, OURS | GUARD, get_fstype, 0, "file system of the mount", "MI",
	      NONE_SEEN),
	FIELD("mount.source", S, OURS | GUARD, get_end, CALL_SOURCE,
	      "what was mounted, if it is a path; of a mount_change as the kernel lists it, [root] "
	      "behind it",
	      "PA CW MI", NONE_SEEN),
	FIELD("mount.target", S, OURS | GUARD, get_end, CALL_TARGET, "where it was mounted",
	      "PA CW MI", NONE_SEEN),
	FIELD("mount.options", S, OURS | GUARD, get_options, 0,
	      "options of mount and file system, comma-joined", "MI", NONE_SEEN),
	FIELD("mount.host_layer", S, OURS | GUARD, get_layer, false,
	      "layer of an overlay that is, or has in it, what fd.host_class is about, as the call "
	      "names it",
	      "PA CW MI", NO_LAYER),
	FIELD("mount.layer_class", S, OURS | GUARD, get_layer, true,
	      "class of what it holds, see fd.host_class", "PA MI", NO_LAYER),
};
const struct field_table fields_mount = FIELD_TABLE(rows);
