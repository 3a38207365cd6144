/* SPDX-License-Identifier: Apache-2.0 */
/* A ring whose rows keep their memory. Must not know what the records say. */
#include "daemon/withheld.h"

void withheld_release(struct withheld *w)
{
	for (size_t i = 0; i < WITHHELD_MAX; i++)
		buf_release(&w->rows[i].body);
	*w = (struct withheld){ 0 };
}

bool withheld_is_full(const struct withheld *w)
{
	return w->n == WITHHELD_MAX;
}

bool withheld_put(struct withheld *w, const struct record *r, int32_t pid)
{
	struct withheld_row *row = &w->rows[(w->first + w->n) % WITHHELD_MAX];

	if (withheld_is_full(w))
		return false;
	buf_clear(&row->body);
	buf_add(&row->body, r->body);
	if (buf_failed(&row->body))
		return false;
	/* they are of this machine, and ours: no node, nothing enriched */
	row->record = (struct record){
		.type = r->type,
		.time = r->time,
		.serial = r->serial,
		.node = STR_ABSENT,
		.enriched = STR_ABSENT,
	};
	row->pid = pid;
	w->n++;
	return true;
}

const struct withheld_row *withheld_first(const struct withheld *w)
{
	return w->n ? &w->rows[w->first] : NULL;
}

struct record withheld_take(struct withheld *w)
{
	const struct withheld_row *row = &w->rows[w->first];
	struct record r = row->record;

	r.body = buf_str(&row->body);
	w->first = (w->first + 1) % WITHHELD_MAX;
	w->n--;
	return r;
}
