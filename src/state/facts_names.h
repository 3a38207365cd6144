/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the live answerer that names users and groups, for facts_live.c alone. */
#ifndef WC_FACTS_NAMES_H
#define WC_FACTS_NAMES_H

#include "kernel/errand.h"
#include "kernel/procfs.h"
#include "state/fact.h"
#include "state/users.h"

struct namer {
	const struct procfs *proc;
	const char *root; /* the host's */
	struct errand *errand;
	struct users users; /* of the host */
};

/* FACT_USER, FACT_GROUP: the answer of @q; 0 or -errno */
int namer_ask(struct namer *n, struct fact *q, struct arena *a);
void namer_release(struct namer *n);

#endif
