/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Untrusted bytes on their way out: control characters as in JSON (\n, \t, \u001b), and so marks that
 * turn the direction of text (\u202e); invalid UTF-8 as U+FFFD, a value cut at @max bytes with
 * "[...]" behind it (never inside a UTF-8 sequence).
 */
#ifndef WC_ESCAPE_H
#define WC_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

#define ESCAPE_VALUE_MAX 4096

/* for text lines: quotes and backslashes stay as they are */
void escape_text(struct buf *out, struct str s, size_t max);
/* for the inside of a JSON string: also \" and \\ */
void escape_json(struct buf *out, struct str s, size_t max);
bool utf8_valid(struct str s);

#endif
