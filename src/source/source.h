/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where records come from. A source does I/O and never parses more than framing (lines or
 * messages).
 *
 * Two shapes share one consumer: block sources (plugin, replay) give text lines inside a block,
 * message sources (multicast) give (type, payload).
 */
#ifndef WC_SOURCE_H
#define WC_SOURCE_H

#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"

struct source_consumer {
	void *ctx;
	/*
	 * A file of its own begins; may be NULL. Records of our own types are believed only in a file that
	 * begins with one: auditd begins its files with the kernel's, and what a process smuggles into the
	 * text of a record never comes first. A live stream of lines has none.
	 */
	void (*begin)(void *ctx);
	/* one text line without newline; borrowed until settle */
	void (*line)(void *ctx, struct str line);
	/* one netlink message; borrowed for the call */
	void (*message)(void *ctx, uint32_t type, struct str payload);
	/* the block that lines were given from is about to be reused: copy what is still needed */
	void (*settle)(void *ctx);
	/* @n messages or bytes were lost before what comes next (ENOBUFS, over-long line) */
	void (*lost)(void *ctx, uint64_t n);
};

#endif
