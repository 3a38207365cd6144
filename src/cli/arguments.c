// SPDX-License-Identifier: Apache-2.0
/*
 * Command lines: one table of switches a command feeds getopt_long(3), the checks and --help.
 *
 * Must not interpret values beyond the words that a row allows: options are checked where they are set.
 */
#include "cli/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>

#define SWITCHES_MAX 16
#define FIRST_CODE (UCHAR_MAX + 1) /* getopt's val of row i is FIRST_CODE + i */
#define HELP_CODE 'h'

struct getopt_tables {
	struct option longs[SWITCHES_MAX + 2];
	char shorts[2 * SWITCHES_MAX + 4];
};

static void make_tables(const struct command *command, struct getopt_tables *t)
{
	char *next = t->shorts;

	*next++ = ':'; /* a missing value is told by us */
	*next++ = HELP_CODE;
	for (size_t i = 0; i < command->n_switches; i++) {
		const struct switch_def *s = &command->switches[i];

		t->longs[i] = (struct option){ s->name, s->value ? required_argument : no_argument,
					       NULL, FIRST_CODE + (int)i };
		if (s->letter)
			*next++ = s->letter;
		if (s->letter && s->value)
			*next++ = ':';
	}
	*next = '\0';
	t->longs[command->n_switches] = (struct option){ "help", no_argument, NULL, HELP_CODE };
	t->longs[command->n_switches + 1] = (struct option){ 0 };
}

static const struct switch_def *switch_of_code(const struct command *command, int code)
{
	if (code >= FIRST_CODE)
		return &command->switches[code - FIRST_CODE];
	for (size_t i = 0; i < command->n_switches; i++)
		if (command->switches[i].letter == code)
			return &command->switches[i];
	return NULL;
}

static bool word_allowed(const struct switch_def *s, const char *value)
{
	if (!s->words || !value)
		return true;
	for (size_t i = 0; s->words[i]; i++)
		if (strcmp(s->words[i], value) == 0)
			return true;
	return false;
}

static int apply(const struct switch_def *s, const char *value, struct call *call)
{
	void *to = (char *)call + s->at;
	struct str assignment;

	switch (s->kind) {
	case SWITCH_FLAG:
		*(bool *)to = true;
		return 0;
	case SWITCH_TEXT:
		*(const char **)to = value;
		return 0;
	case SWITCH_LIST:
		return words_add(to, str_of(value), call->arena);
	case SWITCH_OPTION:
		assignment = arena_printf(call->arena, "%s%s", s->option, value ? value : "");
		return words_add(&call->origin.assignments, assignment, call->arena);
	}
	return -EINVAL;
}

static int misused(const struct command *command, const char *what, const char *which)
{
	fprintf(stderr, "watchcap %s: %s%s (see watchcap %s --help)\n", command->name, what, which,
		command->name);
	return -EINVAL;
}

static int take_switch(const struct command *command, int code, struct call *call)
{
	const struct switch_def *s = switch_of_code(command, code);

	if (!s)
		return -EINVAL;
	if (!word_allowed(s, optarg)) {
		fprintf(stderr, "watchcap %s: --%s takes %s (see watchcap %s --help)\n",
			command->name, s->name, s->value, command->name);
		return -EINVAL;
	}
	if (apply(s, optarg, call) < 0)
		return misused(command, "out of memory", "");
	return 0;
}

static int take_operands(const struct command *command, int argc, char **argv, struct call *call)
{
	call->arguments = argv + optind;
	call->n_arguments = (size_t)(argc - optind);
	if (call->n_arguments < command->least)
		return misused(command, "it needs ", command->operands);
	if (call->n_arguments > command->most)
		return misused(command, "it does not take ", call->arguments[command->most]);
	return 0;
}

int arguments_parse(const struct command *command, int argc, char **argv, struct call *call)
{
	struct getopt_tables tables;
	int code, r = 0;

	make_tables(command, &tables);
	opterr = 0;
	optind = 1;
	while (r == 0 &&
	       (code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
		const char *which = argv[optind - 1];

		if (code == HELP_CODE) {
			auto_buf struct buf help = { 0 };

			arguments_help(command, &help);
			return print(&help) == EXIT_FINE ? 1 : -EINVAL;
		}
		r = code == '?'	  ? misused(command, "there is no such option: ", which)
		    : code == ':' ? misused(command, "this option needs a value: ", which)
				  : take_switch(command, code, call);
	}
	return r < 0 ? r : take_operands(command, argc, argv, call);
}

static void help_row(struct buf *out, char letter, const char *name, const char *value,
		     const char *help)
{
	size_t start = out->len;

	if (letter)
		buf_printf(out, "  -%c, --%s", letter, name);
	else
		buf_printf(out, "      --%s", name);
	if (value)
		buf_printf(out, " %s", value);
	if (out->len - start > 30)
		buf_printf(out, "\n%32s%s\n", "", help);
	else
		buf_printf(out, "%*s%s\n", (int)(32 - (out->len - start)), "", help);
}

void arguments_help(const struct command *command, struct buf *out)
{
	buf_printf(out, "Usage: watchcap %s [OPTION...]%s%s\n\n%s\n", command->name,
		   *command->operands ? " " : "", command->operands, command->summary);
	if (command->details)
		buf_printf(out, "\n%s", command->details);
	buf_add(out, STR("\nOptions:\n"));
	for (size_t i = 0; i < command->n_switches; i++) {
		const struct switch_def *s = &command->switches[i];

		help_row(out, s->letter, s->name, s->value, s->help);
	}
	help_row(out, HELP_CODE, "help", NULL, "show this text");
}
