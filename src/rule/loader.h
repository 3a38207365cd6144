/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands between rule files and what is made of them: the arena that everything lives in, the
 * merge of all sections, the first failure.
 */
#ifndef WC_LOADER_H
#define WC_LOADER_H

#include "rule/merge.h"
#include "rule/ruleset.h"

struct loader {
	struct arena *arena; /* who keeps what was made takes it */
	struct merge merge;
	struct diag *d;
	struct diag *own; /* where the caller gave none */
	size_t old_errors; /* in @d before we began */
	unsigned files;
	int error; /* 0, or -errno: -ENOMEM stays, others are replaced */
};

/* l->error tells whether there was memory for it; loader_end() is due either way */
void loader_begin(struct loader *l, struct diag *d);
void loader_end(struct loader *l);
#define auto_loader __attribute__((cleanup(loader_end)))

/* Each goes on after a fault: all of them are in l->d. */
void loader_read_paths(struct loader *l, const char *const *paths, size_t n);
void loader_read_texts(struct loader *l, const struct ruleset_text *texts, size_t n);
/* @r < 0 is kept */
void loader_fail(struct loader *l, int r);
bool loader_has_failed(const struct loader *l);

#endif
