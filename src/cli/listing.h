/* SPDX-License-Identifier: Apache-2.0 */
/* A table of texts on its way to stdout: aligned text, JSON objects or markdown. */
#ifndef WC_LISTING_H
#define WC_LISTING_H

#include "base/arena.h"
#include "base/buf.h"

#define LISTING_COLUMNS 9

struct listing {
	struct arena *arena; /* the caller's */
	const char *columns[LISTING_COLUMNS];
	size_t n_columns;
	struct str prefix; /* rows that begin otherwise are left out; absent: none is */
	struct str *cells; /* n_rows * n_columns */
	size_t n_rows, cap_rows;
	bool failed;
};

/* a row of n_columns texts, copied; an absent text is null in JSON and empty elsewhere */
void listing_add(struct listing *l, const struct str *cells);
/* @format: "text", "json", "markdown"; NULL = text */
void listing_render(const struct listing *l, const char *format, struct buf *out);

#endif
