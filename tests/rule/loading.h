/* SPDX-License-Identifier: Apache-2.0 */
/* Loading rule texts in tests, and comparing what was said about them. */
#ifndef WC_LOADING_H
#define WC_LOADING_H

#include "rule/ruleset.h"
#include "toy_schema.h"

/* one load with everything that came of it */
struct loading {
	struct ruleset *set; /* NULL: refused */
	struct diag *d;
};

static void loading_release(struct loading *l)
{
	ruleset_free(l->set);
	diag_free(l->d);
}
#define auto_loading __attribute__((cleanup(loading_release)))

/* texts, in load order, as 00.ini, 01.ini ... */
static struct loading load_selected(const struct rule_selection *selection,
				    const char *const *texts, size_t n)
{
	static const char *const names[] = { "00.ini", "01.ini", "02.ini", "03.ini" };
	struct ruleset_text files[ARRAY_LEN(names)];
	struct loading l = { .d = diag_new() };

	assert_true(n <= ARRAY_LEN(names));
	for (size_t i = 0; i < n; i++)
		files[i] = (struct ruleset_text){ names[i], str_of(texts[i]) };
	l.set = ruleset_load_texts(files, n, selection, &toy_schema, l.d);
	return l;
}

#define LOAD(...)                                                                                  \
	load_selected(NULL, (const char *const[]){ __VA_ARGS__ },                                  \
		      sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/* "file:line:column code" of every entry of @severity, one a line */
static void assert_codes(const struct loading *l, enum diag_severity severity, const char *expected)
{
	auto_buf struct buf got = { 0 };

	for (size_t i = 0; i < diag_count(l->d); i++) {
		const struct diag_entry *e = diag_at(l->d, i);

		if (e->severity == severity)
			buf_printf(&got, "%s:%u:%u %s\n", e->file ? e->file : "-", e->line,
				   e->column, e->code ? e->code : "-");
	}
	assert_string_equal(buf_z(&got), expected);
}

static const struct rule *rule_named(const struct ruleset *set, const char *id)
{
	for (size_t i = 0; i < ruleset_count(set); i++)
		if (str_eq(ruleset_at(set, i)->id, str_of(id)))
			return ruleset_at(set, i);
	fail_msg("no rule %s", id);
	return NULL;
}

/* the rule @id holds for @scene */
static bool holds(const struct ruleset *set, const char *id, const struct scene *scene)
{
	struct filter_frame *frame = filter_frame_new(ruleset_shared_results(set));
	struct filter_stats stats = { 0 };
	bool result;

	assert_non_null(frame);
	filter_frame_begin(frame, scene);
	result = filter_eval(rule_named(set, id)->filter, frame, &stats);
	filter_frame_free(frame);
	return result;
}

#endif
