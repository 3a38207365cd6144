/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule loader against arbitrary files: a line "%%" begins the next file, so that patches are
 * reached, too. What loads is evaluated and rendered once.
 */
#include <stdlib.h>

#include "../rule/toy_schema.h"
#include "rule/rule_case.h"
#include "rule/ruleset.h"
#include "rule/template.h"

/* the same bytes as a test file: every case that is read has a recording, every line a rule */
static void read_cases(struct str text)
{
	AUTO(arena) a = arena_new(4096, (size_t)16 << 20);
	AUTO(diag) d = diag_new();
	struct rule_case *cases;

	if (!a || !d || rule_cases_load_text("fuzz.test", text, &cases, a, d) < 0)
		return;
	for (const struct rule_case *c = cases; c; c = c->next) {
		if (c->n_logs == 0 || c->logs[c->n_logs])
			abort();
		for (const struct expectation *e = c->expected; e; e = e->next)
			if (e->rule.len == 0 || e->count == 0)
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct scene usual = {
	.name = STR("bash"),
	.type = STR("open"),
	.id = STR("host"),
	.pid = 42,
	.ok = true,
	.args = { STR("-c"), STR("ls") },
	.n_args = 2,
};

static size_t split(struct str rest, struct ruleset_text *files, size_t room)
{
	size_t n = 0;

	while (n + 1 < room) {
		ssize_t at = str_find(rest, STR("\n%%\n"));

		if (at < 0)
			break;
		files[n++] = (struct ruleset_text){ "fuzz.ini", str_first(rest, (size_t)at + 1) };
		rest = str_from(rest, (size_t)at + 4);
	}
	files[n++] = (struct ruleset_text){ "fuzz.ini", rest };
	return n;
}

static void run(const struct ruleset *set)
{
	struct filter_frame *frame = filter_frame_new(ruleset_shared_results(set));
	AUTO(arena) scratch = arena_new(4096, 1 << 20);
	auto_buf struct buf out = { 0 };
	struct filter_stats stats = { 0 };

	if (!frame || !scratch)
		return;
	filter_frame_begin(frame, &usual);
	for (size_t i = 0; i < ruleset_count(set); i++) {
		filter_eval(ruleset_at(set, i)->filter, frame, &stats);
		template_render(ruleset_at(set, i)->output, &usual, scratch, &out);
		buf_clear(&out);
	}
	filter_frame_free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ruleset_text files[4];
	size_t n = split(str_mem(data, size), files, ARRAY_LEN(files));
	AUTO(diag) d = diag_new();
	AUTO(ruleset) set = ruleset_load_texts(files, n, NULL, &toy_schema, d);
	auto_buf struct buf text = { 0 };

	read_cases(str_mem(data, size));
	if (set)
		run(set);
	diag_render_text(d, &text);
	return 0;
}
