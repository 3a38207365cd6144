/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon alive: intake, worker and output threads around one engine, and the main thread that minds
 * signals. `run` and `plugin` differ in what they hand in here.
 */
#ifndef WC_PIPELINE_H
#define WC_PIPELINE_H

#include <sys/types.h>

#include "daemon/generation.h"
#include "source/source.h"

struct kaudit;
struct state;

struct pipeline_options {
	const char *mode; /* "run", "plugin" */
	/*
	 * The intake thread's whole life: give records to @to until @stop_fd gets readable or the input
	 * ends. 0, or -errno when the source broke.
	 */
	int (*intake)(void *ctx, const struct source_consumer *to, int stop_fd);
	/* worker: engine_options.needs; may be NULL */
	void (*needs)(void *ctx, const struct ruleset *rules, const struct state *state);
	const struct kaudit *
		control; /* the output thread's: what the kernel says of its audit; NULL: not to be had */
	void *ctx;
	const struct origin *origin; /* to load again on HUP */
	struct generation *generation; /* its parts are taken over */
	bool stdout_too; /* alerts may go to standard output */
	pid_t obey; /* SIGTERM counts from this process alone; 0 = from all */
	int signal_fd; /* from signals_open(); the caller's */
};

/* runs until it is told to stop or the input ends; 0, or -errno with errors in @d */
int pipeline_run(const struct pipeline_options *o, struct diag *d);

#endif
