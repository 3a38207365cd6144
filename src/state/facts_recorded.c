/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers from a recording: the WATCHCAP_FACT records that stand within the event that is being
 * observed.
 *
 * Owns nothing but the name of the recorded machine and which answers were given. Never answers from another event's
 * records, so a replay knows exactly what was known live at that moment: who asked twice got two answers, in that order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state/fact.h"

#define NODE_MAX 255
#define GIVEN_MAX 1024 /* records of one event; what comes behind may be given again */

struct recorded {
	struct facts facts;
	struct text node; /* from the "q=self" that a recording begins with */
	bool is_given[GIVEN_MAX]; /* by record of the event at hand */
	size_t n_given; /* none of those behind was */
};

/* the next answer to @q that was not given yet; else the last; SIZE_MAX: there is none */
static size_t find_answer(const struct recorded *r, const struct fact *q, struct fact *out,
			  struct arena *a)
{
	const struct event *ev = r->facts.event;
	size_t found = SIZE_MAX;

	for (size_t i = 0; ev && i < ev->n_records; i++) {
		struct fact f;

		if (ev->records[i].type != RECORD_FACT ||
		    fact_read(ev->records[i].body, &f, a) < 0 || !fact_answers(q, &f))
			continue;
		*out = f;
		found = i;
		if (i >= GIVEN_MAX || !r->is_given[i])
			break;
	}
	return found;
}

static int recorded_ask(struct facts *f, struct fact *q, struct arena *a)
{
	struct recorded *r = (struct recorded *)f;
	struct fact found;
	size_t at = find_answer(r, q, &found, a);

	if (at == SIZE_MAX)
		return -ENODATA;
	if (at < GIVEN_MAX) {
		r->is_given[at] = true;
		if (r->n_given <= at)
			r->n_given = at + 1;
	}
	found.text = q->text;
	found.bundle = q->bundle;
	found.inside = q->inside;
	found.who = q->who;
	*q = found;
	return q->err;
}

static void recorded_begin(struct facts *f)
{
	struct recorded *r = (struct recorded *)f;
	const struct event *ev = f->event;
	struct fact found;

	memset(r->is_given, 0, r->n_given * sizeof(*r->is_given));
	r->n_given = 0;
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
