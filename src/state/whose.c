/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose a process is that stands still in the guard, from what notices and records have told so far.
 *
 * A notice tells of a birth before the child can do anything, so a runtime's child is known to be one before its first program
 * runs, whatever its cgroups are called. It must not be taken for who had its pid before, nor for the host's as long as
 * something about it is on its way.
 */
#include "state/birth.h"
#include "state/lineage.h"
#include "state/runtime_stage.h"
#include "state/state.h"
#include "state/state_parts.h"

#define LINE_MAX 32 /* as birth.c: generations that never made a record */

/* the start of whoever has the pid now */
static bool is_there(const struct state *s, const struct process *p)
{
	struct facts_process f;
	bool is_same;

	/* a replay must not learn from this where the process belongs */
	facts_set_quiet(s->facts, true);
	arena_reset(s->scratch);
	is_same = facts_ask_cgroup(s->facts, p->ref.pid, &f, s->scratch) == 0 &&
		  lineage_is_same(p, &f);
	facts_set_quiet(s->facts, false);
	return is_same;
}

static enum state_whose told(const struct container *c, struct str *id, struct str *type)
{
	if (!c || !c->is_identified)
		return WHOSE_UNKNOWN;
	*id = text_str(&c->id);
	*type = text_str(&c->type);
	return WHOSE_CONTAINER;
}

/* nothing that is on its way can make it another's: it is what records have shown */
static bool is_plainly_hosts(const struct process *p)
{
	return !p->is_newborn && !p->is_adrift && p->id_source != ID_UNKNOWN &&
	       p->id_source != ID_ASSUMED;
}

/* by the first of its line that records tell of */
static enum state_whose by_line(const struct state *s, const struct process *p, struct str *id,
				struct str *type)
{
	for (unsigned i = 0; p && i < LINE_MAX; i++) {
		const struct process *parent = p->is_newborn ? birth_parent(s, p) : NULL;

		if (p->container)
			return told(p->container, id, type);
		/* whatever it runs by now: a runtime's own child in namespaces of its own is on its way into a container */
		if (parent && runtime_stage_begins(parent))
			return told(parent->served, id, type);
		if (p->execs > p->recorded_execs)
			return WHOSE_UNKNOWN;
		if (is_plainly_hosts(p))
			return WHOSE_HOST;
		p = parent;
	}
	return WHOSE_UNKNOWN;
}

enum state_whose state_whose(const struct state *s, int32_t pid, struct str *id, struct str *type)
{
	const struct process *p = process_find(&s->processes, 0, pid);

	enum state_whose whose = p ? by_line(s, p, id, type) : WHOSE_UNKNOWN;

	/* asked last, for it may be asked again and again until there is an answer */
	return whose != WHOSE_UNKNOWN && is_there(s, p) ? whose : WHOSE_UNKNOWN;
}
