/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a record's body: key=value pairs, the value bare, "quoted", 'quoted' or hex.
 *
 * scan_next() gives views and decodes nothing. Which fields the kernel hex-encodes when they hold
 * odd bytes (audit_log_untrustedstring(), kernel/audit.c) is known by field, not guessed by look:
 * scan_untrusted() is called by those who read such a field.
 */
#ifndef WC_SCAN_H
#define WC_SCAN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct scan {
	const char *at, *end;
};

struct scan_field {
	struct str key;
	struct str value; /* without the quotes */
	char quote; /* '"', '\'' or 0 */
};

static inline struct scan scan_start(struct str body)
{
	return (struct scan){ body.ptr, body.ptr ? body.ptr + body.len : NULL };
}
bool scan_next(struct scan *s, struct scan_field *out);
/* the same, if that field is @key; else false, and it is still to come */
bool scan_expected(struct scan *s, struct str key, struct scan_field *out);
/* the first field @key of @body; false if there is none */
bool scan_find(struct str body, struct str key, struct scan_field *out);
/*
 * An untrusted string field: quoted = as it is; "(null)", "(none)" or "?" bare = absent; bare hex =
 * decoded into @arena; anything else as it is. Never fails but by an exhausted arena (then absent).
 */
struct str scan_untrusted(const struct scan_field *f, struct arena *arena);

#endif
