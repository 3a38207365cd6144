/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML file as a small tree of nodes with places, for the import.
 *
 * Refused: aliases, tags that change what a text is, keys that are no text, more than 32 levels or
 * 262144 nodes. The tree borrows the lines of the file for its messages.
 */
#ifndef WC_IMPORT_YAML_H
#define WC_IMPORT_YAML_H

#include "rule/rulefile.h"

enum doc_kind { DOC_TEXT, DOC_SEQUENCE, DOC_MAP };

struct doc_node {
	enum doc_kind kind;
	unsigned line, column; /* from 1, columns in bytes */
	unsigned last_line;
	struct str key; /* in a map; else absent */
	struct str text; /* TEXT */
	struct doc_node *children, *next;
};

/*
 * The sequences of all documents as one. NULL with one error in @d when the file cannot be read.
 * @text: the bytes that @f was made of.
 */
struct doc_node *doc_read(const struct rulefile *f, struct str text, struct arena *a,
			  struct diag *d);
struct place doc_place(const struct rulefile *f, const struct doc_node *n);

/* the value of @key in a map, or NULL */
const struct doc_node *doc_get(const struct doc_node *map, const char *key);
/* the text of @key in a map; absent: not there, or no text */
struct str doc_text(const struct doc_node *map, const char *key);
/* YAML's words for true and false; false: neither */
bool doc_bool(const struct doc_node *n, bool *out);
/* a key that stands twice in the map, or absent */
struct str doc_twin(const struct doc_node *map);

#endif
