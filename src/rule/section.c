/* SPDX-License-Identifier: Apache-2.0 */
/* Sections and their entries: places for messages, look-up. */
#include "rule/section.h"

struct place section_place(const struct section *s)
{
	return rulefile_place(s->file, s->line, s->column, (unsigned)s->whole.len);
}

struct place entry_place(const struct section *s, const struct entry *e)
{
	return rulefile_place(s->file, e->line, 1, (unsigned)e->name.len);
}

const struct entry *section_entry(const struct section *s, enum key_id id, enum key_op op)
{
	for (const struct entry *e = s->entries; e; e = e->next)
		if (e->key->id == id && e->op == op && e->value.text.ptr)
			return e;
	return NULL;
}
