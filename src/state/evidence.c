/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices of container roots, and programs that only one container has started.
 *
 * Reads the tables; runs only for a process that everything else failed to place. Must not use comm
 * or argv: a process chooses them.
 */
#include "state/evidence.h"

#include "state/credentials.h"
#include "state/state_parts.h"

bool evidence_is_own_root(const struct process *host, uint32_t major, uint32_t minor)
{
	return !major && !(host && host->has_exe_inode && host->exe_dev_major == major &&
			   host->exe_dev_minor == minor);
}

void evidence_learn_root(const struct process *p, const struct path_record *root)
{
	if (p->container && root->has_inode &&
	    evidence_is_own_root(p, root->dev_major, root->dev_minor))
		container_set_root(p->container, root->dev_major, root->dev_minor);
}

static enum evidence by_program(const struct state *s, const struct process *p,
				const struct event *ev, struct container **c)
{
	bool on_host = false;

	*c = NULL;
	for (size_t i = 0; i < s->processes.used; i++) {
		const struct process *one = &s->processes.rows[i];

		/* its exec was seen; and pids grow: whoever started the program came before */
		if (!one->has_exe_inode || one->ref.pid >= p->ref.pid || one->is_runtime_init ||
		    one->loginuid != ev->sys.auid || process_node(one) != process_node(p) ||
		    !str_eq(text_str(&one->exe), ev->sys.exe))
			continue;
		if (!one->container)
			on_host = true;
		else if (*c && *c != one->container)
			return EVIDENCE_CONFLICT;
		else
			*c = one->container;
	}
	if (!*c)
		return EVIDENCE_NONE;
	return on_host ? EVIDENCE_CONFLICT : EVIDENCE_CONTAINER;
}

enum evidence evidence_find(const struct state *s, const struct process *p, const struct event *ev,
			    struct container **c)
{
	struct path_record file;

	if (!s->containers.used)
		return EVIDENCE_NONE;
	if (!event_is_exec(ev) || !ev->sys.success)
		return ev->sys.exe.len ? by_program(s, p, ev, c) : EVIDENCE_NONE;
	if (!event_path(ev, 0, &file) || !file.has_inode)
		return EVIDENCE_NONE;
	*c = container_of_device(&s->containers, process_node(p), file.dev_major, file.dev_minor);
	return *c ? EVIDENCE_CONTAINER : EVIDENCE_NONE;
}
