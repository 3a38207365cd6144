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

void evidence_learn_root(const struct process *p, const struct path_record *root)
{
	struct container *c = p->container;

	/* a directory of the host's own file system as root tells nothing */
	if (!c || !root->has_inode || root->dev_major != 0 ||
	    (p->has_exe_inode && p->exe_dev_major == root->dev_major &&
	     p->exe_dev_minor == root->dev_minor))
		return;
	c->has_root_device = true;
	c->root_major = root->dev_major;
	c->root_minor = root->dev_minor;
}

/* device numbers are given again: the container that was seen last has it */
static enum evidence by_device(const struct state *s, uint32_t node, const struct path_record *file,
			       struct container **c)
{
	*c = NULL;
	for (size_t i = 0; i < s->containers.used; i++) {
		struct container *one = &s->containers.rows[i];

		if (one->has_root_device && one->is_identified && container_node(one) == node &&
		    one->root_major == file->dev_major && one->root_minor == file->dev_minor &&
		    (!*c || one->seen > (*c)->seen))
			*c = one;
	}
	return *c ? EVIDENCE_CONTAINER : EVIDENCE_NONE;
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
	return by_device(s, process_node(p), &file, c);
}
