/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the live answerer that looks closer at one process, for facts_live.c alone. */
#ifndef WC_FACTS_LOOK_H
#define WC_FACTS_LOOK_H

#include "kernel/errand.h"
#include "kernel/overlay.h"
#include "kernel/procfs.h"
#include "state/fact.h"

struct looker {
	const struct procfs *proc;
	struct errand *errand;
	struct overlays overlays;
};

/* @boot: when the machine started, ns; 0 = not known. The answer of @q; 0 or -errno. */
int look_ask(struct looker *l, uint64_t boot, struct fact *q, struct arena *a);
void look_release(struct looker *l);

#endif
