/* SPDX-License-Identifier: Apache-2.0 */
/* A reload's new rules on their way from the main thread to the worker. */
#ifndef WC_HANDOVER_H
#define WC_HANDOVER_H

#include "daemon/generation.h"
#include "daemon/sinks.h"

struct handover {
	struct ruleset *rules; /* the worker's, once it has taken them */
	char hostname[HOSTNAME_SIZE];
};

/*
 * All that a reload needs, made beside what is in force: the rules in the handover, options in @config, open sinks in @sinks, all
 * the caller's. Nothing after this can fail. NULL with errors in @d: nothing was made.
 */
struct handover *handover_load(const struct origin *origin, bool stdout_too, struct config **config,
			       struct sinks *sinks, struct diag *d);
void handover_free(struct handover *h);
/* warns of options that differ and that a reload does not change */
void handover_tell_unchanged(const struct config *old, const struct config *new);

#endif
