/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The accounting of an import: its files, their items, the objects that items define and patch, and
 * what became of each. Inside of the import only.
 */
#ifndef WC_IMPORT_ITEM_H
#define WC_IMPORT_ITEM_H

#include "base/map.h"
#include "rule/import.h"
#include "rule/import_yaml.h"

enum item_kind { ITEM_RULE, ITEM_MACRO, ITEM_LIST, ITEM_REQUIREMENT, ITEM_OTHER, ITEM_KINDS };
const char *item_kind_name(enum item_kind kind);

/* from good to bad: an item only gets worse */
enum item_class { CLASS_FULL, CLASS_PARTIAL, CLASS_DISABLED, CLASS_DROPPED, ITEM_CLASSES };
const char *item_class_name(enum item_class class);

enum reason {
	REASON_UNKNOWN_FIELD,
	REASON_NEVER_AVAILABLE,
	REASON_NEGATED_UNAVAILABLE,
	REASON_UNKNOWN_EVENT,
	REASON_DEAD_EVTTYPE,
	REASON_UNKNOWN_SOURCE,
	REASON_TYPE_ERROR,
	REASON_UNSUPPORTED_KEY,
	REASON_BAD_ITEM,
	REASON_TOO_LONG,
	REASON_NAME_CHANGED,
	REASON_REQUIREMENT,
	REASON_HINT,
	REASONS,
};
const char *reason_name(enum reason r);

struct remark {
	enum reason reason;
	struct str detail;
	struct remark *next;
};

struct exception_name {
	struct str name, ini;
	bool defined; /* so far, in the order of the output */
	struct exception_name *next;
};

/* a list, macro or rule, by its name in YAML */
struct object {
	enum item_kind kind;
	struct str name;
	struct str ini; /* its name in our files; of a rule the slug */
	struct exception_name *exceptions;
	bool is_lost; /* all that defined it was dropped */
	bool is_disabled; /* the import decided so */
	const struct item *culprit; /* why it is lost */
	/* while sections are written */
	bool defined, lists_exceptions;
	unsigned in_file, in_level; /* where its last section stands; in_file from 1, 0: nowhere */
	struct object *next;
};

struct item {
	enum item_kind kind;
	enum item_class class;
	const struct doc_node *node;
	struct import_file *file;
	struct object *object; /* NULL: requirements and what is no item at all */
	struct str name;
	bool is_definition; /* of its object, the first or another */
	struct remark *remarks, **remarks_end;
	bool is_edited; /* its output, since it was written last */
	struct str output; /* a rule's, without the fields that nobody knows; absent: as it was */
	struct item *next;
};

/* an item's sections in an output */
struct piece_of_output {
	struct item *item;
	unsigned first, last; /* lines */
	unsigned output_first, output_last; /* of the rule's output; 0: none */
	struct piece_of_output *next;
};

struct output {
	struct str name;
	struct buf text;
	unsigned lines;
	struct piece_of_output *pieces, **pieces_end;
	struct output *next;
};

struct import_file {
	const struct rulefile *source;
	const char *name; /* for people: without its directory */
	unsigned number; /* from 1 */
	struct output *outputs, *last;
	unsigned levels; /* outputs */
	struct import_file *next;
};

struct import {
	struct arena *arena;
	const struct schema *schema;
	struct diag *d;
	struct import_file *files;
	struct item *items;
	struct object *objects;
	struct map by_name; /* objects: "kind name" */
	struct map by_ini; /* objects: lists and macros share one name space */
	bool has_renamed, has_lost; /* lists or macros */
	bool is_final; /* keys that would hide errors from us are written, too */
	struct ruleset_text *texts;
	size_t n_texts;
	bool no_memory;
};

/* items of one file; false: told */
bool items_read(struct import *im, struct import_file *f, const struct doc_node *root);
/* one more reason; @class is what the item is at best from now on */
void item_remark(struct import *im, struct item *it, enum item_class class, enum reason reason,
		 struct str detail);
/* which objects have no definition left */
void items_find_lost(struct import *im);

/* names for all objects; those that stay go first */
bool names_give(struct import *im);
struct object *object_find(const struct import *im, enum item_kind kind, struct str name);
/* a list or macro by its name in our files */
struct object *object_find_ini(const struct import *im, struct str name);
/* by @name in the rule; NULL: out of memory */
struct exception_name *exception_name_of(struct import *im, struct object *rule, struct str name);

/* sections of all items, anew; true: items were dropped, so that it must be done again */
bool sections_write(struct import *im);

#endif
