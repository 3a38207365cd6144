// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap thaw: let a container go on that a rule's `freeze` has stopped. Needs no running daemon.
 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "kernel/cgroup_control.h"

#define LEAST 8 /* characters: fewer would fit too many */

static int run(struct call *c)
{
	struct str id = str_of(c->arguments[0]);
	struct procfs proc;
	int n;

	if (id.len < LEAST || memchr(id.ptr, '/', id.len)) {
		fprintf(stderr,
			"watchcap thaw: give at least %d characters of the container's id\n",
			LEAST);
		return EXIT_WRONG;
	}
	n = procfs_init(&proc, NULL);
	if (n == 0) {
		n = cgroup_thaw(&proc, id);
		procfs_release(&proc);
	}
	if (n < 0) {
		fprintf(stderr, "watchcap thaw: %s\n", strerror(-n));
		return EXIT_WRONG;
	}
	if (n == 0) {
		fprintf(stderr, "watchcap thaw: no frozen container has this id\n");
		return EXIT_FOUND;
	}
	return EXIT_FINE;
}

const struct command command_thaw = {
	.name = "thaw",
	.operands = "CONTAINER",
	.least = 1,
	.most = 1,
	.summary = "Let a container go on that was frozen.",
	.details = "CONTAINER is its id, or the first 8 or more characters of it.\n"
		   "Exit code 1: nothing with this id is frozen; 2: it cannot be thawed.\n",
	.run = run,
};
