// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap: the table of subcommands. Each stands in cmd_NAME.c.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "cli/arguments.h"
#include "cli/command.h"

static const struct command *const commands[] = {
	&command_run,	 &command_plugin, &command_replay,	&command_check, &command_test_rules,
	&command_import, &command_list,	  &command_audit_rules, &command_ps,	&command_status,
	&command_thaw,	 &command_guard,  &command_version,
};

static int help(void)
{
	auto_buf struct buf out = { 0 };

	buf_add(&out, STR("watchcap watches capabilities and container escapes through the "
			  "kernel's audit records.\n"
			  "\nUsage: watchcap COMMAND [OPTION...]\n\nCommands:\n"));
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!commands[i]->is_internal)
			buf_printf(&out, "  %-13s%s\n", commands[i]->name, commands[i]->summary);
	buf_add(&out, STR("\n`watchcap COMMAND --help` tells all about one of them.\n"));
	return print(&out);
}

static int unknown(const char *name)
{
	struct nearest near = nearest_to(str_of(name));

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		nearest_offer(&near, str_of(commands[i]->name));
	fprintf(stderr, "watchcap: there is no command %s", name);
	if (near.best.ptr)
		fprintf(stderr, ": did you mean %.*s?", STR_ARG(near.best));
	fputs(" (see watchcap --help)\n", stderr);
	return EXIT_WRONG;
}

static const struct command *command_find(const char *name)
{
	if (strcmp(name, "--version") == 0)
		return &command_version;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	AUTO(arena) arena = arena_new(4096, 1024 * 1024);
	struct call call = { .arena = arena };
	int r;

	if (!arena)
		return EXIT_WRONG;
	r = arguments_parse(command, argc, argv, &call);
	return r < 0 ? EXIT_WRONG : r > 0 ? EXIT_FINE : command->run(&call);
}

/* one that is closed would be that of the next file opened, and alerts would be printed into it */
static bool have_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (!have_standard_descriptors())
		return EXIT_WRONG;

	if (argc < 2) {
		fputs("watchcap: it needs a command (see watchcap --help)\n", stderr);
		return EXIT_WRONG;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help();
	command = command_find(argv[1]);
	return command ? run_command(command, argc - 1, argv + 1) : unknown(argv[1]);
}
