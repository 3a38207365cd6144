/* SPDX-License-Identifier: Apache-2.0 */
/* From argv to struct call, and --help, both out of a command's table of switches. */
#ifndef WC_ARGUMENTS_H
#define WC_ARGUMENTS_H

#include "cli/command.h"

/*
 * Parse argv (argv[0] is the command's name). 0: go on; 1: --help was asked for and printed;
 * -EINVAL: wrong usage, told to stderr.
 */
int arguments_parse(const struct command *command, int argc, char **argv, struct call *call);
void arguments_help(const struct command *command, struct buf *out);

#endif
