/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One physical line of a rule file, judged alone: its bytes, a section header, a key (language.md
 * 1.2).
 */
#ifndef WC_LINE_H
#define WC_LINE_H

#include <stdbool.h>

#include "base/str.h"
#include "rule/keys.h"

/* what is wrong, and where in the line */
struct complaint {
	size_t offset, width;
	const char *code;
	char message[256];
};

/* Each is true when the line is good; else *why is filled. */
bool line_check_bytes(struct str line, struct complaint *why);

struct header {
	enum section_kind kind;
	struct str whole; /* as written: NAME or ID/NAME */
	struct str name; /* of the object; of an exception the part behind the slash */
	struct str rule; /* exceptions: ID of their rule; else absent */
};
/* @line begins with '['; @kinds: which sections the file may have */
bool line_header(struct str line, unsigned kinds, struct header *out, struct complaint *why);
/* @value: what stands behind the '=', untrimmed */
bool line_key(struct str line, struct str *key, struct str *value, struct complaint *why);

#endif
