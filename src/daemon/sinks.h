/* SPDX-License-Identifier: Apache-2.0 */
/* The sinks that the options ask for, as one. Used by one thread. */
#ifndef WC_SINKS_H
#define WC_SINKS_H

#include "daemon/config.h"
#include "sink/sink.h"

#define SINKS_MAX 4

struct sinks {
	struct sink *at[SINKS_MAX];
	size_t n;
};

/* @stdout_too: standard output is ours to print to. 0, or -errno with errors in @d. */
int sinks_open(struct sinks *s, const struct config *c, bool stdout_too, struct diag *d);
void sinks_release(struct sinks *s);
void sinks_tell(const struct sinks *s, const struct alert *a);
void sinks_flush(const struct sinks *s);
/* delivered and not delivered, over all */
struct sink_stats sinks_stats(const struct sinks *s);

#endif
