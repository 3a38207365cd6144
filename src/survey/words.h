/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets in few words, for tables: capabilities against what runtimes give by default.
 */
#ifndef WC_WORDS_H
#define WC_WORDS_H

#include <stdint.h>

#include "base/buf.h"

/* "SYS_ADMIN BPF", without CAP_ */
void words_capabilities(uint64_t set, struct buf *out);
/*
 * "none", "all", "all-SYS_BOOT", "default+SYS_ADMIN", "CHOWN KILL+BPF": behind '+' what runtimes do
 * not give by default, behind '!' what is in @beyond
 */
void words_excess(uint64_t set, uint64_t beyond, struct buf *out);

#endif
