/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs read back: files in the order of their first records' stamps, so that audit.log and its
 * rotated ancestors may be named in any order; "-" is standard input. What cannot be looked into
 * beforehand (standard input, pipes) comes last, in the order named.
 */
#ifndef WC_REPLAY_H
#define WC_REPLAY_H

#include <stddef.h>

#include "base/diag.h"
#include "source/source.h"

/*
 * Gives every line of all @n files; nothing is given when one of them cannot be opened.
 * 0, or -errno with the file and the reason in @d. All that was given is settled when it returns.
 */
int replay_read(const char *const *paths, size_t n, const struct source_consumer *to,
		struct diag *d);

#endif
