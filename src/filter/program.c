/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flat program: one accumulator, jumps forward only, so its steps are its bound.
 *
 *   a and b      TEST a; UNLESS end; TEST b; end:
 *   a or b       TEST a; WHEN end; TEST b; end:
 *   macro        RECALL slot, end; ...; STORE slot; end:
 *
 * A macro's result is kept in the frame for the event, whichever rule asked first.
 */
#include "filter/program.h"

#include <stdlib.h>

#include "filter/evaluate.h"
#include "filter/pattern.h"
#include "filter/resolve.h"

#define SCRATCH_FIRST 4096
#define SCRATCH_LIMIT ((size_t)4 << 20)

enum step_kind { STEP_TEST, STEP_NOT, STEP_UNLESS, STEP_WHEN, STEP_RECALL, STEP_STORE };

struct step {
	enum step_kind kind;
	uint32_t target; /* UNLESS, WHEN, RECALL */
	uint32_t slot; /* RECALL, STORE */
	const struct node *test;
};

struct filter {
	const struct node *root;
	const struct schema *schema;
	struct event_set types;
	uint32_t n;
	struct step steps[];
};

static size_t count_steps(const struct node *n)
{
	size_t steps = 0;
	switch (n->kind) {
	case NODE_TEST:
		return 1;
	case NODE_MACRO:
		return 2 + count_steps(n->macro->body);
	case NODE_NOT:
		return 1 + count_steps(n->children);
	case NODE_AND:
	case NODE_OR:
		for (const struct node *c = n->children; c; c = c->next)
			steps += count_steps(c) + 1;
		return steps;
	}
	return 0;
}

static struct step *emit(struct filter *f, enum step_kind kind)
{
	struct step *s = &f->steps[f->n++];
	*s = (struct step){ .kind = kind };
	return s;
}

static void emit_node(struct filter *f, const struct node *n)
{
	struct step *recall;
	uint32_t first = f->n;
	switch (n->kind) {
	case NODE_TEST:
		emit(f, STEP_TEST)->test = n;
		return;
	case NODE_NOT:
		emit_node(f, n->children);
		emit(f, STEP_NOT);
		return;
	case NODE_MACRO:
		recall = emit(f, STEP_RECALL);
		recall->slot = n->macro->shared;
		emit_node(f, n->macro->body);
		emit(f, STEP_STORE)->slot = n->macro->shared;
		recall->target = f->n;
		return;
	case NODE_AND:
	case NODE_OR:
		for (const struct node *c = n->children; c; c = c->next) {
			emit_node(f, c);
			if (c->next)
				emit(f, n->kind == NODE_AND ? STEP_UNLESS : STEP_WHEN);
		}
		/* the jumps between the parts go to the end; those inside the parts have their target already */
		for (uint32_t i = first; i < f->n; i++)
			if ((f->steps[i].kind == STEP_UNLESS || f->steps[i].kind == STEP_WHEN) &&
			    !f->steps[i].target)
				f->steps[i].target = f->n;
		return;
	}
}

const struct filter *filter_compile(const struct node *root, const struct schema *schema,
				    struct arena *a)
{
	struct filter *f = arena_alloc(a, sizeof(*f) + count_steps(root) * sizeof(struct step));
	if (!f)
		return NULL;
	f->root = root;
	f->n = 0;
	f->schema = schema;
	node_event_types(root, schema, STR_ABSENT, NULL, &f->types);
	emit_node(f, root);
	return f;
}

const struct node *filter_tree(const struct filter *f)
{
	return f->root;
}

bool filter_wants(const struct filter *f, unsigned event_type)
{
	return event_set_has(&f->types, event_type);
}

void filter_types_given(const struct filter *f, struct str given, struct filter_frame *frame,
			struct event_set *out)
{
	node_event_types(f->root, f->schema, given, frame, out);
}

/* what is looked for in a condition: the field of a name, or the first that lacks a flag */
struct wanted {
	struct str name; /* absent: any */
	unsigned lacks; /* enum field_flag; 0: none */
};

static const struct field_def *operand_find(const struct operand *o, const struct wanted *w)
{
	const struct field_def *def = o->kind == OPERAND_FIELD && o->use ? o->use->def : NULL;

	if (def && (!w->name.ptr || str_eq(str_of(def->name), w->name)) &&
	    (!w->lacks || !(def->flags & w->lacks)))
		return def;
	def = NULL;
	for (const struct operand *item = o->items; item && !def; item = item->next)
		def = operand_find(item, w);
	return def;
}

static const struct field_def *filter_find(const struct filter *f, const struct wanted *w)
{
	const struct field_def *def = NULL;

	for (uint32_t i = 0; i < f->n && !def; i++) {
		const struct node *test = f->steps[i].test;

		if (!test)
			continue;
		def = operand_find(&test->left, w);
		for (const struct operand *right = test->right; right && !def; right = right->next)
			def = operand_find(right, w);
	}
	return def;
}

bool filter_uses(const struct filter *f, struct str field)
{
	return filter_find(f, &(struct wanted){ .name = field });
}

const struct field_def *filter_field_without(const struct filter *f, unsigned flag)
{
	return filter_find(f, &(struct wanted){ .lacks = flag });
}

struct filter_frame *filter_frame_new(size_t shared_results)
{
	struct filter_frame *f = calloc(1, sizeof(*f));
	if (!f)
		return NULL;
	f->shared_results = shared_results;
	f->scratch = arena_new(SCRATCH_FIRST, SCRATCH_LIMIT);
	f->matcher = matcher_new();
	f->known_at = calloc(shared_results + 1, sizeof(*f->known_at));
	f->result = calloc(shared_results + 1, sizeof(*f->result));
	if (!f->scratch || !f->matcher || !f->known_at || !f->result) {
		filter_frame_free(f);
		return NULL;
	}
	return f;
}

void filter_frame_free(struct filter_frame *f)
{
	if (!f)
		return;
	arena_free(f->scratch);
	matcher_free(f->matcher);
	free(f->known_at);
	free(f->result);
	free(f);
}

void filter_frame_begin(struct filter_frame *f, const struct scene *scene)
{
	arena_reset(f->scratch);
	f->scene = scene;
	if (++f->event == 0) { /* four thousand million events later the old marks would look new */
		memset(f->known_at, 0, (f->shared_results + 1) * sizeof(*f->known_at));
		f->event = 1;
	}
}

bool filter_eval(const struct filter *f, struct filter_frame *frame, struct filter_stats *stats)
{
	bool acc = false;
	for (uint32_t at = 0; at < f->n; at++) {
		const struct step *s = &f->steps[at];
		switch (s->kind) {
		case STEP_TEST:
			acc = test_eval(s->test, frame, stats);
			break;
		case STEP_NOT:
			acc = !acc;
			break;
		case STEP_UNLESS:
			if (!acc)
				at = s->target - 1;
			break;
		case STEP_WHEN:
			if (acc)
				at = s->target - 1;
			break;
		case STEP_RECALL:
			if (frame->known_at[s->slot] == frame->event) {
				acc = frame->result[s->slot];
				at = s->target - 1;
			}
			break;
		case STEP_STORE:
			frame->known_at[s->slot] = frame->event;
			frame->result[s->slot] = acc;
			break;
		}
	}
	return acc;
}
