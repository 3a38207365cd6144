/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition language against arbitrary text. A line "list NAME = items" or "macro NAME = condition"
 * gives a name; every other line is a condition. What parses prints to a fixed point, what compiles has
 * the same verdict from the program and from the explanation.
 */
#include "../filter/fake.h"
#include "filter/advice.h"
#include "filter/explain.h"
#include "filter/truth.h"

#include <stdio.h>
#include <stdlib.h>

#define EXPECT(what)                                                                               \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* "NAME = text" behind a keyword; false: the line is something else */
static bool take_name(struct str line, struct str keyword, struct str *name, struct str *text)
{
	if (!str_starts(line, keyword))
		return false;
	*text = str_from(line, keyword.len);
	return str_cut(text, '=', name) && text->ptr && (*name = str_trim(*name)).len;
}

static struct script *script_of(struct world *w, struct str text)
{
	struct script *s = arena_new_of(w->arena, struct script);
	if (s)
		s->text = text;
	return s;
}

static void print_twice(struct world *w, const struct node *root)
{
	auto_buf struct buf first = { 0 }, second = { 0 };
	struct script *s;
	struct node *again;
	node_print(root, &first);
	if (buf_failed(&first) || !(s = script_of(w, buf_str(&first))))
		return;
	again = parse_condition(s, w->arena, NULL);
	EXPECT(again || arena_exhausted(w->arena));
	if (!again)
		return;
	node_print(again, &second);
	EXPECT(str_eq(buf_str(&first), buf_str(&second)));
}

static void evaluate(struct world *w)
{
	struct filter_frame *frame = filter_frame_new(w->names.shared_results);
	struct explained *lines;
	double closeness;
	bool result;
	if (!frame)
		return;
	filter_frame_begin(frame, &w->scene);
	result = filter_eval(w->filter, frame, &w->stats);
	lines = malloc(explain_lines(w->root) * sizeof(*lines));
	if (lines) {
		int told = explain_tree(w->root, frame, lines, &closeness);
		EXPECT(told == result || told < 0 || w->stats.regex_limits);
		EXPECT(closeness == 1 || told != 1);
	}
	free(lines);
	switch (node_truth(w->root)) {
	case TRUTH_TRUE:
		EXPECT(result);
		break;
	case TRUTH_FALSE:
		EXPECT(!result);
		break;
	default:
		break;
	}
	EXPECT(!result || filter_wants(w->filter, 1)); /* the scene is an openat */
	filter_frame_free(frame);
}

static void run_condition(struct world *w, struct str text)
{
	struct script *s = script_of(w, text);
	w->root = s ? parse_condition(s, w->arena, w->d) : NULL;
	if (!w->root)
		return;
	print_twice(w, w->root);
	if (resolve(w->root, &w->names, w->d) < 0 ||
	    check(w->root, &fake_schema, w->arena, w->d) < 0)
		return;
	advise_condition(&(struct advice){ &fake_schema, w->d }, w->root, w->root);
	w->filter = filter_compile(w->root, &fake_schema, w->arena);
	if (w->filter)
		evaluate(w);
}

static void add_name(struct world *w, struct str line)
{
	struct span span = { .width = 1 };
	struct operand *items;
	struct str name, text;
	struct node *body;
	span.script = script_of(w, line);
	if (!span.script)
		return;
	if (take_name(line, STR("list "), &name, &text)) {
		if (parse_items(script_of(w, text), &items, w->arena, w->d) == 0)
			names_add_list(&w->names, name, &span, items);
	} else if (take_name(line, STR("macro "), &name, &text)) {
		body = parse_condition(script_of(w, text), w->arena, w->d);
		if (body)
			names_add_macro(&w->names, name, &span, body);
	}
}

static bool is_name_line(struct str line)
{
	struct str name, text;
	return take_name(line, STR("list "), &name, &text) ||
	       take_name(line, STR("macro "), &name, &text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest, line, all = str_mem(data, size);
	auto_buf struct buf told = { 0 };
	struct world w;
	world_begin(&w);
	world_str(&w, F_STR, "/usr/bin/cat");
	world_str(&w, F_LIST, "-l");
	world_set(&w, F_UINT, (struct value){ .type = VALUE_UINT, .u = 10 });
	for (rest = all; str_cut(&rest, '\n', &line);)
		if (is_name_line(line))
			add_name(&w, line);
	if (names_resolve(&w.names, w.d) == 0)
		for (rest = all; str_cut(&rest, '\n', &line);)
			if (!is_name_line(line))
				run_condition(&w, line);
	diag_render_text(w.d, &told);
	world_end(&w);
	return 0;
}
