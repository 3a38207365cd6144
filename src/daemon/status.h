/* SPDX-License-Identifier: Apache-2.0 */
/* How the daemon does: one table of numbers, written as JSON to run_dir/status and shown by `watchcap status`. */
#ifndef WC_STATUS_H
#define WC_STATUS_H

#include "base/buf.h"
#include "base/diag.h"
#include "daemon/engine.h"
#include "daemon/guardian.h"
#include "source/modifications.h"

struct status {
	const char *mode; /* "run", "plugin" */
	uint64_t pid, started, written; /* times in ns */
	struct engine_stats engine;
	uint64_t rules;
	struct state_stats state;
	uint64_t intake_lost, ring_used, recorder_lost;
	uint64_t alerts_lost, sinks_told, sinks_failed;
	uint64_t audit_lost, audit_backlog;
	uint64_t reloads, reloads_failed;
	uint64_t cgroups_writable; /* 1: a container can be frozen and killed as a whole */
	struct guardian_stats guard;
	struct modifications_stats modifications;
};

/* replace run_dir/status; 0 or -errno */
int status_write(const char *run_dir, const struct status *s);
/* remove it at exit: what does not run has no status */
void status_remove(const char *run_dir);
/* the JSON of a running daemon; 0, or -errno with an error in @d (-ESRCH: none runs) */
int status_read(const char *run_dir, struct buf *json, struct diag *d);
/* what a member of it means; "" if it needs no words */
const char *status_help(struct str key);
/* that JSON for people; 0, or -EINVAL */
int status_render_text(struct str json, struct buf *out);

#endif
