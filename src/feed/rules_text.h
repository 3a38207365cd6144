/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a feed as a rules file of auditctl(8), each below what it is for. */
#ifndef WC_FEED_RULES_TEXT_H
#define WC_FEED_RULES_TEXT_H

#include "base/buf.h"
#include "feed/feed.h"

/* @before: the line ahead of it, or NULL; what they are for in common is said once */
void feed_line_text(const struct feed_line *l, const struct feed_line *before, struct buf *out);
/* the file that is shipped (rules/audit): lines that load on any machine with a table */
struct str feed_static_file(struct arena *a);

#endif
