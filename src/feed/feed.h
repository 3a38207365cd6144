/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel audit rules that feed the enabled detection rules.
 *
 * Derived from one table (feed/table.h), never from what an administrator loaded: a key is a hint,
 * the administrator's rules may match first, and no verdict depends on ours.
 */
#ifndef WC_FEED_H
#define WC_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "kernel/hostfiles.h"
#include "rule/ruleset.h"
#include "state/state.h"

/* what a line is for */
struct feed_reason {
	const char *code; /* of the table: "K1" */
	const char *why; /* one line */
	const char *volume; /* what to expect */
	struct str rules; /* ids of the rules that need it, "a, b"; "": only attribution does */
};

/* one line of auditctl(8), without a newline */
struct feed_line {
	struct str text;
	const struct feed_reason
		*reasons; /* one, but for calls of several rows that share a line */
	size_t n_reasons;
	bool needs_loader; /* feed_load() brings it; auditctl 3.0 does not know its list */
};

struct feed {
	struct feed_line *lines; /* in the order to load */
	size_t n;
	struct str unfed; /* calls that enabled rules name and no line brings, "connect, openat" */
};

/* what of this host is watched, as far as the enabled rules ask for it */
struct feed_places {
	const struct state_watch *hierarchies;
	size_t n_hierarchies;
	const struct hostfile_watch *files;
	size_t n_files;
	const int32_t
		*tasks; /* threads, and groups (negative), that a signal must not reach unseen */
	size_t n_tasks;
};

/* @machine: libaudit's MACH_86_64 or MACH_AARCH64; FEED_THIS_MACHINE = what runs here */
#define FEED_THIS_MACHINE (-1)
/*
 * 0, -ENOMEM, or -ENOTSUP for a machine without a table. @rules may be NULL: then what attribution
 * needs alone; @places too: nothing is watched. All of @out lives in @a.
 */
int feed_derive(const struct ruleset *rules, const struct feed_places *places, int machine,
		struct arena *a, struct feed *out);
/* the same for what attribution needs, in lines that load on any machine with a table */
int feed_derive_static(struct arena *a, struct feed *out);

#endif
