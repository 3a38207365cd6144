/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subcommands: a row each, with a small table of options from which getopt_long(3) and --help are made.
 */
#ifndef WC_COMMAND_H
#define WC_COMMAND_H

#include <stdbool.h>

#include "base/diag.h"
#include "daemon/generation.h"

/* exit codes */
enum {
	EXIT_FINE = 0,
	EXIT_FOUND = 1, /* check: errors in the rules; replay: alerts */
	EXIT_WRONG = 2, /* usage, options or rules that do not load, a host that cannot */
};

/* what the command line said */
struct call {
	struct arena *arena;
	struct origin origin;
	const char *format, *arch, *condition, *explain, *to; /* NULL: not given */
	bool stats, ask_machine, diff, only_static, parse_only, complete, force, all, tree;
	char **arguments; /* behind the options, NULL-terminated */
	size_t n_arguments;
};

/* where a command line option goes */
enum switch_kind {
	SWITCH_FLAG, /* a bool of struct call */
	SWITCH_TEXT, /* a const char * of struct call */
	SWITCH_LIST, /* a struct words of struct call */
	SWITCH_OPTION, /* another way to write -o OPTION=VALUE */
};

struct switch_def {
	char letter; /* 0: none */
	const char *name; /* behind -- */
	const char *value; /* what --help calls its value; NULL: it takes none */
	enum switch_kind kind;
	size_t at; /* offset in struct call */
	const char *
		option; /* SWITCH_OPTION: "section.key=", and the value too when the switch takes none */
	const char *const *words; /* the values that are allowed; NULL: any */
	const char *help;
};

struct command {
	const char *name;
	const char *operands; /* "FILE...|-"; "" = none */
	size_t least, most; /* how many operands */
	bool is_internal; /* of no use to people: --help leaves it out */
	const char *summary; /* one line */
	const char *details; /* paragraphs for --help, may be NULL */
	const struct switch_def *switches;
	size_t n_switches;
	int (*run)(struct call *c); /* gives the exit code */
};

extern const struct command command_run, command_plugin, command_replay, command_check,
	command_test_rules, command_import, command_list, command_audit_rules, command_ps,
	command_status, command_thaw, command_guard, command_version;

/* rows that many commands share */
#define SWITCH_CONFIG                                                                              \
	{                                                                                          \
		'c', "config", "FILE", SWITCH_TEXT, offsetof(struct call, origin.file), NULL,      \
			NULL, "read options from FILE (default " CONFIG_PATH ", if it exists)"     \
	}
#define SWITCH_SET                                                                                 \
	{                                                                                          \
		'o', "option", "SECTION.KEY=VALUE", SWITCH_LIST,                                   \
			offsetof(struct call, origin.assignments), NULL, NULL,                     \
			"set an option (see `watchcap list options`); repeatable"                  \
	}
#define SWITCH_RULES                                                                               \
	{                                                                                          \
		'r', "rules", "PATH", SWITCH_LIST, offsetof(struct call, origin.rules), NULL,      \
			NULL,                                                                      \
			"take rules from this file or directory instead of rules.path; repeatable" \
	}

/* which of the loaded rules are in force */
#define SWITCH_ENABLE                                                                              \
	{                                                                                          \
		0, "enable", "RULE", SWITCH_OPTION, 0, "rules.enable+=", NULL,                     \
			"switch rules on: id, title glob or tag:NAME; repeatable"                  \
	}
#define SWITCH_DISABLE                                                                             \
	{                                                                                          \
		0, "disable", "RULE", SWITCH_OPTION, 0, "rules.disable+=", NULL,                   \
			"switch rules off that --enable does not name; '*' means all; repeatable"  \
	}
#define SWITCH_MIN_PRIORITY                                                                        \
	{                                                                                          \
		0, "min-priority", "PRIORITY", SWITCH_OPTION, 0, "rules.min_priority=", NULL,      \
			"switch rules of a lower priority off"                                     \
	}

extern const char *const words_text_json[];

/* told to stderr, errors and warnings; true if there were errors */
bool report(const struct diag *d);
/* print @out to stdout; the exit code: EXIT_FINE, or EXIT_WRONG when stdout takes nothing */
int print(const struct buf *out);

#endif
