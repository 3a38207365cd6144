/* SPDX-License-Identifier: Apache-2.0 */
/* What is written of each kind of fact, and read again: one table of rows a struct. */
#ifndef WC_FACT_ROWS_H
#define WC_FACT_ROWS_H

#include <stddef.h>

#include "state/fact.h"

enum fact_row_kind {
	ROW_I32,
	ROW_U32,
	ROW_U64,
	ROW_FLAG, /* bool */
	ROW_TEXT, /* struct str */
	ROW_FOUR_U32,
	ROW_EIGHT_U64,
	ROW_TEXTS, /* struct spec_list: a field for each */
};

struct fact_row {
	const char *name;
	enum fact_row_kind kind;
	size_t offset; /* in the answer */
};

struct fact_shape {
	const char *name;
	const struct fact_row *rows;
	size_t n, size; /* size: of an item of a list; 0: a single answer */
	size_t offset; /* of the answer in struct fact */
};
extern const struct fact_shape
	fact_shapes[FACT_KINDS]; /* by enum fact_kind; no name: is not written */

#endif
