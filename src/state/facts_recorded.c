/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers from a recording: the WATCHCAP_FACT records that stand within the event that is being
 * observed.
 *
 * Owns nothing but the name of the recorded machine. Never answers from another event's records, so
 * a replay knows exactly what was known live at that moment.
 */
#include <errno.h>
#include <stdlib.h>

#include "state/fact.h"

#define NODE_MAX 255

struct recorded {
	struct facts facts;
	struct text node; /* from the "q=self" that a recording begins with */
};

static int recorded_ask(struct facts *f, struct fact *q, struct arena *a)
{
	const struct event *ev = f->event;

	for (size_t i = 0; ev && i < ev->n_records; i++) {
		struct fact found;

		if (ev->records[i].type != RECORD_FACT ||
		    fact_read(ev->records[i].body, &found, a) < 0 || !fact_answers(q, &found))
			continue;
		found.text = q->text;
		found.bundle = q->bundle;
		found.inside = q->inside;
		found.who = q->who;
		*q = found;
		return q->err;
	}
	return -ENODATA;
}

static void recorded_begin(struct facts *f)
{
	struct recorded *r = (struct recorded *)f;
	const struct event *ev = f->event;
	struct fact found;

	if (r->node.set || !ev || !ev->n_records || ev->records[0].type != RECORD_FACT ||
	    !ev->arena)
		return;
	if (fact_read(ev->records[0].body, &found, ev->arena) == 0 && found.kind == FACT_SELF)
		text_set(&r->node, found.names.name, NODE_MAX);
}

static bool recorded_is_local(const struct facts *f, struct str node)
{
	const struct recorded *r = (const struct recorded *)f;

	return str_eq(text_str(&r->node), node);
}

static void recorded_free(struct facts *f)
{
	struct recorded *r = (struct recorded *)f;

	text_release(&r->node);
	free(r);
}

static const struct facts_ops recorded_ops = {
	.ask = recorded_ask,
	.is_local = recorded_is_local,
	.begin = recorded_begin,
	.free = recorded_free,
};

struct facts *facts_recorded(void)
{
	struct recorded *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->facts.ops = &recorded_ops;
	return &r->facts;
}
