/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files to a generation of rules: read, merge, build, select, index.
 *
 * Every stage goes on after an error, so that one run tells them all; any error refuses the whole
 * set. Knows neither conditions nor templates from inside.
 */
#include "rule/ruleset.h"

#include <errno.h>

#include "rule/build.h"
#include "rule/reader.h"
#include "rule/rulefile.h"
#include "rule/select.h"

#define ARENA_FIRST ((size_t)64 << 10)
#define ARENA_LIMIT ((size_t)1 << 30)

struct ruleset {
	struct arena *arena; /* owns this and all below */
	struct built built;
	/* the rules of event type t are by_type[from[t]] up to by_type[from[t + 1] - 1] */
	const struct rule **by_type;
	size_t *from;
	unsigned event_types;
};

/* what stands between the files and the set */
struct loader {
	struct arena *arena;
	struct merge merge;
	const struct schema *schema;
	struct diag *d;
	size_t old_errors; /* in @d before we began */
	unsigned files;
	int error; /* -ENOMEM stays, others are replaced */
};

static void keep_error(struct loader *l, int r)
{
	if (r < 0 && l->error != -ENOMEM)
		l->error = r;
}

static void load_file(struct loader *l, struct rulefile *f)
{
	struct section *sections;
	int r;

	if (!f) {
		keep_error(l, -EINVAL);
		return;
	}
	f->number = l->files++;
	sections = reader_read(f, l->arena, l->d, &r);
	keep_error(l, r);
	keep_error(l, merge_file(&l->merge, sections));
}

static bool fires_for(const struct rule *r, unsigned type)
{
	return r->enabled && filter_wants(r->filter, type);
}

/* the enabled rules, once for each type that can make them true */
static int index_rules(struct ruleset *set, struct arena *a)
{
	const struct built *b = &set->built;
	size_t total = 0;

	set->from = arena_array_of(a, size_t, set->event_types + 1);
	if (!set->from)
		return -ENOMEM;
	for (unsigned type = 0; type < set->event_types; type++) {
		set->from[type] = total;
		for (size_t i = 0; i < b->n; i++)
			total += fires_for(&b->rules[i], type);
	}
	set->from[set->event_types] = total;
	set->by_type = arena_array_of(a, const struct rule *, total + 1);
	if (!set->by_type)
		return -ENOMEM;
	total = 0;
	for (unsigned type = 0; type < set->event_types; type++)
		for (size_t i = 0; i < b->n; i++)
			if (fires_for(&b->rules[i], type))
				set->by_type[total++] = &b->rules[i];
	return 0;
}

static bool has_failed(const struct loader *l)
{
	return l->error < 0 || diag_errors(l->d) > l->old_errors;
}

static struct ruleset *finish(struct loader *l, const struct rule_selection *selection)
{
	struct ruleset *set = arena_new_of(l->arena, struct ruleset);

	if (!set) {
		keep_error(l, -ENOMEM);
		return NULL;
	}
	keep_error(l, build_rules(&l->merge, l->schema, &set->built));
	if (has_failed(l))
		return NULL;
	select_rules(set->built.rules, set->built.n, selection, l->d);
	set->event_types = l->schema->event_types;
	keep_error(l, index_rules(set, l->arena));
	return has_failed(l) ? NULL : set;
}

/* @fill gives the loader its files */
static struct ruleset *load(void (*fill)(struct loader *l, const void *input, size_t n),
			    const void *input, size_t n, const struct rule_selection *selection,
			    const struct schema *schema, struct diag *d)
{
	AUTO(diag) own = d ? NULL : diag_new();
	AUTO(arena) a = arena_new(ARENA_FIRST, ARENA_LIMIT);
	struct loader l = { .arena = a, .schema = schema, .d = d ? d : own };
	struct ruleset *set = NULL;

	l.old_errors = diag_errors(l.d);
	if (!a || !l.d) {
		keep_error(&l, -ENOMEM);
	} else {
		merge_begin(&l.merge, a, l.d);
		fill(&l, input, n);
		set = finish(&l, selection);
		merge_release(&l.merge);
	}
	if (l.error == -ENOMEM)
		diag_error(d, NULL, NULL, "out of memory while loading rules");
	if (set)
		set->arena = take_ptr(a);
	return set;
}

static void load_paths(struct loader *l, const void *input, size_t n)
{
	struct trust trust = trust_of_caller();
	const char **paths;
	ssize_t found = rulefile_list(input, n, &paths, l->arena, l->d);

	if (found < 0)
		keep_error(l, (int)found);
	for (ssize_t i = 0; i < found; i++)
		load_file(l, rulefile_open(paths[i], &trust, l->arena, l->d));
}

static void load_texts(struct loader *l, const void *input, size_t n)
{
	const struct ruleset_text *texts = input;

	for (size_t i = 0; i < n; i++)
		load_file(l, rulefile_of_text(texts[i].name, texts[i].text, l->arena, l->d));
}

struct ruleset *ruleset_load(const char *const *paths, size_t n,
			     const struct rule_selection *selection, const struct schema *schema,
			     struct diag *d)
{
	return load(load_paths, paths, n, selection, schema, d);
}

struct ruleset *ruleset_load_texts(const struct ruleset_text *texts, size_t n,
				   const struct rule_selection *selection,
				   const struct schema *schema, struct diag *d)
{
	return load(load_texts, texts, n, selection, schema, d);
}

void ruleset_free(struct ruleset *r)
{
	if (r)
		arena_free(r->arena);
}

size_t ruleset_count(const struct ruleset *r)
{
	return r->built.n;
}

const struct rule *ruleset_at(const struct ruleset *r, size_t i)
{
	return &r->built.rules[i];
}

size_t ruleset_for_event(const struct ruleset *r, unsigned event_type,
			 const struct rule *const **out)
{
	if (event_type >= r->event_types)
		return 0;
	*out = r->by_type + r->from[event_type];
	return r->from[event_type + 1] - r->from[event_type];
}

bool ruleset_wants(const struct ruleset *r, unsigned event_type)
{
	const struct rule *const *rules;

	return ruleset_for_event(r, event_type, &rules) > 0;
}

size_t ruleset_shared_results(const struct ruleset *r)
{
	return r->built.shared_results;
}
