/* SPDX-License-Identifier: Apache-2.0 */
/* A short table, replaced as a whole. */
#include "state/helper.h"

#include "state/fact.h"
#include "state/state_parts.h"

static bool is_same(const struct facts_helper *a, const struct facts_helper *b)
{
	return a->inode == b->inode && a->dev_major == b->dev_major && a->dev_minor == b->dev_minor;
}

bool helpers_know(const struct helper_table *t, uint32_t dev_major, uint32_t dev_minor,
		  uint64_t inode)
{
	const struct facts_helper wanted = { .dev_major = dev_major,
					     .dev_minor = dev_minor,
					     .inode = inode };

	for (size_t i = 0; i < t->n; i++)
		if (is_same(&t->rows[i], &wanted))
			return true;
	return false;
}

bool helpers_apply(struct helper_table *t, const struct facts_helper *list, size_t n)
{
	bool changed = !t->is_known;

	if (n > FACTS_HELPERS_MAX)
		n = FACTS_HELPERS_MAX;
	changed |= n != t->n;
	for (size_t i = 0; i < n && !changed; i++)
		changed = !is_same(&t->rows[i], &list[i]);
	if (!changed)
		return false;
	for (size_t i = 0; i < n; i++) {
		t->rows[i] = list[i];
		t->rows[i].path = STR_ABSENT;
	}
	t->n = n;
	t->is_known = true;
	t->generation++;
	return true;
}

void helpers_look(struct state *s)
{
	struct fact told = { .kind = FACT_HELPERS };
	auto_buf struct buf body = { 0 };

	if (facts_ask_helpers(s->facts, &told.list.helpers, &told.list.n, s->scratch) < 0)
		return;
	if (helpers_apply(&s->helpers, told.list.helpers, told.list.n) && !s->is_sweeping &&
	    fact_write(&told, &body) == 0)
		facts_tell(s->facts, buf_str(&body));
}

uint64_t state_alarm_generation(const struct state *s)
{
	return s->hierarchies.generation + s->drift.alarms;
}

uint64_t state_helper_generation(const struct state *s)
{
	return s->helpers.generation;
}

size_t state_helpers(const struct state *s, const struct facts_helper **out)
{
	*out = s->helpers.rows;
	return s->helpers.n;
}
