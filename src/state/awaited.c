/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes whose notification came ahead of the records about who wrote: what the holder of such a notification has to
 * know. Owns nothing.
 */
#include "state/birth.h"
#include "state/lineage.h"
#include "state/state.h"
#include "state/state_parts.h"

void state_meet(struct state *s, int32_t pid)
{
	arena_reset(s->scratch);
	facts_begin(s->facts, NULL);
	roll_meet(s, pid);
	if (!process_find(&s->processes, 0, pid))
		(void)lineage_meet_now(s, pid, s->scratch);
}

bool state_awaits_records(const struct state *s, int32_t pid)
{
	return birth_awaits_records(s, process_find(&s->processes, 0, pid));
}

void state_give_up_records(struct state *s, int32_t pid)
{
	struct process *p = process_find(&s->processes, 0, pid);

	if (p)
		p->recorded_execs = p->execs;
}

void state_set_late(struct state *s, bool is_late)
{
	s->are_writers_late = is_late;
}
