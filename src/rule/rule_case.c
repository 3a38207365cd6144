/* SPDX-License-Identifier: Apache-2.0 */
/* From sections [case NAME] to cases. Each fault is told where it stands; the rest is read all the same. */
#include "rule/rule_case.h"

#include <errno.h>

#include "filter/parse.h"
#include "rule/cells.h"
#include "rule/names.h"
#include "rule/reader.h"

struct reading {
	const struct section *section;
	struct rule_case *to;
	struct arena *arena;
	struct diag *d;
};

static int refuse(const struct reading *r, const struct phrase *p, const struct cell *c,
		  const char *message)
{
	struct place where = phrase_place(p, c->at, c->text.len);

	diag_error(r->d, &where, "bad-value", "%s", message);
	return -EINVAL;
}

static size_t count_commas(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == ',';
	return n;
}

/* the words of @p, NULL-terminated; each behind @prefix unless it is an absolute path */
static int read_words(const struct reading *r, const struct phrase *p, struct str prefix,
		      const char ***out, size_t *n)
{
	struct cells cells = cells_of(p);
	struct cell c;
	int more;

	*n = 0;
	*out = arena_array_of(r->arena, const char *, count_commas(p->text) + 2);
	if (!*out)
		return -ENOMEM;
	while ((more = cells_next(&cells, CELL_WORD, &c, r->d)) > 0) {
		bool is_whole = str_starts(c.text, STR("/")) || prefix.len == 0;

		(*out)[*n] = arena_printf(r->arena, "%.*s%.*s", is_whole ? 0 : (int)prefix.len,
					  prefix.ptr, STR_ARG(c.text))
				     .ptr;
		if (!(*out)[(*n)++])
			return -ENOMEM;
	}
	return more;
}

/* a string as a condition has it, its escapes decoded */
static int decode(const struct reading *r, const struct phrase *p, const struct cell *c,
		  struct str *out)
{
	size_t i = phrase_stretch(p, c->at);
	struct stretch *s = arena_new_of(r->arena, struct stretch);
	struct operand *items = NULL;
	const struct script *script;
	int result;

	if (!s)
		return -ENOMEM;
	*s = p->stretches[i];
	s->column += (unsigned)(c->at - s->at);
	s->at = 0;
	script = phrase_script(&(struct phrase){ c->text, s, 1 }, r->arena);
	result = script ? parse_items(script, &items, r->arena, r->d) : -ENOMEM;
	if (result == 0)
		*out = items->text;
	return result;
}

/* the head of a line: rule and count */
static int read_head(const struct reading *r, const struct phrase *p, struct cells *cells,
		     struct expectation *e)
{
	struct cell c;
	int more = cells_next(cells, CELL_STRING, &c, r->d);

	if (more <= 0)
		return more;
	e->rule = c.text;
	e->where = phrase_place(p, c.at, c.text.len);
	if (!is_rule_id(e->rule))
		return refuse(r, p, &c, "expected the id of a rule");
	more = cells_next(cells, CELL_STRING, &c, r->d);
	if (more == 0)
		return refuse(r, p, &(struct cell){ .at = c.at + c.text.len },
			      "expected ', ' and how many alerts");
	if (more > 0 && (str_to_u64(c.text, 10, &e->count) < 0 || e->count == 0))
		return refuse(r, p, &c, "expected how many alerts, at least 1");
	return more;
}

static int read_expectation(const struct reading *r, const struct phrase *p, size_t line,
			    struct expectation *e)
{
	struct cells cells = cells_of_line(p, line);
	struct assertion **tail = &e->assertions;
	struct cell field, value;
	int more = read_head(r, p, &cells, e);

	while (more > 0 && (more = cells_next_pair(&cells, &field, &value, r->d)) > 0) {
		struct assertion *one = arena_new_of(r->arena, struct assertion);

		if (!one)
			return -ENOMEM;
		one->field = field.text;
		more = decode(r, p, &value, &one->value) < 0 ? -EINVAL : 1;
		*tail = one;
		tail = &one->next;
	}
	return more;
}

static int read_alerts(const struct reading *r, const struct phrase *p)
{
	struct expectation **tail = &r->to->expected;
	int result = 0;

	for (size_t line = 0; line < p->n; line++) {
		struct expectation *e;
		size_t at;
		int one;

		/* an empty first line is none */
		if (phrase_line(p, line, &at).len == 0)
			continue;
		e = arena_new_of(r->arena, struct expectation);
		one = e ? read_expectation(r, p, line, e) : -ENOMEM;
		if (one < 0) {
			result = one;
			continue;
		}
		*tail = e;
		tail = &e->next;
	}
	return result;
}

static int read_section(const struct reading *r)
{
	const struct entry *desc = section_entry(r->section, KEY_DESC, KEY_SET);
	const struct entry *log = section_entry(r->section, KEY_LOG, KEY_SET);
	const struct entry *enable = section_entry(r->section, KEY_ENABLE, KEY_SET);
	const struct entry *alerts = section_entry(r->section, KEY_ALERTS, KEY_SET);
	struct str file = str_of(r->section->file->name);
	struct str directory = str_first(file, (size_t)(str_rchr(file, '/') + 1));
	size_t n;
	int result = 0, one;

	r->to->name = r->section->name;
	r->to->where = section_place(r->section);
	r->to->desc = desc ? desc->value.text : STR("");
	if (!log && !r->section->broken)
		diag_error(r->d, &r->to->where, "missing-key", "a case needs the key 'log'");
	if (!log)
		return -EINVAL;
	result = read_words(r, &log->value, directory, &r->to->logs, &r->to->n_logs);
	if (result == 0 && r->to->n_logs == 0)
		result = refuse(r, &log->value, &(struct cell){ 0 }, "expected at least one file");
	if (enable && (one = read_words(r, &enable->value, STR(""), &r->to->enable, &n)) < 0)
		result = one;
	if (alerts && (one = read_alerts(r, &alerts->value)) < 0)
		result = one;
	return result;
}

/* @tail is moved behind the last case */
static int read_file(struct rulefile *f, struct rule_case ***tail, struct arena *a, struct diag *d)
{
	int result;
	struct section *sections = reader_read(f, CASE_SECTIONS, a, d, &result);

	for (const struct section *s = sections; s && result != -ENOMEM; s = s->next) {
		struct rule_case *c = arena_new_of(a, struct rule_case);
		struct reading r = { .section = s, .to = c, .arena = a, .d = d };
		int one = c ? read_section(&r) : -ENOMEM;

		result = one < 0 ? one : result;
		if (one < 0)
			continue;
		**tail = c;
		*tail = &c->next;
	}
	return result;
}

int rule_cases_load(const char *const *paths, size_t n, struct rule_case **out, struct arena *a,
		    struct diag *d)
{
	struct trust trust = trust_of_caller();
	size_t old_errors = diag_errors(d);
	const char **files;
	ssize_t found = rulefile_list(paths, n, RULEFILE_CASES, &files, a, d);
	int result = found < 0 ? (int)found : 0;

	*out = NULL;
	for (ssize_t i = 0; i < found; i++) {
		struct rulefile *f = rulefile_open(files[i], &trust, a, d);
		int one = f ? read_file(f, &out, a, d) : -EINVAL;

		result = one < 0 ? one : result;
	}
	return result < 0 ? result : diag_errors(d) > old_errors ? -EINVAL : 0;
}

int rule_cases_load_text(const char *name, struct str text, struct rule_case **out, struct arena *a,
			 struct diag *d)
{
	struct rulefile *f = rulefile_of_text(name, text, a, d);
	size_t old_errors = diag_errors(d);
	int result;

	*out = NULL;
	result = f ? read_file(f, &out, a, d) : -EINVAL;
	return result < 0 ? result : diag_errors(d) > old_errors ? -EINVAL : 0;
}
