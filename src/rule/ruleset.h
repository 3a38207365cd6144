/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An immutable generation of rules: loaded from INI files, resolved, checked, compiled, indexed by
 * event type.
 *
 * Built beside the running one and swapped whole; owns everything it points to in one arena.
 */
#ifndef WC_RULESET_H
#define WC_RULESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "filter/filter.h"

enum priority {
	PRIORITY_EMERGENCY,
	PRIORITY_ALERT,
	PRIORITY_CRITICAL,
	PRIORITY_ERROR,
	PRIORITY_WARNING,
	PRIORITY_NOTICE,
	PRIORITY_INFORMATIONAL,
	PRIORITY_DEBUG,
};
const char *priority_name(enum priority p); /* "Critical" */
int priority_by_name(struct str name, enum priority *out); /* any case, also "info"; 0 or -EINVAL */

enum rule_action {
	ACTION_ALERT = 1 << 0,
	ACTION_DENY = 1 << 1,
	ACTION_KILL = 1 << 2,
	ACTION_KILL_CONTAINER = 1 << 3,
	ACTION_FREEZE = 1 << 4,
	/* those that respond does, after the fact */
	ACTIONS_ACTIVE = ACTION_KILL | ACTION_KILL_CONTAINER | ACTION_FREEZE,
};

struct template; /* rule/template.h: compiled output */

struct rule {
	struct str id, title, desc;
	struct str condition_text, output_text; /* after all patches, for listings */
	enum priority priority;
	unsigned actions; /* enum rule_action */
	const struct str *tags; /* sorted */
	size_t n_tags;
	bool enabled; /* as loaded and selected; a disabled rule is never evaluated */
	const struct filter *filter;
	bool is_narrowed; /* the filter is "(condition) and not (exceptions)" */
	const struct template *output;
	struct str file; /* where it was first defined */
	unsigned line;
	unsigned number; /* position in load order, from 0 */
};

/* what narrows a loaded set: configuration and command line */
struct rule_selection {
	/* rules below (numerically above) are off, whatever else is said; PRIORITY_DEBUG = all */
	enum priority min_priority;
	/*
	 * id, title glob or "tag:NAME"; NULL-terminated or NULL. What is named by both is enabled:
	 * disabling "*" and enabling a tag leaves that tag alone.
	 */
	const char *const *enable;
	const char *const *disable;
};

struct ruleset;

/*
 * Load @paths (files, or directories whose NN-topic.ini files are taken in byte order), in this
 * order. NULL when there was an error (all of them are in @d); lints are in @d either way.
 */
struct ruleset *ruleset_load(const char *const *paths, size_t n,
			     const struct rule_selection *selection, const struct schema *schema,
			     struct diag *d);
/* the same from memory: files that were never on disk */
struct ruleset_text {
	const char *name; /* what diagnostics call it */
	struct str text;
};
struct ruleset *ruleset_load_texts(const struct ruleset_text *texts, size_t n,
				   const struct rule_selection *selection,
				   const struct schema *schema, struct diag *d);
void ruleset_free(struct ruleset *r);
DEFINE_AUTO(ruleset)

size_t ruleset_count(const struct ruleset *r);
const struct rule *ruleset_at(const struct ruleset *r, size_t i);
/* by id or title, enabled or not; NULL: there is none */
const struct rule *ruleset_find(const struct ruleset *r, struct str name);
/* the closest id or title, for messages; absent: none is close */
struct str ruleset_nearest(const struct ruleset *r, struct str name);
/* enabled rules that can be true for this event type, in load order */
size_t ruleset_for_event(const struct ruleset *r, unsigned event_type,
			 const struct rule *const **out);
/*
 * true: some enabled rule can be true for this type (false: the event need not be evaluated at all)
 */
bool ruleset_wants(const struct ruleset *r, unsigned event_type);
size_t ruleset_shared_results(const struct ruleset *r); /* for filter_frame_new() */

#endif
