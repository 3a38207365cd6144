// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap guard: the permission process. The daemon starts it, with its own options and the descriptors
 * of guard/protocol.h; nobody else has a use for it.
 */
#include <fcntl.h>

#include "cli/command.h"
#include "daemon/privileges.h"
#include "guard/guard.h"
#include "guard/protocol.h"

static const struct switch_def switches[] = { SWITCH_RULES, SWITCH_CONFIG, SWITCH_SET };

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(generation) g = NULL;
	int r;

	if (fcntl(GUARD_CHANNEL_FD, F_GETFD) < 0 || fcntl(GUARD_PULSE_FD, F_GETFD) < 0 ||
	    fcntl(GUARD_VERDICT_FD, F_GETFD) < 0 || fcntl(GUARD_QUESTION_FD, F_GETFD) < 0) {
		fputs("watchcap guard: it is started by watchcap run, not by hand\n", stderr);
		return EXIT_WRONG;
	}
	g = generation_load(&c->origin, d);
	if (!g)
		return EXIT_WRONG; /* the daemon has told why, or will */
	/* the daemon's may be more: to act is its part alone */
	if (privileges_drop(PRIVILEGES_GUARD, d) < 0)
		return EXIT_WRONG;
	r = guard_run(&(struct guard_options){
		.rules = g->rules,
		.enforce = g->config->respond_mode == RESPOND_ENFORCE,
		.deadline_ms = (unsigned)g->config->guard_deadline_ms,
	});
	return r < 0 ? EXIT_WRONG : EXIT_FINE;
}

const struct command command_guard = {
	.name = "guard",
	.operands = "",
	.is_internal = true,
	.summary = "Answer those who wait in fanotify permission events; started by the daemon.",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
