/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshot of what is known (state/snapshot.h) as a file in the run directory.
 *
 * The worker renders it once a minute, between events, and at its end; the output thread writes it.
 */
#ifndef WC_SNAPSHOT_FILE_H
#define WC_SNAPSHOT_FILE_H

#include <limits.h>
#include <pthread.h>

#include "base/buf.h"
#include "state/snapshot.h"

struct diag;
struct engine;

struct snapshot_file {
	char path[PATH_MAX];
	char boot[64]; /* of this boot; "": not known, then nothing is kept */
	uint64_t due; /* worker: when the next one is rendered */
	struct buf rendered; /* worker */
	pthread_mutex_t lock;
	struct buf waiting; /* under the lock: empty, or what is to be written */
	struct buf written; /* output thread */
	int result; /* of the last writing; output thread */
};

void snapshot_file_init(struct snapshot_file *f, const char *run_dir);
void snapshot_file_release(struct snapshot_file *f);
/* of which boot and when one is that is written or read now */
struct snapshot_head snapshot_file_head(const struct snapshot_file *f, uint64_t now);
/* what the file holds: 0, -ENOENT, or another -errno with the reason in @d */
int snapshot_file_read(const struct snapshot_file *f, struct buf *text, struct diag *d);
/* worker, after engine_start(): a file that is missing is nothing new, any other that is not used is told */
void snapshot_file_restore(const struct snapshot_file *f, struct engine *e);
/* worker: render when it is due, or @at_last */
void snapshot_file_render(struct snapshot_file *f, const struct engine *e, uint64_t now,
			  bool at_last);
/* output thread, or after it ended: write what waits */
void snapshot_file_write(struct snapshot_file *f);

#endif
