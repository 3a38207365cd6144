/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a restart must not forget and /proc cannot tell: whose container a living process was born
 * in, who has deserted it, by what its capabilities are known, what a container was given, and how the kernel's knobs
 * were. As text, and back.
 *
 * First line: version, boot, time and a hash of the rest; then a fact body a line. Whatever is not
 * of this version, boot and hash, or is too old, is refused as a whole.
 */
#ifndef WC_SNAPSHOT_H
#define WC_SNAPSHOT_H

#include "base/buf.h"
#include "state/fact.h"

struct diag;
struct state;

#define SNAPSHOT_MAX (16 * 1024 * 1024)
#define SNAPSHOT_AGE_MAX (24 * 3600 * UINT64_C(1000000000))

/* of which boot (/proc/sys/kernel/random/boot_id) and when (ns since the epoch) */
struct snapshot_head {
	struct str boot;
	uint64_t time;
};

/* replaces what @out holds; 0 or -ENOMEM */
int snapshot_write(const struct state *s, const struct snapshot_head *head, struct buf *out);
/*
 * After state_start(), or state_begin(): every process of @text that still lives (same pid, and the same start, or
 * one before it was first seen) is its container's again, id_source `snapshot` where /proc said
 * otherwise; those that are still on the roll when they are met. 0; or -EINVAL with the reason in @d, and nothing
 * learnt; or -ENOMEM.
 */
int snapshot_restore(struct state *s, struct str text, const struct snapshot_head *now,
		     struct diag *d);
/* when it was written; 0: it is none */
uint64_t snapshot_time(struct str text);
/* a line: if it is believed it is learnt, and told to a recording */
void snapshot_apply(struct state *s, struct str line, struct arena *a);
/* one line of it, verified against the process table; also from a recording */
void snapshot_learn(struct state *s, const struct fact *f, struct arena *a);

#endif
