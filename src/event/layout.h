/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which fields of a record go where in a struct: one table of rows for each record type, read in
 * one pass.
 *
 * Rows stand in the order in which the kernel writes the fields: the row after the last hit is
 * nearly always the right one, so that a key is compared once. Other orders, missing and unknown
 * fields cost only time.
 */
#ifndef WC_LAYOUT_H
#define WC_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum layout_kind {
	/* numbers, here decimal: nonsense leaves the member as it was */
	LAYOUT_U32,
	LAYOUT_U64,
	LAYOUT_I32,
	LAYOUT_I64,
	LAYOUT_ID, /* uint32_t; nonsense and -1 are UINT32_MAX */
	LAYOUT_OCTAL, /* uint32_t */
	LAYOUT_HEX32,
	LAYOUT_HEX64,
	LAYOUT_DEVICE, /* "fe:1f", hex: two uint32_t, major and minor */
	LAYOUT_YES, /* bool: "yes" */
	LAYOUT_WORD, /* struct str, as it is */
	LAYOUT_TEXT, /* struct str, decoded if need be (scan_untrusted) */
};

struct layout_row {
	struct str key;
	enum layout_kind kind;
	uint16_t offset;
	bool is_last; /* nothing that matters comes behind it */
};

#define LAYOUT_ROW(key, kind, type, member)                                                        \
	{                                                                                          \
		{ key, sizeof(key) - 1 }, kind, offsetof(struct type, member), false               \
	}
#define LAYOUT_LAST(key, kind, type, member)                                                       \
	{                                                                                          \
		{ key, sizeof(key) - 1 }, kind, offsetof(struct type, member), true                \
	}

/* fills @out from @body; bit i of the result (@n <= 64): row i was there with a usable value */
uint64_t layout_read(const struct layout_row *rows, size_t n, struct str body, void *out,
		     struct arena *arena);

#endif
