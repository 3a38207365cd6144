/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists and macros by name (language.md 2.4), after all files are merged: on trees, never on text. Lists and
 * macros share one name space. A macro's tree is shared by all its uses and evaluated once per event.
 */
#ifndef WC_RESOLVE_H
#define WC_RESOLVE_H

#include "base/map.h"
#include "filter/parse.h"

#define RESOLVE_NESTING_MAX 64
#define RESOLVE_EXPANSION_MAX 65536
/* of a tree, macros expanded: what walks trees goes as deep. One text alone has some 600 at most. */
#define RESOLVE_LEVELS_MAX 2000

enum visit { VISIT_NOT, VISIT_NOW, VISIT_DONE };

struct list {
	struct str name;
	struct span span; /* of the definition, for messages */
	struct operand *items; /* as parsed; after names_resolve() with lists in lists replaced */
	size_t n;
	enum visit visit;
	bool is_used;
	bool is_broken; /* an error in it was told */
	struct list *next; /* in the order in which they were added */
};

struct macro {
	struct str name;
	struct span span;
	struct node *body;
	size_t nodes; /* expanded */
	unsigned levels; /* expanded */
	unsigned shared; /* slot of its result in a filter_frame */
	enum visit visit;
	bool is_used;
	bool is_checked; /* by check.h: its faults are told once, not at every use */
	int check_error;
	bool is_broken;
	struct macro *next;
};

struct names {
	struct arena *arena;
	struct map lists, macros; /* values: struct list, struct macro */
	struct list *first_list, **lists_end;
	struct macro *first_macro, **macros_end;
	unsigned shared_results;
};

void names_begin(struct names *n, struct arena *a);
void names_release(struct names *n);
/* @body, @items: from parse.h. 0 or -ENOMEM. */
int names_add_list(struct names *n, struct str name, const struct span *span,
		   struct operand *items);
int names_add_macro(struct names *n, struct str name, const struct span *span, struct node *body);
/* all lists and macros among themselves: unknown names, cycles, limits. 0 or -EINVAL with messages. */
int names_resolve(struct names *n, struct diag *d);
/* one condition against them (also single texts of exceptions); 0 or -EINVAL with messages */
int resolve(struct node *root, struct names *n, struct diag *d);
/* elements of a set or of an exception's cell: list names replaced by their items */
int resolve_items(struct operand **items, struct names *n, struct diag *d);

#endif
