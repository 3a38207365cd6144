/* SPDX-License-Identifier: Apache-2.0 */
/* What a compiled template is made of: between its compiler and its renderer only. */
#ifndef WC_TEMPLATE_PARTS_H
#define WC_TEMPLATE_PARTS_H

#include "filter/parse.h"
#include "filter/schema.h"

/* literal text, or the value of a field or call when literal is absent */
struct piece {
	struct str literal;
	const struct operand *subject;
	bool is_many; /* all values, not the first alone */
	size_t width; /* characters to pad or cut to; 0: as long as it is */
	struct piece *next;
};

struct named_use {
	struct str key; /* as written */
	const struct field_use *use;
	struct named_use *next;
};

struct template
{
	struct piece *pieces;
	struct named_use **uses;
	size_t n_uses;
	bool wants_summary;
};

#endif
