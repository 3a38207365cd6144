/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields and event types that conditions may name, as the filter sees them: rows with a getter.
 *
 * The rows themselves live in `field` (floor 4); the filter knows neither events nor state. A row's getter
 * is called with the scene that the caller of filter_eval() passed, unseen by the filter.
 */
#ifndef WC_SCHEMA_H
#define WC_SCHEMA_H

#include "base/diag.h"
#include "filter/value.h"

/*
 * Stands in a rendered text where evt.summary will be written on the output side. A control character: no
 * value can forge it, since values are escaped.
 */
#define SUMMARY_MARK "\x1a"

struct scene;
struct field_use;

enum field_flag {
	FIELD_LIST = 1 << 0, /* L of the type */
	FIELD_FILTER_ONLY = 1 << 1, /* FLT: not in templates, calls or val() */
	FIELD_ANCESTOR = 1 << 2, /* ANC: without selector any known ancestor suffices */
	FIELD_EITHER_END = 1 << 3, /* one of two ends suffices; != needs all known ends to differ */
	FIELD_NEVER = 1 << 4, /* known, never available from our sources: lint never-available */
	FIELD_GUARD_SAFE = 1 << 5, /* available to the permission process */
	FIELD_NEVER_ABSENT = 1 << 6, /* na-negated does not apply */
	FIELD_SAYS_NA =
		1 << 7, /* carries the text <NA> instead of being absent (language.md 4.2) */
	FIELD_EXTENSION = 1 << 8, /* '+' in the reference: Falco does not have it */
	FIELD_TEMPLATE_ONLY = 1 << 9, /* evt.summary */
	FIELD_FORCE_STRING = 1 << 10, /* JSON string whatever it looks like (k8s.*, container.id) */
	FIELD_EVENT_TYPE = 1 << 11, /* evt.type, syscall.type: literals are event type names */
	FIELD_DEPRECATED = 1 << 12, /* lint deprecated-field */
};

enum selector_kind { SELECTOR_NONE, SELECTOR_OPTIONAL, SELECTOR_REQUIRED };

struct field_def {
	const char *name;
	enum value_type type;
	unsigned flags; /* enum field_flag */
	enum selector_kind selector;
	/* fill @out; false = absent (out is then ignored). Must not allocate but from out->arena. */
	bool (*get)(const struct scene *scene, const struct field_use *use, struct values *out);
	/*
	 * Check the selector at load and prepare use->param; 0, or -EINVAL with one message in @d. NULL: no
	 * check, the selector text is passed as it is.
	 */
	int (*prepare)(struct field_use *use, const struct place *where, struct diag *d);
	uint32_t param; /* start value of use->param: lets one getter serve many rows */
	const char *help; /* one line: the meaning */
	const char *source; /* "SC PA ..." of the reference */
	const char *absent; /* when there is no value */
	const char *only_value; /* never anything else (evt.source); NULL: varies */
};

/* one use of a field in a condition or template; lives in the ruleset's arena */
struct field_use {
	const struct field_def *def;
	struct str selector; /* absent: none */
	uint32_t param; /* from def->param, then prepare() */
	int64_t index; /* numeric selectors, set by prepare() */
};

/* Everything the checker asks. `field` provides the one instance; tests provide their own. */
struct schema {
	/*
	 * The row of @name (without selector), or NULL. Names with a free part (evt.arg.NAME,
	 * evt.type.is.NAME) are resolved too: *selector is then set to the free part.
	 */
	const struct field_def *(*find)(struct str name, struct str *selector);
	/* the closest known name for a message; absent if none is close */
	struct str (*nearest)(struct str name);
	/* event type number, from 0 to event_types - 1, or -1 */
	int (*event_type)(struct str name);
	struct str (*event_type_name)(unsigned type);
	struct str (*nearest_event_type)(struct str name);
	unsigned event_types;
	/* is there ever an event of this type; NULL: of every one (lint dead-evttype) */
	bool (*happens)(unsigned type);
	/* can an event of this type carry the field at all; NULL: not known (lint field-not-in-type) */
	bool (*carries)(const struct field_use *use, unsigned type);
};

#endif
