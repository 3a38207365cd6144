/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A byte stream cut into lines inside one block of memory, without copying them.
 *
 * Lines are given to the consumer as views into the block; before the block is used again, settle()
 * says so. Of a line that is too long for a record, the first LINE_MAX_GIVEN bytes are given, which
 * record_parse_line() refuses: it is counted once, as malformed; the rest is skipped.
 */
#ifndef WC_LINES_H
#define WC_LINES_H

#include "base/cleanup.h"
#include "event/record.h"
#include "source/source.h"

#define LINE_MAX_GIVEN (RECORD_MAX + 1)

struct lines;

/* NULL on ENOMEM */
struct lines *lines_new(const struct source_consumer *to);
/* settles first: nothing that was given lives longer than this */
void lines_free(struct lines *l);
DEFINE_AUTO(lines)

/* another file begins */
void lines_begin(struct lines *l);
/* one read(2) from @fd: bytes read, 0 at the end of the stream, or -errno (-EAGAIN, -EINTR, ...) */
ssize_t lines_read(struct lines *l, int fd);
/* the stream is over: what stands behind the last newline is a line too */
void lines_end(struct lines *l);

#endif
