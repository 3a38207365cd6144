/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of section kinds and keys, and look-up in them. */
#include "rule/keys.h"

#include "base/cleanup.h"
#include "base/nearest.h"

#define NAME_FORM "a letter, then letters, digits or _, at most 64"

static const struct section_def defs[SECTION_KINDS] = {
	[SECTION_LIST] = { "list", 64, NAME_FORM },
	[SECTION_MACRO] = { "macro", 64, NAME_FORM },
	[SECTION_RULE] = { "rule", 40, "a-z, 0-9 and -, not first, at most 40" },
	[SECTION_EXCEPTION] = { "exception", 64, NAME_FORM },
	[SECTION_CASE] = { "case", 64, NAME_FORM },
};

#define LIST (1u << SECTION_LIST)
#define MACRO (1u << SECTION_MACRO)
#define RULE (1u << SECTION_RULE)
#define EXCEPTION (1u << SECTION_EXCEPTION)
#define CASE (1u << SECTION_CASE)
#define PATCHED (KEY_CAN_APPEND | KEY_CAN_REPLACE)

static const struct key_def keys[] = {
	{ KEY_ITEMS, LIST, KEY_REQUIRED | KEY_QUOTED | PATCHED, "items", NULL,
	  "strings, comma separated" },
	{ KEY_CONDITION, MACRO | RULE, KEY_REQUIRED | KEY_QUOTED | PATCHED, "condition", NULL,
	  "when it holds" },
	{ KEY_TITLE, RULE, KEY_REQUIRED | KEY_CAN_REPLACE, "title", NULL,
	  "name of the rule in alerts" },
	{ KEY_DESC, RULE, KEY_REQUIRED | PATCHED, "desc", NULL, "what it finds, for readers" },
	{ KEY_OUTPUT, RULE, KEY_REQUIRED | PATCHED, "output", NULL,
	  "template of the alert's text" },
	{ KEY_PRIORITY, RULE, KEY_REQUIRED | KEY_CAN_REPLACE, "priority", NULL,
	  "Emergency, Alert, Critical, Error, Warning, Notice, Informational or Debug" },
	{ KEY_TAGS, RULE, PATCHED, "tags", "", "words, comma separated" },
	{ KEY_ENABLED, RULE, KEY_CAN_REPLACE | KEY_SHORT_PATCH, "enabled", "true",
	  "true or false" },
	{ KEY_ACTION, RULE, PATCHED, "action", "alert",
	  "alert, deny, kill, kill-container, freeze, comma separated" },
	{ KEY_SOURCE, RULE, 0, "source", "syscall", "a rule of another source is skipped" },
	{ KEY_EXCEPTIONS, RULE, PATCHED, "exceptions", "all", "names of the exceptions in force" },
	{ KEY_WARN_EVTTYPES, RULE, KEY_CAN_REPLACE, "warn_evttypes", "true",
	  "false silences the lint no-evttype" },
	{ KEY_SKIP_IF_UNKNOWN_FILTER, RULE, KEY_CAN_REPLACE, "skip_if_unknown_filter", "false",
	  "true: an unknown field or event type drops the rule instead of being an error" },
	{ KEY_FIELDS, EXCEPTION, KEY_REQUIRED | KEY_QUOTED | KEY_CAN_REPLACE, "fields", NULL,
	  "what the tuples compare, comma separated" },
	{ KEY_COMPS, EXCEPTION, KEY_QUOTED | KEY_CAN_REPLACE, "comps", "in; = for each of several",
	  "one comparator per field, comma separated" },
	{ KEY_VALUES, EXCEPTION, KEY_QUOTED | KEY_TUPLES | PATCHED, "values", "",
	  "one tuple per line, one cell per field" },
	{ KEY_OVERRIDE, LIST | MACRO | RULE | EXCEPTION, 0, "override", NULL,
	  "redefine: replaces what an earlier file defined" },
	{ KEY_DESC, CASE, 0, "desc", "", "what the case shows, for readers" },
	{ KEY_LOG, CASE, KEY_REQUIRED, "log", NULL,
	  "recordings or audit logs, comma separated, beside the test file" },
	{ KEY_ENABLE, CASE, 0, "enable", "as the files say",
	  "the rules in force: id, title glob or tag:NAME, comma separated" },
	{ KEY_ALERTS, CASE, KEY_QUOTED | KEY_TUPLES, "alerts", "none",
	  "one line per kind of alert: rule id, how many, FIELD = VALUE ..." },
	{ KEY_CAPTURE, RULE, KEY_UNSUPPORTED, "capture", NULL, "not supported" },
	{ KEY_CAPTURE_DURATION, RULE, KEY_UNSUPPORTED, "capture_duration", NULL, "not supported" },
};

const struct section_def *section_def_at(enum section_kind kind)
{
	return &defs[kind];
}

int section_kind_by_name(unsigned kinds, struct str word)
{
	for (int i = 0; i < SECTION_KINDS; i++)
		if (kinds & 1u << i && str_eq(word, str_of(defs[i].name)))
			return i;
	return -1;
}

const struct key_def *key_def_at(size_t i)
{
	return i < ARRAY_LEN(keys) ? &keys[i] : NULL;
}

static const struct key_def *find_base(enum section_kind kind, struct str base)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (key_fits(&keys[i], kind) && str_eq(base, str_of(keys[i].name)))
			return &keys[i];
	return NULL;
}

const struct key_def *key_find(enum section_kind kind, struct str name, enum key_op *op,
			       struct str *nearest)
{
	static const struct {
		struct str suffix;
		unsigned flag;
	} ops[] = {
		[KEY_SET] = { { "", 0 }, 0 },
		[KEY_APPEND] = { { ".append", 7 }, KEY_CAN_APPEND },
		[KEY_REPLACE] = { { ".replace", 8 }, KEY_CAN_REPLACE },
	};
	struct nearest near = nearest_to(name);
	const struct key_def *def;

	*nearest = STR_ABSENT;
	for (unsigned i = 0; i < ARRAY_LEN(ops); i++) {
		if (!str_ends(name, ops[i].suffix))
			continue;
		def = find_base(kind, str_first(name, name.len - ops[i].suffix.len));
		if (def && (def->flags & ops[i].flag) == ops[i].flag) {
			*op = (enum key_op)i;
			return def;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (key_fits(&keys[i], kind))
			nearest_offer(&near, str_of(keys[i].name));
	*nearest = near.best;
	return NULL;
}
