/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing one item: what the files import_value.c, import_exception.c and import_section.c share.
 * What cannot be written drops the item, with a remark. Inside of the import only.
 */
#ifndef WC_IMPORT_WRITER_H
#define WC_IMPORT_WRITER_H

#include "rule/import_item.h"

enum mode { MODE_DEFINE, MODE_REDEFINE, MODE_PATCH };

struct writer {
	struct import *im;
	struct item *item;
	enum mode mode;
	struct buf *out;
	unsigned output_at; /* bytes of out where the rule's output begins and ends; 0: none */
	unsigned output_end;
};

void writer_drop(struct writer *w, enum reason reason, struct str detail);
void writer_drop_bad(struct writer *w, const char *what, struct str name);

/* "key = value" of several kinds */
void put_condition(struct writer *w, const char *key, struct str text);
void put_plain(const char *key, struct str text, struct buf *out);
void put_items(struct writer *w, const char *key, const struct doc_node *list);
/* a text, or texts with commas between them */
void put_words(struct writer *w, const char *key, const struct doc_node *n);
/* a string of a list or tuple; texts of a list with commas between them */
void put_string(struct writer *w, struct str text, struct buf *out);
void put_texts(struct writer *w, const struct doc_node *list, struct buf *out);

/* the sections of a rule's exceptions; @is_patch: what is known already gets more values */
void put_exceptions(struct writer *w, bool is_patch);

#endif
