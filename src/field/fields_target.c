/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target.*: the process that was acted upon, by its OBJ_PID record: ids of the host, whatever the
 * caller saw.
 */
#include "field/row.h"
#include "field/subject.h"

static const struct process *target_of(const struct scene *s, struct objpid_record *record)
{
	if (!event_objpid(s->event, 0, record))
		return NULL;
	return scene_process(s, record->pid);
}

static bool get_pid(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct objpid_record record;

	(void)use;
	return event_objpid(s->event, 0, &record) && values_int(out, record.pid);
}

static bool get_name(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct objpid_record record;

	(void)use;
	return event_objpid(s->event, 0, &record) && give_str(out, record.comm);
}

static bool get_exepath(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct objpid_record record;

	(void)use;
	return give_str(out, process_text(target_of(s, &record), PROCESS_EXEPATH, out->arena));
}

static bool get_uid(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct objpid_record record;

	(void)use;
	return event_objpid(s->event, 0, &record) && values_uint(out, record.uid);
}

static bool get_container(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct objpid_record record;
	const struct process *target = target_of(s, &record);

	(void)use;
	return target && values_str(out, process_container_id(target));
}

#define NO_TARGET "no target"

static const struct field_def rows[] = {
	FIELD("target.pid", I, OURS, get_pid, 0,
	      "process id of the process acted upon, on the host", "OP", NO_TARGET),
	FIELD("target.name", S, OURS, get_name, 0, "its name (comm)", "OP", NO_TARGET),
	FIELD("target.exepath", S, OURS, get_exepath, 0, "path of its executable", "OP PC",
	      "no target; not known"),
	FIELD("target.uid", U, OURS, get_uid, 0, "its real user id", "OP", NO_TARGET),
	FIELD("target.container.id", S, OURS | FIELD_FORCE_STRING, get_container, 0,
	      "its container, as container.id", "OP PC", "no target; not known"),
};
const struct field_table fields_target = FIELD_TABLE(rows);
