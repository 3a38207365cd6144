// SPDX-License-Identifier: Apache-2.0
/*
 * Answers are equal if every node's verdict is. Since the verdicts decide how close an answer is, one that was
 * pushed out never comes back: what is counted for an answer is exact.
 */
#include "cli/explanation.h"

#include "base/json.h"
#include "field/registry.h"
#include "filter/explain.h"
#include "filter/program.h"
#include "filter/resolve.h"
#include "rule/template.h"

#define HOLDING 2 /* answers that hold */
#define CLOSEST 5 /* answers that do not */
#define TYPES_TOLD 12
#define TEXT_MAX 160 /* bytes of one test as text */
#define ANSWER_MAX ((size_t)32 << 20)

static const char subject[] =
	"%evt.type by %proc.name, pid=%proc.pid container=%container.id result=%evt.res";

/* the first event that gave it speaks for all */
struct answer {
	struct arena *arena; /* owns what is below; NULL: an empty place */
	double closeness;
	uint64_t events;
	struct str id, subject;
	struct explained *lines;
	struct str *values; /* of tests; else absent */
};

struct shelf {
	struct answer *answers; /* the closest first; among equals the earlier */
	size_t n, max;
};

struct explanation {
	struct arena *arena;
	const struct rule *rule;
	const struct template *subject;
	size_t n_lines;
	struct explained *lines; /* of the event at hand */
	struct answer places[HOLDING + CLOSEST];
	struct shelf holding, closest;
	uint64_t events, holds;
	bool failed;
};

struct explanation *explanation_new(const struct rule *rule)
{
	const struct node *tree = filter_tree(rule->filter);
	AUTO(arena) arena = arena_new(4096, ANSWER_MAX);
	struct explanation *x = arena ? arena_new_of(arena, struct explanation) : NULL;

	if (!x)
		return NULL;
	x->rule = rule;
	x->n_lines = explain_lines(tree);
	x->lines = arena_array_of(arena, struct explained, x->n_lines);
	x->subject = template_compile(str_of(subject), registry_schema(), &(struct place){ 0 },
				      arena, NULL);
	x->holding = (struct shelf){ .answers = x->places, .max = HOLDING };
	x->closest = (struct shelf){ .answers = x->places + HOLDING, .max = CLOSEST };
	if (!x->lines || !x->subject)
		return NULL;
	x->arena = take_ptr(arena);
	return x;
}

void explanation_free(struct explanation *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < ARRAY_LEN(x->places); i++)
		arena_free(x->places[i].arena);
	arena_free(x->arena);
}

static bool is_same(const struct explanation *x, const struct answer *a)
{
	for (size_t i = 0; i < x->n_lines; i++)
		if (a->lines[i].verdict != x->lines[i].verdict)
			return false;
	return true;
}

/* what the test at @line compared, as text */
static int compared(const struct explained *line, struct filter_frame *frame, struct buf *out)
{
	const struct node *n = line->node;
	int r = explain_operand(&n->left, frame, out);

	if (r < 0 || n->right_kind != RIGHT_DERIVED)
		return r;
	buf_add(out, STR(" against "));
	return explain_operand(n->right, frame, out);
}

static bool fill_values(struct answer *a, const struct explanation *x, struct filter_frame *frame)
{
	auto_buf struct buf text = { 0 };

	for (size_t i = 0; i < x->n_lines; i++) {
		if (a->lines[i].node->kind != NODE_TEST)
			continue;
		buf_clear(&text);
		if (compared(&a->lines[i], frame, &text) < 0)
			return false;
		a->values[i] = arena_str(a->arena, buf_str(&text));
	}
	return true;
}

static bool fill(struct answer *a, const struct explanation *x, const struct scene *scene,
		 struct filter_frame *frame)
{
	auto_buf struct buf text = { 0 };

	a->lines = arena_array_of(a->arena, struct explained, x->n_lines);
	a->values = arena_array_of(a->arena, struct str, x->n_lines);
	if (!a->lines || !a->values)
		return false;
	memcpy(a->lines, x->lines, x->n_lines * sizeof(*a->lines));
	if (!fill_values(a, x, frame))
		return false;
	a->id = event_id(scene->event, a->arena);
	template_render(x->subject, scene, a->arena, &text);
	a->subject = arena_str(a->arena, buf_str(&text));
	return !buf_failed(&text) && !arena_exhausted(a->arena);
}

/* a new answer at its place; the least close one falls off a full shelf */
static void put(struct explanation *x, struct shelf *s, double closeness, const struct scene *scene,
		struct filter_frame *frame)
{
	struct answer made = { .closeness = closeness, .events = 1 };
	size_t at = s->n;

	while (at > 0 && s->answers[at - 1].closeness < closeness)
		at--;
	if (at == s->max)
		return;
	made.arena = arena_new(4096, ANSWER_MAX);
	if (!made.arena || !fill(&made, x, scene, frame)) {
		arena_free(made.arena);
		x->failed = true;
		return;
	}
	if (s->n == s->max)
		arena_free(s->answers[--s->n].arena);
	memmove(&s->answers[at + 1], &s->answers[at], (s->n - at) * sizeof(made));
	s->answers[at] = made;
	s->n++;
}

void explanation_take(struct explanation *x, const struct scene *scene, struct filter_frame *frame)
{
	struct shelf *s;
	double closeness;
	int holds;

	if (!filter_wants(x->rule->filter, scene->event->type))
		return;
	holds = explain_tree(filter_tree(x->rule->filter), frame, x->lines, &closeness);
	if (holds < 0) {
		x->failed = true;
		return;
	}
	x->events++;
	x->holds += holds;
	s = holds ? &x->holding : &x->closest;
	for (size_t i = 0; i < s->n; i++)
		if (is_same(x, &s->answers[i])) {
			s->answers[i].events++;
			return;
		}
	put(x, s, closeness, scene, frame);
}

uint64_t explanation_holds(const struct explanation *x)
{
	return x->holds;
}

/* --- rendering --- */

/* who gets no event wants to know which would have counted */
static void text_types(const struct explanation *x, struct buf *out)
{
	const struct schema *schema = registry_schema();
	unsigned n = 0;

	for (unsigned type = 0; type < schema->event_types; type++) {
		if (!filter_wants(x->rule->filter, type))
			continue;
		if (n++ < TYPES_TOLD)
			buf_printf(out, "%s%.*s", n > 1 ? ", " : "",
				   STR_ARG(schema->event_type_name(type)));
	}
	if (n > TYPES_TOLD)
		buf_printf(out, " and %u more", n - TYPES_TOLD);
}

static void node_text(const struct node *n, struct buf *out)
{
	static const struct str words[] = {
		[NODE_AND] = STR("and"),
		[NODE_OR] = STR("or"),
		[NODE_NOT] = STR("not"),
		[NODE_MACRO] = STR("macro "),
	};
	auto_buf struct buf whole = { 0 };

	if (n->kind != NODE_TEST) {
		buf_add(out, words[n->kind]);
		if (n->kind == NODE_MACRO)
			buf_add(out, n->name);
		return;
	}
	node_print(n, &whole);
	buf_add(out, str_first(buf_str(&whole), TEXT_MAX));
	if (whole.len > TEXT_MAX)
		buf_add(out, STR("[...]"));
}

/* what the exceptions made of the rule stands behind its condition: "(condition) and not (...)" */
static bool begins_exceptions(const struct explanation *x, const struct answer *a, size_t line)
{
	const struct node *root = filter_tree(x->rule->filter);

	return x->rule->is_narrowed && a->lines[line].node == root->children->next;
}

/* a tuple of an exception is known by its cell: the field stands once for all of them */
static void text_cell(const struct node *n, struct buf *out)
{
	struct place where = span_place(n->right ? &n->right->span : &n->span);

	buf_printf(out, "  (%s:%u)", where.file, where.line);
}

static void text_line(const struct explained *l, struct str value, struct buf *out)
{
	static const char *const verdicts[] = {
		[VERDICT_FALSE] = "false",
		[VERDICT_TRUE] = "true",
		[VERDICT_SKIPPED] = "-",
	};

	buf_printf(out, "  %-5s %*s", verdicts[l->verdict], (int)(2 * l->depth), "");
	node_text(l->node, out);
	if (value.ptr)
		buf_printf(out, "  <- %.*s", STR_ARG(value));
}

static void text_answer(const struct explanation *x, const struct answer *a, struct buf *out)
{
	bool in_exceptions = false;

	buf_printf(out, "\n%.*s %.*s", STR_ARG(a->id), STR_ARG(a->subject));
	if (a->events > 1)
		buf_printf(out, " (and %llu more with the same answers)",
			   (unsigned long long)a->events - 1);
	buf_char(out, '\n');
	for (size_t i = 0; i < x->n_lines; i++) {
		const struct node *n = a->lines[i].node;

		text_line(&a->lines[i], a->values[i], out);
		if (begins_exceptions(x, a, i)) {
			buf_add(out, STR("  (exceptions)"));
			in_exceptions = true;
		} else if (in_exceptions && n->kind == NODE_TEST) {
			text_cell(n, out);
		}
		buf_char(out, '\n');
	}
}

void explanation_render_text(const struct explanation *x, struct buf *out)
{
	buf_printf(out, "rule %.*s holds for %llu of %llu events of the types ",
		   STR_ARG(x->rule->id), (unsigned long long)x->holds,
		   (unsigned long long)x->events);
	text_types(x, out);
	buf_char(out, '\n');
	if (x->holding.n > 0)
		buf_add(out, STR("\nIt holds:\n"));
	for (size_t i = 0; i < x->holding.n; i++)
		text_answer(x, &x->holding.answers[i], out);
	if (x->closest.n > 0)
		buf_add(out, STR("\nIt does not hold, the closest first:\n"));
	for (size_t i = 0; i < x->closest.n; i++)
		text_answer(x, &x->closest.answers[i], out);
	out->failed |= x->failed;
}

static void json_line(const struct explained *l, struct str value, struct json *j)
{
	static const char *const kinds[] = {
		[NODE_AND] = "and",   [NODE_OR] = "or",	      [NODE_NOT] = "not",
		[NODE_TEST] = "test", [NODE_MACRO] = "macro",
	};
	struct place where = span_place(&l->node->span);
	auto_buf struct buf text = { 0 };

	node_text(l->node, &text);
	json_object(j);
	json_put(j, "depth", u64, l->depth);
	json_put(j, "kind", str, str_of(kinds[l->node->kind]));
	json_put(j, "text", str, buf_str(&text));
	json_key(j, STR("result"));
	if (l->verdict == VERDICT_SKIPPED)
		json_null(j);
	else
		json_bool(j, l->verdict == VERDICT_TRUE);
	json_put(j, "value", str, value);
	json_put(j, "file", str, str_of(where.file));
	json_put(j, "line", u64, where.line);
	json_put(j, "column", u64, where.column);
	json_object_end(j);
}

static void json_shelf(const struct explanation *x, const struct shelf *s, struct json *j)
{
	json_array(j);
	for (size_t i = 0; i < s->n; i++) {
		const struct answer *a = &s->answers[i];

		json_object(j);
		json_put(j, "event", str, a->id);
		json_put(j, "subject", str, a->subject);
		json_put(j, "events", u64, a->events);
		json_put(j, "closeness", double, a->closeness);
		json_key(j, STR("nodes"));
		json_array(j);
		for (size_t n = 0; n < x->n_lines; n++)
			json_line(&a->lines[n], a->values[n], j);
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
}

void explanation_render_json(const struct explanation *x, struct buf *out)
{
	struct json j = json_start(out);

	json_object(&j);
	json_put(&j, "rule", str, x->rule->id);
	json_put(&j, "title", str, x->rule->title);
	json_put(&j, "events", u64, x->events);
	json_put(&j, "holds", u64, x->holds);
	json_key(&j, STR("holding"));
	json_shelf(x, &x->holding, &j);
	json_key(&j, STR("closest"));
	json_shelf(x, &x->closest, &j);
	json_object_end(&j);
	buf_char(out, '\n');
	out->failed |= x->failed;
}
