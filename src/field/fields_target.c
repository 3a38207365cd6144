/* SPDX-License-Identifier: Apache-2.0 */
/* target.*: the process that was acted upon, in ids of the host, whatever the caller saw. */
#include "field/row.h"
#include "field/subject.h"
#include "state/telemetry.h"

static bool get_pid(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->target.pid && values_int(out, s->target.pid);
}

static bool get_name(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return give_str(out, s->target.comm);
}

static bool get_exepath(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return give_str(out, process_text(s->target.process, PROCESS_EXEPATH, out->arena));
}

static bool get_uid(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->target.has_uid && values_uint(out, s->target.uid);
}

static bool get_container(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return s->target.process && values_str(out, process_container_id(s->target.process));
}

static bool get_role(const struct scene *s, const struct field_use *use, struct values *out)
{
	(void)use;
	return give_str(out, telemetry_role_name(s->target.role));
}

#define NO_TARGET "no target"

static const struct field_def rows[] = {
	FIELD("target.pid", I, OURS, get_pid, 0,
	      "process id of the process acted upon, on the host", "OP PR", NO_TARGET),
	FIELD("target.name", S, OURS, get_name, 0, "its name (comm)", "OP PR", NO_TARGET),
	FIELD("target.exepath", S, OURS, get_exepath, 0, "path of its executable", "OP PC",
	      "no target; not known"),
	FIELD("target.uid", U, OURS, get_uid, 0, "its real user id", "OP PR", NO_TARGET),
	FIELD("target.container.id", S, OURS | FIELD_FORCE_STRING, get_container, 0,
	      "its container, as container.id", "OP PC", "no target; not known"),
	FIELD("target.role", S, OURS, get_role, 0,
	      "what the telemetry needs it for: sensor, guard (processes of watchcap) or auditd",
	      "OP", "no target; none of these"),
};
const struct field_table fields_target = FIELD_TABLE(rows);
