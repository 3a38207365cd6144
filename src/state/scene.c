/* SPDX-License-Identifier: Apache-2.0 */
/* What readers of a scene ask again and again. */
#include "state/scene.h"

#include "event/event_type.h"
#include "state/state_parts.h"

#define ANCESTORS_MAX 64

const struct process *scene_ancestor(const struct scene *s, unsigned n)
{
	const struct process *p = s->process;

	if (n > ANCESTORS_MAX)
		return NULL;
	while (p && n--) {
		const struct process *parent =
			process_find(&s->state->processes, process_node(p), p->ppid);

		/* the pid may be another's by now */
		if (parent && p->parent_generation &&
		    parent->ref.generation != p->parent_generation)
			parent = NULL;
		p = parent == p ? NULL : parent;
	}
	return p;
}

const struct process *scene_process(const struct scene *s, int32_t pid)
{
	return s->process ? process_find(&s->state->processes, process_node(s->process), pid)
			  : NULL;
}

struct str scene_container_id(const struct scene *s)
{
	if (s->is_container_unknown)
		return STR("<NA>");
	if (!s->container)
		return STR("host");
	return str_first(text_str(&s->container->id), CONTAINER_ID_SHORT);
}

const struct credentials *scene_credentials(const struct scene *s)
{
	evt_type type = s->event->type;
	bool is_exec = (type == EVT_EXECVE || type == EVT_EXECVEAT) && s->event->sys.success;

	return is_exec || type == EVT_CONTAINER || type == EVT_USERMODEHELPER ? &s->after
									      : &s->before;
}
