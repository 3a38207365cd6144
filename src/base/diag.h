/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an administrator reads when a file or option is wrong: file:line:column, severity, message,
 * the offending line and a caret, notes, and a stable code in brackets.
 *
 *   20-kernel-helpers.ini:14:28: error: unknown event type 'opennat' [unknown-event]
 *     14 |     and evt.type in (open, opennat)
 *        |                            ^~~~~~~
 *     note: in macro 'opened', used by rule 'release-agent-write' at 30-escape.ini:9:13
 *
 * A struct diag collects any number of entries (bounded: after 200 errors it only counts) and owns
 * all their text. Lines and columns count from 1, columns in bytes; 0 = not known.
 */
#ifndef WC_DIAG_H
#define WC_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* where something stands in a text that the caller keeps alive during the call */
struct place {
	const char *file; /* NULL: no file (command line, kernel) */
	unsigned line, column; /* from 1; 0 = unknown */
	unsigned width; /* bytes to underline; 0 or 1 = the caret alone */
	struct str text; /* the whole physical line, absent if unknown */
};

struct diag_entry {
	enum diag_severity severity;
	char *file;
	unsigned line, column, width;
	char *text; /* the source line, or NULL */
	char *message;
	const char *code; /* a constant, e.g. "unknown-event"; NULL = none */
};

struct diag;

struct diag *diag_new(void);
void diag_free(struct diag *d);
DEFINE_AUTO(diag)
void diag_clear(struct diag *d);

/* All three accept d == NULL (nobody asked). @code must be a constant string or NULL. */
void diag_error(struct diag *d, const struct place *where, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void diag_warning(struct diag *d, const struct place *where, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* belongs to the entry before it */
void diag_note(struct diag *d, const struct place *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* all entries of @from, behind those of @to; @from keeps its own */
void diag_append(struct diag *to, const struct diag *from);

size_t diag_errors(const struct diag *d);
size_t diag_warnings(const struct diag *d);
size_t diag_count(const struct diag *d);
const struct diag_entry *diag_at(const struct diag *d, size_t i);

/*
 * all entries in the form above, or as a JSON array of objects
 * {severity,file,line,column,code,message,text}
 */
void diag_render_text(const struct diag *d, struct buf *out);
void diag_render_json(const struct diag *d, struct buf *out);

#endif
