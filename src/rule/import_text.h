/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Foreign texts made fit for rule files: no line, comment, string or section may begin where the
 * text itself had none.
 */
#ifndef WC_IMPORT_TEXT_H
#define WC_IMPORT_TEXT_H

#include "base/buf.h"

/* another word in the place of @width bytes of a condition */
struct text_edit {
	size_t offset, width;
	struct str word;
};

/* for readers: one line, without ends, " ;" as ";" */
void text_plain(struct str s, struct buf *out);
/* a condition, blanks between its tokens as single ones; @edits in order of their offsets */
void text_condition(struct str s, const struct text_edit *edits, size_t n, struct buf *out);
/* can stand in a list without quotes of ours: *is_bare, it may be the name of a list */
bool text_is_string(struct str s, bool *is_bare);
/* a string of a list or tuple: as it is where it is one, else quoted */
void text_string(struct str s, struct buf *out);
/* "key = value", folded at single blanks near 100 columns */
void text_key(const char *key, struct str value, struct buf *out);
/* every line of @s behind "; " */
void text_comment(struct str s, struct buf *out);

#endif
