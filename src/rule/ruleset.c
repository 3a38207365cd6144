/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files to a generation of rules: read, merge, build, select, index.
 *
 * Every stage goes on after an error, so that one run tells them all; any error refuses the whole
 * set. Knows neither conditions nor templates from inside.
 */
#include "rule/ruleset.h"

#include <errno.h>

#include "base/nearest.h"
#include "rule/build.h"
#include "rule/loader.h"
#include "rule/select.h"

struct ruleset {
	struct arena *arena; /* owns this and all below */
	struct built built;
	/* the rules of event type t are by_type[from[t]] up to by_type[from[t + 1] - 1] */
	const struct rule **by_type;
	size_t *from;
	unsigned event_types;
};

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

static struct ruleset *finish(struct loader *l, const struct rule_selection *selection,
			      const struct schema *schema)
{
	struct ruleset *set = arena_new_of(l->arena, struct ruleset);

	if (!set) {
		loader_fail(l, -ENOMEM);
		return NULL;
	}
	loader_fail(l, build_rules(&l->merge, schema, &set->built));
	if (loader_has_failed(l))
		return NULL;
	select_rules(set->built.rules, set->built.n, selection, l->d);
	set->event_types = schema->event_types;
	loader_fail(l, index_rules(set, l->arena));
	return loader_has_failed(l) ? NULL : set;
}

/* @read gives the loader its files */
static struct ruleset *load(void (*read)(struct loader *l, const void *input, size_t n),
			    const void *input, size_t n, const struct rule_selection *selection,
			    const struct schema *schema, struct diag *d)
{
	auto_loader struct loader l;
	struct ruleset *set = NULL;

	loader_begin(&l, d);
	if (l.error == 0) {
		read(&l, input, n);
		set = finish(&l, selection, schema);
	}
	if (set)
		set->arena = take_ptr(l.arena);
	return set;
}

static void read_paths(struct loader *l, const void *input, size_t n)
{
	loader_read_paths(l, input, n);
}

static void read_texts(struct loader *l, const void *input, size_t n)
{
	loader_read_texts(l, input, n);
}

struct ruleset *ruleset_load(const char *const *paths, size_t n,
			     const struct rule_selection *selection, const struct schema *schema,
			     struct diag *d)
{
	return load(read_paths, paths, n, selection, schema, d);
}

struct ruleset *ruleset_load_texts(const struct ruleset_text *texts, size_t n,
				   const struct rule_selection *selection,
				   const struct schema *schema, struct diag *d)
{
	return load(read_texts, texts, n, selection, schema, d);
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

const struct rule *ruleset_find(const struct ruleset *r, struct str name)
{
	for (size_t i = 0; i < r->built.n; i++)
		if (str_eq(r->built.rules[i].id, name) || str_eq(r->built.rules[i].title, name))
			return &r->built.rules[i];
	return NULL;
}

struct str ruleset_nearest(const struct ruleset *r, struct str name)
{
	struct nearest near = nearest_to(name);

	for (size_t i = 0; i < r->built.n; i++) {
		nearest_offer(&near, r->built.rules[i].id);
		nearest_offer(&near, r->built.rules[i].title);
	}
	return near.best;
}
